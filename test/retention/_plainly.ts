/* eslint-disable ava/no-ignored-test-files -- rules.test.ts loads it */
import {isDeepStrictEqual} from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import {matchPattern} from '../../source/effects/match-pattern.js';
import type {Digest} from '../../source/oci/digest.js';
import type {DigestRecord} from '../../source/oci/record.js';
import {judgePulls} from '../../source/plan/judge-pulls.js';
import {judgeUses} from '../../source/plan/judge-use.js';
import {evaluate, type RuleFacts} from '../../source/retention/evaluate.js';
import type {RuleSet} from '../../source/retention/rules.js';
import type {Verdict} from '../../source/retention/verdict.js';
import type {RepositoryReading} from '../../source/world.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {buildReading, digestOf} from '../helpers/build-repository.js';
import {
	buildGap,
	buildSource,
	buildUse,
	buildUseFacts,
} from '../helpers/build-uses.js';
import {judgePlainly} from '../helpers/plain-rules.js';

const host = 'registry.test';
const repository = 'app';
const now = Date.UTC(2026, 10, 22, 12);
const day = 24 * 60 * 60 * 1000;
const size = 9;

const nameOfNode = (number: number): string => `digest ${number}`;
const rarely = <Value>(
	value: fc.Arbitrary<Value>,
	weight = 8,
): fc.Arbitrary<Value | undefined> =>
	fc.oneof({weight, arbitrary: fc.constant(undefined)}, value);

const number = fc.nat({max: size});
const days = fc
	.integer({min: 1, max: 40})
	.map(amount => ({amount, unit: 'd'}) as const);

/** Few times, so that many are the same; and those that stand for none. */
const time = fc.oneof(
	{weight: 8, arbitrary: fc.nat({max: 40}).map(ago => now - ago * day)},
	fc.constantFrom(0, now + 40 * day),
);

const patterns = ['^v', '-', '^(main|fix)', '1$', '^(?:v1|latest)$', '(x)?-'];
const somePatterns = fc.subarray(patterns, {minLength: 1, maxLength: 2});

const node = fc.record({
	tags: fc.uniqueArray(
		fc.oneof(
			{
				weight: 5,
				arbitrary: fc.constantFrom('v1', 'v2', 'main-1', 'main-2', 'fix-1'),
			},
			number.map(about => `sha256-${digestOf(nameOfNode(about)).slice(7)}.sig`),
			fc.constant('latest'),
		),
		{maxLength: 3},
	),
	children: fc.oneof(
		{weight: 3, arbitrary: fc.constant<number[]>([])},
		fc.array<number>(number, {maxLength: 2}),
	),
	subject: rarely(number),
	uploaded: fc.option(time, {nil: undefined, freq: 8}),
	created: fc.option(time, {nil: undefined}),
	locked: rarely(fc.constant('It is locked.')),
	state: fc.oneof(
		{weight: 15, arbitrary: fc.constant('loaded' as const)},
		fc.constantFrom('loading' as const, 'unreadable' as const),
	),
});

const rules = {
	keepNewest: fc.integer({min: 0, max: 4}),
	newestPer: fc.constantFrom(...patterns),
	keepYounger: days,
	minPulls: fc.record({count: fc.integer({min: 1, max: 4}), within: days}),
	keepTags: somePatterns,
	onlyTags: somePatterns,
	onlyUntagged: fc.boolean(),
	neverTouch: fc.subarray(['main-*', 'app:v1', 'a*2', 'latest', 'other'], {
		maxLength: 1,
	}),
	age: fc.constantFrom('uploaded' as const, 'created' as const),
};

/** Three rules at most: more of them keep everything. */
const set: fc.Arbitrary<RuleSet> = fc
	.record(rules, {requiredKeys: []})
	.filter(made => Object.keys(made).length <= 3);

const world = fc.record({
	nodes: fc.array(node, {minLength: 1, maxLength: size}),
	/** Whether the registry keeps upload times. */
	isDated: fc.boolean(),
	sets: fc.oneof(
		{weight: 3, arbitrary: fc.tuple(set)},
		fc.array(set, {maxLength: 3}),
	),
	gaps: fc.oneof(
		{weight: 9, arbitrary: fc.constant([])},
		fc.constant(['A page is missing.']),
	),
	used: fc.array(fc.record({place: number, tag: rarely(fc.constant('v1'))}), {
		maxLength: 2,
	}),
	sources: fc.constantFrom('whole', 'whole', 'partial', 'none'),
	allowUnknownUses: fc.boolean(),
	pulls: fc.array(
		fc.record({
			place: number,
			tag: rarely(fc.constantFrom('v1', 'gone')),
			action: fc.constantFrom('pull', 'pull', 'check', 'push'),
			ago: fc.nat({max: 39}),
			count: fc.integer({min: 1, max: 4}),
		}),
		{minLength: 2, maxLength: 8, size: 'max'},
	),
	/** Days that the source of pulls covers; `undefined` where there is none. */
	covered: fc.option(fc.constantFrom(20, 60, 60), {nil: undefined, freq: 6}),
	proves: fc.constantFrom('all-digests', 'all-digests', 'tagged-digests'),
});

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

