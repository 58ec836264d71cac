import {mostRefusalsTogether, type Run} from './execution.js';
import {groupSteps} from './group-steps.js';
import type {Outcome, Step} from './plan.js';

/** So many steps are under way at once unless an execution says otherwise: twice the connections of a host, so that those stay busy while others write to disk. */
const usualStepsAtOnce = 32;

/** What a runner of steps is told to do. */
export type StepWork = {
	/** How a step ends without being begun; `undefined` if it is to be done. */
	readonly pass: (step: Step) => Outcome | undefined;
	/** Does a step to its end; what it throws ends the run. */
	readonly execute: (step: Step) => Promise<Outcome>;
	readonly tellBegan: (step: Step) => void;
	readonly tellEnded: (step: Step, outcome: Outcome) => void;
};

/** What is under way in a run. */
type Flights = {
	readonly steps: Map<Step, Promise<void>>;
	readonly groups: Set<number>;
	/** By repository, how many. */
	readonly repositories: Map<string, number>;
};

/**
Does steps, several at once, each group in the plan's order; with one at a time all of them in the plan's order.

Before a step begins the run may be held by `waitForGo`. What is under way when something throws ends first.
*/
export const runSteps = async (
	run: Run,
	steps: readonly Step[],
	work: StepWork,
): Promise<void> => {
	const groups = groupSteps(steps);
	const waiting = [...steps];
	const flights: Flights = {
		steps: new Map(),
		groups: new Set(),
		repositories: new Map(),
	};
	const failures: unknown[] = [];
	const begin = (step: Step): void => {
		const group = groups.get(step) ?? 0;
		work.tellBegan(step);
		const flight = async (): Promise<void> => {
			try {
				work.tellEnded(step, await work.execute(step));
			} catch (error) {
				failures.push(error);
			} finally {
				changeFlights(flights, {step, group}, 'ended');
			}
		};

		changeFlights(flights, {step, group}, 'began');
		flights.steps.set(step, flight());
	};

	while (failures.length === 0 && waiting.length > 0) {
		await run.waitForGo?.();
		const atOnce = run.stepsAtOnce ?? usualStepsAtOnce;
		while (flights.steps.size < atOnce) {
			const position = waiting.findIndex(step => {
				const group = groups.get(step) ?? 0;
				return !flights.groups.has(group) && mayBegin(run, step, flights);
			});
			const [step] = position === -1 ? [] : waiting.splice(position, 1);
			if (!step) {
				break;
			}

			const outcome = work.pass(step);
			if (outcome) {
				work.tellEnded(step, outcome);
			} else {
				begin(step);
			}
		}

		// A race of nobody never ends.
		if (flights.steps.size > 0) {
			await Promise.race(flights.steps.values());
		}
	}

	await Promise.all(flights.steps.values());
	if (failures.length > 0) {
		throw failures[0];
	}
};

const changeFlights = (
	{steps, groups, repositories}: Flights,
	{step, group}: {step: Step; group: number},
	change: 'began' | 'ended',
): void => {
	const {repository} = step;
	const count = repositories.get(repository) ?? 0;
	if (change === 'began') {
		groups.add(group);
		repositories.set(repository, count + 1);
	} else {
		steps.delete(step);
		groups.delete(group);
		repositories.set(repository, count - 1);
	}
};

/** Safeguard 11: a repository that has not let a digest go yet is asked for one, and a host that may have refused is asked for no more than it may refuse. */
const mayBegin = (
	{trusted, refusalsTogether}: Run,
	{repository}: Step,
	{steps, repositories}: Flights,
): boolean =>
	(trusted.has(repository) || (repositories.get(repository) ?? 0) === 0) &&
	((trusted.size > 0 && refusalsTogether === 0) ||
		steps.size === 0 ||
		steps.size + refusalsTogether < mostRefusalsTogether);
