import type {Outcome, Step, StepOutcome} from '../plan/plan.js';
import {
	chooseExitCode,
	describeTally,
	tallyOutcomes,
} from '../plan/summarize.js';
import type {Update} from './command.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {changeRepository} from './open-place.js';
import {
	outcomesHeight,
	outcomeTextWidth,
	selectOutcomeLines,
} from './select-review.js';
import {scrollWindow} from './scroll.js';
import {findRepository, markKey, type RunScreen, type State} from './state.js';

/** What happens while a batch is executed, and on its outcome. */
export const updateRun = (
	state: State,
	message:
		| Extract<
				WorldMessage,
				{
					kind:
						| 'batch-began'
						| 'step-began'
						| 'step-ended'
						| 'indexes-checked'
						| 'batch-failed'
						| 'batch-ended';
				}
		  >
		| Extract<KeyMessage, {kind: 'cursor-moved'}>,
): Update => {
	const screen = state.trail.find(open => open.kind === 'run');
	if (screen?.kind !== 'run') {
		return [state, []];
	}

	switch (message.kind) {
		case 'batch-began': {
			return [
				changeRun(state, {journal: message.journal, batch: message.batch}),
				[],
			];
		}

		case 'step-began': {
			return [changeRun(state, {current: message.step}), []];
		}

		case 'step-ended': {
			return [endStep(state, screen, message), []];
		}

		case 'indexes-checked': {
			const alarms = [...(screen.alarms ?? []), ...message.alarms];
			return [changeRun(state, {alarms}), []];
		}

		case 'batch-failed': {
			return [
				changeRun({...state, exitCode: 1}, {problem: message.problem}),
				[],
			];
		}

		case 'batch-ended': {
			return [endBatch(state, screen), []];
		}

		case 'cursor-moved': {
			const width = outcomeTextWidth(state.size.columns);
			const lines = selectOutcomeLines(screen, width).length;
			const top = scrollWindow(screen.top, message, {
				page: outcomesHeight(state),
				last: lines - 1,
			});
			return [changeRun(state, {top}), []];
		}
	}
};

/** The state with the open batch changed. */
export const changeRun = (state: State, change: Partial<RunScreen>): State => ({
	...state,
	trail: state.trail.map(screen =>
		screen.kind === 'run' ? {...screen, ...change} : screen,
	),
});

// What is gone leaves the lists and the marks; what failed or was refused stays marked.
const endStep = (
	state: State,
	screen: RunScreen,
	{host, step, outcome}: {host: string; step: Step; outcome: Outcome},
): State => {
	const next = changeRun(state, {
		current: undefined,
		outcomes: [...screen.outcomes, {step, outcome}],
	});
	if (outcome.kind !== 'deleted' && outcome.kind !== 'absent') {
		return next;
	}

	if (step.onlyTag !== undefined) {
		return takeTag(next, host, {...step, onlyTag: step.onlyTag});
	}

	const {repository, digest} = step;
	const marks = new Map(next.marks);
	marks.delete(markKey(host, repository, digest));
	const records = new Map(findRepository(next, host, repository).records);
	records.delete(digest);
	return {...changeRepository(next, host, {repository, records}), marks};
};

const takeTag = (
	state: State,
	host: string,
	{repository, digest, onlyTag}: Step & {readonly onlyTag: string},
): State => {
	const records = new Map(findRepository(state, host, repository).records);
	const record = records.get(digest);
	if (record) {
		const tags = record.tags.filter(tag => tag !== onlyTag);
		records.set(digest, {...record, tags});
	}

	return changeRepository(state, host, {repository, records});
};

const endBatch = (state: State, screen: RunScreen): State => {
	const tally = tallyOutcomes(screen.outcomes);
	const where = screen.registries.join(', ');
	const journal = screen.journal === '' ? '' : `; journal: ${screen.journal}`;
	return {
		...changeRun(state, {state: 'ended', current: undefined}),
		// What it says of a batch under way is no longer so.
		notice: undefined,
		exitCode: chooseWorse(state.exitCode, chooseExitCode(tally, screen.alarms)),
		farewell: [
			...state.farewell,
			screen.outcomes.length === 0 && screen.problem
				? `jetsam: nothing was deleted in ${where}: ${screen.problem.message}`
				: `jetsam: ${describeTally(tally)}${ofWhat(screen.outcomes)} in ${where}${journal}`,
			...(screen.alarms ?? []).map(({sentence}) => `jetsam: ${sentence}`),
			...(screen.batch !== '' && tally.deleted > 0
				? [`jetsam: undo with: jetsam undo ${screen.batch}`]
				: []),
		],
	};
};

const ofWhat = (outcomes: readonly StepOutcome[]): string =>
	outcomes.some(({step}) => step.onlyTag !== undefined)
		? ' (a tag; its digest stays)'
		: '';

/** Of two exit codes the one that says more: a failure outweighs a refusal. */
export const chooseWorse = (first: number, second: number): number =>
	first === 1 || second === 1 ? 1 : Math.max(first, second);