const buildWorld = ({nodes, isDated, gaps}: World): RepositoryReading => {
	const taken = new Set<string>();
	const entries = Object.fromEntries(
		nodes.map(({tags, children, subject, state}, place) => {
			const own = tags.filter(tag => !taken.has(tag)).toSorted();
			for (const tag of own) {
				taken.add(tag);
			}

			return [
				nameOfNode(place),
				{
					tags: own,
					// Larger ones make no loop.
					...(children.length > 0 && {
						children: children.map(child => nameOfNode(place + 1 + child)),
					}),
					...(subject !== undefined && {subject: nameOfNode(subject)}),
					...(state === 'unreadable' && {problem: 'It is no manifest.'}),
				},
			];
		}),
	);
	const reading = buildReading(repository, entries, {readAt: now, gaps});
	const spell = (at: number | undefined): string | undefined =>
		at === undefined ? undefined : new Date(at).toISOString();
	const records = [...reading.records.values()].map(
		(record, place): DigestRecord => {
			const {uploaded, created, locked, state} = nodes[place]!;
			return {
				...record,
				uploaded: isDated ? spell(uploaded) : undefined,
				created: spell(created),
				locked,
				state,
			};
		},
	);
	return {
		...reading,
		records: new Map(records.map(record => [record.digest, record])),
	};
};

const buildFacts = (made: World, reading: RepositoryReading): RuleFacts => {
	const {used, sources, pulls, covered, proves} = made;
	const image = `${host}/${repository}`;
	const useFacts = buildUseFacts(
		now,
		used.map(({place, tag}) =>
			buildUse(
				`${image}${tag ? `:${tag}` : `@${digestOf(nameOfNode(place))}`}`,
			),
		),
		sources === 'none'
			? []
			: [
					buildSource({
						readAt: now,
						gaps: sources === 'partial' ? [buildGap()] : [],
					}),
				],
	);
	const tallies = pulls.map(({place, tag, action, ago, count}) =>
		buildTally({
			image: tag
				? {kind: 'tag', tag}
				: {kind: 'digest', digest: digestOf(nameOfNode(place))},
			action,
			days: new Map([[Math.floor((now - ago * day) / day), count]]),
			last: now - ago * day,
		}),
	);
	const source = buildPullSource({
		covers: {from: now - (covered ?? 0) * day, to: now},
		proves,
		readAt: now,
	});
	return {
		sets: made.sets,
		usesOf: judgeUses(useFacts, host, {reading, now}).evidenceOf,
		allowUnknownUses: made.allowUnknownUses && sources === 'none',
		pullsWithin:
			covered === undefined
				? undefined
				: windowDays =>
						judgePulls(
							{
								readingOf: () => ({tallies, sources: [source]}),
								accepted: [],
								windowDays,
							},
							host,
							{reading, now},
						),
		match: matchPattern,
		now,
	};
};

/** How often each verdict was come to. */
const count = (
	plain: ReadonlyMap<Digest, Verdict>,
	seen: Map<string, number>,
): void => {
	for (const verdict of plain.values()) {
		const what = verdict.kind === 'keep' ? verdict.rule : verdict.kind;
		seen.set(what, (seen.get(what) ?? 0) + 1);
	}
};

const isSame = (made: World, seen: Map<string, number>): boolean => {
	const reading = buildWorld(made);
	const facts = buildFacts(made, reading);
	const plain = judgePlainly(reading, facts);
	const found = evaluate(reading, facts);
	const byDigest = evaluate(reading, facts);
	const backwards = [...plain.keys()]
		.toReversed()
		.map(digest => [digest, byDigest.get(digest)] as const);
	count(plain, seen);
	return (
		found.size === plain.size &&
		isDeepStrictEqual(new Map(found), plain) &&
		isDeepStrictEqual(new Map(backwards), plain)
	);
};

test('rules › the verdicts are those of a plain evaluation, one digest after the other', t => {
	const seen = new Map<string, number>();
	t.notThrows(() => {
		fc.assert(
			fc.property(world, made => isSame(made, seen)),
			{numRuns: 1000, seed: 1},
		);
	});
	// A rule that the worlds never come to would be compared in name only.
	t.log(Object.fromEntries(seen));
	t.is(seen.size, 16);
	t.true([...seen.values()].every(times => times >= 10));
});
