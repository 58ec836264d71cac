import test from 'ava';
import {Box} from 'ink';
import {render} from 'ink-testing-library';
import React from 'react';
import {
	Line,
	fitColumns,
	type Column,
} from '../../source/ui/components/columns.js';
import {ProblemText} from '../../source/ui/components/problem-text.js';
import {Prompt} from '../../source/ui/components/prompt.js';
import {fitText, Table} from '../../source/ui/components/table.js';

const frame = (element: React.JSX.Element): string => {
	const instance = render(element);
	const last = instance.lastFrame() ?? '';
	instance.unmount();
	return last;
};

test('a table has one line for each row, columns that line up, and no rules', t => {
	const text = frame(
		<Table
			widths={{digest: 6, text: 10}}
			rows={[
				{tone: 'plain', spoken: '', cells: {digest: 'aaaaaa', text: 'one'}},
				{
					tone: 'danger',
					spoken: '',
					cells: {digest: 'bb', text: 'much longer than ten'},
				},
				{
					tone: 'unknown',
					spoken: '',
					cells: {digest: 'cc', text: '仮名 \u001B[31mred'},
				},
			]}
		/>,
	);
	t.deepEqual(
		text.split('\n').map(line => line.trimEnd()),
		['aaaaaa one', 'bb     much long…', 'cc     仮名 �[31…'],
	);
});

for (const [text, width, expected] of [
	['abc', 5, 'abc  '],
	['abcdef', 5, 'abcd…'],
	['仮名文字', 5, '仮名…'],
	['', 2, '  '],
] as const) {
	test(`"${text}" in ${width} cells is "${expected}"`, t => {
		t.is(fitText(text, width), expected);
	});
}

const columns: Readonly<Record<'name' | 'extra' | 'size', Column>> = {
	name: {title: 'NAME', width: 0, align: 'left', from: 0},
	extra: {title: 'EXTRA', width: 5, align: 'left', from: 90},
	size: {title: 'SIZE', width: 6, align: 'right', from: 0},
};

test('a column goes where the terminal is narrower than it asks for', t => {
	t.deepEqual(fitColumns(columns, 89), ['name', 'size']);
	t.deepEqual(fitColumns(columns, 90), ['name', 'extra', 'size']);
});

test('a line aligns numbers to the right and cuts what is too long', t => {
	const text = frame(
		<Box flexDirection="column" width={20}>
			<Line
				columns={columns}
				width={20}
				cells={{
					name: {text: 'a-very-long-name'},
					extra: {text: 'never'},
					size: {text: '9 kB'},
				}}
			/>
		</Box>,
	);
	t.is(text.trimEnd(), 'a-very-lo…    9 kB');
});

test('a problem says what happened and what to do, without foreign escapes', t => {
	const text = frame(
		<ProblemText
			problem={{message: 'It failed\u001B[2J.', remedy: 'Try again.'}}
		/>,
	);
	t.is(text, 'It failed�[2J.\nTry again.');
});

test('a prompt shows what was typed, and where the next character goes', t => {
	t.is(frame(<Prompt label="address" text="127.0" />), 'address 127.0▏');
});
