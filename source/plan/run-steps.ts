import {createBell} from './bell.js';
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
	/** Resolves when whoever listens has taken it. */
	readonly tellBegan: (step: Step) => Promise<void>;
	/** The same for a step that ended. */
	readonly tellEnded: (step: Step, outcome: Outcome) => Promise<void>;
};

/** Steps that keep the plan's order among themselves; the first of `left` is next. */
type Group = {
	readonly lane: Lane;
	/** Each with its place in the plan, the last one first. */
	readonly left: Array<{readonly step: Step; readonly place: number}>;
};

/** One repository. */
type Lane = {
	/** Groups with nothing under way; the one whose next step stands first in the plan is the last. */
	readonly ready: Group[];
	underWay: number;
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
	const lanes = layLanes(steps);
	const atOnce = run.stepsAtOnce ?? usualStepsAtOnce;
	const failures: unknown[] = [];
	let underWay = 0;
	const bell = createBell();

	const fly = async (group: Group, step: Step): Promise<void> => {
		try {
			const passed = work.pass(step);
			if (!passed) {
				await work.tellBegan(step);
			}

			await work.tellEnded(step, passed ?? (await work.execute(step)));
		} catch (error) {
			failures.push(error);
		} finally {
			underWay--;
			group.lane.underWay--;
			makeReady(group);
			bell.ring();
		}
	};

	for (;;) {
		if (failures.length === 0) {
			await run.waitForGo?.();
		}

		while (failures.length === 0 && underWay < atOnce) {
			const group = chooseGroup(run, lanes, underWay);
			const next = group?.left.pop();
			if (!group || !next) {
				break;
			}

			group.lane.ready.pop();
			group.lane.underWay++;
			underWay++;
			void fly(group, next.step);
		}

		if (underWay === 0) {
			break;
		}

		await bell.heard();
	}

	if (failures.length > 0) {
		throw failures[0];
	}
};

/** The steps by repository and group. */
const layLanes = (steps: readonly Step[]): readonly Lane[] => {
	const numbers = groupSteps(steps);
	const lanes = new Map<string, Lane>();
	const groups = new Map<number, Group>();
	for (const [index, step] of steps.toReversed().entries()) {
		const number = numbers.get(step) ?? 0;
		const lane = lanes.get(step.repository) ?? {ready: [], underWay: 0};
		lanes.set(step.repository, lane);
		const group = groups.get(number) ?? {lane, left: []};
		groups.set(number, group);
		group.left.push({step, place: steps.length - index - 1});
	}

	const inOrder = [...groups.values()].toSorted(
		(first, second) => placeOf(second) - placeOf(first),
	);
	for (const group of inOrder) {
		group.lane.ready.push(group);
	}

	return [...lanes.values()];
};

const placeOf = ({left}: Group): number =>
	left.at(-1)?.place ?? Number.POSITIVE_INFINITY;

/** Puts a group back among those that wait, where its next step belongs. */
const makeReady = (group: Group): void => {
	if (group.left.length > 0) {
		const {ready} = group.lane;
		// What has begun stands early in the plan, so its place is near the end.
		const position = ready.findLastIndex(
			other => placeOf(other) > placeOf(group),
		);
		ready.splice(position + 1, 0, group);
	}
};

/** The group whose step is next in the plan's order, of those that may begin one. */
const chooseGroup = (
	run: Run,
	lanes: readonly Lane[],
	underWay: number,
): Group | undefined => {
	let chosen: Group | undefined;
	for (const lane of lanes) {
		const first = lane.ready.at(-1);
		if (
			first &&
			(!chosen || placeOf(first) < placeOf(chosen)) &&
			mayBegin(run, first, underWay)
		) {
			chosen = first;
		}
	}

	return chosen;
};

/** Safeguard 11: a repository that has not let a digest go yet is asked for one, and a host that may have refused is asked for no more than it may refuse. */
const mayBegin = (
	{trusted, refusalsTogether}: Run,
	{lane, left}: Group,
	underWay: number,
): boolean => {
	const repository = left.at(-1)?.step.repository ?? '';
	return (
		(trusted.has(repository) || lane.underWay === 0) &&
		((trusted.size > 0 && refusalsTogether === 0) ||
			underWay === 0 ||
			underWay + refusalsTogether < mostRefusalsTogether)
	);
};
