import {
	type ForeignRepository,
	listElsewhere,
	type OwnRegistry,
} from '../evidence/elsewhere.js';
import {describeUser} from '../evidence/name-uses.js';
import type {Use, UsesReading} from '../evidence/use.js';
import {formatCount} from '../text/quantities.js';
import {remember} from './remember.js';
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
};

const describeUses = (uses: readonly Use[]): string => {
	const places = [...new Set(uses.map(use => describeUser(use)))];
	return `${places[0] ?? ''}${places.length > 1 ? ` +${places.length - 1}` : ''}`;
};

const describeRepository = ({
	host,
	repository,
	references,
	count,
	byDigest,
}: ForeignRepository): ElsewhereRow[] => [
	{
		key: `${host}/${repository}`,
		kind: 'repository',
		name: `${host}/${repository}`,
		where: `${formatCount(references.length, 'reference')}, ${byDigest} of ${count} by digest`,
		count,
	},
	...references.map(({text, uses}): ElsewhereRow => ({
		key: text,
		kind: 'reference',
		// The repository stands above.
		name: text.slice(`${host}/${repository}`.length),
		where: describeUses(uses),
		count: uses.length,
	})),
];

type Slot = {own: string; rows: readonly ElsewhereRow[]};

const slots = remember((_reading: UsesReading): Slot => ({
	own: '\n',
	rows: [],
}));

/** The registries that are the operator's own: saved ones, those given and the demo's. A login alone makes none. */
const listOwn = ({registries}: State): readonly OwnRegistry[] =>
	registries
		.filter(({source}) => source !== 'docker login')
		.map(({host}) => ({host, path: undefined}));

/** The lines of the list of images from elsewhere, made once for each reading. */
export const selectElsewhereRows = (state: State): readonly ElsewhereRow[] => {
	const {reading} = state.uses;
	const own = listOwn(state);
	const name = own.map(({host}) => host).join(' ');
	const slot = slots(reading);
	if (slot.own !== name) {
		slot.own = name;
		slot.rows = listElsewhere(reading.uses, own).flatMap(repository =>
			describeRepository(repository),
		);
	}

	return slot.rows;
};
