import type {DigestRecords} from '../oci/record.js';
import type {Update} from './command.js';
import type {WorldMessage} from './message.js';
import {
	changeRegistry,
	changeRepository,
	openAddress,
	openPlace,
	startListing,
} from './open-place.js';
import {addRecords} from './select-totals.js';
import {visitPlace} from './update-first.js';
import {
	currentScreen,
	findRegistry,
	findRepository,
	repositoryKey,
	type Screen,
	type State,
} from './state.js';

type LoadMessage = Extract<
	WorldMessage,
	{
		kind:
			| 'place-given'
			| 'path-found'
			| 'registry-opened'
			| 'registry-failed'
			| 'repositories-listed'
			| 'repositories-completed'
			| 'repositories-closed'
			| 'repositories-failed'
			| 'digests-loaded'
			| 'digests-completed'
			| 'digests-failed';
	}
>;

/** What the registries' answers do to the state. An answer for a place that is not loading any more is late and dropped. */
export const updateLoads = (state: State, message: LoadMessage): Update => {
	switch (message.kind) {
		case 'place-given': {
			return openAddress(state, message.where);
		}

		case 'path-found': {
			return openFoundPath(state, message);
		}

		case 'registry-opened': {
			const {host, capabilities} = message;
			return visitPlace(
				changeRegistry(state, host, {
					connection: {state: 'complete'},
					capabilities,
				}),
				{host, path: findVisited(state, host)},
			);
		}

		case 'registry-failed': {
			const {host, problem} = message;
			return [
				changeRegistry(state, host, {connection: {state: 'failed', problem}}),
				[],
			];
		}

		case 'repositories-completed': {
			const {host, names} = message;
			return readInBackground(listRepositories(state, message), host, names);
		}

		case 'repositories-closed': {
			const {host} = message;
			return readInBackground(
				listRepositories(state, message),
				host,
				findRegistry(state, host)?.typed ?? [],
			);
		}

		case 'repositories-listed':
		case 'repositories-failed': {
			return [listRepositories(state, message), []];
		}

		case 'digests-completed': {
			return keepTyped(readDigests(state, message), message);
		}

		case 'digests-loaded':
		case 'digests-failed': {
			return [readDigests(state, message), []];
		}
	}
};

/** The line of the first screen that a registry was opened by: a part of it only where that is listed there. */
const findVisited = (state: State, host: string): string | undefined => {
	const prefixes = new Set(
		state.trail.flatMap(screen =>
			screen.kind === 'repositories' && screen.host === host
				? [screen.prefix]
				: [],
		),
	);
	return state.first.places.find(
		place =>
			place.host === host &&
			place.path !== undefined &&
			prefixes.has(place.path),
	)?.path;
};

// Safeguard 13: where reading costs something, only what is opened is read.
const readInBackground = (
	state: State,
	host: string,
	names: readonly string[],
): Update => [
	state,
	findRegistry(state, host)?.capabilities?.whatReadsCost === undefined
		? [{kind: 'read-repositories', host, names}]
		: [],
];

/** A repository that was opened by its name is remembered where the registry lists none. */
const keepTyped = (
	state: State,
	{host, reading: {repository}}: LoadMessage & {kind: 'digests-completed'},
): Update => {
	const registry = findRegistry(state, host);
	if (registry?.catalog !== 'closed' || registry.typed.includes(repository)) {
		return [state, []];
	}

	const typed = [repository, ...registry.typed];
	return [
		changeRegistry(state, host, {typed, repositories: typed}),
		[
			{
				kind: 'remember-repository',
				address: registry.address,
				repository,
			},
		],
	];
};

const openFoundPath = (
	state: State,
	message: LoadMessage & {kind: 'path-found'},
): Update => {
	const {host, path, repository, reference, digest} = message;
	const screen = currentScreen(state);
	const isAwaited =
		screen.kind === 'repositories' &&
		screen.host === host &&
		screen.prefix === path;
	if (repository === undefined || !isAwaited) {
		return startListing(state, host, []);
	}

	const positions = new Map(state.positions);
	if (digest) {
		positions.set(repositoryKey(host, repository), {
			key: digest,
			index: 0,
			top: 0,
		});
	}

	// Going back from a repository that was given leads to all of its registry.
	const trail = state.trail.map(screen =>
		screen.kind === 'repositories' && screen.host === host
			? {...screen, prefix: ''}
			: screen,
	);
	const notice =
		reference === undefined || digest
			? state.notice
			: `${repository} has no ${reference}.`;
	const [opened, commands] = openPlace(
		{...state, positions, trail, notice},
		{host, repository},
	);
	return startListing(opened, host, commands);
};

const listRepositories = (
	state: State,
	message: Extract<LoadMessage, {kind: `repositories-${string}`}>,
): State => {
	const {host} = message;
	switch (message.kind) {
		case 'repositories-listed': {
			const known = findRegistry(state, host)?.repositories ?? [];
			return changeRegistry(state, host, {
				repositories: [...new Set([...known, ...message.names])],
			});
		}

		case 'repositories-completed': {
			return changeRegistry(state, host, {
				repositories: message.names,
				listing: {state: 'complete'},
				catalog: 'open',
				whyClosed: '',
			});
		}

		case 'repositories-closed': {
			return changeRegistry(state, host, {
				repositories: findRegistry(state, host)?.typed ?? [],
				listing: {state: 'complete'},
				catalog: 'closed',
				whyClosed: message.reason,
			});
		}

		case 'repositories-failed': {
			return changeRegistry(state, host, {
				listing: {state: 'failed', problem: message.problem},
			});
		}
	}
};

const areSame = (first: DigestRecords, second: DigestRecords): boolean => {
	if (first.size !== second.size) {
		return false;
	}

	for (const [digest, record] of second) {
		if (first.get(digest) !== record) {
			return false;
		}
	}

	return true;
};

const readDigests = (
	state: State,
	message: Extract<LoadMessage, {kind: `digests-${string}`}>,
): State => {
	const {host} = message;
	switch (message.kind) {
		case 'digests-loaded': {
			const {repository, part, now} = message;
			const records = addRecords(
				findRepository(state, host, repository).records,
				part.records,
			);
			const {tagsListed, gaps} = part;
			return {
				...changeRepository(state, host, {
					repository,
					records,
					tagsListed,
					gaps,
				}),
				now,
			};
		}

		case 'digests-completed': {
			const {reading, now} = message;
			const {repository, records, gaps} = reading;
			const known = findRepository(state, host, repository).records;
			return {
				...changeRepository(state, host, {
					repository,
					// What came in parts is not looked at anew as a whole.
					records: areSame(known, records) ? known : records,
					gaps,
					reading: {state: 'complete'},
					wasWhole: true,
				}),
				now,
			};
		}

		case 'digests-failed': {
			const {repository, problem} = message;
			return changeRepository(state, host, {
				repository,
				reading: {state: 'failed', problem},
			});
		}
	}
};

/** The state when a screen is left: what it was waiting for is broken off, and will be asked for anew. */
export const stopWaiting = (state: State, screen: Screen): State => {
	if (screen.kind === 'repositories') {
		const {host} = screen;
		return findRegistry(state, host)?.listing.state === 'loading'
			? changeRegistry(state, host, {listing: {state: 'idle'}})
			: state;
	}

	if (screen.kind === 'digests') {
		const {host, repository} = screen;
		return findRepository(state, host, repository).reading.state === 'loading'
			? changeRepository(state, host, {repository, reading: {state: 'idle'}})
			: state;
	}

	return state;
};
