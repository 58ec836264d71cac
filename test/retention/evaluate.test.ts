import test from 'ava';
import fc from 'fast-check';
import type {PullTally} from '../../source/evidence/pull.js';
import type {Use} from '../../source/evidence/use.js';
import {matchPattern} from '../../source/effects/match-pattern.js';
import type {DigestRecord} from '../../source/oci/record.js';
import {judgePulls} from '../../source/plan/judge-pulls.js';
import {judgeUses} from '../../source/plan/judge-use.js';
import {evaluate} from '../../source/retention/evaluate.js';
import type {RuleSet} from '../../source/retention/rules.js';
import {spellVerdict} from '../../source/retention/spell-verdict.js';
import type {RepositoryReading} from '../../source/world.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {
	buildReading,
	digestOf,
	type Entry,
	nameOf,
} from '../helpers/build-repository.js';
import {
	buildGap,
	buildSource,
	buildUse,
	buildUseFacts,
} from '../helpers/build-uses.js';

const host = 'registry.test';
const repository = 'app';
const now = Date.UTC(2026, 10, 22, 12);
const day = 24 * 60 * 60 * 1000;

type Dated = Entry & {
	/** Days before now; left out, the registry keeps no time for it. */
	readonly uploaded?: number | string;
	readonly built?: number | string;
	readonly locked?: string;
};

const at = (time: number | string | undefined): string | undefined =>
	typeof time === 'number' ? new Date(now - time * day).toISOString() : time;

const build = (
	entries: Readonly<Record<string, Dated>>,
	gaps: readonly string[] = [],
): RepositoryReading => {
	const reading = buildReading(repository, entries, {readAt: now, gaps});
	const records = [...reading.records.values()].map((record): DigestRecord => {
		const {uploaded, built, locked} = entries[nameOf(record.digest)] ?? {};
		return {
			...record,
			uploaded: at(uploaded),
			created: at(built),
			locked,
		};
	});
	return {
		...reading,
		records: new Map(records.map(record => [record.digest, record])),
	};
};

type Facts = {
	readonly uses?: readonly Use[];
	readonly isPartial?: boolean;
	/** No source of uses at all, and the operator says that this is well. */
	readonly allowsUnknown?: boolean;
	readonly pulls?: readonly PullTally[];
	/** Days that the source of pulls covers; left out, there is none. */
	readonly covered?: number;
};

const judge = (
	reading: RepositoryReading,
	sets: readonly RuleSet[],
	{uses = [], isPartial, allowsUnknown, pulls = [], covered}: Facts = {},
) => {
	const useFacts = buildUseFacts(
		now,
		uses,
		allowsUnknown
			? []
			: [buildSource({readAt: now, gaps: isPartial ? [buildGap()] : []})],
	);
	const source = buildPullSource({
		covers: {from: now - (covered ?? 0) * day, to: now},
		readAt: now,
	});
	return evaluate(reading, {
		sets,
		usesOf: judgeUses(useFacts, host, {reading, now}).evidenceOf,
		allowUnknownUses: allowsUnknown ?? false,
		pullsWithin:
			covered === undefined
				? undefined
				: windowDays =>
						judgePulls(
							{
								readingOf: () => ({tallies: pulls, sources: [source]}),
								accepted: [],
								windowDays,
							},
							host,
							{reading, now},
						),
		match: matchPattern,
		now,
	});
};

/** The sentences by name. */
const spell = (
	...[entries, sets, facts]: [
		Readonly<Record<string, Dated>>,
		readonly RuleSet[],
		Facts?,
	]
) => {
	const verdicts = judge(build(entries), sets, facts);
	return Object.fromEntries(
		[...verdicts].map(([digest, verdict]) => [
			nameOf(digest),
			spellVerdict(verdict, now),
		]),
	);
};

const days = (amount: number) => ({amount, unit: 'd'}) as const;
const image = `${host}/${repository}`;
const pulled = (name: string, ago: number, count: number): PullTally =>
	buildTally({
		image: {kind: 'digest', digest: digestOf(name)},
		days: new Map([[Math.floor((now - ago * day) / day), count]]),
		last: now - ago * day,
	});

const cases: Record<
	string,
	{
		entries: Readonly<Record<string, Dated>>;
		sets: readonly RuleSet[];
		facts?: Facts;
		expected: Readonly<Record<string, string>>;
	}
