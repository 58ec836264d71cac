/* eslint-disable ava/no-ignored-test-files -- rules.test.ts loads it */
import test from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {matchPattern} from '../../source/effects/match-pattern.js';
import {matchesWildcard} from '../../source/oci/wildcard.js';
import {momentBefore, parseDuration} from '../../source/retention/duration.js';
import {checkSets, parseRules} from '../../source/retention/parse-rules.js';
import {UserError} from '../../source/user-error.js';

const badFiles: Readonly<Record<string, readonly [string, string]>> = {
	'a key that there is not': [
		'version: 1\nrules:\n  - keepNewest: 3\n    keepOlder: 30d\n',
		'rules.yaml:4: "keepOlder" is no key of rule 1. Allowed is one of registries, repositories, keepNewest, newestPer, keepYounger, minPulls, keepTags, onlyTags, onlyUntagged, neverTouch, age.',
	],
	'a key of the file that there is not': [
		'version: 1\nrule:\n  - keepNewest: 3\n',
		'rules.yaml:2: "rule" is no key of a rules file. Allowed is one of version, rules, allowUnknownUses, allowEmpty, maxShare, maxDeletes.',
	],
	'a duration that is none': [
		'rules:\n  - keepNewest: 3\n  - keepYounger: 30 days\n',
		'rules.yaml:3: keepYounger of rule 2 is "30 days". Allowed is a duration such as 12h, 30d, 12w, 6mo or 2y.',
	],
	'a pattern that is none': [
		'rules:\n  - keepTags:\n      - ^v\n      - "("\n',
		'rules.yaml:3: keepTags of rule 1. Allowed is a regular expression as JavaScript takes it, not (.',
	],
	'half of minPulls': [
		'rules:\n  - minPulls: {count: 3}\n',
		'rules.yaml:2: minPulls of rule 1. Allowed is both count and within.',
	],
	'a number that is none': [
		'rules:\n  - keepNewest: -1\n',
		'rules.yaml:2: keepNewest of rule 1 is -1. Allowed is a whole number from 0 to 1000000000.',
	],
	'another version': [
		'version: 2\nrules: []\n',
		'rules.yaml:1: version of a rules file is 2. Allowed is a whole number from 1 to 1.',
	],
	'no rules': [
		'version: 1\n',
		'rules.yaml has no rules; that would make everything a candidate. Say what stays: --keep-newest 10, for example.',
	],
	'a rule that keeps nothing': [
		'rules:\n  - age: created\n    onlyUntagged: false\n',
		'rules.yaml:2: rule 1 says nothing of what stays; that would make everything a candidate. Allowed is a rule with at least one of keepNewest, keepYounger, minPulls, keepTags, onlyTags, onlyUntagged.',
	],
	'the same key twice': [
		'rules:\n  - keepNewest: 1\n    keepNewest: 2\n',
		'rules.yaml:3: Map keys must be unique. Write it as YAML or as JSON.',
	],
	'nothing at all': [
		'',
		'rules.yaml:1: this is no rules file. Allowed is keys with values.',
	],
};

for (const [name, [text, sentence]] of Object.entries(badFiles)) {
	test(`rules file › ${name}`, t => {
		const error = t.throws(() => parseRules(text, 'rules.yaml'), {
			instanceOf: UserError,
		});
		t.is(error.sentence, sentence);
		t.is(error.exitCode, 2);
	});
}

test('rules file › everything that there is, in YAML and in JSON', t => {
	const content = {
		version: 1,
		rules: [
			{
				registries: ['registry.test'],
				repositories: ['shop/*'],
				keepNewest: 10,
				newestPer: 'release-(.*)',
				keepYounger: '30d',
				minPulls: {count: 3, within: '12w'},
				keepTags: ['^v'],
				onlyTags: ['^build-'],
				onlyUntagged: false,
				neverTouch: ['base'],
				age: 'created',
			},
		],
		allowUnknownUses: true,
		allowEmpty: true,
		maxShare: 30,
		maxDeletes: 100,
	};
	const {sets, ...rest} = parseRules(JSON.stringify(content), 'rules.json');
	t.deepEqual(rest, {
		allowUnknownUses: true,
		allowEmpty: true,
		maxShare: 30,
		maxDeletes: 100,
	});
	t.deepEqual(sets, [
		{
			...content.rules[0],
			keepYounger: {amount: 30, unit: 'd'},
			minPulls: {count: 3, within: {amount: 12, unit: 'w'}},
			age: 'created',
		},
	]);
});

