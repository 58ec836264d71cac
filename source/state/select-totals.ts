import type {Digest} from '../oci/digest.js';
import {graphOf, isTopLevel} from '../oci/graph.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
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

/** The totals of what is known of a repository. */
export const selectTotals = remember((records: DigestRecords): Totals => {
	const rows = selectTopLevel(records);
	const seen = new Set<Digest>();
	let bytes = 0;
	for (const {blobs, manifestSize} of records.values()) {
		bytes += manifestSize;
		for (const {digest, size} of blobs) {
			if (!seen.has(digest)) {
				seen.add(digest);
				bytes += size;
			}
		}
	}

	let tags = 0;
	for (const record of rows) {
		tags += record.tags.length;
	}

	return {digests: rows.length, tags, bytes};
});
