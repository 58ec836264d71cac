import test from 'ava';
import {makeSafe, stringifySafely} from '../../source/text/safe-text.js';

const replaced = '\uFFFD';

const unsafe: ReadonlyArray<readonly [string, string, string]> = [
	['a colour', '\u001B[31mred\u001B[0m', `${replaced}[31mred${replaced}[0m`],
	['a title', '\u001B]0;x\u0007y', `${replaced}]0;x${replaced}y`],
	[
		'a link',
		'\u001B]8;;http://x\u001B\\',
		`${replaced}]8;;http://x${replaced}\\`,
	],
	[
		'a clearing of the screen',
		'\u001B[2J\u001Bc',
		`${replaced}[2J${replaced}c`,
	],
	['a C1 escape', '\u009B31mred\u009D', `${replaced}31mred${replaced}`],
	['a line feed', 'a\nb\r\nc', `a${replaced}b${replaced}${replaced}c`],
	[
		'a line separator',
		'a\u2028b\u2029c\u0085d',
		`a${replaced}b${replaced}c${replaced}d`,
	],
	['a tab, a backspace and a bell', '\t\b\u0007', replaced.repeat(3)],
	['a null and a delete', 'a\0b\u007F', `a${replaced}b${replaced}`],
	[
		'a direction',
		'a\u202Eb\u2066c\u200Fd\u061Ce',
		`a${replaced}b${replaced}c${replaced}d${replaced}e`,
	],
	[
		'no width',
		'a\u200Bb\u200Cc\uFEFFd\u2060e\u00ADf',
		`a${replaced}b${replaced}c${replaced}d${replaced}e${replaced}f`,
	],
	[
		'a filler',
		'a\u3164b\u115Fc\u034Fd',
		`a${replaced}b${replaced}c${replaced}d`,
	],
	['a tag character', 'a\u{E0041}b', `a${replaced}b`],
	['a private character', 'a\uE000b', `a${replaced}b`],
	['half a surrogate pair', 'a\uD83Db\uDE00', `a${replaced}b${replaced}`],
];

for (const [what, text, expected] of unsafe) {
	test(`${what} does not reach the terminal`, t => {
		t.is(makeSafe(text), expected);
	});
}

const safe = [
	'',
	'library/nginx:1.27-alpine',
	'sha256:0123456789abcdef',
	'Größe – naïve café',
	'日本語 한국어 العربية עברית',
	'🚀 ❤️ 👍🏽 🇩🇪',
	'« a » “b” …',
];

for (const text of safe) {
	test(`${JSON.stringify(text)} stays as it is`, t => {
		t.is(makeSafe(text), text);
	});
}

test('a joined emoji falls into its parts', t => {
	t.is(makeSafe('👩‍🚀'), `👩${replaced}🚀`);
});

test('what is endless is cut, never through a character', t => {
	t.is(makeSafe('x'.repeat(4000)), 'x'.repeat(4000));
	t.is(makeSafe('x'.repeat(4001)), `${'x'.repeat(4000)}…`);
	t.is(makeSafe('x'.repeat(1_000_000)).length, 4001);
	const cut = makeSafe(`${'x'.repeat(3999)}🚀 and more`);
	t.notRegex(cut, /\p{Cs}/u);
	t.true(cut.endsWith('…'));
});

test('JSON is made safe without changing what it says', t => {
	const value = {
		...Object.fromEntries(unsafe.map(([what, text]) => [what, text])),
		safe,
		list: [1, null, true],
	};
	const text = stringifySafely(value);
	t.deepEqual(JSON.parse(text), value);
	t.is(
		makeSafe(text.replaceAll(/[\n\t]/g, '')),
		text.replaceAll(/[\n\t]/g, ''),
	);
	t.true(text.includes('日本語'));
	t.true(text.includes(String.raw`"\u009b31mred\u009d"`));
});
