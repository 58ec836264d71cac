import {countAttempts, hubLimit} from '../evidence/count-attempts.js';
import {
	type ForeignReference,
	type ForeignRepository,
	listElsewhere,
	type OwnRegistry,
} from '../evidence/elsewhere.js';
import {parseImageReference} from '../evidence/image-reference.js';
import {describeUser} from '../evidence/name-uses.js';
import type {Use, UsesReading} from '../evidence/use.js';
import {formatCount, formatRate} from '../text/quantities.js';
import {formatName, type ImageMap, nameImage} from '../move/image-map.js';
import {
	type ForeignImage,
	judgeProgress,
	type Progress,
} from '../move/judge-progress.js';
import type {HomeState} from './home-state.js';
import {remember} from './remember.js';
import {hasPulls, selectPullsReading} from './select-pulls.js';
import type {State} from './state.js';

/** A line of the list of images from elsewhere: a repository, or one reference to it. */
export type ElsewhereRow = {
	readonly key: string;
	readonly kind: 'repository' | 'reference';
	/** Foreign. */
	readonly name: string;
	/** Foreign in part. */
	readonly where: string;
	/** How many places name it. */
	readonly count: number;
	/** How often a day kubelets set out to pull it; `undefined` where no source tells. */
	readonly attempts: number | undefined;
	/** Texts of the references that it is, or is about. */
	readonly references: readonly string[];
	/** Whether all of these are marked to come home. */
	readonly isMarked: boolean;
	/** How far it has come home, in words; an empty text for a repository, and where no home is chosen. */
	readonly state: string;
	/** Why that is unknown; an empty text where it is known. Foreign in part. */
	readonly doubt: string;
	/** Its name at home; an empty text where it has none. Foreign. */
	readonly target: string;
};

const describeUses = (uses: readonly Use[]): string => {
	const places = [...new Set(uses.map(use => describeUser(use)))];
	return `${places[0] ?? 'nothing any more'}${places.length > 1 ? ` +${places.length - 1}` : ''}`;
};

/** The attempts of all that are told of; `undefined` where none is. */
const addUp = (
	rates: ReadonlyArray<number | undefined>,
): number | undefined => {
	const known = rates.filter(rate => rate !== undefined);
	return known.length === 0
		? undefined
		: known.reduce((sum, rate) => sum + rate, 0);
};

type RateOf = (
	repository: ForeignRepository,
	reference: ForeignReference,
) => number | undefined;

/** How far each reference has come home, by its text. */
type ProgressOf = ReadonlyMap<string, Progress>;

const describeRepository = (
	foreign: ForeignRepository,
	rateOf: RateOf,
	{home, progress}: {home: HomeState; progress: ProgressOf},
): ElsewhereRow[] => {
	const {host, repository, references, count, byDigest} = foreign;
	const rates = references.map(reference => rateOf(foreign, reference));
	return [
		{
			key: `${host}/${repository}`,
			kind: 'repository',
			name: `${host}/${repository}`,
			where:
				count === 0
					? ''
					: `${formatCount(references.length, 'reference')}, ${byDigest} of ${count} by digest`,
			count,
			attempts: addUp(rates),
			references: references.map(({text}) => text),
			isMarked: references.every(({text}) => home.marked.has(text)),
			state: '',
			doubt: '',
			target: '',
		},
		...references.map(({text, uses}, index): ElsewhereRow => ({
			key: text,
			kind: 'reference',
			// The repository stands above.
			name: text.slice(`${host}/${repository}`.length),
			where: describeUses(uses),
			count: uses.length,
			attempts: rates[index],
			references: [text],
			isMarked: home.marked.has(text),
			state: describeState(progress.get(text), home),
			doubt: home.isAsking ? '' : (progress.get(text)?.doubt ?? ''),
			target: describeTarget(progress.get(text)),
		})),
	];
};

type Slot = {
	own: string;
	map: ImageMap | undefined;
	repositories: readonly ForeignRepository[];
};

const slots = remember((_reading: UsesReading): Slot => ({
	own: '\n',
	map: undefined,
	repositories: [],
}));

/** The registries that are the operator's own: saved ones, those given and the demo's. A login alone makes none. */
export const listOwn = ({registries}: State): readonly OwnRegistry[] =>
	registries
		.filter(({source}) => source !== 'docker login')
		.map(({host}) => ({host, path: undefined}));

