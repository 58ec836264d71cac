import test from 'ava';
import type {Outcome, Step} from '../../source/plan/plan.js';
import {
	chooseExitCode,
	describeTally,
	type Tally,
	tallyOutcomes,
} from '../../source/plan/summarize.js';
import {digestOf} from '../helpers/build-repository.js';

const step: Step = {
	registry: 'registry.example',
	repository: 'shop/app',
	digest: digestOf('one'),
	tags: [],
	mediaType: '',
	size: undefined,
	platforms: [],
	goesWith: undefined,
	parents: [],
	findings: [],
	evidence: {state: 'no', lookedIn: ['prod'], at: 0},
	isLifted: false,
};

const none: Tally = {
	deleted: 0,
	'would-delete': 0,
	absent: 0,
	refused: 0,
	failed: 0,
	'not-reached': 0,
};

const outcomes: Readonly<Record<Outcome['kind'], Outcome>> = {
	deleted: {kind: 'deleted'},
	'would-delete': {kind: 'would-delete'},
	absent: {kind: 'absent'},
	refused: {kind: 'refused', reason: 'because'},
	failed: {kind: 'failed', reason: 'because'},
	'not-reached': {kind: 'not-reached', reason: 'because'},
};

const rows: ReadonlyArray<{
	kinds: ReadonlyArray<Outcome['kind']>;
	exitCode: 0 | 1 | 3;
	text: string;
}> = [
	{kinds: [], exitCode: 0, text: 'nothing to do'},
	{kinds: ['deleted', 'deleted'], exitCode: 0, text: 'deleted 2'},
	{kinds: ['absent'], exitCode: 0, text: 'already gone 1'},
	{
		kinds: ['absent', 'deleted'],
		exitCode: 0,
		text: 'deleted 1, already gone 1',
	},
	{kinds: ['would-delete'], exitCode: 0, text: 'would delete 1'},
	{kinds: ['refused'], exitCode: 3, text: 'refused 1'},
	{
		kinds: ['deleted', 'refused'],
		exitCode: 3,
		text: 'deleted 1, refused 1',
	},
	{
		kinds: ['would-delete', 'refused'],
		exitCode: 3,
		text: 'would delete 1, refused 1',
	},
	{kinds: ['failed'], exitCode: 1, text: 'failed 1'},
	{kinds: ['not-reached'], exitCode: 1, text: 'not reached 1'},
	{
		kinds: ['failed', 'refused', 'deleted'],
		exitCode: 1,
		text: 'deleted 1, refused 1, failed 1',
	},
	{
		kinds: ['refused', 'not-reached'],
		exitCode: 1,
		text: 'refused 1, not reached 1',
	},
	{
		kinds: [
			'not-reached',
			'failed',
			'refused',
			'absent',
			'would-delete',
			'deleted',
			'deleted',
		],
		exitCode: 1,
		text: 'deleted 2, would delete 1, already gone 1, refused 1, failed 1, not reached 1',
	},
];

for (const {kinds, exitCode, text} of rows) {
	test(`${kinds.join(' and ') || 'nothing'}: exit code ${exitCode}`, t => {
		const tally = tallyOutcomes(
			kinds.map(kind => ({step, outcome: outcomes[kind]})),
		);
		const expected = {...none};
		for (const kind of kinds) {
			expected[kind]++;
		}

		t.deepEqual(tally, expected);
		t.is(chooseExitCode(tally), exitCode);
		t.is(describeTally(tally), text);
	});
}
