import test from 'ava';
import type {Plan} from '../../source/plan/plan.js';
import {
	reviewHeight,
	reviewTextWidth,
	selectReviewLines,
} from '../../source/state/select-review.js';
import {
	currentScreen,
	type ReviewScreen,
	type State,
} from '../../source/state/state.js';
import {
	begin,
	apply,
	digestOf,
	host,
	move,
	planOf,
	startState,
	stepOf,
	withDigests,
} from './_build-state.js';

const type = (text: string) => ({kind: 'text-typed', text}) as const;
const enter = {kind: 'text-submitted'} as const;
const tab = {kind: 'registry-skipped'} as const;

const reviewOf = (state: State): ReviewScreen => {
	const screen = currentScreen(state);
	if (screen.kind !== 'review') {
		throw new Error(`The open screen is ${screen.kind}`);
	}

	return screen;
};

const withReview = (plans: readonly Plan[], size = startState()): State => {
	const opened = apply(
		withDigests([1, 2, 3], size),
		{kind: 'mark-toggled'},
		{kind: 'mark-toggled'},
		{kind: 'review-opened'},
	).state;
	return apply(opened, {
		kind: 'plans-made',
		marks: reviewOf(opened).marks,
		plans,
	}).state;
};

const twoSteps = planOf([stepOf(1), stepOf(2)]);
const other = planOf([stepOf(3, {registry: 'other.test'})], {
	registry: 'other.test',
});

test('a review opens only with marks, and asks for plans of exactly these', t => {
	const without = apply(withDigests([1]), {kind: 'review-opened'});
	t.is(currentScreen(without.state).kind, 'digests');
	t.deepEqual(without.commands, []);
	t.regex(without.state.notice ?? '', /Nothing is marked/v);

	const marked = apply(withDigests([1, 2]), {kind: 'mark-toggled'}).state;
	const {state, commands} = apply(marked, {kind: 'review-opened'});
	t.is(reviewOf(state).state, 'reading');
	t.deepEqual(commands, [
		{
			kind: 'make-plans',
			pulls: undefined,
			marks: [{registry: host, repository: 'app', digest: digestOf(1)}],
			lifts: new Set(),
		},
	]);
});

test('plans for other marks, or after the review was left, are late and dropped', t => {
	const marked = apply(withDigests([1, 2]), {kind: 'mark-toggled'}).state;
	const first = apply(marked, {kind: 'review-opened'}).state;
	const {marks} = reviewOf(first);
	const answer = {kind: 'plans-made', marks, plans: [twoSteps]} as const;
	const left = apply(first, {kind: 'screen-closed'}).state;
	t.is(currentScreen(apply(left, answer).state).kind, 'digests');
	const second = apply(
		left,
		{kind: 'mark-toggled'},
		{kind: 'review-opened'},
	).state;
	t.is(reviewOf(apply(second, answer).state).state, 'reading');
	t.is(reviewOf(apply(first, answer).state).state, 'ready');
});

test('what is typed before the plan is there does not count', t => {
	const opened = apply(
		withDigests([1, 2]),
		{kind: 'mark-toggled'},
		{kind: 'review-opened'},
		type(twoSteps.phrase),
		enter,
	);
	t.is(reviewOf(opened.state).typed, '');
	t.false(opened.commands.some(({kind}) => kind === 'execute-plans'));
});

test('nothing but the whole phrase confirms', t => {
	const state = withReview([twoSteps]);
	for (const wrong of [
		'y',
		'delete',
		'delete 2',
		'delete 2 from registry',
		'delete 1 from registry.test',
		'delete 3 from registry.test',
		'Delete 2 from registry.test',
		'delete 2 from registry.test.',
		'delete  2 from registry.test',
	]) {
		const {state: after, commands} = apply(state, type(wrong), enter);
		t.deepEqual(commands, []);
		t.is(
			reviewOf(after).problem,
			'To delete, type exactly: delete 2 from registry.test',
		);
		// The complaint goes with the next letter.
		t.is(reviewOf(apply(after, type('x')).state).problem, undefined);
	}
});