> = {
	'safeguard 10: the newest count by upload, tagged and untagged apart': {
		entries: {
			one: {tags: ['v1'], uploaded: 30},
			two: {tags: ['v2'], uploaded: 20, built: 400},
			three: {tags: ['v3'], uploaded: 10},
			old: {uploaded: 9},
			new: {uploaded: 8},
		},
		sets: [{keepNewest: 1}],
		expected: {
			one: 'candidate: 30 days old, in none of 1 context',
			two: 'candidate: 20 days old, in none of 1 context',
			three: 'kept: the newest of 3 by upload',
			old: 'candidate: 9 days old, in none of 1 context',
			new: 'kept: the newest of 2 by upload',
		},
	},
	'safeguard 10: without upload times ages are not known, and keep': {
		entries: {one: {tags: ['v1'], built: 300}, two: {tags: ['v2'], built: 1}},
		sets: [{keepNewest: 1, keepYounger: days(30)}],
		expected: {
			one: 'kept: its age is not known: the registry keeps no upload times, and "age: created" would count by build time',
			two: 'kept: its age is not known: the registry keeps no upload times, and "age: created" would count by build time',
		},
	},
	'safeguard 10: the build time counts where the operator says so; 1980, the year 1 and none keep and take no place':
		{
			entries: {
				bazel: {tags: ['v1'], built: '1980-01-01T00:00:00Z'},
				cosign: {tags: ['v2'], built: '0001-01-01T00:00:00Z'},
				none: {tags: ['v3']},
				ahead: {tags: ['v4'], built: -30},
				old: {tags: ['v5'], built: 40},
				older: {tags: ['v6'], built: 50},
			},
			sets: [{keepNewest: 1, age: 'created'}],
			expected: {
				bazel: 'kept: its build time is missing or stands for none',
				cosign: 'kept: its build time is missing or stands for none',
				none: 'kept: its build time is missing or stands for none',
				ahead: 'kept: its build time is missing or stands for none',
				old: 'kept: the newest of 2 by build',
				older: 'candidate: 50 days old by its build time, in none of 1 context',
			},
		},
	'the newest count by group': {
		entries: {
			a1: {tags: ['main-1'], uploaded: 5},
			a2: {tags: ['main-2'], uploaded: 4},
			b1: {tags: ['fix-1'], uploaded: 9},
			both: {tags: ['fix-2', 'main-3'], uploaded: 3},
			rest: {tags: ['latest'], uploaded: 99},
		},
		sets: [{keepNewest: 1, newestPer: String.raw`^(\w+)-\d+$`}],
		expected: {
			a1: 'candidate: 5 days old, in none of 1 context',
			a2: 'candidate: 4 days old, in none of 1 context',
			b1: 'candidate: 9 days old, in none of 1 context',
			both: 'kept: the newest of 3 of main by upload',
			rest: 'kept: the newest of 1 by upload',
		},
	},
	'a use keeps, and so does what is not known': {
		entries: {
			used: {tags: ['v1'], uploaded: 90},
			free: {tags: ['v2'], uploaded: 90},
		},
		sets: [{keepYounger: days(30)}],
		facts: {uses: [buildUse(`${image}:v1`)], isPartial: true},
		expected: {
			used: 'kept: in use by shop/api-1',
			free: 'kept: not known whether it is used: prod: Pods in namespace x timed out',
		},
	},
	'no source of uses at all, and the operator says that it is well': {
		entries: {free: {tags: ['v2'], uploaded: 90}},
		sets: [{keepYounger: days(30)}],
		facts: {allowsUnknown: true},
		expected: {
			free: 'candidate: 90 days old, use unknown: no cluster or snapshot to ask, and allowed',
		},
	},
	'pulls keep where there are enough, and where it is not known': {
		entries: {
			often: {tags: ['v1'], uploaded: 90},
			seldom: {tags: ['v2'], uploaded: 90},
			never: {tags: ['v3'], uploaded: 90},
		},
		sets: [{minPulls: {count: 3, within: days(7)}}],
		facts: {
			covered: 30,
			pulls: [pulled('often', 2, 3), pulled('seldom', 2, 2)],
		},
		expected: {
			often: 'kept: accessed 3 times in 7 days',
			seldom: 'candidate: 90 days old, 2 pulls in 7 days, in none of 1 context',
			never:
				'candidate: 90 days old, 0 pulls in 7 days (acr-events:logs, complete), in none of 1 context',
		},
	},
	'a window longer than what is covered is not known': {
		entries: {never: {tags: ['v3'], uploaded: 90}},
		sets: [{minPulls: {count: 3, within: days(60)}}],
		facts: {covered: 30},
		expected: {
			never:
				'kept: not known how often it was pulled: acr-events:logs: it tells everything only since 2026-10-23',
		},
	},
	'without a source of pulls nobody knows': {
		entries: {never: {tags: ['v3'], uploaded: 90}},
		sets: [{minPulls: {count: 1, within: days(60)}}],
		expected: {
			never:
				'kept: not known how often it was pulled: there is no source of pulls',
		},
	},
	'tags keep; other tags than those that are looked at keep': {
		entries: {
			release: {tags: ['v1', 'build-1'], uploaded: 90},
			build: {tags: ['build-2'], uploaded: 90},
			sibling: {tags: ['build-3', 'latest'], uploaded: 90},
			untagged: {uploaded: 90},
		},
		sets: [{onlyTags: ['^build-', '^v'], keepTags: [String.raw`^v\d`]}],
		expected: {
			release: String.raw`kept: its tag v1 matches ^v\d`,
			build: 'candidate: 90 days old, in none of 1 context',
			sibling: 'kept: its tag latest is none of those that are looked at',
			untagged: 'kept: it has no tag, and only certain tags are looked at',
		},
	},
	'only untagged ones': {
		entries: {tagged: {tags: ['v1'], uploaded: 90}, loose: {uploaded: 90}},
		sets: [{onlyUntagged: true}],
		expected: {
			tagged: 'kept: it has a tag, and only untagged ones are looked at',
			loose: 'candidate: 90 days old, in none of 1 context',
		},
	},
	'children and signatures are not judged, and not counted': {
		entries: {
			index: {tags: ['v2'], children: ['amd', 'arm'], uploaded: 2},
			amd: {uploaded: 2},
			arm: {uploaded: 2},
			signature: {subject: 'index', uploaded: 1},
			old: {tags: ['v1'], uploaded: 90},
		},
		sets: [{keepNewest: 1}],
		expected: {
			amd: 'kept: a child goes and stays with the indexes that name it',
			arm: 'kept: a child goes and stays with the indexes that name it',
			signature:
				'kept: it is a referrer, and goes and stays with what it is about',
			index: 'kept: the newest of 2 by upload',
			old: 'candidate: 90 days old, in none of 1 context',
		},
	},
	'never touched, locked and unreadable ones stay': {
		entries: {
			never: {tags: ['prod-1'], uploaded: 90},
			locked: {tags: ['v1'], uploaded: 90, locked: 'Azure locks it.'},
			broken: {tags: ['v2'], uploaded: 90, problem: 'It is no manifest.'},
		},
		sets: [{keepYounger: days(1), neverTouch: ['prod-*']}],
		expected: {
			never: 'kept: neverTouch in the rules names it',
			locked: 'kept: Azure locks it',
			broken: 'kept: It is no manifest',
		},
	},
	'every set keeps': {
		entries: {
			young: {tags: ['v1'], uploaded: 3},
			old: {tags: ['v2'], uploaded: 90},
		},
		sets: [{keepYounger: days(7)}, {keepTags: ['^v2$']}],
		expected: {
			young: 'kept: 3 days old by upload, younger than 7d',
			old: 'kept: its tag v2 matches ^v2$',
		},
	},
	'no set, no candidate': {
		entries: {old: {tags: ['v2'], uploaded: 90}},
		sets: [],
		expected: {old: 'kept: no rule is for this repository'},
	},
};

