import {chooseUndoExitCode, describeUndo, type UndoItem} from '../plan/undo.js';
import type {Command, Update} from './command.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {outcomesHeight} from './select-outcome-lines.js';
import {selectUndoLines, undoTextWidth} from './select-undo.js';
import {scrollWindow} from './scroll.js';
import {currentScreen, type State, type UndoScreen} from './state.js';
import {openScreen} from './trail.js';
import {changeRun, chooseWorse} from './update-run.js';

/** The undo that is open, also while the help lies over it. */
export const findUndo = (state: State): UndoScreen | undefined =>
	state.trail.find(screen => screen.kind === 'undo');

/** Whether a batch is being put back. */
export const isUndoing = (state: State): boolean =>
	['running', 'stopping'].includes(findUndo(state)?.state ?? '');

/** The state with the open undo changed. */
export const changeUndo = (
	state: State,
	change: Partial<UndoScreen>,
): State => ({
	...state,
	trail: state.trail.map(screen =>
		screen.kind === 'undo' ? {...screen, ...change} : screen,
	),
});

/** What happens on the screen that puts a batch back. */
export const updateUndo = (
	state: State,
	message:
		| Extract<
				KeyMessage,
				{
					kind:
						| 'undo-opened'
						| 'undo-confirmed'
						| 'undo-tags-toggled'
						| 'cursor-moved';
				}
		  >
		| Extract<
				WorldMessage,
				{
					kind:
						'undo-planned' | 'undo-failed' | 'undo-step-ended' | 'undo-ended';
				}
		  >,
): Update => {
	if (message.kind === 'undo-opened') {
		return openUndo(state);
	}

	const screen = findUndo(state);
	if (!screen) {
		return [state, []];
	}

	switch (message.kind) {
		case 'undo-planned': {
			const {previews} = message;
			return [changeUndo(state, {previews, state: 'ready'}), []];
		}

		case 'undo-failed': {
			const {problem} = message;
			const farewell = [...state.farewell, `jetsam: ${problem.message}`];
			return [
				changeUndo(
					{...state, exitCode: 1, farewell},
					{problem, state: 'ended'},
				),
				[],
			];
		}

		case 'undo-confirmed': {
			return confirm(state, screen);
		}

		case 'undo-tags-toggled': {
			const movedTags = screen.movedTags === 'left' ? 'taken-back' : 'left';
			return screen.state === 'ready'
				? [changeUndo(state, {movedTags}), []]
				: [state, []];
		}

		case 'undo-step-ended': {
			const results = [...screen.results, message.result];
			return [changeUndo(state, {results}), []];
		}

		case 'undo-ended': {
			return endUndo(state, screen);
		}

		case 'cursor-moved': {
			const width = undoTextWidth(state.size.columns);
			const top = scrollWindow(screen.top, message, {
				page: outcomesHeight(state),
				last: selectUndoLines(screen, width).length - 1,
			});
			return [changeUndo(state, {top}), []];
		}
	}
};

const openUndo = (state: State): Update => {
	const run = currentScreen(state);
	if (run.kind !== 'run' || run.batch === '') {
		return [state, []];
	}

	const {batch} = run;
	return [
		openScreen(state, {
			kind: 'undo',
			batch,
			state: 'reading',
			previews: [],
			movedTags: 'left',
			results: [],
			problem: undefined,
			top: 0,
		}),
		[{kind: 'plan-undo', batch}],
	];
};

const confirm = (state: State, screen: UndoScreen): Update => {
	const {batch, previews, movedTags} = screen;
	return screen.state === 'ready' && previews.length > 0
		? [
				changeUndo(state, {state: 'running', top: 0}),
				[
					{
						kind: 'undo-batch',
						batch,
						items: previews.map(({item}) => item),
						movedTags,
					},
				],
			]
		: [state, []];
};

// The lists do not have what is back.
const endUndo = (state: State, screen: UndoScreen): Update => {
	const {batch, results} = screen;
	const line = `jetsam: ${describeUndo(results)} of the batch ${batch}`;
	return [
		{
			...changeRun(changeUndo(state, {state: 'ended'}), {plans: []}),
			notice: undefined,
			exitCode: chooseWorse(state.exitCode, chooseUndoExitCode(results)),
			farewell: [
				...state.farewell.filter(
					text => text !== `jetsam: undo with: jetsam undo ${batch}`,
				),
				line,
			],
		},
		listPlaces(results.map(({item}) => item)),
	];
};

const listPlaces = (items: readonly UndoItem[]): readonly Command[] => {
	const places = new Map(
		items.map(({registry, repository}) => [
			`${registry}/${repository}`,
			{host: registry, repository},
		]),
	);
	return [...places.values()].map(place => ({
		kind: 'read-repository',
		...place,
	}));
};
