import type {PullAction, PullTally} from '../../../evidence/pull.js';
import {createTallyBook} from '../../tally-book.js';
import type {TableKind} from './kinds.js';
import {readCell, readNumber} from './read-row.js';
import type {Row} from './run-query.js';

/** What the rows of one query came to. */
export type Counted = {
	readonly tallies: readonly PullTally[];
	/** Requests and events that were counted. */
	readonly records: number;
	readonly skipped: number;
	readonly firstProblem: string | undefined;
	/** Downloads that name no repository. */
	readonly unplaced: number;
	/** Everything about other registries, by host; foreign. */
	readonly elsewhere: ReadonlyMap<string, number>;
	/** The oldest that shows that pulls were logged, by project where there are projects; milliseconds since 1970. */
	readonly oldest: ReadonlyMap<string, number>;
};

/** A book for the rows of one query; what it holds grows with the images and their days. */
export type RowBook = {
	readonly add: (row: Row) => void;
	readonly close: () => Counted;
};

/** A registry's name in a count of others, for what a table makes up without end. */
const mostElsewhere = 100;

const actions: Readonly<Record<string, PullAction>> = {
	pull: 'pull',
	check: 'check',
	push: 'push',
	attempt: 'attempt',
	present: 'present',
};

type Open = {
	records: number;
	skipped: number;
	firstProblem: string | undefined;
	unplaced: number;
	readonly elsewhere: Map<string, number>;
	readonly oldest: Map<string, number>;
};

const countBesides = (open: Open, row: Row, action: string): void => {
	const requests = readNumber(row, 'requests');
	const host = readCell(row, 'host');
	if (action === 'unplaced') {
		open.unplaced += requests;
	} else if (
		action === 'elsewhere' &&
		host !== '' &&
		(open.elsewhere.has(host) || open.elsewhere.size < mostElsewhere)
	) {
		open.elsewhere.set(host, (open.elsewhere.get(host) ?? 0) + requests);
	}
};

/** Counts rows of one kind of table about one registry; each row stands for all that happened to an image on a day. */
export const openRowBook = ({
	source,
	apartAgents,
	host,
	kind,
}: {
	readonly source: string;
	readonly apartAgents: readonly string[];
	readonly host: string;
	readonly kind: TableKind;
}): RowBook => {
	const book = createTallyBook({source, apartAgents});
	const open: Open = {
		records: 0,
		skipped: 0,
		firstProblem: undefined,
		unplaced: 0,
		elsewhere: new Map(),
		oldest: new Map(),
	};
	const addImages = (row: Row, action: PullAction): void => {
		const count = readNumber(row, 'requests');
		const images = kind.readRow(row, host);
		if (images.length === 0) {
			open.skipped += count;
			open.firstProblem ??= `A row names no image in "${[
				'resource',
				'asked',
				'repository',
				'image',
			]
				.map(column => readCell(row, column))
				.join(' ')
				.trim()}".`;
			return;
		}

		open.records += count;
		for (const {repository, image} of images) {
			book.add({
				time: readNumber(row, 'lastTime'),
				host,
				repository,
				image,
				tag: undefined,
				action,
				count,
				id: undefined,
				agent: readCell(row, 'client'),
				client: '',
			});
		}
	};

	return {
		add(row) {
			const told = readCell(row, 'action');
			const first = readNumber(row, 'firstTime');
			if (kind.showsCoverage(told) && first > 0) {
				const project = readCell(row, 'project');
				const known = open.oldest.get(project) ?? first;
				open.oldest.set(project, Math.min(known, first));
			}

			const action = actions[told];
			if (action === undefined) {
				countBesides(open, row, told);
			} else {
				addImages(row, action);
			}
		},
		close: () => ({...open, tallies: book.tallies()}),
	};
};
