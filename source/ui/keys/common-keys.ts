import {isCopying} from '../../state/select-copy.js';
import {currentScreen, type State} from '../../state/state.js';
import type {Key} from '../keymap.js';
import {all, listed, taken, typed} from './contexts.js';

const isCopyUnderWay = (state: State): boolean => {
	const screen = currentScreen(state);
	return screen.kind === 'copy' && isCopying(screen);
};

const isUnderWay = (state: State): boolean => {
	const screen = currentScreen(state);
	return (
		(screen.kind === 'run' && screen.state !== 'ended') ||
		(screen.kind === 'undo' &&
			['running', 'stopping'].includes(screen.state)) ||
		isCopyUnderWay(state)
	);
};

const batchUnderWay = (state: State): string | undefined =>
	isUnderWay(state) && !isCopyUnderWay(state)
		? 'The batch is under way. Ctrl-C ends it after the step in flight.'
		: undefined;

const whyNotReviewed = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'review' && screen.state === 'ready'
		? undefined
		: 'No plan is shown now.';
};

const whyNotKept = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'review' && screen.removal
		? 'The removal of one tag is confirmed here or not at all.'
		: screen.kind === 'review' &&
			  screen.plans.every(({steps}) => steps.length === 0)
			? 'Nothing of this can go.'
			: whyNotReviewed(state);
};

/** Keys of what is typed into, and of every screen. */
export const commonKeys: readonly Key[] = [
	{
		name: 'Enter',
		presses: ['enter'],
		label: state =>
			['review', 'copy', 'rewrite'].includes(currentScreen(state).kind)
				? 'confirm'
				: 'take it',
		help: 'take what was typed; a phrase only when it is whole',
		screens: taken,
		message: {kind: 'text-submitted'},
	},
	{
		name: 'Backspace',
		presses: ['backspace'],
		label: '',
		help: 'erase the last character',
		screens: typed,
		message: {kind: 'text-erased', all: false},
	},
	{
		name: 'Ctrl-U',
		presses: ['ctrl-u'],
		label: '',
		help: 'erase what was typed',
		screens: typed,
		message: {kind: 'text-erased', all: true},
	},
	{
		name: 'Tab',
		presses: ['tab'],
		label: 'leave out',
		help: 'leave this registry out of the batch; starts nothing',
		screens: ['review'],
		message: {kind: 'registry-skipped'},
	},
	{
		name: 'Ctrl-X',
		presses: ['ctrl-x'],
		label: 'take off',
		help: 'take the mark under the cursor off; the plan and its phrase follow',
		screens: ['review'],
		message: {kind: 'mark-taken-off'},
		whyNot: whyNotReviewed,
	},
	{
		name: 'Ctrl-E',
		presses: ['ctrl-e'],
		label: 'to a file',
		help: 'write the plan to a file for jetsam apply, one for each registry',
		screens: ['review'],
		message: {kind: 'plan-file-asked'},
		whyNot: whyNotKept,
	},
	{
		name: 'Esc ← h',
		presses: ['escape', 'left', 'h', 'backspace'],
		// On the first screen there is nothing to go back to.
		label: state => (currentScreen(state).kind === 'registries' ? '' : 'back'),
		help: 'go back one layer: range, filter, screen; never quits',
		screens: [
			...listed,
			'digest',
			'place',
			'marked-pulls',
			'sources',
			'elsewhere',
			'run',
			'undo',
			'rewrite',
			'help',
			'quit',
		],
		message: {kind: 'screen-closed'},
		whyNot: batchUnderWay,
	},
	{
		name: 'Esc',
		presses: ['escape'],
		label: state => (isCopyUnderWay(state) ? 'break off' : 'back'),
		help: 'leave without doing it; a copy under way is broken off',
		screens: ['copy'],
		message: {kind: 'screen-closed'},
	},
	{
		name: 'Esc',
		presses: ['escape'],
		label: 'back',
		help: 'leave without doing it',
		screens: [...typed, 'menu'],
		message: {kind: 'screen-closed'},
	},
	{
		name: '?',
		presses: ['?'],
		label: 'help',
		help: 'show the keys of this screen',
		screens: [
			...listed,
			'digest',
			'place',
			'marked-pulls',
			'sources',
			'elsewhere',
			'run',
			'undo',
			'copy',
			'rewrite',
		],
		message: {kind: 'help-opened'},
	},
	{
		name: 'q',
		presses: ['q'],
		label: 'quit',
		help: 'quit; asks when there are marks',
		screens: [
			...listed,
			'digest',
			'place',
			'marked-pulls',
			'sources',
			'elsewhere',
			'rewrite',
			'help',
		],
		message: {kind: 'quit-asked'},
	},
	{
		name: 'q',
		presses: ['q'],
		label: 'quit',
		help: 'quit after all',
		screens: ['quit'],
		message: {kind: 'quit-confirmed'},
	},
	{
		name: 'Ctrl-C',
		presses: ['ctrl-c'],
		label: state => (isUnderWay(state) && !isCopyUnderWay(state) ? 'stop' : ''),
		help: 'quit; in a batch: stop after the step in flight, twice: break it off',
		screens: all,
		message: {kind: 'interrupted'},
	},
	{
		name: 'Ctrl-Z',
		presses: ['ctrl-z'],
		label: '',
		help: 'back to the shell; fg brings jetsam back as it was',
		screens: all,
		message: {kind: 'suspended'},
	},
];
