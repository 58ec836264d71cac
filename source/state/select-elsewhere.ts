import {countAttempts, hubLimit} from '../evidence/count-attempts.js';
import {
	type ForeignReference,
	type ForeignRepository,
	listElsewhere,
	type OwnRegistry,
} from '../evidence/elsewhere.js';
import {describeUser} from '../evidence/name-uses.js';
import type {Use, UsesReading} from '../evidence/use.js';
import {formatCount, formatRate} from '../text/quantities.js';
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
};

const describeUses = (uses: readonly Use[]): string => {
	const places = [...new Set(uses.map(use => describeUser(use)))];
	return `${places[0] ?? ''}${places.length > 1 ? ` +${places.length - 1}` : ''}`;
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

const describeRepository = (
	foreign: ForeignRepository,
	rateOf: RateOf,
): ElsewhereRow[] => {
	const {host, repository, references, count, byDigest} = foreign;
	const rates = references.map(reference => rateOf(foreign, reference));
	return [
		{
			key: `${host}/${repository}`,
			kind: 'repository',
			name: `${host}/${repository}`,
			where: `${formatCount(references.length, 'reference')}, ${byDigest} of ${count} by digest`,
			count,
			attempts: addUp(rates),
		},
		...references.map(({text, uses}, index): ElsewhereRow => ({
			key: text,
			kind: 'reference',
			// The repository stands above.
			name: text.slice(`${host}/${repository}`.length),
			where: describeUses(uses),
			count: uses.length,
			attempts: rates[index],
		})),
	];
};

type Slot = {own: string; repositories: readonly ForeignRepository[]};

const slots = remember((_reading: UsesReading): Slot => ({
	own: '\n',
	repositories: [],
}));

/** The registries that are the operator's own: saved ones, those given and the demo's. A login alone makes none. */
const listOwn = ({registries}: State): readonly OwnRegistry[] =>
	registries
		.filter(({source}) => source !== 'docker login')
		.map(({host}) => ({host, path: undefined}));

/** The repositories elsewhere, found once for each reading of the uses. */
const selectElsewhere = (state: State): readonly ForeignRepository[] => {
	const {reading} = state.uses;
	const own = listOwn(state);
	const name = own.map(({host}) => host).join(' ');
	const slot = slots(reading);
	if (slot.own !== name) {
		slot.own = name;
		slot.repositories = listElsewhere(reading.uses, own);
	}

	return slot.repositories;
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
	const made = [choice, registries, now];
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
		last.rows = repositories.flatMap(repository =>
			describeRepository(repository, rateOf),
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
