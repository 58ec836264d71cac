import {isDeepStrictEqual} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {judgeUses} from '../../source/plan/judge-use.js';
import {buildUse, buildUseFacts} from '../helpers/build-uses.js';
import {createListDocument} from '../../source/plain/list-document.js';
import {createListText} from '../../source/plain/list-text.js';
import {emptyRecord} from '../../source/oci/record.js';
import type {DigestDetail} from '../../source/oci/detail.js';
import type {Message} from '../../source/state/message.js';
import type {State} from '../../source/state/state.js';
import {createStore} from '../../source/state/store.js';
import {stringifySafely} from '../../source/text/safe-text.js';
import {renderStore} from '../helpers/render-app.js';
import {
	apply,
	digestOf,
	host,
	planOf,
	startState,
	stepOf,
	withRepositories,
} from '../state/_build-state.js';

/** Pieces that have broken terminals, between pieces of any text. */
const nasty = fc.constantFrom(
	'\u001B[2J',
	'\u001B[31m',
	'\u001B]0;title\u0007',
	'\u001BP+q\u001B\\',
	'\u009B31m',
	'\r\n',
	'\n',
	'\t',
	'\b\b\b',
	'\u0000',
	'\u202E',
	'\u2066',
	'\u2069',
	'\u200B',
	'\u200D',
	'\uFEFF',
	'\u2028',
	'\u00AD',
	'\u3164',
	'\uE001',
	'\uD800',
	'👩‍👩‍👧‍👦',
	'👍🏽',
	'🇩🇪',
	'☂️',
	'仮名文字',
	'e\u0301\u0301\u0301',
	'ﷺ',
	'กำ',
	' '.repeat(300),
	'x'.repeat(4000),
);

const foreignText = fc
	.array(fc.oneof(nasty, fc.string({unit: 'binary', maxLength: 30})), {
		minLength: 1,
		maxLength: 12,
	})
	.map(pieces => pieces.join(''));

const detailOf = (text: string): DigestDetail => ({
	digest: digestOf(1),
	mediaType: text,
	text: JSON.stringify({text}),
	annotations: {[text]: text},
	configDescriptor: undefined,
	config: undefined,
	layers: [],
	children: [],
	subject: undefined,
	referrers: [],
	problems: [text],
});

// Half of a surrogate pair is the same in both.
const toJson = (value: unknown): unknown =>
	// eslint-disable-next-line unicorn/prefer-structured-clone -- what JSON leaves out is to be left out
	JSON.parse(JSON.stringify(value));

/** The screens that show what others wrote, with one text in every place. */
const statesOf = (
	text: string,
	size: {readonly columns: number; readonly rows: number},
): Readonly<Record<string, State>> => {
	const record = {
		...emptyRecord(digestOf(1)),
		tags: [text, text],
		state: 'loaded' as const,
		platforms: [text],
		mediaType: text,
		problem: text,
	};
	const reading = {
		repository: text,
		records: new Map([[record.digest, record]]),
		gaps: [text],
		readAt: 0,
	};
	const repositories = withRepositories([text], startState(size));
	const digests = apply(
		repositories,
		{kind: 'item-opened'},
		{kind: 'digests-completed', host, reading, now: 0},
	).state;
	const detail = apply(
		digests,
		{kind: 'item-opened'},
		{
			kind: 'detail-loaded',
			key: `${host}/${text}@${digestOf(1)}`,
			detail: detailOf(text),
		},
	).state;
	const step = stepOf(1, {
		repository: text,
		tags: [text],
		findings: [
			{severity: 'warns', rule: 'unreadable-manifest', sentence: text},
		],
	});
	const reviewing = apply(
		digests,
		{kind: 'mark-toggled'},
		{kind: 'review-opened'},
	).state;
	const screen = reviewing.trail.at(-1);
	const review = apply(reviewing, {
		kind: 'plans-made',
		marks: screen?.kind === 'review' ? screen.marks : [],
		plans: [planOf([step], {blocked: [step]})],
	}).state;
	const confirm: readonly Message[] = [
		{kind: 'text-typed', text: `delete 1 from ${host}`},
		{kind: 'text-submitted'},
		{kind: 'batch-began', batch: '', journal: text},
		{
			kind: 'step-ended',
			host,
			step,
			outcome: {kind: 'failed', reason: text},
		},
		{kind: 'batch-ended'},
	];
	return {
		repositories,
		digests,
		detail,
		manifest: apply(detail, {kind: 'text-toggled'}).state,
		review,
		outcome: apply(review, ...confirm).state,
	};
};

// What a terminal would act on, or would not show; no colours are drawn here, so Ink writes none of it.
const acted = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

const assertIsTame = (
	t: ExecutionContext,
	state: State,
	text: string,
): void => {
	const {columns, rows} = state.size;
	const {frame, unmount} = renderStore(
		t,
		createStore(state, async () => undefined),
	);
	const lines = frame().split('\n');
	unmount();
	const shown = JSON.stringify(text);
	if (lines.length !== rows - 1) {
		throw new Error(`${lines.length} lines instead of ${rows - 1}: ${shown}`);
	}

	for (const line of lines) {
		if (acted.test(line)) {
			throw new Error(`${JSON.stringify(line)} is not tame: ${shown}`);
		}

		if (stringWidth(line) > columns) {
			throw new Error(`${stringWidth(line)} cells in ${columns}: ${shown}`);
		}
	}
};

test('whatever others write, every screen keeps its lines, its width, and nothing acts on the terminal', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(
				foreignText,
				fc.constantFrom(
					{columns: 80, rows: 24},
					{columns: 60, rows: 15},
					{columns: 180, rows: 20},
				),
				(text, size) => {
					for (const state of Object.values(statesOf(text, size))) {
						assertIsTame(t, state, text);
					}
				},
			),
			{numRuns: 15, includeErrorInReport: true},
		);
	});
});

test('whatever others write, the plain list has one line for each digest, and JSON gives it back as it was', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(foreignText, text => {
				const record = {
					...emptyRecord(digestOf(1)),
					tags: [text],
					state: 'loaded' as const,
					platforms: [text],
					mediaType: text,
				};
				const uses = buildUseFacts(0, [
					buildUse(`${host}/app:v1`, {name: text}),
				]);
				const reading = {
					repository: text,
					records: new Map([[record.digest, record]]),
					gaps: [],
					readAt: 0,
				};
				const judged = judgeUses(uses, host, {reading, now: 0});
				const listed = [{name: text, reading, uses: judged}];
				const options = {showsUses: true, isSorted: false, now: 0};
				const plain = createListText(listed, options);
				const usual = createListText(
					[{...listed[0]!, name: 'app'}],
					options,
				).split('\n').length;
				const document = createListDocument(host, listed, {uses, now: 0});
				const json = stringifySafely(document);
				return (
					!acted.test(plain.replaceAll('\n', '')) &&
					plain.split('\n').length === usual &&
					!acted.test(json.replaceAll(/[\n\t]/gu, '')) &&
					isDeepStrictEqual(JSON.parse(json), toJson(document))
				);
			}),
			{numRuns: 100, includeErrorInReport: true},
		);
	});
});