test('Enter on an empty line does nothing, and says nothing', t => {
	const state = withReview([twoSteps]);
	const {state: after, commands} = apply(state, enter);
	t.deepEqual(commands, []);
	t.is(reviewOf(after).problem, undefined);
});

test('the phrase confirms, letter by letter or at once, with what was erased left out', t => {
	for (const messages of [
		[type(twoSteps.phrase)],
		[...twoSteps.phrase].map(letter => type(letter)),
		[
			type('wrong'),
			{kind: 'text-erased', all: true} as const,
			type(`${twoSteps.phrase}x`),
			{kind: 'text-erased', all: false} as const,
		],
		[type(` ${twoSteps.phrase} `)],
	]) {
		const {state, commands} = apply(withReview([twoSteps]), ...messages, enter);
		t.deepEqual(
			commands.map(command =>
				command.kind === 'execute-plans' ? command.plans : command,
			),
			[[twoSteps]] as unknown[],
		);
		t.like(currentScreen(state), {kind: 'run', state: 'running', total: 2});
	}
});

test('a plan that is older than a day is not confirmed', t => {
	const state = {...withReview([twoSteps]), now: begin + 25 * 60 * 60 * 1000};
	const {state: after, commands} = apply(state, type(twoSteps.phrase), enter);
	t.deepEqual(commands, []);
	t.regex(reviewOf(after).problem ?? '', /older than a day/v);
});

test('two registries are confirmed one after the other, and nothing is sent before the last', t => {
	const first = apply(
		withReview([twoSteps, other]),
		type(twoSteps.phrase),
		enter,
	);
	t.deepEqual(first.commands, []);
	t.like(reviewOf(first.state), {current: 1, typed: '', top: 0});

	const again = apply(first.state, type(twoSteps.phrase), enter);
	t.deepEqual(again.commands, []);

	const {commands, state} = apply(first.state, type(other.phrase), enter);
	t.deepEqual(commands, [
		{kind: 'execute-plans', plans: [twoSteps, other]},
	] as unknown[]);
	t.like(currentScreen(state), {total: 3});

	// Esc at the second takes back what was confirmed for the first.
	const left = apply(first.state, {kind: 'screen-closed'});
	t.deepEqual(left.commands, []);
	t.is(currentScreen(left.state).kind, 'digests');
});

test('Tab leaves a registry out; when nothing is left, nothing is sent', t => {
	const {commands} = apply(
		withReview([twoSteps, other]),
		tab,
		type(other.phrase),
		enter,
	);
	t.deepEqual(commands, [{kind: 'execute-plans', plans: [other]}] as unknown[]);

	const none = apply(withReview([twoSteps, other]), tab, tab);
	t.deepEqual(none.commands, []);
	t.is(currentScreen(none.state).kind, 'digests');
	t.is(none.state.notice, 'Nothing was confirmed, so nothing was sent.');
});

test('a plan without steps cannot be confirmed', t => {
	const empty = planOf([], {blocked: [stepOf(1)]});
	const {commands} = apply(withReview([empty]), type(empty.phrase), enter);
	t.deepEqual(commands, []);
});

test('paging through a long plan shows every line of it', t => {
	const plan = planOf(
		Array.from({length: 60}, (_, index) => stepOf(index + 1)),
	);
	for (const rows of [15, 24, 40, 60]) {
		let state = withReview([plan], startState({rows}));
		const lines = selectReviewLines(plan, reviewTextWidth(state.size.columns));
		const seen = new Set<number>();
		for (let page = 0; page < 40; page++) {
			const {top} = reviewOf(state);
			for (let line = top; line < top + reviewHeight(state); line++) {
				seen.add(line);
			}

			state = apply(state, move('page', 1)).state;
		}

		t.true(lines.every((_, index) => seen.has(index)));
		const end = apply(state, move('end', 1), move('line', 1)).state;
		t.true(reviewOf(end).top + reviewHeight(end) >= lines.length);
		t.true(reviewOf(end).top < lines.length);
		t.is(reviewOf(apply(state, move('end', -1)).state).top, 0);
	}
});
