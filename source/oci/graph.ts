import type {Digest} from './digest.js';
import {createDigestFilter} from './digest-filter.js';
import type {DigestRecord, DigestRecords} from './record.js';

/** Who points to whom inside one repository. */
export type Graph = {
	/** The indexes that name this digest as a child. */
	readonly parentsOf: (digest: Digest) => readonly Digest[];
	/** The children of this digest that are present in the repository. */
	readonly childrenOf: (digest: Digest) => readonly Digest[];
	/** All digests below this one, through indexes in indexes, without itself. */
	readonly descendantsOf: (digest: Digest) => ReadonlySet<Digest>;
};

const noDigests: readonly Digest[] = [];

const graphs = new WeakMap<DigestRecords, Graph>();

/** The graph over the records of one repository, built once for each reading. */
export const graphOf = (records: DigestRecords): Graph => {
	const known = graphs.get(records);
	if (known) {
		return known;
	}

	const graph = buildGraph(records);
	graphs.set(records, graph);
	return graph;
};

// Loops, which only a broken registry can hold, end.
const buildGraph = (records: DigestRecords): Graph => {
	const parents = new Map<Digest, Digest[]>();
	for (const record of records.values()) {
		// Most have none, and there may be 100,000.
		if (record.children.length === 0) {
			continue;
		}

		for (const child of new Set(record.children)) {
			const known = parents.get(child);
			if (known) {
				known.push(record.digest);
			} else {
				parents.set(child, [record.digest]);
			}
		}
	}

	const {mayHave} = createDigestFilter(parents);
	const childrenOf = (digest: Digest): readonly Digest[] =>
		records.get(digest)?.children.filter(child => records.has(child)) ??
		noDigests;

	return {
		parentsOf: digest =>
			(mayHave(digest) ? parents.get(digest) : undefined) ?? noDigests,
		childrenOf,
		descendantsOf(digest) {
			const found = new Set<Digest>();
			const waiting = [...childrenOf(digest)];
			for (let next = waiting.pop(); next; next = waiting.pop()) {
				if (next !== digest && !found.has(next)) {
					found.add(next);
					waiting.push(...childrenOf(next));
				}
			}

			return found;
		},
	};
};

/** Whether a record stands on a line of its own: it has a tag, or no index names it. */
export const isTopLevel = (record: DigestRecord, graph: Graph): boolean =>
	record.tags.length > 0 || graph.parentsOf(record.digest).length === 0;
