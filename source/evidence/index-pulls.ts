import type {PullsReading, PullTally} from './pull.js';
import type {RepositoryName} from './repository-names.js';

/** The tallies of a reading, found by the repository that they name. Built once for each reading. */
export type PullsIndex = {
	/** The tallies about a repository under any of its names, and those that may be about any. */
	readonly findTallies: (
		names: readonly RepositoryName[],
	) => readonly PullTally[];
};

const indexes = new WeakMap<PullsReading, PullsIndex>();

/** The index of a reading: maps in maps, as for uses. */
export const indexPulls = (reading: PullsReading): PullsIndex => {
	const known = indexes.get(reading);
	if (known) {
		return known;
	}

	const index = buildIndex(reading);
	indexes.set(reading, index);
	return index;
};

const add = (
	hosts: Map<string, Map<string, PullTally[]>>,
	tally: PullTally,
): void => {
	const repositories = hosts.get(tally.host) ?? new Map<string, PullTally[]>();
	hosts.set(tally.host, repositories);
	const tallies = repositories.get(tally.repository);
	if (tallies) {
		tallies.push(tally);
	} else {
		repositories.set(tally.repository, [tally]);
	}
};

const buildIndex = ({tallies}: PullsReading): PullsIndex => {
	const hosts = new Map<string, Map<string, PullTally[]>>();
	for (const tally of tallies) {
		add(hosts, tally);
	}

	return {
		findTallies(names) {
			// A log that leaves the host out is about the registry that it was read for.
			const allHosts = new Set(['', ...names.map(({host}) => host)]);
			const paths = new Set(names.map(({repository}) => repository));
			const found = new Set<readonly PullTally[]>();
			for (const {host, repository} of names) {
				found.add(hosts.get(host)?.get(repository) ?? []);
			}

			for (const path of paths) {
				found.add(hosts.get('')?.get(path) ?? []);
			}

			// What was fetched without a word of where from may be of any repository.
			for (const host of allHosts) {
				found.add(hosts.get(host)?.get('') ?? []);
			}

			return [...found].flat();
		},
	};
};
