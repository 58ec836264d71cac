import type {DigestRecords} from '../oci/record.js';
import type {Update} from './command.js';
import type {WorldMessage} from './message.js';
import {
	changeRegistry,
	changeRepository,
	createRegistry,
	openAddress,
	openPlace,
	startListing,
} from './open-place.js';
import {addRecords} from './select-totals.js';
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
			| 'registries-known'
			| 'place-given'
			| 'path-found'
			| 'registry-opened'
			| 'registry-failed'
			| 'repositories-listed'
			| 'repositories-completed'
			| 'repositories-failed'
			| 'digests-loaded'
			| 'digests-completed'
			| 'digests-failed';
	}
>;

/** What the registries' answers do to the state. An answer for a place that is not loading any more is late and dropped. */
export const updateLoads = (state: State, message: LoadMessage): Update => {
	switch (message.kind) {
		case 'registries-known': {
			return [addRegistries(state, message), []];
		}

		case 'place-given': {
			return openAddress(state, message.where);
		}

		case 'path-found': {
			return openFoundPath(state, message);
		}

		case 'registry-opened': {
			const {host, capabilities} = message;
			return [
				changeRegistry(state, host, {
					connection: {state: 'complete'},
					capabilities,
				}),
				[],
			];
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
			return [
				listRepositories(state, message),
				[{kind: 'read-repositories', host, names}],
			];
		}

		case 'repositories-listed':
		case 'repositories-failed': {
			return [listRepositories(state, message), []];
		}

		case 'digests-loaded':
		case 'digests-completed':
		case 'digests-failed': {
			return [readDigests(state, message), []];
		}
	}
};

// One that was opened before it was known keeps what was read of it.
const addRegistries = (
	state: State,
	{registries}: LoadMessage & {kind: 'registries-known'},
): State => {
	// What is known of a registry goes before what its address said.
	const known = new Map(
		registries.map(({host, source, care}) => [host, {source, care}]),
	);
	return {
		...state,
		registries: [
			...state.registries.map(registry => ({
				...registry,
				...known.get(registry.host),
			})),
			...registries
				.filter(
					({host}, index) =>
						findRegistry(state, host) === undefined &&
						registries.findIndex(other => other.host === host) === index,
				)
				.map(({host, ...known}) => createRegistry(host, known)),
		],
	};
};

const openFoundPath = (
	state: State,
	message: LoadMessage & {kind: 'path-found'},
): Update => {
	const {host, path, isRepository, reference, digest} = message;
	const screen = currentScreen(state);
	const isAwaited =
		screen.kind === 'repositories' &&
		screen.host === host &&
		screen.prefix === path;
	if (!isRepository || !isAwaited) {
		return startListing(state, host, []);
	}

	const positions = new Map(state.positions);
	if (digest) {
		positions.set(repositoryKey(host, path), {key: digest, index: 0, top: 0});
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
			: `${path} has no ${reference}.`;
	const [opened, commands] = openPlace(
		{...state, positions, trail, notice},
		{host, repository: path},
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
