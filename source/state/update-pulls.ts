import type {PullGap, PullSource} from '../evidence/pull.js';
import type {PullsChoice} from '../world.js';
import type {Command, Update} from './command.js';
import type {WorldMessage} from './message.js';
import {selectForeignHosts} from './select-elsewhere.js';
import {
	currentScreen,
	findRegistry,
	findRepository,
	type PullsPart,
	type RegistryPulls,
	type State,
} from './state.js';

const unread: PullsPart = {
	reading: {tallies: [], sources: []},
	progress: {state: 'idle'},
};

const unasked: RegistryPulls = {
	state: 'asking',
	whole: unread,
	repositories: new Map(),
	spends: new Set(),
};

type Place = {
	readonly host: string;
	/** `undefined` for the sources that are asked about the whole registry. */
	readonly repository: string | undefined;
};

const findPart = (
	{whole, repositories}: RegistryPulls,
	repository: string | undefined,
): PullsPart =>
	repository === undefined ? whole : (repositories.get(repository) ?? unread);

const changePulls = (
	state: State,
	host: string,
	change: Partial<RegistryPulls>,
): State => {
	const {registries} = state.pulls;
	return {
		...state,
		pulls: {
			...state.pulls,
			registries: new Map(registries).set(host, {
				...(registries.get(host) ?? unasked),
				...change,
			}),
		},
	};
};

const changePart = (
	state: State,
	{host, repository}: Place,
	change: Partial<PullsPart>,
): State => {
	const known = state.pulls.registries.get(host) ?? unasked;
	const part = {...findPart(known, repository), ...change};
	return changePulls(
		state,
		host,
		repository === undefined
			? {whole: part}
			: {repositories: new Map(known.repositories).set(repository, part)},
	);
};

/** What the sources of pulls do to the state. */
export const updatePulls = (
	state: State,
	message: Extract<
		WorldMessage,
		{
			kind:
				| 'pulls-chosen'
				| 'pulls-known'
				| 'pulls-told'
				| 'pulls-completed'
				| 'pulls-failed';
		}
	>,
): Update => {
	switch (message.kind) {
		case 'pulls-chosen': {
			const {choice} = message;
			return [{...state, pulls: {...state.pulls, choice}}, []];
		}

		case 'pulls-known': {
			const {host, isKnown} = message;
			return [
				changePulls(state, host, {state: isKnown ? 'known' : 'none'}),
				[],
			];
		}

		case 'pulls-told': {
			return [changePart(state, message, {reading: message.reading}), []];
		}

		case 'pulls-completed': {
			const {reading, now} = message;
			const progress = {state: 'complete'} as const;
			return [{...changePart(state, message, {reading, progress}), now}, []];
		}

		case 'pulls-failed': {
			const {problem} = message;
			const progress = {state: 'failed', problem} as const;
			const notice = `${problem.message} ${problem.remedy}`;
			return [{...changePart(state, message, {progress}), notice}, []];
		}
	}
};

/** Whether the drawn list has its first rows, or will have none: no source of pulls is asked before. */
const hasRows = (state: State): boolean => {
	const screen = currentScreen(state);
	switch (screen.kind) {
		case 'repositories': {
			const registry = findRegistry(state, screen.host);
			return (
				registry?.listing.state === 'complete' ||
				(registry?.repositories.length ?? 0) > 0
			);
		}

		case 'digests': {
			const {records, reading} = findRepository(
				state,
				screen.host,
				screen.repository,
			);
			return reading.state === 'complete' || records.size > 0;
		}

		default: {
			return false;
		}
	}
};

const startReading = (
	state: State,
	place: Place,
	choice: PullsChoice,
): readonly [State, Command] => {
	const {host, repository} = place;
	const {spends} = state.pulls.registries.get(host) ?? unasked;
	return [
		changePart(state, place, {progress: {state: 'loading'}}),
		{kind: 'read-pulls', request: {host, repository, choice, spends}},
	];
};

