import test from 'ava';
import type {Finding, Outcome, Plan} from '../../source/plan/plan.js';
import {
	outcomeTextWidth,
	selectOutcomeLines,
} from '../../source/state/select-outcome-lines.js';
import {
	reviewTextWidth,
	type ReviewLine,
	selectReviewLines,
} from '../../source/state/select-review.js';
import type {RunScreen} from '../../source/state/state.js';
import {digestOf, host, planOf, stepOf} from './_build-state.js';

const widths = [1, 10, 24, 44, 84, 164];

const finding = (severity: Finding['severity'], sentence: string): Finding => ({
	severity,
	rule: 'not-there',
	sentence,
});

/** The text of each step, put together from its lines. */
const textsOf = (lines: readonly ReviewLine[]): Map<string, string> => {
	const texts = new Map<string, string>();
	let digest = '';
	for (const line of lines) {
		if (line.kind === 'step') {
			digest = line.step?.digest ?? digest;
			texts.set(digest, `${texts.get(digest) ?? ''}${line.text}`);
		}
	}

	return texts;
};

const manyTags = Array.from({length: 40}, (_, index) => `release-${index}.0`);
const longTag = 'x'.repeat(128);

test('every tag that goes is on a line of its step, at any width', t => {
	const plan = planOf([
		stepOf(1, {tags: manyTags}),
		stepOf(2, {tags: [longTag, 'short']}),
		stepOf(3, {tags: ['child-tag'], goesWith: digestOf(1)}),
		stepOf(4, {
			tags: ['warned-tag'],
			findings: [finding('warns', 'It could not be read.')],
		}),
	]);
	for (const width of widths) {
		const lines = selectReviewLines(plan, width);
		const texts = textsOf(lines);
		for (const {digest, tags} of plan.steps) {
			for (const tag of tags) {
				t.true(texts.get(digest)?.includes(tag), `${tag} at ${width}`);
			}
		}

		for (const line of lines) {
			t.true(line.kind === 'repository' || line.text.length <= width);
		}
	}
});

test('what is blocked or warned about comes first, and the rest in the order of deletion', t => {
	const plan = planOf(
		[
			stepOf(1),
			stepOf(2, {goesWith: digestOf(1), tags: []}),
			stepOf(3, {findings: [finding('warns', 'Odd.')]}),
			stepOf(4, {repository: 'tool'}),
		],
		{blocked: [stepOf(5, {findings: [finding('blocks', 'Needed.')]})]},
	);
	const lines = selectReviewLines(plan, 44);
	t.deepEqual(
		lines.map(line =>
			line.kind === 'repository'
				? `${line.name}: ${line.digests}, ${line.tags}`
				: line.kind === 'depletion'
					? line.text
					: `${line.tone} ${line.text}`,
		),
		[
			'app: 1, 1',
			'blocked blocked: Needed. (v5)',
			'warned v3, not in use - Odd.',
			'app: 2, 1',
			'marked v1, not in use',
			'taken-along goes with 000000000000',
			'tool: 1, 1',
			'marked v4, not in use',
		],
	);
	t.is(selectReviewLines(plan, 44), lines);
});

test('a digest without a tag says so', t => {
	const [, line] = selectReviewLines(planOf([stepOf(1, {tags: []})]), 44);
	t.like(line, {text: 'no tag, not in use'});
});

test('a plan of nothing has no lines', t => {
	t.deepEqual(selectReviewLines(planOf([]), 44), []);
});

test('widths are at least one, on terminals that are too small to draw on, too', t => {
	const plan: Plan = planOf([stepOf(1, {tags: manyTags})]);
	for (const columns of [1, 20, 36, 60]) {
		t.true(reviewTextWidth(columns) >= 1);
		t.true(outcomeTextWidth(columns) >= 1);
		t.true(selectReviewLines(plan, reviewTextWidth(columns)).length > 0);
	}
});

const runWith = (outcomes: readonly Outcome[]): RunScreen => ({
	kind: 'run',
	state: 'ended',
	registries: [host],
	total: outcomes.length,
	current: undefined,
	outcomes: outcomes.map((outcome, index) => ({
		step: stepOf(index + 1),
		outcome,
	})),
	batch: '',
	journal: '',
	problem: undefined,
	top: 0,
});

test('what did not go comes first, with its reason in full, and the same reason once', t => {
	const disabled =
		'Deleting is switched off there: set storage.delete.enabled.';
	const lines = selectOutcomeLines(
		runWith([
			{kind: 'deleted'},
			{kind: 'refused', reason: disabled},
			{kind: 'refused', reason: disabled},
			{kind: 'failed', reason: 'No reply.'},
			{kind: 'not-reached', reason: 'stopped'},
			{kind: 'would-delete'},
			{kind: 'absent'},
		]),
		30,
	);
	t.deepEqual(
		lines.map(({kind, step, text}) => [
			kind,
			step ? Number(step.digest.slice(-2)) : 0,
			text,
		]),
		[
			['failed', 4, 'failed: No reply. Press r to'],
			['failed', 0, 'try it again.'],
			['refused', 2, 'refused: Deleting is switched'],
			['refused', 0, 'off there: set'],
			['refused', 0, 'storage.delete.enabled. Esc,'],
			['refused', 0, 'then d reviews it anew.'],
			['refused', 3, 'refused, as above'],
			['not-reached', 5, 'not reached: stopped. Esc,'],
			['not-reached', 0, 'then d reviews it anew.'],
			['would-delete', 6, 'would be deleted; nothing was'],
			['would-delete', 0, 'sent'],
			['deleted', 1, 'deleted'],
			['absent', 7, 'was gone already'],
		],
	);
});
