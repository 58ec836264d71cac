import type {Digest} from '../oci/digest.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import {
	findNewest,
	isSince,
	judgeStanding,
	type PullStanding,
} from './count-pulls.js';
import type {PullCertainty, PullTally} from './pull.js';
import {dayOf} from './pull-window.js';

/** A tally that a digest is credited with, and the next one: linked, because there may be a hundred thousand. */
export type Credit = {
	readonly tally: PullTally;
	readonly standing: PullStanding;
	readonly certainty: PullCertainty;
	/** Whether another digest is credited with it as well, and it is counted there. */
	readonly isRepeated: boolean;
	readonly next: Credit | undefined;
};

/** A tag that was pulled, and which digest it meant then nobody knows. */
export type TagDoubt = {
	readonly tag: string;
	/** The newest such pull, milliseconds since 1970; `Infinity` where it has no time. What came to the repository later was not meant. */
	readonly until: number;
};

/** What the tallies say of the digests of one repository. */
export type Credits = {
	readonly byDigest: ReadonlyMap<Digest, Credit>;
	readonly doubt: TagDoubt | undefined;
	/** Pulls of the repository that no digest is credited with: by tags that are gone, and what counters tell. */
	readonly loose: ReadonlyArray<{
		readonly tally: PullTally;
		readonly standing: PullStanding;
	}>;
};

/** Tallies by what they name, as far as today's records say which digests that is. */
type Named = {
	readonly tags: Map<string, PullTally[]>;
	readonly blobs: Map<Digest, PullTally[]>;
};

const collect = <Key>(
	map: Map<Key, PullTally[]>,
	key: Key,
	tally: PullTally,
): void => {
	const known = map.get(key);
	if (known) {
		known.push(tally);
	} else {
		map.set(key, [tally]);
	}
};

/** The tag whose last pull is the newest: what it leaves in no doubt, no other does. */
const doubtMore = (
	doubt: TagDoubt | undefined,
	tag: string,
	until: number,
): TagDoubt =>
	doubt === undefined ||
	until > doubt.until ||
	(until === doubt.until && tag < doubt.tag)
		? {tag, until}
		: doubt;

/** Finds out which digests the tallies of a repository are about. The cost is one look at each tally; the records are gone through only where tags or blobs were pulled. */
export const creditPulls = (
	tallies: readonly PullTally[],
	records: DigestRecords,
	firstDay: number,
): Credits => {
	const byDigest = new Map<Digest, Credit>();
	const loose: Array<{tally: PullTally; standing: PullStanding}> = [];
	const named: Named = {tags: new Map(), blobs: new Map()};
	const standingOf = judgeStanding(tallies, firstDay);
	const counted = new Set<PullTally>();
	let doubt: TagDoubt | undefined;
	const add: AddCredit = (digest, tally, certainty) => {
		byDigest.set(digest, {
			tally,
			certainty,
			standing: standingOf(tally),
			isRepeated: certainty === 'config' && counted.has(tally),
			next: byDigest.get(digest),
		});
		if (certainty === 'config') {
			counted.add(tally);
		}
	};

	const addLoose = (tally: PullTally): void => {
		// What names no repository is not counted in each of them.
		if (tally.repository !== '') {
			loose.push({tally, standing: standingOf(tally)});
		}
	};

	for (const tally of tallies) {
		const {image} = tally;
		switch (image.kind) {
			case 'digest': {
				if (tally.repository !== '' || records.has(image.digest)) {
					add(image.digest, tally, 'digest');
				}

				break;
			}

			case 'tag': {
				collect(named.tags, image.tag, tally);
				if (
					// An attempt beside a pull can have been of something else than that pull.
					(standingOf(tally) === 'pull' || tally.action === 'attempt') &&
					!tally.isApart &&
					(isSince(tally, firstDay) || tally.undated > 0)
				) {
					doubt = doubtMore(doubt, image.tag, findNewest(tally));
				}

				break;
			}

			case 'blob': {
				collect(named.blobs, image.digest, tally);
				break;
			}

			case 'repository': {
				addLoose(tally);
				break;
			}

			default: {
				const never: never = image;
				return never;
			}
		}
	}

	const gone = creditNamed(named, records, {add, firstDay});
	for (const tally of gone) {
		addLoose(tally);
	}

	return {byDigest, doubt, loose};
};