/** What the mapping sends home and nothing names any more stays: whether it has come home is to be seen. */
const addMapped = (
	named: readonly ForeignRepository[],
	map: ImageMap | undefined,
): readonly ForeignRepository[] => {
	const found = new Map(
		named.map(entry => [`${entry.host}/${entry.repository}`, entry]),
	);
	for (const {from} of map?.entries ?? []) {
		const {host, repository, reference} = from;
		const known = found.get(`${host}/${repository}`) ?? {
			host,
			repository,
			references: [],
			count: 0,
			byDigest: 0,
		};
		const text = formatName(from);
		if (reference && !known.references.some(entry => entry.text === text)) {
			found.set(`${host}/${repository}`, {
				...known,
				references: [...known.references, {text, by: reference.kind, uses: []}],
			});
		}
	}

	return [...found.values()];
};

/** The repositories elsewhere, found once for each reading of the uses and each mapping. */
const selectElsewhere = (state: State): readonly ForeignRepository[] => {
	const {reading} = state.uses;
	const own = listOwn(state);
	const name = own.map(({host}) => host).join(' ');
	const slot = slots(reading);
	const {map} = state.home;
	if (slot.own !== name || slot.map !== map) {
		slot.own = name;
		slot.map = map;
		slot.repositories = addMapped(listElsewhere(reading.uses, own), map);
	}

	return slot.repositories;
};

/** The references from elsewhere, each with the image that it names. */
export const selectForeignReferences = (
	state: State,
): ReadonlyArray<ForeignImage & {readonly text: string}> =>
	selectElsewhere(state)
		.flatMap(({references}) => references)
		.flatMap(({text, uses}) => {
			const image = uses[0]?.image ?? parseImageReference(text);
			return image?.kind === 'reference' ? [{text, image, uses}] : [];
		});

const describeState = (
	progress: Progress | undefined,
	{map, isAsking, answers}: HomeState,
): string =>
	map === undefined || progress === undefined
		? ''
		: progress.home && isAsking && answers.size === 0
			? '…'
			: (progress.state ?? '');

const describeTarget = (progress: Progress | undefined): string =>
	progress?.home ? formatName(nameImage(progress.home)) : '';

/** How far the references have come home; nothing where no home is chosen. */
export const selectProgress = (state: State): readonly Progress[] => {
	const {home, uses, now} = state;
	if (home.map === undefined) {
		return [];
	}

	return judgeProgress(
		selectForeignReferences(state),
		{
			reading: uses.reading,
			accepted: uses.choice.accepted,
			own: listOwn(state),
			map: home.map,
			since: undefined,
			pullsOf: () => undefined,
			now,
		},
		home.answers,
	);
};

/** The hosts of the images from elsewhere, each once. */
export const selectForeignHosts = (state: State): readonly string[] => [
	...new Set(selectElsewhere(state).map(({host}) => host)),
];

/** Whether some source may tell how often they are pulled. */
export const hasForeignPulls = (state: State): boolean =>
	selectForeignHosts(state).some(host => hasPulls(state, host));

const lastRows = remember(
	(
		_repositories: readonly ForeignRepository[],
	): {
		made: readonly unknown[];
		rows: readonly ElsewhereRow[];
	} => ({made: [], rows: []}),
);

const hour = 60 * 60 * 1000;

/** The lines of the list of images from elsewhere, made once for each reading. */
export const selectElsewhereRows = (state: State): readonly ElsewhereRow[] => {
	const repositories = selectElsewhere(state);
	const {choice, registries} = state.pulls;
	const now = Math.floor(state.now / hour) * hour;
	const made = [choice, registries, now, state.home, state.uses.choice];
	const last = lastRows(repositories);
	if (
		last.made.length === 0 ||
		made.some((part, index) => part !== last.made[index])
	) {
		const rateOf: RateOf = ({host, repository}, reference) =>
			choice &&
			countAttempts(
				selectPullsReading(state, {host}).reading,
				{host, repository},
				{reference, windowDays: choice.windowDays, now: state.now},
			);
		last.made = made;
		const {home} = state;
		const progress: ProgressOf = new Map(
			selectProgress(state).map(entry => [entry.text, entry]),
		);
		last.rows = repositories.flatMap(repository =>
			describeRepository(repository, rateOf, {home, progress}),
		);
	}

	return last.rows;
};

/** What kubelets take of Docker Hub each day, beside what it gives; `undefined` where no source tells. */
export const describeHubAttempts = (state: State): string | undefined => {
	const total = addUp(
		selectElsewhereRows(state)
			.filter(
				({kind, name}) =>
					kind === 'repository' && name.startsWith('docker.io/'),
			)
			.map(({attempts}) => attempts),
	);
	return total === undefined
		? undefined
		: `docker.io ${formatRate(total)}; its limit without a login is ${hubLimit.count} in ${hubLimit.hours} h`;
};
