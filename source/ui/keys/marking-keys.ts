import {hasAnyPulls} from '../../state/select-pulls.js';
import {selectEmptiness} from '../../state/select-emptiness.js';
import {currentScreen, findRegistry, type State} from '../../state/state.js';
import {whyNoRetry} from '../../state/retry-batch.js';
import {whyNoTag} from '../../state/update-tag.js';
import type {Key} from '../keymap.js';
import {lists, listed} from './contexts.js';

const noMarks = (state: State): string | undefined =>
	state.marks.size === 0
		? 'Nothing is marked. Press Space on a digest that may go.'
		: undefined;

const whyNoUndo = (state: State): string | undefined => {
	const screen = currentScreen(state);
	if (screen.kind !== 'run' || screen.state !== 'ended') {
		return 'The batch is under way; it can be put back when it has ended.';
	}

	return screen.batch !== '' &&
		screen.outcomes.some(({outcome}) =>
			['deleted', 'failed'].includes(outcome.kind),
		)
		? undefined
		: 'Nothing was deleted, so there is nothing to put back.';
};

const whyNoHold = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'run' && ['running', 'paused'].includes(screen.state)
		? undefined
		: 'Nothing is under way that could be held.';
};

const isPaused = (state: State): boolean => {
	const screen = currentScreen(state);
	return screen.kind === 'run' && screen.state === 'paused';
};

const whyNotReady = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'undo' &&
		screen.state === 'ready' &&
		screen.previews.length > 0
		? undefined
		: 'There is nothing to put back now.';
};

const whyNoMovedTags = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'undo' &&
		screen.state === 'ready' &&
		screen.previews.some(({moved}) => moved.length > 0)
		? undefined
		: 'No tag means something else by now.';
};

const whyNoMark = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'digests'
		? (findRegistry(state, screen.host)?.capabilities?.whyNoDelete ??
				selectEmptiness(state))
		: undefined;
};

/** Keys that mark, and lead from marks to their review. */
export const markingKeys: readonly Key[] = [
	{
		name: 'Space',
		presses: [' '],
		label: 'mark',
		help: 'mark or unmark the digest and move on',
		screens: ['digests', 'marks'],
		message: {kind: 'mark-toggled'},
		whyNot: whyNoMark,
	},
	{
		name: 'd',
		presses: ['d'],
		label: 'review',
		help: 'review what is marked, before anything is deleted',
		screens: listed,
		message: {kind: 'review-opened'},
		whyNot: noMarks,
	},
	{
		name: 'v',
		presses: ['v'],
		label: 'range',
		help: 'begin a range; again: mark all from there to the cursor',
		screens: ['digests'],
		message: {kind: 'range-toggled'},
		whyNot: whyNoMark,
	},
	{
		name: 'a',
		presses: ['a'],
		label: 'all shown',
		help: 'mark everything that is shown',
		screens: ['digests'],
		message: {kind: 'all-marked'},
		whyNot: whyNoMark,
	},
	{
		name: 'i',
		presses: ['i'],
		label: '',
		help: 'turn the marks of what is shown round',
		screens: ['digests'],
		message: {kind: 'marks-inverted'},
		whyNot: whyNoMark,
	},
	{
		name: 'u',
		presses: ['u'],
		label: '',
		help: 'unmark everything, everywhere',
		screens: listed,
		message: {kind: 'marks-cleared'},
		whyNot: noMarks,
	},
	{
		name: 'm',
		presses: ['m'],
		label: '',
		help: 'list all marks',
		screens: lists,
		message: {kind: 'marks-opened'},
		whyNot: noMarks,
	},
	{
		name: 'P',
		presses: ['P'],
		label: '',
		help: 'chart the pulls of the repositories that have marks',
		screens: ['marks'],
		message: {kind: 'marked-pulls-opened'},
		whyNot: state =>
			hasAnyPulls(state)
				? noMarks(state)
				: 'No source of pulls is named; --pulls names one.',
	},
	{
		name: 'M',
		presses: ['M'],
		label: 'marks of last time',
		help: 'take up the marks that an earlier run left',
		screens: lists,
		message: {kind: 'offer-taken'},
		whyNot: ({offered}) =>
			offered.length === 0 ? 'No earlier run left marks.' : undefined,
	},
	{
		name: 'L',
		presses: ['L'],
		label: '',
		help: 'mark what a file of references names',
		screens: lists,
		message: {kind: 'marks-file-asked'},
	},
	{
		name: 't',
		presses: ['t'],
		label: '',
		help: 'remove one tag and keep its digest, where the registry can',
		screens: ['digests', 'digest'],
		message: {kind: 'tag-removal-asked'},
		whyNot: whyNoTag,
	},
	{
		name: 'p',
		presses: ['p'],
		label: state => (isPaused(state) ? 'go on' : 'pause'),
		help: 'hold the batch: what is under way ends, nothing new is sent; again: go on',
		screens: ['run'],
		message: {kind: 'batch-hold-toggled'},
		whyNot: whyNoHold,
	},
	{
		name: 'u',
		presses: ['u'],
		label: 'undo',
		help: 'put back what this batch deleted; shows it and asks first',
		screens: ['run'],
		message: {kind: 'undo-opened'},
		whyNot: whyNoUndo,
	},
	{
		name: 'r',
		presses: ['r'],
		label: 'retry failed',
		help: 'try again what failed, and nothing else; what was refused wants a new review',
		screens: ['run'],
		message: {kind: 'retry-asked'},
		whyNot: whyNoRetry,
	},
	{
		name: 'y',
		presses: ['y'],
		label: 'put it back',
		help: 'put back what is shown',
		screens: ['undo'],
		message: {kind: 'undo-confirmed'},
		whyNot: whyNotReady,
	},
	{
		name: 't',
		presses: ['t'],
		label: 'moved tags',
		help: 'take tags back too that mean something else by now, or leave them there',
		screens: ['undo'],
		message: {kind: 'undo-tags-toggled'},
		whyNot: whyNoMovedTags,
	},
];