for (const [name, {entries, sets, facts, expected}] of Object.entries(cases)) {
	test(`rules › ${name}`, t => {
		t.deepEqual(spell(entries, sets, facts), expected);
	});
}

test('rules › a reading with gaps has no candidates', t => {
	const reading = build({old: {tags: ['v1'], uploaded: 90}}, [
		'A page is missing.',
	]);
	const [[, verdict] = []] = judge(reading, [{keepYounger: days(1)}]);
	t.is(verdict && spellVerdict(verdict, now), 'kept: A page is missing');
});

const anyEntry = fc.record({
	tags: fc.uniqueArray(
		fc.constantFrom('v1', 'v2', 'main-1', 'fix-1', 'latest'),
		{maxLength: 2},
	),
	uploaded: fc.option(fc.integer({min: 0, max: 60}), {nil: undefined, freq: 5}),
	isIndex: fc.boolean(),
});

const anySet: fc.Arbitrary<RuleSet> = fc.record(
	{
		keepNewest: fc.integer({min: 0, max: 4}),
		newestPer: fc.constantFrom('^(main|fix)', '^v(.)'),
		keepYounger: fc.integer({min: 1, max: 60}).map(amount => days(amount)),
		minPulls: fc.record({
			count: fc.integer({min: 1, max: 4}),
			within: fc.integer({min: 1, max: 30}).map(amount => days(amount)),
		}),
		keepTags: fc.constantFrom<readonly string[]>(['^v1$'], ['^main', '^fix']),
		onlyTags: fc.constantFrom<readonly string[]>(['^v'], ['-']),
		onlyUntagged: fc.boolean(),
	},
	{requiredKeys: []},
);

