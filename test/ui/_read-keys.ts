/* eslint-disable ava/no-ignored-test-files -- ui.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import type {KeyPress} from '../../source/ui/read-keys.js';
import {encodeKey, encodePaste} from '../helpers/press.js';
import {openKeyboard} from '../helpers/render-app.js';

const names = (presses: readonly KeyPress[]): string[] =>
	presses.map(press =>
		press.kind === 'key' ? press.name : `paste ${JSON.stringify(press.text)}`,
	);

/** What comes out of chunks that are sent one after the other, each handed over before the next. */
const read = async (
	t: ExecutionContext,
	...chunks: readonly string[]
): Promise<string[]> => {
	const keyboard = openKeyboard(t);
	for (const chunk of chunks) {
		await keyboard.write(chunk);
	}

	return names(keyboard.presses);
};

test('each key has its name', async t => {
	const letters = ['a', 'G', 'é', '👩', '/'];
	const table = {
		space: ' ',
		enter: 'enter',
		esc: 'escape',
		tab: 'tab',
		backspace: 'backspace',
		up: 'up',
		down: 'down',
		left: 'left',
		right: 'right',
		home: 'home',
		end: 'end',
		pageup: 'pageup',
		pagedown: 'pagedown',
		'ctrl-c': 'ctrl-c',
		'ctrl-d': 'ctrl-d',
		'ctrl-u': 'ctrl-u',
	};
	t.deepEqual(
		await read(
			t,
			...[...letters, ...Object.keys(table)].map(key => encodeKey(key)),
		),
		[...letters, ...Object.values(table)],
	);
});

test('a line feed is Enter, and 0x08 is Backspace, as some terminals send them', async t => {
	t.deepEqual(await read(t, '\n', '\u0008'), ['enter', 'backspace']);
});

test('characters that arrive in one chunk are taken apart', async t => {
	t.deepEqual(await read(t, 'jjj'), ['j', 'j', 'j']);
	t.deepEqual(await read(t, 'j\r'), ['j', 'enter']);
	t.deepEqual(await read(t, 'a\u007Fb\t \u0003'), [
		'a',
		'backspace',
		'b',
		'tab',
		' ',
		'ctrl-c',
	]);
	t.deepEqual(await read(t, 'é👩中'), ['é', '👩', '中']);
});

test('arrows in one chunk, and between letters', async t => {
	t.deepEqual(
		await read(
			t,
			`${encodeKey('down')}${encodeKey('down')}j${encodeKey('up')}`,
		),
		['down', 'down', 'j', 'up'],
	);
	// Application mode, and a terminal that is slow.
	t.deepEqual(await read(t, '\u001BOA'), ['up']);
	t.deepEqual(await read(t, '\u001B[1~', '\u001B[4~'), ['home', 'end']);
	// With Shift or Ctrl held they are the same keys.
	t.deepEqual(await read(t, '\u001B[1;2B', '\u001B[1;5A', '\u001B[5;5~'), [
		'down',
		'up',
		'pageup',
	]);
});

test('a lone Escape is Escape, and the key after it is itself', async t => {
	t.deepEqual(await read(t, encodeKey('esc'), 'd'), ['escape', 'd']);
	// In one chunk it is Alt-d, which means nothing.
	t.deepEqual(await read(t, `${encodeKey('esc')}d`), ['unknown d']);
	t.deepEqual(await read(t, `${encodeKey('esc')}${encodeKey('esc')}`), [
		'escape',
		'escape',
	]);
});

test('Delete is not Backspace, and Shift-Tab is not Tab', async t => {
	t.deepEqual(await read(t, encodeKey('delete'), encodeKey('shift-tab')), [
		'delete',
		'unknown [Z',
	]);
});

test('sequences that nobody knows are no text', async t => {
	for (const sequence of [
		'\u001B[15~',
		'\u001B[<64;10;5M',
		'\u001B[I',
		// Ctrl-F1 to Ctrl-F4, at which Ink's own reader throws.
		'\u001B[1;5P',
		'\u001B[1;5Q',
		'\u001B[1;5R',
		'\u001B[1;5S',
		'\u001B[1;5u',
		'\u001BOP',
		'\u001B[?1;2c',
	]) {
		const presses = await read(t, sequence);
		for (const press of presses) {
			t.true(press.length > 1, `${JSON.stringify(sequence)} gave ${press}`);
		}
	}
});

test('a paste is one piece, in one chunk or in several', async t => {
	t.deepEqual(await read(t, encodePaste('delete 1 from x')), [
		'paste "delete 1 from x"',
	]);
	t.deepEqual(
		await read(t, 'a', '\u001B[200~one ', 'two', '\u001B[201~', 'b'),
		['a', 'paste "one two"', 'b'],
	);
});

test('a paste with line ends, controls and arrows in it is no key', async t => {
	const [press, ...more] = await read(
		t,
		encodePaste('one\ntwo\r\n\u0003\u0004\td\u001B[Aq'),
	);
	t.deepEqual(more, []);
	t.regex(press ?? '', /^paste "one/v);
	t.deepEqual(await read(t, encodePaste('\n')), [String.raw`paste "\r"`]);
	t.deepEqual(await read(t, encodePaste('')), ['paste ""']);
});

test('a paste whose end comes in two chunks ends all the same', async t => {
	const whole = encodePaste('text');
	for (let cut = whole.length - 5; cut < whole.length; cut++) {
		t.deepEqual(await read(t, whole.slice(0, cut), whole.slice(cut), 'j'), [
			'paste "text"',
			'j',
		]);
	}
});

test('keys after a paste in the same chunk are keys', async t => {
	t.deepEqual(await read(t, `${encodePaste('a')}${encodeKey('down')}`), [
		'paste "a"',
		'down',
	]);
});

test('two pastes are two pieces', async t => {
	t.deepEqual(await read(t, encodePaste('a') + encodePaste('b')), [
		'paste "a"',
		'paste "b"',
	]);
});
