import stringWidth from 'string-width';
import test from 'ava';
import {emptyRecord} from '../../source/oci/record.js';
import type {Message} from '../../source/state/message.js';
import type {State} from '../../source/state/state.js';
import {createStore} from '../../source/state/store.js';
import {keymap} from '../../source/ui/keymap.js';
import {namesOf} from '../../source/ui/names-of.js';
import {renderStore} from '../helpers/render-app.js';
import {
	begin,
	apply,
	digestOf,
	host,
	planOf,
	startState,
	stepOf,
	withDigests,
	withRegistries,
	withRepositories,
} from '../state/_build-state.js';
import {buildPullScreens, buildScreens} from './_screens.js';

const sizes = [
	{columns: 60, rows: 15},
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
	{columns: 200, rows: 60},
] as const;

const drawState = (
	t: Parameters<typeof renderStore>[0],
	state: State,
): string => {
	const {frame, unmount} = renderStore(
		t,
		createStore(state, async () => undefined),
	);
	const drawn = frame();
	unmount();
	return drawn;
};

/** What must never reach a terminal from outside, and cannot come from Ink where it draws without colours. */

const unsafe =
	// eslint-disable-next-line no-control-regex -- it is about control characters
	/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2066-\u2069\uE000-\uF8FF\uFEFF]/v;

const assertFits = (
	t: Parameters<typeof renderStore>[0],
	state: State,
): string => {
	const {columns, rows} = state.size;
	const drawn = drawState(t, state);
	const lines = drawn.split('\n');
	t.true(lines.length <= rows - 1, `${lines.length} lines on ${rows} rows`);
	for (const line of lines) {
		t.true(stringWidth(line) <= columns, `${stringWidth(line)}: ${line}`);
	}

	t.notRegex(drawn, unsafe);
	return drawn;
};

for (const size of sizes) {
	test(`every screen fits ${size.columns}×${size.rows}, with its keys on the last line`, t => {
		const screens = buildScreens(size);
		for (const name of namesOf(screens)) {
			const drawn = assertFits(t, screens[name]);
			t.is(drawn.split('\n').length, size.rows - 1, `lines of ${name}`);
			t.true(drawn.includes('jetsam'), `title of ${name}`);
		}
	});
}

for (const size of sizes) {
	test(`every screen with pulls fits ${size.columns}×${size.rows}`, t => {
		for (const state of Object.values(buildPullScreens(size))) {
			t.is(assertFits(t, state).split('\n').length, size.rows - 1);
		}
	});
}

test('pulled, not pulled, not known and not known yet are four drawings', t => {
	const size = {columns: 120, rows: 40};
	const screens = buildPullScreens(size);
	const lineOf = (state: State, short: string): string =>
		drawState(t, state)
			.split('\n')
			.find(line => line.includes(short)) ?? '';
	const lines = drawState(t, screens.digests)
		.split('\n')
		.filter(line => line.includes(' 000000000000 '));
	t.regex(lines[0] ?? '', / 2h ago {2}[ ▁-█]+█ +1,203 *$/v);
	t.regex(lines[1] ?? '', / none +0 *$/v);
	t.regex(lineOf(screens.unknown, ' 000000000000 '), / \? +\? *$/v);
	t.regex(lineOf(screens.loading, ' 000000000000 '), / … +… *$/v);
	t.regex(drawState(t, screens.digests), /LAST PULL {2}PULLS 90d/v);
	t.regex(drawState(t, screens.loading), /pulls: 33% of 1\.2 GB/v);
	t.regex(drawState(t, screens.digests), /pulls 90d in part: c says why/v);
	t.regex(drawState(t, screens.unknown), /pulls unknown: c says why/v);
});

test('without a source of pulls nothing about them is drawn', t => {
	const {state} = apply(
		withDigests([1], startState({columns: 200, rows: 60})),
		{kind: 'pulls-chosen', choice: {windowDays: 90, accepted: []}},
		{kind: 'pulls-known', host, isKnown: false},
	);
	t.notRegex(drawState(t, state), /pull/iv);
});

test('on a narrow screen the count stays and the drawing goes', t => {
	const drawn = drawState(t, buildPullScreens().digests);
	t.regex(drawn, / LAST +PULLS *$/mv);
	t.regex(drawn, / 2h +1,203 *$/mv);
	t.notRegex(drawn, /[▁-█]/v);
});

const foreign = [
	'\u001B[2J\u001B[31mred\u001B]0;title\u0007',
	'one\r\ntwo\nthree',
	'中文标签'.repeat(60),
	'\u202Eright to left\u202C \u2066x\u2069',
	'a\u200Bb\uFEFFc\u0000d\u009Be',
	'\uE001\uE002private',
	'👩‍👩‍👧‍👦👍🏽'.repeat(40),
	'x'.repeat(5000),
];

