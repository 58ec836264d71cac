import {placeKey} from '../../state/first-state.js';
import type {FirstAction, FirstRow} from '../../state/select-first.js';
import {selectMarkCounts} from '../../state/select-marks.js';
import type {RegistryState, State} from '../../state/state.js';
import {formatAge} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {glyphs, theme} from '../theme.js';
import type {Cell, Column} from './columns.js';

type Name = 'cursor' | 'host' | 'login' | 'answer' | 'visited' | 'marked';

/** The columns of the first screen. */
export type FirstColumns = Readonly<Record<Name, Column>>;

const never = Number.POSITIVE_INFINITY;

/** Cells of the screen from which on there is room for whole sentences. */
const wideFrom = 112;

const narrow: FirstColumns = {
	cursor: {title: '', width: 1, align: 'left', from: 0},
	host: {title: 'REGISTRY', width: 0, align: 'left', from: 0},
	login: {title: 'LOGGED IN BY', width: 15, align: 'left', from: 0},
	answer: {title: 'ANSWERS', width: 15, align: 'left', from: 0},
	visited: {title: 'VISITED', width: 8, align: 'right', from: 76},
	marked: {title: 'MARKED', width: 6, align: 'right', from: never},
};

const wide: FirstColumns = {
	...narrow,
	login: {...narrow.login, width: 20},
	answer: {...narrow.answer, width: 27},
	visited: {...narrow.visited, width: 12},
};

const withMarks = (columns: FirstColumns): FirstColumns => ({
	...columns,
	marked: {...columns.marked, from: 0},
});

const layouts = {
	narrow,
	wide,
	narrowMarked: withMarks(narrow),
	wideMarked: withMarks(wide),
};

/** The columns that there is room and need for. */
export const chooseFirstColumns = ({size, marks}: State): FirstColumns =>
	size.columns < wideFrom
		? layouts[marks.size > 0 ? 'narrowMarked' : 'narrow']
		: layouts[marks.size > 0 ? 'wideMarked' : 'wide'];

const isWide = ({size}: State): boolean => size.columns >= wideFrom;

const describeAnswer = (state: State, {answer, login}: RegistryState): Cell => {
	switch (answer.kind) {
		case 'unasked': {
			return {text: ''};
		}

		case 'asking': {
			return {text: 'asking…', dim: true};
		}

		case 'open': {
			return {text: isWide(state) ? 'yes, open to everybody' : 'yes, open'};
		}

		case 'wants-login': {
			return login === undefined
				? {text: 'wants a login', color: theme.unknown}
				: {text: isWide(state) ? 'yes, to a login' : 'yes'};
		}

		case 'none': {
			return {
				text: isWide(state) ? `no: ${answer.reason}` : answer.reason,
				color: theme.danger,
			};
		}
	}
};

/** What came of opening it, or else whether it is there. */
const describeState = (state: State, registry: RegistryState): Cell => {
	switch (registry.connection.state) {
		case 'idle': {
			return describeAnswer(state, registry);
		}

		case 'loading': {
			return {text: 'opening…', dim: true};
		}

		case 'complete': {
			return {text: 'is open', color: theme.done};
		}

		case 'failed': {
			return {text: 'does not open', color: theme.danger};
		}
	}
};

/** The cells of a registry, or of a part of one. */
export const describePlace = (
	state: State,
	{place, registry}: FirstRow & {kind: 'place'},
	isCursor: boolean,
): Record<Name, Cell> => {
	const color = isCursor ? theme.cursor : undefined;
	const marked = selectMarkCounts(state.marks).get(place.host) ?? 0;
	const age = formatAge(place.visitedAt, state.now);
	return {
		cursor: {text: isCursor ? glyphs.cursor : '', color},
		host: {text: makeSafe(placeKey(place)), color},
		login: {
			text: makeSafe(
				registry.login ??
					(registry.source.startsWith('demo') ? 'needs none' : 'nobody'),
			),
			dim: true,
		},
		answer: describeState(state, registry),
		visited: {
			text:
				place.visitedAt === undefined
					? ''
					: age === '0m'
						? 'now'
						: `${age} ago`,
			dim: true,
		},
		marked: {text: marked > 0 ? String(marked) : '', color: theme.mark},
	};
};

/** What a line that opens no registry says. */
export const describeAction = (
	{first}: State,
	action: FirstAction,
): {readonly text: string; readonly more: string} => {
	switch (action) {
		case 'type': {
			return {
				text: 'type an address …',
				more: 'registry.example.com, 127.0.0.1:5000 or ghcr.io/owner/image',
			};
		}

		case 'ask': {
			const names = first.programs.join(' and ');
			return first.asking.length > 0
				? {
						text: `asking ${first.asking.join(' and ')} …`,
						more: 'what they know of is listed as it comes',
					}
				: {
						text: `ask ${names} for more …`,
						more: 'the registries of your projects and subscriptions',
					};
		}

		case 'demo': {
			return first.demo === 'running'
				? {
						text: 'leave the demo …',
						more: 'for the registries that this machine knows of',
					}
				: {
						text: 'look around in the demo …',
						more: 'a registry inside of jetsam; nothing in it is real',
					};
		}
	}
};
