import type {Digest} from '../oci/digest.js';
import type {DigestRecords} from '../oci/record.js';
import type {Mark} from '../world.js';
import {layersOf} from './layered-map.js';
import {remember} from './remember.js';
import {findRepository, repositoryKey, type State} from './state.js';

/** The marks of one repository. */
type MarkGroup = {
	readonly registry: string;
	readonly repository: string;
	readonly digests: readonly Digest[];
};

/** By `repositoryKey`. */
const groupMarks = remember(
	(marks: State['marks']): ReadonlyMap<string, MarkGroup> => {
		const groups = new Map<string, MarkGroup & {digests: Digest[]}>();
		let last: (MarkGroup & {digests: Digest[]}) | undefined;
		for (const {registry, repository, digest} of marks.values()) {
			// Marks of one repository mostly follow each other.
			if (last?.repository !== repository || last.registry !== registry) {
				const key = repositoryKey(registry, repository);
				last = groups.get(key) ?? {registry, repository, digests: []};
				groups.set(key, last);
			}

			last.digests.push(digest);
		}

		return groups;
	},
);

/** What was put over the lower layer of the marks, as what it adds or takes away: 1 or -1. */
const listChanges = (
	marks: State['marks'],
): ReadonlyArray<{readonly mark: Mark; readonly step: 1 | -1}> => {
	const {base, changes} = layersOf(marks);
	return [...changes].flatMap(([key, now]) => {
		const before = base.get(key);
		return [
			...(before ? [{mark: before, step: -1} as const] : []),
			...(now ? [{mark: now, step: 1} as const] : []),
		];
	});
};

/** How many marks lie in each place: a registry's host, or a repository by its key. */
export const selectMarkCounts = remember(
	(marks: State['marks']): ReadonlyMap<string, number> => {
		const counts = new Map<string, number>();
		const add = (
			{registry, repository}: Omit<MarkGroup, 'digests'>,
			count: number,
		): void => {
			for (const place of [registry, repositoryKey(registry, repository)]) {
				const sum = (counts.get(place) ?? 0) + count;
				if (sum === 0) {
					counts.delete(place);
				} else {
					counts.set(place, sum);
				}
			}
		};

		for (const group of groupMarks(layersOf(marks).base).values()) {
			add(group, group.digests.length);
		}

		for (const {mark, step} of listChanges(marks)) {
			add(mark, step);
		}

		return counts;
	},
);

/** What the marks come to. */
export type MarkTotals = {
	readonly digests: number;
	readonly repositories: number;
	readonly registries: number;
	readonly tags: number;
	/** Bytes at most, of those digests whose size is known. */
	readonly bytes: number;
};

type Sum = {readonly tags: number; readonly bytes: number};

const sums = new WeakMap<
	MarkGroup,
	{readonly records: DigestRecords; readonly sum: Sum}
>();

/** What the marks of one repository come to; counted once for what is known of it. */
const sumGroup = (group: MarkGroup, records: DigestRecords): Sum => {
	const known = sums.get(group);
	if (known?.records === records) {
		return known.sum;
	}

	let tags = 0;
	let bytes = 0;
	for (const digest of group.digests) {
		const record = records.get(digest);
		tags += record?.tags.length ?? 0;
		bytes += record?.size ?? 0;
	}

	const sum = {tags, bytes};
	sums.set(group, {records, sum});
	return sum;
};

/** Totals over all marks, in every registry. */
export const selectMarkTotals = (state: State): MarkTotals => {
	const {marks} = state;
	let tags = 0;
	let bytes = 0;
	for (const group of groupMarks(layersOf(marks).base).values()) {
		const {registry, repository} = group;
		const {records} = findRepository(state, registry, repository);
		const sum = sumGroup(group, records);
		tags += sum.tags;
		bytes += sum.bytes;
	}

	for (const {mark, step} of listChanges(marks)) {
		const {registry, repository, digest} = mark;
		const {records} = findRepository(state, registry, repository);
		const record = records.get(digest);
		tags += step * (record?.tags.length ?? 0);
		bytes += step * (record?.size ?? 0);
	}

	return {digests: marks.size, ...countPlaces(marks), tags, bytes};
};

const countPlaces = (
	marks: State['marks'],
): {readonly repositories: number; readonly registries: number} => {
	const places = [...selectMarkCounts(marks).keys()];
	// A host has no slash in it, a repository's key has.
	const repositories = places.filter(place => place.includes('/')).length;
	return {repositories, registries: places.length - repositories};
};