type AddCredit = (
	digest: Digest,
	tally: PullTally,
	certainty: PullCertainty,
) => void;

type CreditOptions = {readonly add: AddCredit; readonly firstDay: number};

/** Credits tags and configs by today's records, then layers. Returns the tallies of tags that are gone. */
const creditNamed = (
	{tags, blobs}: Named,
	records: DigestRecords,
	options: CreditOptions,
): readonly PullTally[] => {
	const gone = new Map(tags);
	if (tags.size === 0 && blobs.size === 0) {
		return [];
	}

	for (const record of records.values()) {
		for (const tag of tags.size > 0 ? record.tags : []) {
			gone.delete(tag);
			for (const tally of tags.get(tag) ?? []) {
				options.add(record.digest, tally, 'tag');
			}
		}

		// The config stands before the layers.
		const config = record.blobs[0]?.digest;
		for (const tally of (config && blobs.get(config)) ?? []) {
			options.add(record.digest, tally, 'config');
		}
	}

	if (blobs.size > 0) {
		creditLayers(blobs, records, options);
	}

	return [...gone.values()].flat();
};

/** The one manifest that has a blob which was fetched, if it is one alone. */
const findOwners = (
	blobs: ReadonlyMap<Digest, readonly PullTally[]>,
	records: DigestRecords,
): ReadonlyMap<Digest, DigestRecord | 'several'> => {
	const owners = new Map<Digest, DigestRecord | 'several'>();
	for (const record of records.values()) {
		for (const {digest} of record.blobs) {
			if (blobs.has(digest)) {
				const owner = owners.get(digest) ?? record;
				owners.set(digest, owner === record ? record : 'several');
			}
		}
	}

	return owners;
};

const isDownload = ({action, isApart}: PullTally): boolean =>
	action === 'pull' && !isApart;

/**
A layer counts for nothing, for many images share it. But where one manifest alone has it, and whoever fetched it had the config already, the manifest has been pulled: at least once in all that time.
*/
const creditLayers = (
	blobs: ReadonlyMap<Digest, readonly PullTally[]>,
	records: DigestRecords,
	{add, firstDay}: CreditOptions,
): void => {
	const byOwner = new Map<DigestRecord, PullTally[]>();
	for (const [layer, owner] of findOwners(blobs, records)) {
		if (owner !== 'several' && owner.blobs[0]?.digest !== layer) {
			for (const tally of blobs.get(layer) ?? []) {
				if (isDownload(tally)) {
					collect(byOwner, owner, tally);
				}
			}
		}
	}

	for (const [owner, tallies] of byOwner) {
		const config = owner.blobs[0]?.digest;
		const fetched = (config && blobs.get(config)) ?? [];
		if (!fetched.some(tally => isDownload(tally) && isSince(tally, firstDay))) {
			for (const tally of countOnce(tallies)) {
				add(owner.digest, tally, 'config');
			}
		}
	}
};

/** For each source one fetch, when it saw a layer fetched last. */
const countOnce = (layers: readonly PullTally[]): readonly PullTally[] => {
	const bySource = new Map<string, PullTally[]>();
	for (const tally of layers) {
		collect(bySource, tally.source, tally);
	}

	return [...bySource.values()].flatMap(([first, ...rest]) => {
		if (!first) {
			return [];
		}

		const all = [first, ...rest];
		const last = Math.max(
			...all.map(tally => findNewest({...tally, undated: 0})),
		);
		return [
			{
				...first,
				days: new Map(Number.isFinite(last) ? [[dayOf(last), 1]] : []),
				undated: all.some(({undated}) => undated > 0) ? 1 : 0,
				last: Number.isFinite(last) ? last : undefined,
				clients: new Map<string, number>(),
			},
		];
	});
};
