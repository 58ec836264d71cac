import type {Plan, Step} from '../plan/plan.js';
import type {KeyMessage} from './message.js';
import {remember} from './remember.js';
import {scrollWindow} from './scroll.js';
import {
	reviewHeight,
	type ReviewLine,
	reviewTextWidth,
	selectReviewLines,
} from './select-review.js';
import type {ReviewScreen, State} from './state.js';
import {replaceScreen} from './trail.js';

/** The first line of a step. */
type Head = {readonly line: number; readonly step: Step};

const headsOf = remember((lines: readonly ReviewLine[]): readonly Head[] =>
	lines.flatMap((each, line) =>
		each.kind === 'step' && each.step ? [{line, step: each.step}] : [],
	),
);

/** Names a step within a plan. */
const stepKey = ({repository, digest, onlyTag = ''}: Step): string =>
	`${repository}@${digest} ${onlyTag}`;

const linesOf = (state: State, plan: Plan): readonly ReviewLine[] =>
	selectReviewLines(plan, reviewTextWidth(state.size.columns));

const findHead = (
	state: State,
	screen: ReviewScreen,
): {readonly heads: readonly Head[]; readonly at: number} => {
	const plan = screen.plans[screen.current];
	const heads = plan ? headsOf(linesOf(state, plan)) : [];
	const found = heads.findIndex(({step}) => stepKey(step) === screen.cursor);
	return {heads, at: Math.max(0, found)};
};

/** The step that keys act on; `undefined` where there is none. */
export const selectReviewStep = (
	state: State,
	screen: ReviewScreen,
): Step | undefined => {
	const {heads, at} = findHead(state, screen);
	return heads[at]?.step;
};

/** Where the cursor goes when its step leaves the plan: on to the next one, or back from the last. */
export const selectNextCursor = (
	state: State,
	screen: ReviewScreen,
): string | undefined => {
	const {heads, at} = findHead(state, screen);
	const next = heads[at + 1] ?? heads[at - 1];
	return next && stepKey(next.step);
};

type Move = KeyMessage & {kind: 'cursor-moved'};

/** Moves the cursor from step to step. The window follows by lines, so that none of a long step is passed over. */
export const moveReviewCursor = (
	state: State,
	screen: ReviewScreen,
	move: Move,
): State => {
	const plan = screen.plans[screen.current];
	if (!plan) {
		return state;
	}

	const window = {
		top: screen.top,
		height: reviewHeight(state),
		length: linesOf(state, plan).length,
	};
	const {heads, at} = findHead(state, screen);
	const {top, head} =
		move.by === 'line'
			? moveByLine({...window, heads, at}, move.direction)
			: moveByPage({...window, heads, at}, move);
	return replaceScreen(state, {
		...screen,
		top,
		cursor: head && stepKey(head.step),
	});
};

type Place = {
	readonly top: number;
	readonly height: number;
	readonly length: number;
	readonly heads: readonly Head[];
	readonly at: number;
};

type Moved = {readonly top: number; readonly head: Head | undefined};

const moveByLine = (
	{top, height, length, heads, at}: Place,
	direction: -1 | 1,
): Moved => {
	const isIn = (head: Head | undefined, from: number): head is Head =>
		head !== undefined && head.line >= from && head.line < from + height;
	const next = heads[at + direction];
	if (isIn(next, top)) {
		return {top, head: next};
	}

	const moved = Math.max(
		0,
		Math.min(top + direction, Math.max(top, length - height)),
	);
	return {top: moved, head: isIn(next, moved) ? next : heads[at]};
};

const moveByPage = (
	{top, height, length, heads, at}: Place,
	move: Move,
): Moved => {
	const last = Math.max(0, length - height);
	const moved = scrollWindow(top, move, {page: height, last});
	// At an end the cursor goes on where the window cannot.
	const wanted = moved === top || move.by === 'end' ? move.direction : 0;
	const inside = heads.filter(
		({line}) => line >= moved && line < moved + height,
	);
	return {
		top: moved,
		head: (wanted === 1 ? inside.at(-1) : inside[0]) ?? heads[at],
	};
};
