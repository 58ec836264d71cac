/* eslint-disable ava/no-ignored-test-files -- ui.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import type {Plan} from '../../source/plan/plan.js';
import type {State} from '../../source/state/state.js';
import {createStore} from '../../source/state/store.js';
import {namesOf} from '../../source/ui/names-of.js';
import {renderStore} from '../helpers/render-app.js';
import {
	apply,
	begin,
	completed,
	planOf,
	stepOf,
} from '../state/_build-state.js';
import {buildPullScreens, buildScreens} from './_screens.js';

/** What a screen reader gets of a state. */
const speak = (t: ExecutionContext, state: State): string => {
	const {frame, unmount} = renderStore(
		t,
		createStore(state, async () => undefined),
		true,
	);
	const spoken = frame();
	unmount();
	return spoken;
};

const screens = buildScreens();
const pullScreens = buildPullScreens();

for (const name of namesOf(screens)) {
	test(`${name} is words and no drawing for a screen reader`, t => {
		const spoken = speak(t, screens[name]);
		t.regex(spoken, /^jetsam: /v);
		t.notRegex(spoken, /[\u2190-\u21FF\u2500-\u25FF\u2700-\u27BF›≥≤▏]/v);
		// Nothing is there to fill a line or to line up.
		t.notRegex(spoken, / {2}|^\s*$| $/mv);
		t.regex(spoken, /^keys: .*(?:quit|help|back)/mv);
	});
}

for (const [name, state] of Object.entries(pullScreens)) {
	test(`pulls on ${name} are words and no drawing for a screen reader`, t => {
		const spoken = speak(t, state);
		t.notRegex(spoken, /[\u2190-\u21FF\u2500-\u25FF\u2700-\u27BF›≥≤▏]/v);
		t.notRegex(spoken, / {2}|^\s*$| $/mv);
	});
}

test('who pulled it is said on each line', t => {
	const [first, second] = speak(t, pullScreens.digests)
		.split('\n')
		.filter(line => line.startsWith('listitem'));
	t.regex(first ?? '', /, last pull 2h, pulls in 90 days 1,203$/v);
	t.regex(second ?? '', /, last pull none, pulls in 90 days 0$/v);
	t.regex(
		speak(t, pullScreens.unknown),
		/, last pull unknown, pulls in 90 days unknown$/mv,
	);
	t.regex(
		speak(t, pullScreens.loading),
		/, last pull not read yet, pulls in 90 days not read yet$/mv,
	);
});

for (const name of [
	'registries',
	'repositories',
	'digests',
	'marks',
	'menu',
	'filter',
] as const) {
	test(`${name} is a list whose cursor is said once`, t => {
		const items = speak(t, screens[name])
			.split('\n')
			.filter(line => line.startsWith('listitem: '));
		t.true(items.length > 1);
		t.is(
			items.filter(line => line.startsWith('listitem: (selected) ')).length,
			1,
		);
	});
}

test('a mark is said, and only where there is one', t => {
	const lines = speak(t, screens.digests)
		.split('\n')
		.filter(line => line.startsWith('listitem'));
	t.is(
		lines[0],
		'listitem: marked, digest 000000000000, tags v1, size 1 kB, built 24h',
	);
	t.deepEqual(
		lines.map(line => line.includes('marked')),
		[true, false, false],
	);
});

test('what is not known is said to be unknown', t => {
	const {state} = apply(screens.digests, {
		...completed('app', []),
		kind: 'digests-completed',
		host: 'registry.test',
		now: begin,
		reading: {
			repository: 'app',
			gaps: [],
			readAt: 0,
			records: new Map(
				[
					...(screens.digests.repositories.get('registry.test/app')?.records ??
						[]),
				].map(
					([key, record]) => [key, {...record, created: undefined}] as const,
				),
			),
		},
	});
	t.regex(speak(t, state), /listitem: .*built unknown$/mv);
});

const finding = {
	severity: 'warns',
	rule: 'unreadable-manifest',
	sentence: 'Nobody can read it.',
} as const;

test('a review says of each step whether it goes, and how each ended', t => {
	const review = screens.review.trail.at(-1);
	const plan: Plan = planOf(
		[
			stepOf(1, {findings: [finding]}),
			stepOf(2),
			stepOf(3, {goesWith: stepOf(2).digest}),
		],
		{blocked: [stepOf(4, {findings: [{...finding, severity: 'blocks'}]})]},
	);
	const state: State = {
		...screens.review,
		trail: [
			...screens.review.trail.slice(0, -1),
			...(review?.kind === 'review' ? [{...review, plans: [plan]}] : []),
		],
	};
	const spoken = speak(t, state);
	for (const beginning of [
		'listitem: here: stays, digest 0',
		'listitem: goes, with a warning, digest 0',
		'listitem: goes, digest 0',
		'listitem: goes along, digest 0',
	]) {
		t.true(spoken.includes(beginning));
	}

	t.regex(speak(t, screens.run), /^listitem: refused, digest 0/mv);
	t.regex(speak(t, screens.run), /^1 of 3 done$/mv);
});