/** Asks who pulled what of the registry and the repository on the screen, where that has not been asked. */
export const followPulls = (state: State): Update => {
	const screen = currentScreen(state);
	const {choice} = state.pulls;
	if (screen.kind === 'elsewhere' && choice) {
		return followForeign(state, choice);
	}

	if (
		!choice ||
		(screen.kind !== 'repositories' && screen.kind !== 'digests') ||
		!hasRows(state)
	) {
		return [state, []];
	}

	const {host} = screen;
	const known = state.pulls.registries.get(host) ?? unasked;
	const isNew = (repository: string | undefined): boolean =>
		findPart(known, repository).progress.state === 'idle';
	if (isNew(undefined)) {
		const [next, command] = startReading(
			state,
			{host, repository: undefined},
			choice,
		);
		return [next, [command]];
	}

	// Whether there is any source at all is known by then.
	if (
		screen.kind === 'digests' &&
		known.state === 'known' &&
		isNew(screen.repository)
	) {
		const [next, command] = startReading(state, screen, choice);
		return [next, [command]];
	}

	return [state, []];
};

/** Asks how often images from elsewhere are pulled, of each host once. */
const followForeign = (state: State, choice: PullsChoice): Update => {
	const commands: Command[] = [];
	let next = state;
	for (const host of selectForeignHosts(state)) {
		const {whole} = state.pulls.registries.get(host) ?? unasked;
		if (whole.progress.state === 'idle') {
			const [started, command] = startReading(
				next,
				{host, repository: undefined},
				choice,
			);
			next = started;
			commands.push(command);
		}
	}

	return [next, commands];
};

/** Reads everything again that was read of the sources of pulls, of one registry or of all. */
export const rereadPulls = (state: State, host?: string): Update => {
	const {choice, registries} = state.pulls;
	const commands: Command[] = [];
	let next = state;
	for (const [each, {state: known, repositories}] of registries) {
		if (!choice || known !== 'known' || (host ?? each) !== each) {
			continue;
		}

		for (const repository of [undefined, ...repositories.keys()]) {
			const [started, command] = startReading(
				next,
				{host: each, repository},
				choice,
			);
			next = started;
			commands.push(command);
		}
	}

	return [next, commands];
};

const save = (state: State, choice: PullsChoice): Update => [
	{...state, pulls: {...state.pulls, choice}},
	[{kind: 'save-pulls-choice', choice}],
];

/** Counts the pulls of so many days from now on, also in the next run. */
export const changeWindow = (state: State, windowDays: number): Update => {
	const {choice} = state.pulls;
	if (!choice || choice.windowDays === windowDays) {
		return [state, []];
	}

	const [saved, saving] = save(state, {...choice, windowDays});
	const [next, commands] = rereadPulls(saved);
	return [next, [...saving, ...commands]];
};

/** Accepts a gap of a source by name, or takes that back. */
export const togglePullGap = (
	state: State,
	{name}: PullSource,
	gap: PullGap,
): Update => {
	const {choice} = state.pulls;
	if (!choice) {
		return [state, []];
	}

	if (!gap.canBeAccepted) {
		return [
			{
				...state,
				notice:
					'This gap cannot be accepted: what is missing may hold any pull. r reads again.',
			},
			[],
		];
	}

	const isSame = (other: {source: string; gap: string}): boolean =>
		other.source === name && other.gap === gap.name;
	const others = choice.accepted.filter(other => !isSame(other));
	return save(state, {
		...choice,
		accepted:
			others.length < choice.accepted.length
				? others
				: [...others, {source: name, gap: gap.name}],
	});
};

/** Agrees to what a source costs, and reads it. */
export const agreeToCost = (
	state: State,
	host: string,
	{name, cost}: PullSource,
): Update => {
	if (cost && cost.bytes > cost.most) {
		return [
			{
				...state,
				notice:
					'That is more than a query may scan. A shorter window scans less (p); --max-bytes allows more.',
			},
			[],
		];
	}

	const known = state.pulls.registries.get(host) ?? unasked;
	const spends = new Set([...known.spends, name]);
	return rereadPulls(changePulls(state, host, {spends}), host);
};
