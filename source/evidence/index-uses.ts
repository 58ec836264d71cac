import type {Digest} from '../oci/digest.js';
import type {RepositoryName} from './repository-names.js';
import type {Use, UsesReading} from './use.js';

/** The uses of a reading, found by what they name. Built once for each reading. */
export type UsesIndex = {
	readonly reading: UsesReading;
	/** What runtimes report and what references name by digest, under whatever repository name. */
	readonly byDigest: ReadonlyMap<Digest, readonly Use[]>;
	/** What references name by tag in one repository, under one of its names; `undefined` where there is none. */
	readonly findTags: (
		name: RepositoryName,
	) => ReadonlyMap<string, readonly Use[]> | undefined;
};

const add = <Key>(map: Map<Key, Use[]>, key: Key, use: Use): void => {
	const known = map.get(key);
	if (known) {
		known.push(use);
	} else {
		map.set(key, [use]);
	}
};

const findOrAdd = <Key, Inner>(
	map: Map<Key, Map<string, Inner>>,
	key: Key,
): Map<string, Inner> => {
	const known = map.get(key);
	if (known) {
		return known;
	}

	const made = new Map<string, Inner>();
	map.set(key, made);
	return made;
};

const indexes = new WeakMap<UsesReading, UsesIndex>();

/** The index of a reading. Maps in maps, because joining twenty thousand names costs more than three looks. */
export const indexUses = (reading: UsesReading): UsesIndex => {
	const known = indexes.get(reading);
	if (known) {
		return known;
	}

	const index = buildIndex(reading);
	indexes.set(reading, index);
	return index;
};

const buildIndex = (reading: UsesReading): UsesIndex => {
	const byDigest = new Map<Digest, Use[]>();
	const hosts = new Map<string, Map<string, Map<string, Use[]>>>();
	for (const use of reading.uses) {
		const {image} = use;
		if (image.digest !== undefined) {
			add(byDigest, image.digest, use);
		} else if (image.kind === 'reference') {
			const repositories = findOrAdd(hosts, image.host);
			const tags = findOrAdd(repositories, image.repository);
			// The runtimes read a name with neither tag nor digest so.
			add(tags, image.tag ?? 'latest', use);
		}
	}

	return {
		reading,
		byDigest,
		findTags: ({host, repository}) => hosts.get(host)?.get(repository),
	};
};
