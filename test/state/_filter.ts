import test from 'ava';
import {
	asksForPulls,
	type Filterable,
	parseFilter,
} from '../../source/state/filter.js';

const now = Date.UTC(2026, 10, 22);
const day = 24 * 60 * 60 * 1000;

const row = (fields: Partial<Filterable>): Filterable => ({
	words: [],
	tags: [],
	size: undefined,
	time: undefined,
	traits: new Set(),
	...fields,
});

const rows: Readonly<Record<string, Filterable>> = {
	release: row({
		words: ['sha256:aa11', 'v1.42.0', 'latest', 'linux/amd64'],
		tags: ['v1.42.0', 'latest'],
		size: 190e6,
		time: now - 3 * day,
		traits: new Set(['tagged', 'index']),
	}),
	branch: row({
		words: ['sha256:bb22', 'pr-12', 'linux/arm64'],
		tags: ['pr-12'],
		size: 5e3,
		time: now - 90 * day,
		traits: new Set(['tagged', 'marked']),
	}),
	orphan: row({words: ['sha256:cc33'], traits: new Set(['untagged'])}),
};

const found = (text: string): string[] => {
	const filter = parseFilter(text, now);
	return Object.keys(rows).filter(name => filter.matches(rows[name]!));
};

const cases: ReadonlyArray<readonly [string, readonly string[]]> = [
	['', ['release', 'branch', 'orphan']],
	['   ', ['release', 'branch', 'orphan']],
	['latest', ['release']],
	['LATEST', ['release']],
	['bb22', ['branch']],
	['arm64', ['branch']],
	['!arm64', ['release', 'orphan']],
	['!', []],
	['untagged', ['orphan']],
	['!untagged', ['release', 'branch']],
	['index', ['release']],
	['marked', ['branch']],
	['tag:pr', ['branch']],
	[String.raw`tag:~^v\d`, ['release']],
	[String.raw`!tag:~^v\d`, ['branch', 'orphan']],
	['>100MB', ['release']],
	['size:>100mb', ['release']],
	['<5.1kB', ['branch']],
	['>30d', ['branch']],
	['age:<1w', ['release']],
	['tagged >30d', ['branch']],
	['latest >30d', []],
	// What is unknown is on neither side.
	['<1TB', ['release', 'branch']],
	['>0m', ['release', 'branch']],
];

for (const [text, expected] of cases) {
	test(`the filter "${text}" shows ${expected.join(', ') || 'nothing'}`, t => {
		t.deepEqual(found(text), expected);
		t.is(parseFilter(text, now).problem, undefined);
	});
}

for (const [text, part] of [
	['tag:~(', 'regular expression'],
	['>lots', 'no size'],
	['age:>5GB', 'no size'],
	['size:>5d', 'no size'],
] as const) {
	test(`"${text}" is said to be wrong, and ignored`, t => {
		t.true(parseFilter(text, now).problem?.includes(part));
		t.deepEqual(found(`${text} pr-12`), ['branch']);
	});
}

const pulledRows: Readonly<Record<string, Filterable>> = {
	often: row({
		pulls: {state: 'pulled', least: 40, most: 40, last: now - day},
	}),
	atLeast: row({
		pulls: {state: 'pulled', least: 2, most: undefined, last: now - 40 * day},
	}),
	never: row({
		pulls: {state: 'unpulled', least: 0, most: 0, last: undefined},
	}),
	before: row({
		pulls: {state: 'unpulled', least: 0, most: 0, last: now - 120 * day},
	}),
	unknown: row({
		pulls: {state: 'unknown', least: 0, most: undefined, last: undefined},
	}),
	unasked: row({}),
};

const pullCases: ReadonlyArray<readonly [string, readonly string[]]> = [
	['pulled', ['often', 'atLeast']],
	['unpulled', ['never', 'before']],
	['pulls:unknown', ['unknown']],
	['pulls>10', ['often']],
	['pulls>1', ['often', 'atLeast']],
	// A least is no count: there may have been more.
	['pulls<3', ['never', 'before']],
	['pulls<1', ['never', 'before']],
	['pulled<30d', ['often']],
	['pulled>30d', ['atLeast', 'before']],
	['!pulled', ['never', 'before', 'unknown', 'unasked']],
];

for (const [text, expected] of pullCases) {
	test(`of what was pulled, ${text} shows ${expected.join(', ')}`, t => {
		const filter = parseFilter(text, now);
		t.is(filter.problem, undefined);
		t.true(asksForPulls(text));
		t.deepEqual(
			Object.keys(pulledRows).filter(name => filter.matches(pulledRows[name]!)),
			[...expected],
		);
	});
}

for (const text of ['pulls>many', 'pulls<', 'pulled>3', 'pulled<']) {
	test(`"${text}" is no question about pulls`, t => {
		t.regex(parseFilter(text, now).problem ?? '', /such as pull/v);
	});
}

test('only words about pulls ask for them', t => {
	t.false(asksForPulls('pullthrough tag:pulled size:>1kB'));
	t.true(asksForPulls('v1 !unpulled'));
});
