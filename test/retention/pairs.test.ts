import test from 'ava';
import {matchPattern} from '../../source/effects/match-pattern.js';
import {judgePulls} from '../../source/plan/judge-pulls.js';
import {judgeUses} from '../../source/plan/judge-use.js';
import {evaluate} from '../../source/retention/evaluate.js';
import type {RuleSet} from '../../source/retention/rules.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {
	buildReading,
	digestOf,
	type Entry,
	nameOf,
} from '../helpers/build-repository.js';
import {buildSource, buildUseFacts} from '../helpers/build-uses.js';

const host = 'registry.test';
const repository = 'app';
const now = Date.UTC(2026, 10, 22, 12);
const day = 24 * 60 * 60 * 1000;
const days = (amount: number) => ({amount, unit: 'd'}) as const;

type Aged = Entry & {readonly uploaded: number};

/** Each digest is kept by some of the rules and not by others. */
const entries: Readonly<Record<string, Aged>> = {
	newest: {tags: ['main-9'], uploaded: 1},
	young: {tags: ['v3'], uploaded: 5},
	fix: {tags: ['fix-1'], uploaded: 8},
	pulled: {tags: ['main-2'], uploaded: 40},
	release: {tags: ['v1'], uploaded: 80},
	both: {tags: ['v2', 'main-1'], uploaded: 90},
	old: {tags: ['main-0'], uploaded: 95},
	bare: {uploaded: 3},
	lost: {uploaded: 70},
};

const plain = buildReading(repository, entries, {readAt: now});
const reading = {
	...plain,
	records: new Map(
		[...plain.records].map(([digest, record]) => {
			const {uploaded = 0} = entries[nameOf(digest)] ?? {};
			const time = new Date(now - uploaded * day).toISOString();
			return [digest, {...record, uploaded: time}];
		}),
	),
};

const tallies = [
	buildTally({
		host,
		repository,
		image: {kind: 'digest', digest: digestOf('pulled')},
		days: new Map([[Math.floor(now / day) - 2, 3]]),
		last: now - 2 * day,
	}),
];

const listCandidates = (sets: readonly RuleSet[]): readonly string[] => {
	const uses = judgeUses(
		buildUseFacts(now, [], [buildSource({readAt: now})]),
		host,
		{reading, now},
	);
	const sources = [
		buildPullSource({covers: {from: now - 400 * day, to: now}, readAt: now}),
	];
	const verdicts = evaluate(reading, {
		sets,
		usesOf: uses.evidenceOf,
		allowUnknownUses: false,
		pullsWithin: windowDays =>
			judgePulls(
				{readingOf: () => ({tallies, sources}), accepted: [], windowDays},
				host,
				{reading, now},
			),
		match: matchPattern,
		now,
	});
	return [...verdicts]
		.filter(([, {kind}]) => kind === 'candidate')
		.map(([digest]) => nameOf(digest))
		.toSorted();
};

/** Each rule by itself, and what it lets go. */
const rules: Readonly<
	Record<string, {readonly set: RuleSet; readonly lets: readonly string[]}>
> = {
	keepNewest: {
		set: {keepNewest: 2},
		lets: ['both', 'fix', 'old', 'pulled', 'release'],
	},
	newestPer: {
		set: {keepNewest: 1, newestPer: '^(main|fix)'},
		lets: ['both', 'lost', 'old', 'pulled', 'release'],
	},
	keepYounger: {
		set: {keepYounger: days(30)},
		lets: ['both', 'lost', 'old', 'pulled', 'release'],
	},
	minPulls: {
		set: {minPulls: {count: 3, within: days(30)}},
		lets: ['bare', 'both', 'fix', 'lost', 'newest', 'old', 'release', 'young'],
	},
	keepTags: {
		set: {keepTags: ['^v']},
		lets: ['bare', 'fix', 'lost', 'newest', 'old', 'pulled'],
	},
	onlyTags: {set: {onlyTags: ['^main']}, lets: ['newest', 'old', 'pulled']},
	onlyUntagged: {set: {onlyUntagged: true}, lets: ['bare', 'lost']},
	neverTouch: {
		// It is no rule that says what may go: beside one that lets everything go.
		set: {keepNewest: 0, neverTouch: ['main-*']},
		lets: ['bare', 'fix', 'lost', 'release', 'young'],
	},
};

for (const [name, {set, lets}] of Object.entries(rules)) {
	test(`${name} by itself`, t => {
		t.deepEqual(listCandidates([set]), lets);
	});
}

const names = Object.keys(rules);
const pairs = names.flatMap((one, place) =>
	names.slice(place + 1).map(other => [one, other] as const),
);

for (const [one, other] of pairs) {
	test(`${one} and ${other}: what either keeps stays, and nothing else does`, t => {
		const [first, second] = [rules[one]!, rules[other]!];
		const both = first.lets.filter(name => second.lets.includes(name));
		t.deepEqual(listCandidates([first.set, second.set]), both);
		t.deepEqual(listCandidates([second.set, first.set]), both);
		const shared = Object.keys(first.set).filter(key => key in second.set);
		// In one set too: the newest are counted over all, whatever the other rule says. Two of one key cannot stand in one.
		const joined = {...first.set, ...second.set};
		t.deepEqual(shared.length > 0 ? both : listCandidates([joined]), both);
	});
}
