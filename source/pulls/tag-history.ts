import type {Digest} from '../oci/digest.js';
import type {PullRecord} from './pull-record.js';

/** Tags that are remembered, and meanings of each. */
const mostTags = 50_000;
const mostMeanings = 8;

type Meaning = {
	readonly from: number;
	/** `undefined` where a push does not say which digest the tag got. */
	readonly digest: Digest | undefined;
};

/** What the tags of one stream of records have meant. */
export type TagHistory = {
	/** Learns from a push. */
	readonly learn: (record: PullRecord) => void;
	/** The digest that the tag of a record meant at its time; `undefined` where the stream does not tell. */
	readonly meaningOf: (record: PullRecord) => Digest | undefined;
};

const tagOf = ({image, tag}: PullRecord): string | undefined =>
	image.kind === 'tag' ? image.tag : tag;

/**
Remembers what pushes say that tags mean from then on.

A push that names no digest ends what was known of its tag. In a stream that goes back in time a push may be missing that comes later, and nothing is known any more.
@param options.tolerance - How far back is no disorder yet, in milliseconds.
*/
export const createTagHistory = ({
	tolerance,
}: {
	readonly tolerance: number;
}): TagHistory => {
	const tags = new Map<string, Meaning[]>();
	let newest = 0;
	let isOrdered = true;
	const keyOf = ({host, repository}: PullRecord, tag: string): string =>
		`${host}/${repository}:${tag}`;

	return {
		learn(record) {
			const {time, image, action} = record;
			const tag = tagOf(record);
			isOrdered &&= (time ?? newest) >= newest - tolerance;
			newest = Math.max(newest, time ?? newest);
			if (action !== 'push' || tag === undefined || time === undefined) {
				return;
			}

			const key = keyOf(record, tag);
			const digest = image.kind === 'digest' ? image.digest : undefined;
			const meanings = [...(tags.get(key) ?? []), {from: time, digest}]
				.toSorted((a, b) => a.from - b.from)
				.slice(-mostMeanings);
			tags.delete(key);
			tags.set(key, meanings);
			if (tags.size > mostTags) {
				// The first is the one that was pushed longest ago.
				tags.delete(tags.keys().next().value ?? key);
			}
		},
		meaningOf(record) {
			const tag = tagOf(record);
			const {time} = record;
			return tag === undefined || time === undefined || !isOrdered
				? undefined
				: tags.get(keyOf(record, tag))?.findLast(({from}) => from <= time)
						?.digest;
		},
	};
};
