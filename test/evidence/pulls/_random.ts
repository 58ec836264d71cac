/* eslint-disable ava/no-ignored-test-files -- match-pulls.test.ts imports it */
import {isDeepStrictEqual} from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import {
	type FamilyRule,
	findFamily,
	type Relations,
} from '../../../source/evidence/find-family.js';
import {findHead, findKin} from '../../../source/evidence/find-kin.js';
import type {MatchedRepository} from '../../../source/evidence/match-uses.js';
import {dayLength} from '../../../source/evidence/pull-window.js';
import type {
	PullAction,
	PulledImage,
	PullEvidence,
	PullSource,
	PullTally,
} from '../../../source/evidence/pull.js';
import type {Digest} from '../../../source/oci/digest.js';
import {graphOf} from '../../../source/oci/graph.js';
import type {DigestRecord} from '../../../source/oci/record.js';
import {referrersOf} from '../../../source/oci/referrers.js';
import {buildPullSource, buildTally} from '../../helpers/build-pulls.js';
import {
	digestOf,
	type Entries,
	nameOf,
} from '../../helpers/build-repository.js';
import {ago, build, match, today} from './_build.js';

const size = 7;
const nameOfNode = (index: number): string => `node ${index}`;
const number = fc.nat({max: size});

type Node = {
	readonly children: readonly number[];
	readonly subject: number | undefined;
	readonly isTagged: boolean;
	readonly uploaded: number | undefined;
	readonly config: number;
	readonly state: DigestRecord['state'];
};

// One number more than there are nodes: a digest that was never pushed. Loops are possible.
const node: fc.Arbitrary<Node> = fc.record({
	children: fc.oneof(
		{weight: 2, arbitrary: fc.constant([])},
		fc.array(number, {maxLength: 3}),
	),
	subject: fc.option(number, {nil: undefined, freq: 2}),
	isTagged: fc.boolean(),
	uploaded: fc.option(fc.nat({max: 50}), {nil: undefined}),
	config: fc.nat({max: 4}),
	state: fc.oneof(
		{weight: 30, arbitrary: fc.constant('loaded' as const)},
		fc.constantFrom('loading' as const, 'unreadable' as const),
	),
});

const buildNodes = (nodes: readonly Node[]): MatchedRepository => {
	const entries: Entries = Object.fromEntries(
		nodes.map(({children, isTagged}, index) => [
			nameOfNode(index),
			{
				tags: isTagged ? [`v${index}`] : [],
				...(children.length > 0 && {
					children: children.map(child => nameOfNode(child)),
				}),
			},
		]),
	);
	return build(
		entries,
		Object.fromEntries(
			nodes.map(({subject, uploaded, config, state}, index) => [
				nameOfNode(index),
				{
					state,
					subject:
						subject === undefined ? undefined : digestOf(nameOfNode(subject)),
					uploaded:
						uploaded === undefined
							? undefined
							: new Date(ago(uploaded)).toISOString(),
					blobs: [
						{digest: digestOf(`config ${config}`), size: 1},
						{digest: digestOf(`layer ${index % 3}`), size: 1},
						{digest: digestOf(`own layer ${index}`), size: 1},
					],
				},
			]),
		),
	);
};

const sourceNames = ['a', 'b', 'c'] as const;
const name = fc.constantFrom(...sourceNames);
const action: fc.Arbitrary<PullAction> = fc.constantFrom(
	...(['pull', 'pull', 'last-seen', 'check'] as const),
	...(['push', 'attempt', 'attempt', 'present'] as const),
);
const image: fc.Arbitrary<PulledImage> = fc.oneof(
	number.map(
		index => ({kind: 'digest', digest: digestOf(nameOfNode(index))}) as const,
	),
	number.map(index => ({kind: 'tag', tag: `v${index}`}) as const),
	fc
		.constantFrom('config 1', 'config 5', 'layer 1', 'own layer 2')
		.map(blob => ({kind: 'blob', digest: digestOf(blob)}) as const),
	fc.constant({kind: 'repository'} as const),
);

