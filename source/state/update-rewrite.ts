import {parseImageReference} from '../evidence/image-reference.js';
import {listClusterCommands} from '../move/cluster-commands.js';
import {formatName, mapImage, nameImage} from '../move/image-map.js';
import {formatCount} from '../text/quantities.js';
import type {Update} from './command.js';
import type {KeyMessage, WorldMessage} from './message.js';
import type {FilesPlan, RewriteScreen} from './rewrite-screen.js';
import {scrollWindow} from './scroll.js';
import {selectProgress} from './select-elsewhere.js';
import {
	canWrite,
	rewriteHeight,
	selectDiffLines,
	writeWord,
} from './select-rewrite.js';
import type {State} from './state.js';
import {openScreen} from './trail.js';
import {eraseLast} from './erase-last.js';

type RewriteMessage =
	| Extract<
			KeyMessage,
			{
				kind:
					| 'rewrite-asked'
					| 'folder-asked'
					| 'pins-toggled'
					| 'write-asked'
					| 'cursor-moved'
					| 'text-typed'
					| 'text-erased'
					| 'text-submitted';
			}
	  >
	| Extract<
			WorldMessage,
			{kind: 'files-planned' | 'files-failed' | 'files-written'}
	  >;

/** The rewrite that is open, also while the help lies over it. */
export const findRewrite = (state: State): RewriteScreen | undefined =>
	state.trail.find(screen => screen.kind === 'rewrite');

const change = (state: State, part: Partial<RewriteScreen>): State => ({
	...state,
	trail: state.trail.map(screen =>
		screen.kind === 'rewrite' ? {...screen, ...part} : screen,
	),
});

/** The folders that were named when the program was started. */
const listFolders = ({uses}: State): readonly string[] =>
	uses.reading.sources
		.filter(({kind}) => kind === 'files')
		.map(({name}) => name);

const askFolder = (state: State): State =>
	openScreen(state, {
		kind: 'text',
		purpose: 'folder',
		host: '',
		text: '',
		isProposed: false,
		problem: undefined,
	});

/** Names that files would have and that the home is not known to have. */
const listAbsent = (
	{home: {answers, map}}: State,
	{rewrite}: FilesPlan,
): readonly string[] => {
	const names = rewrite.files
		.flatMap(({references}) => references)
		.flatMap(({from}) => {
			const image = parseImageReference(from);
			const home = image && map ? mapImage(map, image) : undefined;
			return home ? formatName(nameImage(home)) : [];
		})
		.filter(name => answers.get(name) !== 'there');
	return [...new Set(names)];
};

const read = (state: State, screen: RewriteScreen): Update => {
	const {map} = state.home;
	const {folders, pins} = screen;
	return map
		? [
				change(state, {
					state: 'reading',
					plan: undefined,
					problem: undefined,
					typed: undefined,
					top: 0,
				}),
				[{kind: 'plan-files', folders, pins, map}],
			]
		: [state, []];
};

/** Shows what the files of folders become where their images go home. */
export const openRewrite = (
	state: State,
	folders: readonly string[],
): Update => {
	const screen: RewriteScreen = {
		kind: 'rewrite',
		state: 'reading',
		home: state.home.text.split(/\s+/)[0] ?? '',
		folders,
		pins: false,
		plan: undefined,
		typed: undefined,
		mistake: undefined,
		absent: [],
		commands: [],
		problem: undefined,
		top: 0,
	};
	return read(openScreen(state, screen), screen);
};

/** Takes the folder that was typed. One that is open already looks there instead. */
export const submitFolder = (closed: State, folder: string): Update => {
	const screen = findRewrite(closed);
	if (!screen) {
		return openRewrite(closed, [folder]);
	}

	const folders = [folder];
	return read(change(closed, {folders}), {...screen, folders});
};

const ask = (state: State): Update => {
	const folders = listFolders(state);
	return folders.length === 0
		? [askFolder(state), []]
		: openRewrite(state, folders);
};

/** Leaves the question, where one is asked; `undefined` where none is. */
export const closeQuestion = (state: State): State | undefined =>
	findRewrite(state)?.typed === undefined
		? undefined
		: change(state, {typed: undefined, mistake: undefined});

const submit = (state: State, screen: RewriteScreen): Update => {
	const {plan, typed = ''} = screen;
	if (!plan || !canWrite(screen)) {
		return [state, []];
	}

	if (typed.trim() !== writeWord) {
		const mistake =
			typed.trim() === ''
				? undefined
				: `That is not ${writeWord}; nothing was written.`;
		return [change(state, {mistake}), []];
	}

	return [
		change(state, {state: 'writing', typed: undefined, mistake: undefined}),
		[
			{
				kind: 'write-files',
				files: plan.rewrite.files,
				locations: plan.locations,
			},
		],
	];
};

/** The sources are asked anew, which the files are of. */
const end = (state: State, screen: RewriteScreen): Update => {
	const files = screen.plan?.rewrite.files ?? [];
	const count = files.flatMap(({references}) => references).length;
	const commands = listClusterCommands(selectProgress(state));
	const {choice} = state.uses;
	return [
		{
			...change(state, {state: 'ended', commands, top: 0}),
			uses: {...state.uses, progress: {state: 'loading'}},
			farewell: [
				...state.farewell,
				`jetsam: ${formatCount(count, 'reference')} in ${formatCount(files.length, 'file')} ${count === 1 ? 'was' : 'were'} rewritten`,
				...(commands.length === 0
					? []
					: ['jetsam: in the shell, for what runs in clusters:', ...commands]),
			],
		},
		[{kind: 'read-uses', choice}],
	];
};

/** What happens on the screen that rewrites files. */
export const updateRewrite = (
	state: State,
	message: RewriteMessage,
): Update => {
	if (message.kind === 'rewrite-asked') {
		return ask(state);
	}

	const screen = findRewrite(state);
	if (!screen) {
		return [state, []];
	}

	switch (message.kind) {
		case 'folder-asked': {
			return [askFolder(state), []];
		}

		case 'pins-toggled': {
			const pins = !screen.pins;
			return read(change(state, {pins}), {...screen, pins});
		}

		case 'write-asked': {
			return [canWrite(screen) ? change(state, {typed: ''}) : state, []];
		}

		case 'files-planned': {
			const {plan, folders, pins} = message;
			return screen.state === 'reading' &&
				folders === screen.folders &&
				pins === screen.pins
				? [
						change(state, {
							plan,
							state: 'ready',
							absent: listAbsent(state, plan),
						}),
						[],
					]
				: [state, []];
		}

		case 'files-failed': {
			const {problem} = message;
			return [
				change(state, {
					problem,
					// What was read before is not what is there now.
					...(screen.state === 'writing' ? {plan: undefined} : {}),
					state: 'ready',
				}),
				[],
			];
		}

		case 'files-written': {
			return end(state, screen);
		}

		case 'text-typed': {
			const typed = (screen.typed ?? '') + message.text;
			return [change(state, {typed, mistake: undefined}), []];
		}

		case 'text-erased': {
			const typed = eraseLast(screen.typed ?? '', message.all);
			return [change(state, {typed, mistake: undefined}), []];
		}

		case 'text-submitted': {
			return submit(state, screen);
		}

		case 'cursor-moved': {
			const page = rewriteHeight(state, screen);
			const lines = selectDiffLines(screen, state.size.columns - 2);
			const top = scrollWindow(screen.top, message, {
				page,
				last: Math.max(0, lines.length - page),
			});
			return [change(state, {top}), []];
		}
	}
};
