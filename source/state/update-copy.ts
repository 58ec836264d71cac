import type {CopyNews} from '../copy/copy-news.js';
import {confirmCopy, type CopyPlan} from '../copy/copy-plan.js';
import type {Update} from './command.js';
import type {CopyScreen} from './copy-screen.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {scrollWindow} from './scroll.js';
import {
	copyHeight,
	describeCopyEnd,
	isCopying,
	isCopyLeft,
	selectCopyLines,
	selectCopyPhrase,
} from './select-copy.js';
import {selectHomeward} from './select-homeward.js';
import type {State} from './state.js';
import {openScreen} from './trail.js';
import {eraseLast} from './erase-last.js';
import {chooseWorse} from './update-run.js';

type CopyMessage =
	| Extract<
			KeyMessage,
			{
				kind:
					| 'copy-asked'
					| 'copy-confirmed'
					| 'copy-repeated'
					| 'cursor-moved'
					| 'text-typed'
					| 'text-erased'
					| 'text-submitted';
			}
	  >
	| Extract<
			WorldMessage,
			{kind: 'copy-planned' | 'copy-failed' | 'copy-told' | 'copy-ended'}
	  >;

const noPlan: CopyPlan = {images: [], missing: [], costs: []};

/** The copy that is open, also while the help lies over it. */
export const findCopy = (state: State): CopyScreen | undefined =>
	state.trail.find(screen => screen.kind === 'copy');

/** The state with the open copy changed. */
const changeCopy = (state: State, change: Partial<CopyScreen>): State => ({
	...state,
	trail: state.trail.map(screen =>
		screen.kind === 'copy' ? {...screen, ...change} : screen,
	),
});

const openCopy = (state: State): Update => {
	const entries = selectHomeward(state);
	return [
		openScreen(state, {
			kind: 'copy',
			state: 'reading',
			home: state.home.text.split(/\s+/)[0] ?? '',
			entries,
			plan: noPlan,
			typed: '',
			mistake: undefined,
			begun: new Set(),
			outcomes: new Map(),
			progress: undefined,
			journal: '',
			problem: undefined,
			top: 0,
		}),
		[{kind: 'plan-copy', entries}],
	];
};

/** The same once more: what is there by now is not sent again. */
const repeat = (state: State, screen: CopyScreen): Update => {
	const {entries} = screen;
	return [
		changeCopy(state, {
			state: 'reading',
			plan: noPlan,
			typed: '',
			begun: new Set(),
			outcomes: new Map(),
			progress: undefined,
			problem: undefined,
			top: 0,
		}),
		[{kind: 'plan-copy', entries}],
	];
};

const confirm = (
	state: State,
	screen: CopyScreen,
	typed: string | undefined,
): Update => {
	const {images} = screen.plan;
	if (screen.state !== 'ready' || images.length === 0) {
		return [state, []];
	}

	const copy = confirmCopy(images, typed);
	if (!copy) {
		return [
			changeCopy(state, {
				mistake:
					typed === undefined || typed.trim() === ''
						? undefined
						: `That is not the phrase. To copy, type exactly: ${selectCopyPhrase(screen) ?? ''}`,
			}),
			[],
		];
	}

	return [
		changeCopy(state, {state: 'running', mistake: undefined, top: 0}),
		[{kind: 'run-copy', entries: screen.entries, copy}],
	];
};

const takeNews = (state: State, screen: CopyScreen, news: CopyNews): State => {
	switch (news.kind) {
		case 'began': {
			return changeCopy(state, {journal: news.journal});
		}

		case 'image-began': {
			return changeCopy(state, {begun: new Set([...screen.begun, news.index])});
		}

		case 'image-ended': {
			const outcomes = new Map(screen.outcomes);
			outcomes.set(news.index, news.outcome);
			return changeCopy(state, {outcomes});
		}

		case 'progress': {
			return changeCopy(state, {progress: news.progress});
		}
	}
};

/** What is at home now is asked, so that the list of images from elsewhere says it. */
const end = (state: State, screen: CopyScreen): Update => {
	const outcomes = [...screen.outcomes.values()];
	const code =
		screen.problem !== undefined ||
		outcomes.some(({kind}) => kind === 'failed' || kind === 'unfinished')
			? 1
			: outcomes.some(({kind}) => kind === 'refused')
				? 3
				: 0;
	const ended = changeCopy(state, {state: 'ended', top: 0});
	const left = isCopyLeft({...screen, state: 'ended'});
	return [
		{
			...ended,
			notice: undefined,
			exitCode: chooseWorse(state.exitCode, code),
			farewell: [
				...state.farewell,
				`jetsam: to ${screen.home}: ${describeCopyEnd(screen)}${left ? '; the same copy goes on with what is left' : ''}`,
			],
			home: {...ended.home, isAsking: true},
		},
		[{kind: 'ask-home', names: screen.entries.map(({to}) => to)}],
	];
};

/** Breaks the copy off. What has not come whole has no tag. */
export const breakOff = (state: State): Update => [
	{
		...changeCopy(state, {state: 'stopping'}),
		notice: 'Breaking off. What has not come whole gets no tag.',
	},
	[{kind: 'stop-batch'}],
];

/** What happens on the screen that copies images. */
export const updateCopy = (state: State, message: CopyMessage): Update => {
	if (message.kind === 'copy-asked') {
		return openCopy(state);
	}

	const screen = findCopy(state);
	if (!screen) {
		return [state, []];
	}

	switch (message.kind) {
		case 'copy-planned': {
			return message.entries === screen.entries && screen.state === 'reading'
				? [changeCopy(state, {plan: message.plan, state: 'ready'}), []]
				: [state, []];
		}

		case 'copy-failed': {
			const {problem, entries} = message;
			return entries === screen.entries
				? [
						changeCopy(state, {
							problem,
							// One under way ends by itself.
							...(isCopying(screen) ? {} : {state: 'ended'}),
						}),
						[],
					]
				: [state, []];
		}

		case 'copy-confirmed': {
			return confirm(state, screen, undefined);
		}

		case 'copy-repeated': {
			return screen.state === 'ended' ? repeat(state, screen) : [state, []];
		}

		case 'copy-told': {
			return [takeNews(state, screen, message.news), []];
		}

		case 'copy-ended': {
			return isCopying(screen) ? end(state, screen) : [state, []];
		}

		case 'text-typed': {
			const typed = screen.typed + message.text;
			return [changeCopy(state, {typed, mistake: undefined}), []];
		}

		case 'text-erased': {
			const typed = eraseLast(screen.typed, message.all);
			return [changeCopy(state, {typed, mistake: undefined}), []];
		}

		case 'text-submitted': {
			return confirm(state, screen, screen.typed);
		}

		case 'cursor-moved': {
			const page = copyHeight(state, screen);
			const lines = selectCopyLines(screen, state.size.columns - 2);
			const top = scrollWindow(screen.top, message, {
				page,
				last: Math.max(0, lines.length - page),
			});
			return [changeCopy(state, {top}), []];
		}
	}
};
