import test from 'ava';
import type {Message} from '../../source/state/message.js';
import {hasPulls, selectPulls} from '../../source/state/select-pulls.js';
import type {State} from '../../source/state/state.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {
	apply,
	completed,
	digestOf,
	host,
	pullsChoice,
	startState,
	withRepositories,
} from './_build-state.js';

const chosen: Message = {kind: 'pulls-chosen', choice: pullsChoice};

const readsOf = (commands: ReturnType<typeof apply>['commands']) =>
	commands.flatMap(command =>
		command.kind === 'read-pulls' ? [command.request] : [],
	);

const opening = (state: State = startState()) =>
	apply(withRepositories(['app', 'web'], state), {kind: 'item-opened'});

test('no source of pulls is asked before the first rows, nor before it is known what the settings say', t => {
	const {state, commands} = opening();
	t.deepEqual(readsOf(commands), []);
	const unchosen = apply(state, completed('app', [1]));
	t.deepEqual(readsOf(unchosen.commands), []);
	const early = apply(startState(), chosen);
	t.deepEqual(early.commands, []);
	const waiting = apply(
		{...state, pulls: {...state.pulls, choice: pullsChoice}},
		{kind: 'notice-given', text: 'x'},
	);
	t.deepEqual(readsOf(waiting.commands), []);
	const rows = apply(waiting.state, completed('app', [1]), {
		kind: 'notice-given',
		text: 'y',
	});
	t.deepEqual(readsOf(rows.commands), [
		{host, repository: undefined, choice: pullsChoice, spends: new Set()},
	]);
});

const known = (): State =>
	apply(opening().state, completed('app', [1]), chosen, {
		kind: 'pulls-known',
		host,
		isKnown: true,
	}).state;

test('a repository that is opened is asked about by itself, once, and both tell together', t => {
	const {commands} = apply(
		opening().state,
		completed('app', [1]),
		chosen,
		{kind: 'pulls-known', host, isKnown: true},
		{kind: 'cursor-moved', by: 'line', direction: 1},
	);
	t.deepEqual(
		readsOf(commands).map(({repository}) => repository),
		[undefined, 'app'],
	);
	const tally = buildTally({
		host,
		image: {kind: 'digest', digest: digestOf(1)},
		days: new Map([[-1, 2]]),
		last: -1,
	});
	const reading = {
		tallies: [tally],
		sources: [buildPullSource({covers: {from: -1e12, to: 0}, readAt: 0})],
	};
	const {state} = apply(
		known(),
		{kind: 'pulls-completed', host, repository: undefined, reading, now: 0},
		{
			kind: 'pulls-completed',
			host,
			repository: 'app',
			reading: {
				tallies: [{...tally, source: 'hub', days: new Map([[-2, 9]])}],
				sources: [buildPullSource({name: 'hub', proves: 'nothing'})],
			},
			now: 0,
		},
	);
	t.like(
		selectPulls(state, {host, repository: 'app'})?.evidenceOf(digestOf(1)),
		{state: 'yes', count: 11, besides: {state: 'no'}},
	);
});

test('a registry without a source is asked about once, and has no pulls', t => {
	const {state, commands} = apply(
		opening().state,
		completed('app', [1]),
		chosen,
		{kind: 'pulls-known', host, isKnown: false},
		{kind: 'cursor-moved', by: 'line', direction: 1},
		{kind: 'screen-closed'},
		{kind: 'item-opened'},
	);
	t.is(readsOf(commands).length, 1);
	t.false(hasPulls(state, host));
	t.is(selectPulls(state, {host, repository: 'app'}), undefined);
});

test('another window is saved and read for, and the same is not', t => {
	const {state, commands} = apply(
		known(),
		{kind: 'window-asked'},
		{kind: 'cursor-moved', by: 'line', direction: -1},
		{kind: 'item-opened'},
	);
	const choice = {...pullsChoice, windowDays: 30};
	t.is(state.pulls.choice?.windowDays, 30);
	t.deepEqual(
		commands.map(({kind}) => kind),
		['save-pulls-choice', 'read-pulls', 'read-pulls'],
	);
	t.true(readsOf(commands).every(request => request.choice.windowDays === 30));
	t.deepEqual(
		commands.find(({kind}) => kind === 'save-pulls-choice'),
		{kind: 'save-pulls-choice', choice},
	);
	t.deepEqual(apply(state, {kind: 'window-changed', days: 30}).commands, []);
});

const gap = {
	name: '2026-11-03T14',
	message: 'The hour is missing.',
	span: undefined,
	canBeAccepted: true,
};

const onSources = (source: ReturnType<typeof buildPullSource>): State =>
	apply(
		known(),
		{
			kind: 'pulls-completed',
			host,
			repository: undefined,
			reading: {tallies: [], sources: [source]},
			now: 0,
		},
		{kind: 'sources-opened'},
	).state;

test('a gap is accepted by name, saved, and taken back; nothing is read again for it', t => {
	const {state} = apply(onSources(buildPullSource({readAt: 0, gaps: [gap]})), {
		kind: 'cursor-moved',
		by: 'end',
		direction: 1,
	});
	const accepted = apply(state, {kind: 'source-toggled'});
	const choice = {
		...pullsChoice,
		accepted: [{source: 'acr-events:logs', gap: gap.name}],
	};
	t.deepEqual(accepted.commands, [{kind: 'save-pulls-choice', choice}]);
	const back = apply(accepted.state, {kind: 'source-toggled'});
	t.deepEqual(back.commands, [
		{kind: 'save-pulls-choice', choice: pullsChoice},
	]);
});

test('a gap that cannot be accepted is not', t => {
	const {state, commands} = apply(
		onSources(
			buildPullSource({readAt: 0, gaps: [{...gap, canBeAccepted: false}]}),
		),
		{kind: 'cursor-moved', by: 'end', direction: 1},
		{kind: 'source-toggled'},
	);
	t.deepEqual(commands, []);
	t.regex(state.notice ?? '', /cannot be accepted/v);
});

test('a cost is agreed to for its registry, and over the most it is not', t => {
	const costs = (bytes: number): State =>
		onSources(
			buildPullSource({state: 'costs', cost: {bytes, most: 10_700_000_000}}),
		);
	const agreed = apply(costs(9e9), {kind: 'source-toggled'});
	t.deepEqual(
		readsOf(agreed.commands).map(({spends}) => spends),
		[new Set(['acr-events:logs']), new Set(['acr-events:logs'])],
	);
	const refused = apply(costs(12e9), {kind: 'source-toggled'});
	t.deepEqual(refused.commands, []);
	t.regex(refused.state.notice ?? '', /more than a query may scan/v);
});
