import {isCopyLeft} from '../../state/select-copy.js';
import {canWrite} from '../../state/select-rewrite.js';
import {selectHomeward} from '../../state/select-homeward.js';
import {currentScreen, type State} from '../../state/state.js';
import type {Key} from '../keymap.js';

const noHome = ({home}: State): string | undefined =>
	home.map === undefined ? 'No home is chosen yet; t asks for one.' : undefined;

const whyNotCopied = (state: State): string | undefined =>
	noHome(state) ??
	(selectHomeward(state).length === 0
		? 'The home was not chosen for this one; t chooses it for what is marked.'
		: undefined);

const whyNotConfirmed = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'copy' &&
		screen.state === 'ready' &&
		screen.plan.images.length > 0
		? undefined
		: 'There is nothing to confirm now.';
};

const whyNotRepeated = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'copy' && isCopyLeft(screen)
		? undefined
		: 'Nothing is left to go on with.';
};

const whyNotWritten = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return state.readOnly
		? 'This is a read-only run; nothing is written.'
		: screen.kind === 'rewrite' && canWrite(screen)
			? undefined
			: 'There is nothing to write now.';
};

const whyNotRead = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'rewrite' && screen.state === 'ready'
		? undefined
		: 'It is done or under way.';
};

/** Keys that bring images from elsewhere home. */
export const homeKeys: readonly Key[] = [
	{
		name: 'Space',
		presses: [' '],
		label: 'mark',
		help: 'mark this image to come home, or all of this repository',
		screens: ['elsewhere'],
		message: {kind: 'foreign-toggled'},
	},
	{
		name: 'a',
		presses: ['a'],
		label: 'all shown',
		help: 'mark all images from elsewhere that are shown; again: none',
		screens: ['elsewhere'],
		message: {kind: 'all-foreign-toggled'},
	},
	{
		name: 't',
		presses: ['t'],
		label: 'home',
		help: 'choose where the marked images go, or all; what is there is asked',
		screens: ['elsewhere'],
		message: {kind: 'home-asked'},
	},
	{
		name: 'C',
		presses: ['C'],
		label: 'copy',
		help: 'copy what is marked, or this one, to its home; shows it and asks first',
		screens: ['elsewhere'],
		message: {kind: 'copy-asked'},
		whyNot: whyNotCopied,
	},
	{
		name: 'R',
		presses: ['R'],
		label: 'rewrite',
		help: 'rewrite what names the marked images in files; shows the change first',
		screens: ['elsewhere'],
		message: {kind: 'rewrite-asked'},
		whyNot: noHome,
	},
	{
		name: 'w',
		presses: ['w'],
		label: 'mapping',
		help: 'write where each image goes to a file, for copy and rewrite',
		screens: ['elsewhere'],
		message: {kind: 'map-file-asked'},
		whyNot: noHome,
	},
	{
		name: 'y',
		presses: ['y'],
		label: 'copy',
		help: 'copy what is shown',
		screens: ['copy'],
		message: {kind: 'copy-confirmed'},
		whyNot: whyNotConfirmed,
	},
	{
		name: 'r',
		presses: ['r'],
		label(state) {
			const screen = currentScreen(state);
			return screen.kind === 'copy' && screen.outcomes.size === 0
				? 'try again'
				: 'go on';
		},
		help: 'look again and go on with what is left',
		screens: ['copy'],
		message: {kind: 'copy-repeated'},
		whyNot: whyNotRepeated,
	},
	{
		name: 'w',
		presses: ['w'],
		label: 'write',
		help: 'write what is shown; asks for a word first',
		screens: ['rewrite'],
		message: {kind: 'write-asked'},
		whyNot: whyNotWritten,
	},
	{
		name: 'p',
		presses: ['p'],
		label: 'digests',
		help: 'write the digest beside each tag, or leave digests out again',
		screens: ['rewrite'],
		message: {kind: 'pins-toggled'},
		whyNot: whyNotRead,
	},
	{
		name: 'f',
		presses: ['f'],
		label: 'folder',
		help: 'look at the files of another folder',
		screens: ['rewrite'],
		message: {kind: 'folder-asked'},
		whyNot: whyNotRead,
	},
];
