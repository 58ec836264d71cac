import type {Update} from './command.js';
import type {WorldMessage} from './message.js';
import {
	changeRegistry,
	changeRepository,
	connect,
	createRegistry,
	openPlace,
	startListing,
} from './open-place.js';
import {
	findRegistry,
	findRepository,
	repositoryKey,
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
			| 'digests-failed'
			| 'loading-ended';
	}
>;

/** What the registries' answers do to the state. An answer for a place that is not loading any more is late and dropped. */
export const updateLoads = (state: State, message: LoadMessage): Update => {
	switch (message.kind) {
		case 'registries-known': {
			return [addRegistries(state, message), []];
		}

		case 'place-given': {
			return openGivenPlace(state, message);
		}

		case 'path-found': {
			return openFoundPath(state, message);
		}

		case 'registry-opened': {
			const {host, spaceReturns} = message;
			return [
				changeRegistry(state, host, {
					connection: {state: 'complete'},
					spaceReturns,
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

		case 'repositories-listed':
		case 'repositories-completed':
		case 'repositories-failed': {
			return [listRepositories(state, message), []];
		}

		case 'digests-loaded':
		case 'digests-completed':
		case 'digests-failed':
		case 'loading-ended': {
			return [readDigests(state, message), []];
		}
	}
};

const addRegistries = (
	state: State,
	{registries}: LoadMessage & {kind: 'registries-known'},
): State => ({
	...state,
	registries: [
		...state.registries,
		...registries
			.filter(({host}) => findRegistry(state, host) === undefined)
			.map(({host, address, source}) =>
				createRegistry(host, {address, source}),
			),
	],
});

const openGivenPlace = (
	state: State,
	{address, where}: LoadMessage & {kind: 'place-given'},
): Update => {
	const {host, path, reference} = where;
	if (path === undefined) {
		return openPlace(state, {host, address, repository: undefined});
	}

	const [connected, commands] = connect(state, {
		host,
		address,
		source: 'given',
	});
	return [
		{
			...connected,
			trail: [...connected.trail, {kind: 'repositories', host, prefix: path}],
		},
		[
			...commands,
			{
				kind: 'find-path',
				host,
				path,
				reference:
					reference?.kind === 'tag' ? reference.tag : reference?.digest,
			},
		],
	];
};

const openFoundPath = (
	state: State,
	message: LoadMessage & {kind: 'path-found'},
): Update => {
	const {host, path, isRepository, digest} = message;
	if (!isRepository) {
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
	const [opened, commands] = openPlace(
		{...state, positions, trail},
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

const readDigests = (
	state: State,
	message: Extract<LoadMessage, {kind: `digests-${string}` | 'loading-ended'}>,
): State => {
	const {host} = message;
	switch (message.kind) {
		case 'digests-loaded': {
			const {repository, part, now} = message;
			const records = new Map(findRepository(state, host, repository).records);
			for (const record of part.records) {
				records.set(record.digest, record);
			}

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
			return {
				...changeRepository(state, host, {
					repository,
					records,
					gaps,
					reading: {state: 'complete'},
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

		case 'loading-ended': {
			const {repository} = message;
			return findRepository(state, host, repository).reading.state === 'loading'
				? changeRepository(state, host, {repository, reading: {state: 'idle'}})
				: state;
		}
	}
};
