/* eslint-disable ava/no-ignored-test-files -- loaded by doctor.test.ts */
import {Buffer} from 'node:buffer';
import test from 'ava';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {judgeClock} from '../../source/plain/judge-clock.js';
import {createSubjectText} from '../../source/plain/doctor-text.js';
import {readGranted} from '../../source/registry/ask-delete-right.js';
import {makeSafe} from '../../source/text/safe-text.js';

const second = 1000;
const clocks: ReadonlyArray<
	readonly [
		skew: number | undefined,
		state: 'yes' | 'no' | 'unknown',
		says: RegExp,
	]
> = [
	[undefined, 'unknown', /does not tell its time/],
	[0, 'yes', /0 s apart/],
	[59 * second, 'yes', /59 s apart/],
	[-60 * second, 'yes', /60 s apart/],
	[-61 * second, 'no', /61 s behind/],
	[180 * second, 'no', /3 minutes ahead of/],
	[-3 * 3600 * second, 'no', /3 hours behind/],
	[400 * 86_400 * second, 'no', /400 days ahead of/],
];

for (const [skew, state, says] of clocks) {
	test(`a clock that is ${skew ?? 'an unknown time'} ms ahead: ${state}`, t => {
		const check = judgeClock('h.example', skew);
		t.is(check.state, state);
		t.regex(check.says, says);
		t.is(check.remedy !== '', state === 'no');
	});
}

const headerOf = (claims: unknown): string =>
	`Bearer x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
const granted: ReadonlyArray<
	readonly [header: string, actions: readonly string[] | undefined]
> = [
	['Bearer opaque', undefined],
	['Bearer a.b.c', undefined],
	[headerOf({sub: 'lab'}), undefined],
	[headerOf({access: null}), []],
	[headerOf({access: [{type: 'registry', name: 'app', actions: ['*']}]}), []],
	[headerOf({access: [{type: 'repository', name: 'web', actions: ['*']}]}), []],
	[
		headerOf({
			access: [
				{type: 'repository', name: 'app', actions: ['pull', 7, 'delete']},
			],
		}),
		['pull', 'delete'],
	],
];

for (const [header, actions] of granted) {
	test(`what a token is for: ${header}`, t => {
		t.deepEqual(readGranted(header, 'app'), actions);
	});
}

test('no page is wider than 80 cells, and nothing foreign moves the cursor', t => {
	const word = fc.oneof(
		fc.string({unit: 'grapheme', maxLength: 90}),
		fc.constantFrom('\u001B[2J', 'a\nb', '\r', '漢字', 'https://h.example/'),
	);
	const words = fc.array(word, {maxLength: 12}).map(list => list.join(' '));
	const check = fc.record({
		question: fc.constantFrom('found', 'may delete' as const),
		state: fc.constantFrom('yes', 'no', 'unknown' as const),
		says: words,
		remedy: words,
	});
	t.notThrows(() => {
		fc.assert(
			fc.property(
				fc.record({
					kind: fc.constantFrom('registry', 'cluster' as const),
					name: words,
					source: words,
					checks: fc.array(check, {maxLength: 3}),
				}),
				subject => {
					const lines = createSubjectText(subject).split('\n');
					return lines.every(
						line => stringWidth(line) <= 80 && makeSafe(line) === line,
					);
				},
			),
			{numRuns: 300},
		);
	});
});

test('doctor takes one place, and says what is wrong usage', t => {
	t.like(parseCommandLine(['doctor']), {command: 'doctor', where: undefined});
	t.like(parseCommandLine(['doctor', 'h.example', '--json']), {
		command: 'doctor',
		where: 'h.example',
		json: true,
	});
	t.throws(() => parseCommandLine(['doctor', 'a.example', 'b.example']), {
		message: '"b.example" is one place too many.',
	});
});
