import type {Digest} from '../oci/digest.js';
import {isOnlyListed} from '../oci/record.js';
import type {RepositoryReading} from '../world.js';

/** What deleting some digests gives back, once the registry has collected its garbage. */
export type Freed = {
	/** Manifests, configs and layers that nothing else holds, each counted once. */
	readonly bytes: number;
	/** Whether it is not only the most that comes back, but what comes back. */
	readonly isExact: boolean;
	/** All that what goes holds, whoever shares it: at most so much is saved first. */
	readonly held: number;
	/** Digests that go and whose contents are not known: what they hold is not in `bytes`. */
	readonly unmeasured: number;
};

/**
The union of the blobs of what goes, without the blobs of what stays. A manifest is a blob here: registries keep one copy of it for all their repositories.
@param going - By repository.
@param readings - Of every repository that is known, those of `going` among them.
@param isAllListed - Whether nothing that shares the storage is missing from `readings`.
*/
export const measureFreed = (
	going: ReadonlyMap<string, ReadonlySet<Digest>>,
	{
		readings,
		isAllListed,
	}: {
		readonly readings: Iterable<RepositoryReading>;
		readonly isAllListed: boolean;
	},
): Freed => {
	const known = [...readings];
	const {freed, unmeasured, isRough} = collectGoing(going, known);
	const held = sum(freed.values());
	let isExact = isAllListed && unmeasured === 0 && !isRough;
	for (const {repository, records, gaps} of known) {
		const leaving = going.get(repository);
		isExact &&= gaps.length === 0;
		for (const record of records.values()) {
			const {digest, blobs, state} = record;
			if (leaving?.has(digest)) {
				continue;
			}

			isExact &&= state === 'loaded' && !isOnlyListed(record);
			// One repository has a manifest once.
			if (known.length > 1) {
				freed.delete(digest);
			}

			for (const blob of blobs) {
				// A look is far cheaper than a delete, and most find nothing.
				if (freed.has(blob.digest)) {
					freed.delete(blob.digest);
				}
			}
		}
	}

	return {bytes: sum(freed.values()), held, isExact, unmeasured};
};

const sum = (sizes: Iterable<number>): number => {
	let bytes = 0;
	for (const size of sizes) {
		bytes += size;
	}

	return bytes;
};

const collectGoing = (
	going: ReadonlyMap<string, ReadonlySet<Digest>>,
	readings: readonly RepositoryReading[],
): {freed: Map<Digest, number>; unmeasured: number; isRough: boolean} => {
	const freed = new Map<Digest, number>();
	let unmeasured = 0;
	let isRough = false;
	for (const {repository, records} of readings) {
		for (const digest of going.get(repository) ?? []) {
			const record = records.get(digest);
			if (record?.state !== 'loaded') {
				unmeasured++;
			}

			if (!record) {
				continue;
			}

			if (isOnlyListed(record)) {
				isRough = true;
				freed.set(digest, record.size ?? 0);
				continue;
			}

			freed.set(digest, record.manifestSize);
			for (const blob of record.blobs) {
				freed.set(blob.digest, blob.size);
			}
		}
	}

	return {freed, unmeasured, isRough};
};
