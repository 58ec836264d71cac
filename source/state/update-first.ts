import type {Update} from './command.js';
import {type Place, placeKey} from './first-state.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {changeRegistry, createRegistry} from './open-place.js';
import {currentScreen, findRegistry, type State} from './state.js';

/** What the first screen is told of registries, and what it asks for. */
export const updateFirst = (
	state: State,
	message: Extract<
		KeyMessage | WorldMessage,
		{
			kind:
				| 'registries-known'
				| 'registry-answered'
				| 'clouds-asked'
				| 'cloud-told'
				| 'cloud-ended'
				| 'demo-asked';
		}
	>,
): Update => {
	const {first} = state;
	switch (message.kind) {
		case 'registries-known': {
			const {registries, programs = [], demo = 'none'} = message;
			const known = addRegistries(state, registries);
			return [
				{
					...known,
					first: {...known.first, isKnown: true, programs, demo},
				},
				[],
			];
		}

		case 'registry-answered': {
			const {host, answer} = message;
			return [changeRegistry(state, host, {answer}), []];
		}

		case 'clouds-asked': {
			return first.asking.length > 0
				? [state, []]
				: [
						{...state, first: {...first, asking: first.programs}},
						first.programs.map(program => ({kind: 'ask-cloud', program})),
					];
		}

		case 'cloud-told': {
			return [addRegistries(state, message.registries), []];
		}

		case 'cloud-ended': {
			const {program, sentence} = message;
			const asking = first.asking.filter(other => other !== program);
			return [
				{
					...state,
					first: {...first, asking},
					notice: sentence ?? state.notice,
				},
				[],
			];
		}

		case 'demo-asked': {
			return state.marks.size > 0
				? [
						{
							...state,
							notice:
								'There are marks. Review them (d) or take them off (u) first.',
						},
						[],
					]
				: [state, [{kind: 'switch-demo'}]];
		}
	}
};

type Known = (WorldMessage & {kind: 'registries-known'})['registries'];

/** The later of two visits; neither may be known. */
const latest = (
	first: number | undefined,
	second: number | undefined,
): number | undefined =>
	first === undefined || second === undefined
		? (first ?? second)
		: Math.max(first, second);

// One that was opened before it was known keeps what was read of it.
const addRegistries = (state: State, known: Known): State => {
	let next = state;
	for (const {host, address, source, login, typed = [], care} of known) {
		const registry = findRegistry(next, host);
		next = registry
			? changeRegistry(next, host, {
					// What is known of a registry goes before what its address said.
					source: registry.source === 'given' ? source : registry.source,
					care,
					login: login ?? registry.login,
					typed: [...new Set([...registry.typed, ...typed])],
				})
			: {
					...next,
					registries: [
						...next.registries,
						createRegistry(host, {address, source, care, login, typed}),
					],
				};
	}

	return {
		...next,
		first: {...next.first, places: addPlaces(next.first.places, known)},
	};
};

const addPlaces = (
	places: readonly Place[],
	known: Known,
): readonly Place[] => {
	const all = new Map(places.map(place => [placeKey(place), place]));
	for (const {host, path, visitedAt} of known) {
		const key = placeKey({host, path});
		all.set(key, {
			host,
			path,
			visitedAt: latest(all.get(key)?.visitedAt, visitedAt),
		});
	}

	return [...all.values()];
};

/** A place that was opened, with when that was; it is listed from now on. */
export const visitPlace = (
	state: State,
	place: Pick<Place, 'host' | 'path'>,
): Update => {
	const key = placeKey(place);
	const visited = {...place, visitedAt: state.now};
	const isListed = state.first.places.some(other => placeKey(other) === key);
	const places = isListed
		? state.first.places.map(other =>
				placeKey(other) === key ? visited : other,
			)
		: [visited, ...state.first.places];
	const address = findRegistry(state, place.host)?.address ?? place.host;
	return [
		{...state, first: {...state.first, places}},
		[{kind: 'remember-visit', address, path: place.path}],
	];
};

/** Asks the registries that nobody has asked yet whether they are there, while the operator looks at them. */
export const followRegistries = (state: State): Update => {
	if (currentScreen(state).kind !== 'registries') {
		return [state, []];
	}

	const unasked = state.registries.filter(
		({answer, connection}) =>
			answer.kind === 'unasked' && connection.state === 'idle',
	);
	return unasked.length === 0
		? [state, []]
		: [
				{
					...state,
					registries: state.registries.map(registry =>
						unasked.includes(registry)
							? {...registry, answer: {kind: 'asking'}}
							: registry,
					),
				},
				[
					{
						kind: 'ping-registries',
						registries: unasked.map(({host, address}) => ({host, address})),
					},
				],
			];
};

/** Asks everything on the first screen again: who is logged in where, and who is there. */
export const refreshRegistries = (state: State): Update => [
	{
		...state,
		registries: state.registries.map(registry =>
			registry.connection.state === 'idle' ||
			registry.connection.state === 'failed'
				? {
						...registry,
						connection: {state: 'idle'},
						answer: {kind: 'unasked'},
					}
				: registry,
		),
	},
	[{kind: 'list-registries'}],
];
