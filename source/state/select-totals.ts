import type {Digest} from '../oci/digest.js';
import {graphOf, isTopLevel} from '../oci/graph.js';
import {
	type DigestRecord,
	type DigestRecords,
	isOnlyListed,
} from '../oci/record.js';
import {remember} from './remember.js';

/** The digests that have a line of their own, in the order they were read. */
export const selectTopLevel = remember(
	(records: DigestRecords): readonly DigestRecord[] => {
		const graph = graphOf(records);
		return [...records.values()].filter(record => isTopLevel(record, graph));
	},
);

/** What the digests of a repository come to. */
export type Totals = {
	/** Those that have a line of their own. */
	readonly digests: number;
	readonly tags: number;
	/** Each blob counted once, manifests included. */
	readonly bytes: number;
};

/** Bytes, with the blobs that they were counted of. */
type Tally = {bytes: number; readonly seen: Set<Digest>};

const tallies = new WeakMap<DigestRecords, Tally>();

/** What a record holds besides its blobs; of one whose manifest was not read all that it holds. */
const ownBytes = (record: DigestRecord): number =>
	isOnlyListed(record) ? (record.size ?? 0) : record.manifestSize;

const count = (tally: Tally, record: DigestRecord): void => {
	tally.bytes += ownBytes(record);
	for (const {digest, size} of record.blobs) {
		if (!tally.seen.has(digest)) {
			tally.seen.add(digest);
			tally.bytes += size;
		}
	}
};

const tallyOf = (records: DigestRecords): Tally => {
	const known = tallies.get(records);
	if (known) {
		return known;
	}

	const tally: Tally = {bytes: 0, seen: new Set()};
	for (const record of records.values()) {
		count(tally, record);
	}

	tallies.set(records, tally);
	return tally;
};

/** The records of a repository with those of another part, which stand in for what was known of their digests. What was counted of the others is not counted again. */
export const addRecords = (
	records: DigestRecords,
	part: readonly DigestRecord[],
): DigestRecords => {
	const next = new Map(records);
	const latest = new Map(part.map(record => [record.digest, record]));
	const tally = tallies.get(records);
	// Blobs that were counted cannot be taken back: another record may hold them too.
	const isCountable = [...latest.values()].every(({digest, blobs}) => {
		const known = records.get(digest)?.blobs ?? blobs;
		return known.length === 0 || known === blobs;
	});
	if (tally && isCountable) {
		tallies.delete(records);
		tallies.set(next, tally);
	}

	for (const record of latest.values()) {
		if (tally && isCountable) {
			const known = next.get(record.digest);
			tally.bytes -= known ? ownBytes(known) : 0;
			count(tally, record);
		}

		next.set(record.digest, record);
	}

	return next;
};

/** The totals of what is known of a repository. */
export const selectTotals = remember((records: DigestRecords): Totals => {
	const rows = selectTopLevel(records);
	const {bytes} = tallyOf(records);
	let tags = 0;
	for (const record of rows) {
		tags += record.tags.length;
	}

	return {digests: rows.length, tags, bytes};
});
