/* eslint-disable ava/no-ignored-test-files -- programs.test.ts loads it */
import test from 'ava';
import fc from 'fast-check';
import {ArraySplitter} from '../../source/pulls/split-array.js';
import {UserError} from '../../source/user-error.js';

const split = (
	text: string,
	{chunk = 65_536, limit = 65_536} = {},
): readonly string[] => {
	const found: string[] = [];
	const splitter = new ArraySplitter(
		element => {
			found.push(element);
		},
		{what: 'The output', limit},
	);
	const bytes = new TextEncoder().encode(text);
	for (let start = 0; start < bytes.length; start += chunk) {
		splitter.push(bytes.subarray(start, start + chunk));
	}

	splitter.end();
	return found;
};

test('any array is taken apart into its elements, wherever its bytes are cut', t => {
	fc.assert(
		fc.property(
			fc.array(fc.jsonValue()),
			fc.nat({max: 40}),
			fc.constantFrom(undefined, '\t', 2),
			(values, chunk, indent) => {
				const text = JSON.stringify(values, undefined, indent);
				const found = split(text, {chunk: chunk + 1});
				t.deepEqual(
					found.map(element => JSON.parse(element) as unknown),
					JSON.parse(text),
				);
			},
		),
	);
});

test('a mark of byte order and the space around are passed over', t => {
	t.deepEqual(split('\uFEFF \n[ ]\r\n'), []);
});

for (const [title, text, message] of [
	['nothing', '', 'The output is no JSON array.'],
	['an object', '{"a": []}', 'The output is no JSON array.'],
	['a sentence', 'No logs.', 'The output is no JSON array.'],
	[
		'half an array',
		'[{"a": 1}, {"a": "[',
		'The output breaks off before its JSON array ends.',
	],
	[
		'an array without its end',
		'[{"a": 1},',
		'The output breaks off before its JSON array ends.',
	],
	['two arrays', '[][]', 'The output goes on after its JSON array has ended.'],
	[
		'an endless element',
		`["${'x'.repeat(2000)}"]`,
		'The output has an element larger than 1 KB.',
	],
] as const) {
	test(`no array is taken from ${title}`, t => {
		t.throws(() => split(text, {chunk: 100, limit: 1024}), {
			instanceOf: UserError,
			message,
		});
	});
}