const badOptions: Readonly<Record<string, readonly [string[], RegExp]>> = {
	'a duration that wraps round': [
		['--keep-younger', '999999d'],
		/--keep-younger 999999d is no duration\./v,
	],
	'a number that is none': [
		['--keep-newest', '3.5'],
		/--keep-newest 3\.5 is no whole number/v,
	],
	'pulls without a time': [
		['--min-pulls', '3'],
		/--min-pulls and --within belong together\./v,
	],
	'no pulls at least': [['--min-pulls', '0', '--within', '7d'], /from 1 to/v],
	'a share of more than all': [['--max-share', '101'], /from 0 to 100/v],
	'another age': [['--age', 'pulled'], /is no kind of age/v],
};

for (const [name, [options, says]] of Object.entries(badOptions)) {
	test(`rule options › ${name}`, t => {
		const error = t.throws(
			() => parseCommandLine(['plan', 'registry.test', ...options]),
			{instanceOf: UserError},
		);
		t.regex(error.sentence, says);
		t.is(error.exitCode, 2);
	});
}

test('rule options › none, one that keeps nothing, a pattern that is none', t => {
	for (const [set, says] of [
		[[], /has no rules/v],
		[[{age: 'created'}], /says nothing of what stays/v],
		[[{keepTags: ['(']}], /\( is no regular expression/v],
	] as const) {
		const error = t.throws(
			() => {
				checkSets(set, 'The command line');
			},
			{instanceOf: UserError},
		);
		t.regex(error.sentence, says);
		t.is(error.exitCode, 2);
	}
});

test('durations › months and years go by the calendar, and what is none is none', t => {
	const now = Date.UTC(2026, 2, 31);
	const before = (text: string) =>
		new Date(momentBefore(parseDuration(text)!, now))
			.toISOString()
			.slice(0, 13);
	t.deepEqual(
		['12h', '30d', '2w', '1mo', '2y'].map(text => before(text)),
		[
			'2026-03-30T12',
			'2026-03-01T00',
			'2026-03-17T00',
			'2026-02-28T00',
			'2024-03-31T00',
		],
	);
	for (const text of [
		'',
		'0d',
		'-1d',
		'30',
		'd',
		'1.5d',
		'1m',
		'30D',
		' 30d',
		'101y',
		'999999d',
		'9007199254740993d',
	]) {
		t.is(parseDuration(text), undefined, `${text} is a duration`);
	}
});

test('patterns › one that takes over a second is stopped and named', t => {
	const error = t.throws(
		() => matchPattern('^(a+)+$', [`${'a'.repeat(60)}!`]),
		{instanceOf: UserError},
	);
	t.regex(error.sentence, /The pattern \^\(a\+\)\+\$ takes over a second/v);
	t.is(error.exitCode, 2);
	t.deepEqual(matchPattern('^v(.)?', ['v', 'v1', 'x']), ['', '1', undefined]);
});

test('patterns › * stands for anything in names', t => {
	for (const [pattern, name, matches] of [
		['shop/*', 'shop/api', true],
		['shop/*', 'shop', false],
		['*', '', true],
		['a*a', 'a', false],
		['a*b*c', 'a-b-c', true],
		['a*b*c', 'a-c-b', false],
		['v1.0', 'v100', false],
		['*-rc*', 'v1-rc2', true],
	] as const) {
		t.is(matchesWildcard(pattern, name), matches, `${pattern} on ${name}`);
	}
});