const foreignStates = (
	text: string,
	size: {readonly columns: number; readonly rows: number},
): State[] => {
	const start = startState(size);
	const problem = {message: text, remedy: text};
	const record = {
		...emptyRecord(digestOf(1)),
		tags: ['1.0'],
		state: 'loaded' as const,
		platforms: [text],
		artifactType: text,
		mediaType: text,
		problem: text,
	};
	const opened = (messages: readonly Message[]): State =>
		apply(withRepositories([text], start), ...messages).state;
	const digests = opened([
		{kind: 'item-opened'},
		{
			kind: 'digests-completed',
			host,
			reading: {
				repository: text,
				records: new Map([[record.digest, record]]),
				gaps: [text],
				readAt: 0,
			},
			now: begin,
		},
	]);
	const reviewing = apply(
		digests,
		{kind: 'mark-toggled'},
		{kind: 'review-opened'},
	).state;
	const review = reviewing.trail.at(-1);
	const step = stepOf(1, {
		repository: text,
		tags: ['1.0'],
		mediaType: text,
		findings: [
			{severity: 'warns', rule: 'unreadable-manifest', sentence: text},
		],
	});
	const reviewed = apply(reviewing, {
		kind: 'plans-made',
		marks: review?.kind === 'review' ? review.marks : [],
		plans: [planOf([step], {blocked: [step]})],
	}).state;
	const running = apply(
		reviewed,
		{kind: 'text-typed', text: `delete 1 from ${host}`},
		{kind: 'text-submitted'},
		{kind: 'batch-began', batch: '', journal: text},
		{kind: 'step-began', step},
	).state;
	return [
		withRegistries([text, host], start),
		apply(withRegistries([host], start), {
			kind: 'notice-given',
			text,
		}).state,
		apply(
			withRegistries([host], start),
			{kind: 'item-opened'},
			{kind: 'registry-failed', host, problem},
		).state,
		opened([]),
		opened([
			{kind: 'list-refreshed'},
			{kind: 'repositories-completed', host, names: []},
			{kind: 'list-refreshed'},
			{kind: 'repositories-failed', host, problem},
		]),
		opened([
			{kind: 'item-opened'},
			{kind: 'digests-failed', host, repository: text, problem},
		]),
		digests,
		apply(digests, {kind: 'text-typed', text}).state,
		apply(digests, {kind: 'filter-opened'}, {kind: 'text-typed', text}).state,
		apply(digests, {kind: 'mark-toggled'}, {kind: 'marks-opened'}).state,
		apply(digests, {kind: 'place-asked'}, {kind: 'text-typed', text}).state,
		apply(
			digests,
			{kind: 'item-opened'},
			{
				kind: 'detail-failed',
				key: `${host}/${text}@${digestOf(1)}`,
				problem,
			},
		).state,
		reviewed,
		apply(reviewed, {kind: 'text-typed', text}).state,
		running,
		apply(
			running,
			{kind: 'step-ended', host, step, outcome: {kind: 'failed', reason: text}},
			{kind: 'batch-failed', problem},
			{kind: 'batch-ended'},
		).state,
	];
};

for (const [index, text] of foreign.entries()) {
	test(`foreign text ${index + 1} is made safe on every screen, and breaks none`, t => {
		for (const state of foreignStates(text, {columns: 80, rows: 24})) {
			assertFits(t, state);
		}
	});
}

test('a terminal that is too small is told the size it needs and has', t => {
	for (const size of [
		{columns: 59, rows: 24},
		{columns: 80, rows: 14},
		{columns: 20, rows: 5},
	]) {
		const drawn = drawState(t, withDigests([1, 2], startState(size)));
		t.is(
			drawn.replaceAll(/\s+/gv, ' ').trim(),
			`jetsam needs 60×15 characters; this terminal has ${size.columns}×${size.rows}.`,
		);
		t.true(drawn.split('\n').length <= size.rows - 1);
	}
});

test('the review shows the phrase and its line at every size, however long the plan is', t => {
	const plan = planOf(
		Array.from({length: 200}, (_, index) =>
			stepOf(index + 1, {
				tags: Array.from({length: 9}, (__, tag) => `t${tag}`),
			}),
		),
	);
	for (const size of sizes) {
		const opened = apply(
			withDigests([1], startState(size)),
			{kind: 'mark-toggled'},
			{kind: 'review-opened'},
		).state;
		const review = opened.trail.at(-1);
		const ready = apply(
			opened,
			{
				kind: 'plans-made',
				marks: review?.kind === 'review' ? review.marks : [],
				plans: [plan],
			},
			{kind: 'text-typed', text: 'delete 2'},
			{kind: 'text-submitted'},
		).state;
		const drawn = assertFits(t, ready);
		// On a narrow screen it goes on in the next line, and is never cut.
		t.true(
			drawn
				.replaceAll(/\s+/gv, ' ')
				.includes(`To delete, type ${plan.phrase} and press Enter`),
		);
		t.true(drawn.includes('delete 2▏'));
		t.true(drawn.includes(`To delete, type exactly: ${plan.phrase}`));
		t.true(drawn.includes('more'));
	}
});

test('the help names every key of the screen that it was opened from, at every size', t => {
	for (const size of sizes.slice(1)) {
		const drawn = drawState(
			t,
			apply(withDigests([1], startState(size)), {kind: 'help-opened'}).state,
		);
		for (const {name, help} of keymap.filter(({screens}) =>
			screens.includes('digests'),
		)) {
			t.true(drawn.includes(name), `${name} at ${size.columns}×${size.rows}`);
			t.true(
				drawn.includes(help.slice(0, 20)),
				`${help} at ${size.columns}×${size.rows}`,
			);
		}
	}
});

test('marks and the cursor are told by signs, not by colour alone', t => {
	const drawn = drawState(t, buildScreens().digests);
	t.regex(drawn, /^ +● {2}0{12}/mv);
	t.regex(drawn, /^ › +0{12}/mv);
	t.true(drawn.includes('1 digest marked in 1 repository: 1 tag'));
});