const tally: fc.Arbitrary<PullTally> = fc
	.record({
		source: name,
		image,
		action,
		isApart: fc.nat({max: 5}).map(value => value === 5),
		days: fc.array(fc.tuple(fc.nat({max: 45}), fc.integer({min: 1, max: 9})), {
			minLength: 1,
			maxLength: 3,
			size: 'max',
		}),
		undated: fc.oneof({weight: 6, arbitrary: fc.constant(0)}, fc.nat({max: 3})),
	})
	.map(({days, ...rest}) =>
		buildTally({
			...rest,
			days: new Map(
				rest.action === 'last-seen'
					? []
					: days.map(([before, count]) => [today - before, count]),
			),
			last:
				days.length === 0
					? undefined
					: Math.max(...days.map(([before]) => ago(before))),
		}),
	);

const gap = fc
	.record({from: fc.nat({max: 60}), canBeAccepted: fc.boolean()})
	.map(({from, canBeAccepted}) => ({
		name: `gap ${from}`,
		message: 'An hour is missing.',
		span: {from: ago(from), to: ago(from) + dayLength / 24},
		canBeAccepted,
	}));

const source: fc.Arbitrary<PullSource> = fc
	.record({
		state: fc.oneof(
			{weight: 8, arbitrary: fc.constant('read' as const)},
			fc.constantFrom('failed' as const, 'unasked' as const),
		),
		proves: fc.constantFrom(
			...(['all-digests', 'all-digests', 'tagged-digests', 'nothing'] as const),
		),
		from: fc.integer({min: 10, max: 90}),
		to: fc.oneof(
			{weight: 4, arbitrary: fc.constantFrom(0, 0.2, 0.9)},
			fc.nat({max: 20}),
		),
		gaps: fc.oneof(
			{weight: 3, arbitrary: fc.constant([])},
			fc.array(gap, {maxLength: 2}),
		),
		skipped: fc.oneof({weight: 5, arbitrary: fc.constant(0)}, fc.nat({max: 2})),
	})
	.map(({from, to, ...rest}) =>
		buildPullSource({...rest, covers: {from: ago(from), to: ago(to)}}),
	);

const world = fc.record({
	nodes: fc.array(node, {minLength: 1, maxLength: size, size: 'max'}),
	tallies: fc.array(tally, {maxLength: 3, size: 'max'}),
	sources: fc.array(source, {minLength: 1, maxLength: 3}).map(sources =>
		sources.map((entry, index) => ({
			...entry,
			name: sourceNames[index] ?? 'd',
		})),
	),
});

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

/** The digests that are pushed, and one that never was. */
const digests = Array.from({length: size + 1}, (_, index) =>
	digestOf(nameOfNode(index)),
);

const judge = ({nodes, tallies, sources}: World) =>
	match(tallies, {matched: buildNodes(nodes), sources});

const judgeAll = (made: World): readonly PullEvidence[] => {
	const {evidenceOf} = judge(made);
	return digests.map(digest => evidenceOf(digest));
};

/** How sure a value is that nothing needs the digest. */
const rank: Readonly<Record<PullEvidence['state'], number>> = {
	yes: 0,
	unknown: 0,
	no: 1,
};

/** Whether no digest is *no* that was not. */
const isNoBolder = (
	before: readonly PullEvidence[],
	after: readonly PullEvidence[],
): boolean =>
	before.every(({state}, index) => {
		const later = after[index];
		return later !== undefined && rank[later.state] <= rank[state];
	});

/** Throws with the smallest value for which it does not hold. */
const check = <Value>(
	arbitrary: fc.Arbitrary<Value>,
	holds: (value: Value) => boolean,
): void => {
	fc.assert(fc.property(arbitrary, holds), {numRuns: 400, seed: 1});
};

test('more tallies never make a no', t => {
	t.notThrows(() => {
		check(fc.tuple(world, tally), ([made, more]) =>
			isNoBolder(
				judgeAll(made),
				judgeAll({...made, tallies: [...made.tallies, more]}),
			),
		);
	});
});