const anyRepository = fc
	.array(anyEntry, {minLength: 1, maxLength: 8})
	.map(list => {
		const tagged = new Set<string>();
		return Object.fromEntries(
			list.map(({tags, uploaded, isIndex}, place): [string, Dated] => {
				const own = tags.filter(tag => !tagged.has(tag));
				for (const tag of own) {
					tagged.add(tag);
				}

				return [
					`digest ${place}`,
					{
						tags: own,
						...(uploaded !== undefined && {uploaded}),
						...(isIndex && {children: [`digest ${place + 1}`]}),
					},
				];
			}),
		);
	});

const anyPulls = fc
	.array(
		fc.record({
			place: fc.nat({max: 7}),
			ago: fc.nat({max: 29}),
			count: fc.integer({min: 1, max: 4}),
		}),
		{maxLength: 4},
	)
	.map(list =>
		list.map(({place, ago, count}) => pulled(`digest ${place}`, ago, count)),
	);

const anyUses = fc
	.array(fc.nat({max: 7}), {maxLength: 3})
	.map(list =>
		list.map(place => buildUse(`${image}@${digestOf(`digest ${place}`)}`)),
	);

const listCandidates = (
	entries: Readonly<Record<string, Dated>>,
	sets: readonly RuleSet[],
	facts: Facts,
): string[] =>
	[...judge(build(entries), sets, facts)]
		.filter(([, {kind}]) => kind === 'candidate')
		.map(([digest]) => nameOf(digest))
		.toSorted();

const isSubset = (some: readonly string[], all: readonly string[]): boolean =>
	some.every(name => all.includes(name));

const world = {
	entries: anyRepository,
	sets: fc.array(anySet, {minLength: 1, maxLength: 3}),
	pulls: anyPulls,
	uses: anyUses,
};

test('rules › a further rule, a use or a pull adds no candidate', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(
				fc.record({
					...world,
					more: anySet,
					morePulls: anyPulls,
					moreUses: anyUses,
				}),
				({entries, sets, pulls, uses, more, morePulls, moreUses}) => {
					const facts = {pulls, uses, covered: 30};
					const before = listCandidates(entries, sets, facts);
					return (
						isSubset(listCandidates(entries, [...sets, more], facts), before) &&
						isSubset(
							listCandidates(entries, sets, {
								...facts,
								uses: [...uses, ...moreUses],
							}),
							before,
						) &&
						isSubset(
							listCandidates(entries, sets, {
								...facts,
								pulls: [...pulls, ...morePulls],
							}),
							before,
						)
					);
				},
			),
			{numRuns: 300},
		);
	});
});

test('rules › what is not known makes no candidate', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(fc.record(world), ({entries, sets, pulls, uses}) => {
				const facts = {pulls, uses, covered: 30};
				const asksForPulls = sets.some(({minPulls}) => minPulls !== undefined);
				return (
					listCandidates(entries, sets, {...facts, isPartial: true}).length ===
						0 &&
					(!asksForPulls ||
						listCandidates(entries, sets, {pulls, uses}).length === 0)
				);
			}),
			{numRuns: 200},
		);
	});
});

test('rules › the order of digests and of rules changes nothing', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(fc.record(world), ({entries, sets, pulls, uses}) => {
				const facts = {pulls, uses, covered: 30};
				const turned = Object.fromEntries(Object.entries(entries).toReversed());
				const one = listCandidates(entries, sets, facts);
				const other = listCandidates(turned, sets.toReversed(), facts);
				return one.join(' ') === other.join(' ');
			}),
			{numRuns: 200},
		);
	});
});

test('rules › safeguard 10: "keep the newest" keeps exactly so many of what it counts', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(
				fc.array(
					fc.record({
						isTagged: fc.boolean(),
						uploaded: fc.integer({min: 0, max: 5}),
					}),
					{maxLength: 12},
				),
				fc.integer({min: 0, max: 6}),
				(list, keepNewest) => {
					const entries = Object.fromEntries(
						list.map(({isTagged, uploaded}, place) => [
							`digest ${place}`,
							{uploaded, tags: isTagged ? [`t${place}`] : []},
						]),
					);
					const verdicts = judge(build(entries), [{keepNewest}]);
					const kept = (isTagged: boolean): number =>
						list.filter(
							(entry, place) =>
								entry.isTagged === isTagged &&
								verdicts.get(digestOf(`digest ${place}`))?.kind === 'keep',
						).length;
					const count = (isTagged: boolean): number =>
						list.filter(entry => entry.isTagged === isTagged).length;
					return [true, false].every(
						isTagged =>
							kept(isTagged) === Math.min(keepNewest, count(isTagged)),
					);
				},
			),
			{numRuns: 300},
		);
	});
});
