import type {Outcome, Step, StepOutcome} from '../plan/plan.js';
import {
	chooseExitCode,
	describeTally,
	tallyOutcomes,
} from '../plan/summarize.js';
import type {Digest} from '../oci/digest.js';
import type {Update} from './command.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {changeMap} from './layered-map.js';
import {changeRepository} from './open-place.js';
import {
	outcomesHeight,
	outcomeTextWidth,
	selectOutcomeLines,
} from './select-outcome-lines.js';
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
		| Extract<KeyMessage, {kind: 'cursor-moved' | 'batch-hold-toggled'}>,
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
			// A retry looks at the same indexes once more.
			const known = screen.alarms ?? [];
			const alarms = [
				...known,
				...message.alarms.filter(
					({sentence}) => !known.some(alarm => alarm.sentence === sentence),
				),
			];
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

		case 'batch-hold-toggled': {
			return toggleHold(state, screen);
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

/** Holds the batch, or lets it go on; one that is being stopped is not held. */
const toggleHold = (state: State, screen: RunScreen): Update => {
	switch (screen.state) {
		case 'running': {
			return [changeRun(state, {state: 'paused'}), [{kind: 'hold-batch'}]];
		}

		case 'paused': {
			return [
				changeRun(state, {state: 'running', pace: undefined}),
				[{kind: 'release-batch'}],
			];
		}

		case 'stopping':
		case 'ended': {
			return [state, []];
		}
	}
};

// What is gone leaves the lists and the marks; what failed or was refused stays marked.
const endStep = (
	state: State,
	screen: RunScreen,
	{
		host,
		step,
		outcome,
		now,
	}: {host: string; step: Step; outcome: Outcome; now?: number},
): State => {
	const outcomes = [...screen.outcomes, {step, outcome}];
	const next = changeRun(state, {
		current: undefined,
		outcomes,
		...(now !== undefined && {
			pace: screen.pace
				? {...screen.pace, last: now}
				: {since: now, last: now, ended: outcomes.length},
		}),
	});
	if (outcome.kind !== 'deleted' && outcome.kind !== 'absent') {
		return next;
	}

	if (step.onlyTag !== undefined) {
		return takeTag(next, host, {...step, onlyTag: step.onlyTag});
	}

	const {repository, digest} = step;
	const {records} = findRepository(next, host, repository);
	// One more step of a large batch copies neither all marks nor all digests.
	return {
		...changeRepository(next, host, {
			repository,
			records: changeMap(records, new Map([[digest, undefined]])),
		}),
		marks: changeMap(
			next.marks,
			new Map([[markKey(host, repository, digest), undefined]]),
		),
	};
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

/** The outcomes of the batch. A step that was to be tried again and was not, because the batch could not go on, is as it was. */
const listOutcomes = ({
	outcomes,
	retried = [],
}: RunScreen): readonly StepOutcome[] => {
	const ended = new Set(outcomes.map(({step}) => step));
	return [...outcomes, ...retried.filter(({step}) => !ended.has(step))];
};

const endBatch = (state: State, open: RunScreen): State => {
	const screen = {...open, outcomes: listOutcomes(open)};
	const tally = tallyOutcomes(screen.outcomes);
	const {exitCode, farewell} = screen.before ?? state;
	const where = screen.registries.join(', ');
	const journal = screen.journal === '' ? '' : `; journal: ${screen.journal}`;
	return {
		...changeRun(markLeft(state, screen.outcomes), {
			state: 'ended',
			current: undefined,
			outcomes: screen.outcomes,
			retried: [],
		}),
		// What it says of a batch under way is no longer so.
		notice: undefined,
		exitCode: screen.problem
			? 1
			: chooseWorse(exitCode, chooseExitCode(tally, screen.alarms)),
		farewell: [
			...farewell,
			screen.outcomes.length === 0 && screen.problem
				? `jetsam: nothing was deleted in ${where}: ${screen.problem.message}`
				: `jetsam: ${describeTally(tally)}${ofWhat(screen.outcomes)} in ${where}${journal}`,
			...(screen.outcomes.length > 0 && screen.problem
				? [`jetsam: ${screen.problem.message}`]
				: []),
			...(screen.alarms ?? []).map(({sentence}) => `jetsam: ${sentence}`),
			...(screen.batch !== '' && tally.deleted > 0
				? [`jetsam: undo with: jetsam undo ${screen.batch}`]
				: []),
		],
	};
};

/** What went along with a digest and stayed behind it is marked by itself: nothing else would name it any more. */
const markLeft = (state: State, outcomes: readonly StepOutcome[]): State => {
	const gone = new Set(
		outcomes
			.filter(({outcome}) => ['deleted', 'absent'].includes(outcome.kind))
			.map(({step}) => markKeyOf(step, step.digest)),
	);
	const left = outcomes
		.filter(({outcome}) =>
			['failed', 'refused', 'not-reached'].includes(outcome.kind),
		)
		.map(({step}) => step)
		.filter(
			step =>
				step.goesWith !== undefined && gone.has(markKeyOf(step, step.goesWith)),
		);
	if (left.length === 0) {
		return state;
	}

	const marks = new Map(
		left.map(({registry, repository, digest}) => [
			markKey(registry, repository, digest),
			{registry, repository, digest},
		]),
	);
	return {...state, marks: changeMap(state.marks, marks)};
};

const markKeyOf = ({registry, repository}: Step, digest: Digest): string =>
	markKey(registry, repository, digest);

const ofWhat = (outcomes: readonly StepOutcome[]): string =>
	outcomes.some(({step}) => step.onlyTag !== undefined)
		? ' (a tag; its digest stays)'
		: '';

/** Of two exit codes the one that says more: a failure outweighs a refusal. */
export const chooseWorse = (first: number, second: number): number =>
	first === 1 || second === 1 ? 1 : Math.max(first, second);