const losses: ReadonlyArray<(source: PullSource) => PullSource | undefined> = [
	() => undefined,
	source => ({...source, state: 'failed'}),
	source => ({...source, proves: 'nothing'}),
	source => ({...source, covers: undefined}),
	source => ({...source, skipped: 1}),
	source => ({...source, repository: 'other'}),
	source => ({...source, progress: {done: 0, total: 1}}),
	source => ({
		...source,
		covers: source.covers && {
			...source.covers,
			from: source.covers.from + 15 * dayLength,
		},
	}),
	source => ({
		...source,
		gaps: [
			...source.gaps,
			{
				name: 'x',
				message: 'X.',
				span: {from: ago(3), to: ago(2)},
				canBeAccepted: true,
			},
		],
	}),
];

test('less coverage never makes a no', t => {
	const arbitrary = fc.tuple(
		world,
		fc.constantFrom(...losses),
		fc.nat({max: 2}),
	);
	t.notThrows(() => {
		check(arbitrary, ([made, lose, which]) =>
			isNoBolder(
				judgeAll(made),
				judgeAll({
					...made,
					sources: made.sources.flatMap((entry, index) =>
						index === which ? (lose(entry) ?? []) : entry,
					),
				}),
			),
		);
	});
});

const relationsOf = ({records}: MatchedRepository): Relations => ({
	records,
	graph: graphOf(records),
	referrers: referrersOf(records),
});

const familyOf = (digest: Digest, relations: Relations): readonly Digest[] => {
	const family = new Map<Digest, FamilyRule>();
	findFamily(digest, relations, family);
	return [digest, ...family.keys()];
};

test('what was pulled by digest in the window is yes for its whole family', t => {
	const holds = (made: World): boolean => {
		const relations = relationsOf(buildNodes(made.nodes));
		const {evidenceOf} = judge(made);
		return made.tallies.every(({image, action, isApart, last}) => {
			if (
				image.kind !== 'digest' ||
				action !== 'pull' ||
				isApart ||
				last === undefined ||
				last < ago(30)
			) {
				return true;
			}

			const family = familyOf(image.digest, relations).map(member =>
				evidenceOf(member),
			);
			return family.every(
				evidence => evidence.state === 'yes' && (evidence.last ?? 0) >= last,
			);
		});
	};

	t.notThrows(() => {
		check(world, holds);
	});
});

const show = (members: Iterable<Digest>): string =>
	[...members]
		.map(member => nameOf(member))
		.toSorted()
		.join(' ');

test('kin are those whose family a digest belongs to, and a head has the same', t => {
	const holds = ({nodes}: World): boolean => {
		const relations = relationsOf(buildNodes(nodes));
		return digests.every(digest => {
			const expected = digests.filter(other =>
				familyOf(other, relations).includes(digest),
			);
			return [digest, findHead(digest, relations)].every(
				entry => show(findKin(entry, relations)) === show(expected),
			);
		});
	};

	t.notThrows(() => {
		check(world, holds);
	});
});

test('scanners and mirrors never matter', t => {
	t.notThrows(() => {
		check(fc.tuple(world, tally), ([made, more]) =>
			isDeepStrictEqual(
				judgeAll({
					...made,
					tallies: [...made.tallies, {...more, isApart: true}],
				}),
				judgeAll(made),
			),
		);
	});
});

/** Everything that is told of a world. */
const tellAll = (made: World): unknown => {
	const {evidenceOf, historyOf, total, absence} = judge(made);
	return digests.map(digest => [
		evidenceOf(digest),
		historyOf(digest),
		total,
		absence,
	]);
};

test('the order of tallies and sources never matters', t => {
	t.notThrows(() => {
		check(world, made =>
			isDeepStrictEqual(
				tellAll({
					...made,
					tallies: made.tallies.toReversed(),
					sources: made.sources.toReversed(),
				}),
				tellAll(made),
			),
		);
	});
});

test('among random worlds there are many of each answer', t => {
	const counts = {yes: 0, no: 0, unknown: 0};
	for (const made of fc.sample(world, {numRuns: 400, seed: 1})) {
		for (const {state} of judgeAll(made)) {
			counts[state]++;
		}
	}

	for (const count of Object.values(counts)) {
		t.true(count > 50);
	}
});
