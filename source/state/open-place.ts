import type {Where} from '../oci/reference.js';
import {usualCare} from '../plan/care.js';
import type {Care} from '../world.js';
import type {Command, Update} from './command.js';
import {
	findRegistry,
	findRepository,
	type RegistryState,
	type RepositoryState,
	repositoryKey,
	type State,
} from './state.js';

/** A registry, listed and not yet asked anything. */
export const createRegistry = (
	host: string,
	options: {
		address: string;
		source: string;
		care: Care;
		login?: string | undefined;
		typed?: readonly string[];
	},
): RegistryState => ({
	host,
	login: undefined,
	typed: [],
	...options,
	answer: {kind: 'unasked'},
	catalog: 'open',
	whyClosed: '',
	connection: {state: 'idle'},
	repositories: [],
	listing: {state: 'idle'},
	capabilities: undefined,
});

/** The state with one registry changed. */
export const changeRegistry = (
	state: State,
	host: string,
	change: Partial<RegistryState>,
): State => ({
	...state,
	registries: state.registries.map(registry =>
		registry.host === host ? {...registry, ...change} : registry,
	),
});

/** The state with one repository changed. */
export const changeRepository = (
	state: State,
	host: string,
	{repository, ...change}: Partial<RepositoryState> & {repository: string},
): State => ({
	...state,
	repositories: new Map(state.repositories).set(
		repositoryKey(host, repository),
		{
			...findRepository(state, host, repository),
			...change,
		},
	),
});

/** Asks a registry who it is unless that is known or under way. */
export const connect = (
	state: State,
	{host, address, source}: {host: string; address: string; source: string},
): Update => {
	const listed = findRegistry(state, host)
		? state
		: {
				...state,
				registries: [
					createRegistry(host, {address, source, care: usualCare}),
					...state.registries,
				],
				first: {
					...state.first,
					places: [
						{host, path: undefined, visitedAt: undefined},
						...state.first.places,
					],
				},
			};
	const registry = findRegistry(listed, host);
	return registry && ['idle', 'failed'].includes(registry.connection.state)
		? [
				changeRegistry(listed, host, {connection: {state: 'loading'}}),
				[{kind: 'open-registry', host, address: registry.address}],
			]
		: [listed, []];
};

/** Opens a registry, or a repository in it, and asks for what is not known of it yet. */
export const openPlace = (
	state: State,
	place: {host: string; repository: string | undefined; address?: string},
): Update => {
	const {host, repository, address = host} = place;
	const [connected, commands] = connect(state, {
		host,
		address,
		source: 'given',
	});
	if (repository === undefined) {
		const listed: State = {
			...connected,
			trail: [...connected.trail, {kind: 'repositories', host, prefix: ''}],
		};
		return startListing(listed, host, commands);
	}

	// One repository is open at a time, and under it lies its registry.
	const trail = connected.trail.filter(screen => screen.kind !== 'digests');
	const isUnderRegistry = trail.some(
		screen => screen.kind === 'repositories' && screen.host === host,
	);
	const opened: State = {
		...connected,
		trail: [
			...trail,
			...(isUnderRegistry
				? []
				: [{kind: 'repositories', host, prefix: ''} as const]),
			{kind: 'digests', host, repository},
		],
	};
	return startReading(opened, {host, repository}, commands);
};

/** Opens what an address names; whether its path is a repository or a prefix has to be asked first. */
export const openAddress = (
	state: State,
	{scheme, host, path, reference}: Where,
): Update => {
	const address = scheme ? `${scheme}://${host}` : host;
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

/** Asks for the repositories of a registry unless they are known or being asked for. */
export const startListing = (
	state: State,
	host: string,
	commands: readonly Command[],
): Update => {
	const listing = findRegistry(state, host)?.listing.state;
	return listing === 'loading' || listing === 'complete'
		? [state, commands]
		: [
				changeRegistry(state, host, {listing: {state: 'loading'}}),
				[...commands, {kind: 'list-repositories', host}],
			];
};

/** Asks for the digests of a repository unless they are known or being asked for. */
export const startReading = (
	state: State,
	{host, repository}: {host: string; repository: string},
	commands: readonly Command[],
): Update => {
	const reading = findRepository(state, host, repository).reading.state;
	return reading === 'loading' || reading === 'complete'
		? [state, commands]
		: [
				changeRepository(state, host, {
					repository,
					reading: {state: 'loading'},
				}),
				[...commands, {kind: 'read-repository', host, repository}],
			];
};
