import {readMoment} from '../evidence/moment.js';
import type {PullAction, PulledImage, PullTally} from '../evidence/pull.js';
import {parseDigest} from '../oci/digest.js';
import {isJsonObject} from '../oci/json.js';
import {isTag} from '../oci/reference.js';
import {createTallyBook} from './tally-book.js';

type Fields = Readonly<Record<string, unknown>>;

/** What Docker Hub's tags told so far. */
export type TagBook = {
	/** Takes one element of `results`. */
	readonly add: (tag: unknown) => void;
	readonly tallies: () => readonly PullTally[];
	/** What Docker Hub lists without the time of a last pull. */
	readonly unknown: () => readonly PulledImage[];
	/** The earliest time that was named, milliseconds since 1970. */
	readonly earliest: () => number | undefined;
	readonly counted: () => number;
	readonly skipped: () => number;
	readonly firstProblem: () => string | undefined;
};

const keyOf = (image: PulledImage): string =>
	image.kind === 'tag'
		? `tag ${image.tag}`
		: image.kind === 'repository'
			? 'repository'
			: image.digest;

/** A book of the tags of one repository. */
export const createTagBook = ({
	source,
	repository,
}: {
	readonly source: string;
	readonly repository: string;
}): TagBook => {
	const tallies = createTallyBook({source, apartAgents: []});
	const timed = new Set<string>();
	const untimed = new Map<string, PulledImage>();
	let earliest: number | undefined;
	let counted = 0;
	let skipped = 0;
	let firstProblem: string | undefined;

	const record = (
		image: PulledImage,
		action: PullAction,
		time: number | undefined,
	): void => {
		if (time !== undefined) {
			earliest = Math.min(earliest ?? time, time);
			tallies.add({
				time,
				host: 'docker.io',
				repository,
				image,
				tag: undefined,
				action,
				count: 1,
				id: undefined,
				agent: '',
				client: '',
			});
		}
	};

	/** Docker Hub says of an image when it was last pulled, or that it does not know. */
	const recordPull = (image: PulledImage, time: number | undefined): void => {
		if (time === undefined) {
			untimed.set(keyOf(image), image);
		} else {
			timed.add(keyOf(image));
			record(image, 'last-seen', time);
		}
	};

	const addTag = (fields: Fields, tag: string): void => {
		const digest = parseDigest(fields['digest']);
		const pulled = readMoment(fields['tag_last_pulled']);
		const pushed = readMoment(fields['tag_last_pushed']);
		const byTag: PulledImage = {kind: 'tag', tag};
		// Old tags name no digest.
		const meaning: PulledImage = digest ? {kind: 'digest', digest} : byTag;
		record(meaning, 'push', pushed);
		// What was pulled before the last push may have been another digest.
		const isMeaning =
			pulled === undefined || (pushed !== undefined && pushed <= pulled);
		recordPull(isMeaning ? meaning : byTag, pulled);
	};

	const addImage = (fields: Fields): void => {
		const digest = parseDigest(fields['digest']);
		if (digest === undefined) {
			return;
		}

		const image = {kind: 'digest', digest} as const;
		recordPull(image, readMoment(fields['last_pulled']));
		record(image, 'push', readMoment(fields['last_pushed']));
	};

	return {
		add(value) {
			const tag = isJsonObject(value) ? value['name'] : undefined;
			if (!isJsonObject(value) || !isTag(tag)) {
				skipped++;
				firstProblem ??= `tag ${counted + skipped}: It has no name that a tag may have.`;
				return;
			}

			counted++;
			addTag(value, tag);
			for (const image of listImages(value)) {
				addImage(image);
			}
		},
		tallies: tallies.tallies,
		// One tag may name a time that another one leaves out.
		unknown: () =>
			[...untimed].filter(([key]) => !timed.has(key)).map(([, image]) => image),
		earliest: () => earliest,
		counted: () => counted,
		skipped: () => skipped,
		firstProblem: () => firstProblem,
	};
};

const listImages = ({images}: Fields): readonly Fields[] =>
	Array.isArray(images) ? images.filter(image => isJsonObject(image)) : [];
