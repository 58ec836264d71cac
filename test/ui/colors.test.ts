import {stripVTControlCharacters} from 'node:util';
import test, {type ExecutionContext} from 'ava';
// eslint-disable-next-line n/no-extraneous-import, import-x/no-extraneous-dependencies -- the one that Ink draws with
import chalk from 'chalk';
import type {Finding, Outcome} from '../../source/plan/plan.js';
import type {State} from '../../source/state/state.js';
import {createStore} from '../../source/state/store.js';
import {namesOf} from '../../source/ui/names-of.js';
import type {Care} from '../../source/world.js';
import {renderStore} from '../helpers/render-app.js';
import {
	begin,
	apply,
	digestOf,
	host,
	move,
	planOf,
	recordOf,
	startState,
	stepOf,
	withDigests,
	withRegistries,
} from '../state/_build-state.js';
import {buildScreens} from './_screens.js';

// Every colour that a program may ask for comes through, also those that not every terminal has.
chalk.level = 3;

const drawInColor = (t: ExecutionContext, state: State): string => {
	const {frame, unmount} = renderStore(
		t,
		createStore(state, async () => undefined),
	);
	const drawn = frame();
	unmount();
	return drawn;
};

/** What is left where there are no colours, as under NO_COLOR. */
const draw = (t: ExecutionContext, state: State): string =>
	stripVTControlCharacters(drawInColor(t, state));

// Bold, dim, inverse and their ends; red, green, yellow, magenta, cyan and the usual colour. Black and white vanish on one background or the other, and blue is hard to read on both.
const allowed = new Set([1, 2, 7, 22, 27, 31, 32, 33, 35, 36, 39]);

const listAttributes = (drawn: string): number[] =>
	// eslint-disable-next-line no-control-regex -- it is about them
	[...drawn.matchAll(/\u001B\[(?<codes>[\d;]*)m/gv)].flatMap(({groups}) =>
		(groups?.['codes'] ?? '').split(';').map(Number),
	);

const care = (fields: Partial<Care>): Care => ({
	isProtected: false,
	isReadOnly: false,
	neverTouch: [],
	maxShare: 50,
	...fields,
});

const withCare = (fields: Partial<Care>): State =>
	apply(
		startState(),
		{
			kind: 'registries-known',
			registries: [{host, address: host, source: 'test', care: care(fields)}],
		},
		{kind: 'item-opened'},
	).state;

const finding = (severity: Finding['severity']): Finding => ({
	severity,
	rule: 'unreadable-manifest',
	sentence: 'It is so.',
});

const reviewOf = (
	fields: Parameters<typeof stepOf>[1],
	isBlocked = false,
): State => {
	const {review} = buildScreens();
	const screen = review.trail.at(-1);
	const step = stepOf(1, fields);
	return {
		...review,
		trail: [
			...review.trail.slice(0, -1),
			...(screen?.kind === 'review'
				? [
						{
							...screen,
							plans: [
								isBlocked ? planOf([], {blocked: [step]}) : planOf([step]),
							],
						},
					]
				: []),
		],
	};
};

const outcomeOf = (outcome: Outcome): State => {
	const {run} = buildScreens();
	const screen = run.trail.at(-1);
	return {
		...run,
		trail: [
			...run.trail.slice(0, -1),
			...(screen?.kind === 'run'
				? [{...screen, outcomes: [{step: stepOf(1), outcome}]}]
				: []),
		],
	};
};

test('only colours that each of the 16-colour terminals has and that can be read on a light and on a dark background', t => {
	const screens = [
		...Object.values(buildScreens()),
		...Object.values(buildScreens({columns: 200, rows: 60})),
		withCare({isProtected: true, isReadOnly: true}),
		reviewOf({findings: [finding('warns')]}),
		reviewOf({findings: [finding('blocks')]}, true),
	];
	const used = new Set(
		screens.flatMap(state => listAttributes(drawInColor(t, state))),
	);
	t.deepEqual(
		[...used].filter(code => !allowed.has(code)),
		[],
	);
	// It is no frame without any colour that was looked at.
	for (const code of [1, 2, 31, 33, 35, 36]) {
		t.true(used.has(code));
	}
});

const outcomes: readonly Outcome[] = [
	{kind: 'deleted'},
	{kind: 'would-delete'},
	{kind: 'absent'},
	{kind: 'refused', reason: ''},
	{kind: 'failed', reason: ''},
	{kind: 'not-reached', reason: ''},
];

/** States that mean different things, by what tells them apart. */
const differences: Readonly<Record<string, readonly State[]>> = {
	'the cursor of registries': [
		withRegistries([host, 'other.test']),
		apply(withRegistries([host, 'other.test']), move('line', 1)).state,
	],
	'the cursor of digests': [
		withDigests([1, 2]),
		apply(withDigests([1, 2]), move('line', 1)).state,
	],
	'the cursor of a menu': [
		buildScreens().menu,
		apply(buildScreens().menu, move('line', 1)).state,
	],
	'the cursor of the marks': [
		buildScreens().marks,
		apply(buildScreens().marks, move('line', 1)).state,
	],
	'a mark': [
		withDigests([1, 2]),
		{
			...withDigests([1, 2]),
			marks: new Map([
				['x', {registry: host, repository: 'app', digest: digestOf(2)}],
			]),
		},
		{
			...withDigests([1, 2]),
			marks: new Map([
				[
					`${host}/app@${digestOf(2)}`,
					{registry: host, repository: 'app', digest: digestOf(2)},
				],
			]),
		},
	],
	'a known, an unknown and an unread age': [
		{},
		{created: undefined},
		{created: undefined, size: undefined, state: 'loading' as const},
		{size: undefined, state: 'unreadable' as const, problem: 'It is torn.'},
	].map(
		fields =>
			apply(withDigests([1]), {
				kind: 'digests-completed',
				host,
				reading: {
					repository: 'app',
					records: new Map([[digestOf(1), recordOf(1, fields)]]),
					gaps: [],
					readAt: 0,
				},
				now: begin,
			}).state,
	),
	'a registry that is protected, or read-only, or neither': [
		withCare({}),
		withCare({isProtected: true}),
		withCare({isReadOnly: true}),
	],
	'what is blocked, warned about, goes, or goes along': [
		reviewOf({findings: [finding('blocks')]}, true),
		reviewOf({findings: [finding('warns')]}),
		reviewOf({}),
		reviewOf({goesWith: digestOf(2)}),
	],
	'how a step ended': outcomes.map(outcome => outcomeOf(outcome)),
};

for (const what of namesOf(differences)) {
	test(`without colour one still sees ${what}`, t => {
		const states = differences[what] ?? [];
		const drawn = new Set(states.map(state => draw(t, state)));
		t.is(drawn.size, states.length);
	});
}

test('the line of the cursor and of a mark carries its sign', t => {
	const {digests} = buildScreens();
	const lines = draw(t, digests).split('\n');
	t.is(lines.filter(line => line.includes('›')).length, 1);
	t.is(lines.filter(line => /●\s+0{12}/v.test(line)).length, 1);
});
