import test from 'ava';
import fc from 'fast-check';
import {ordinaryPhrase} from '../helpers/ordinary-phrase.js';
import type {Use, UseRole} from '../../source/evidence/use.js';
import type {Digest} from '../../source/oci/digest.js';
import {manifestMediaTypes} from '../../source/oci/manifest.js';
import {emptyRecord} from '../../source/oci/record.js';
import {createPlan} from '../../source/plan/create-plan.js';
import {liftKey} from '../../source/plan/judge-use.js';
import type {Plan} from '../../source/plan/plan.js';
import type {RepositoryReading} from '../../source/world.js';
import {digestOf, nameOf} from '../helpers/build-repository.js';
import {buildUse, buildUseFacts} from '../helpers/build-uses.js';

const registry = 'registry.acme.io';
const repository = 'shop/api';
const now = 5;
const nameOfNode = (index: number): string => `digest ${index}`;

type Node = {
	readonly isTagged: boolean;
	/** Numbers of its children. */
	readonly children: readonly number[];
	readonly subject: number | undefined;
};

// One more than there are nodes: a digest that was never pushed.
const number = fc.nat({max: 10});

const node: fc.Arbitrary<Node> = fc.record({
	isTagged: fc.boolean(),
	children: fc.oneof(
		{weight: 2, arbitrary: fc.constant([])},
		{weight: 3, arbitrary: fc.array(number, {minLength: 1, maxLength: 3})},
	),
	subject: fc.option(number, {nil: undefined, freq: 2}),
});

const role = fc.constantFrom<UseRole>(
	'running',
	'template',
	'revision',
	'file',
	'finished',
);

type Named = {readonly index: number; readonly use: Use};

const named: fc.Arbitrary<Named> = fc
	.record({index: number, role, form: fc.constantFrom('tag', 'digest', 'id')})
	.map(made => {
		const {index, form} = made;
		const digest = digestOf(nameOfNode(index));
		const place = `${registry}/${repository}`;
		return {
			index,
			use:
				form === 'tag'
					? buildUse(`${place}:v${index}`, {role: made.role})
					: form === 'digest'
						? buildUse(`${place}@${digest}`, {role: made.role})
						: buildUse(`quay.io/x@${digest}`, {
								imageId: true,
								role: made.role,
							}),
		};
	});

type Case = {
	readonly nodes: readonly Node[];
	readonly uses: readonly Named[];
	readonly marked: readonly number[];
	readonly liftedOfMarks: readonly boolean[];
};

const cases: fc.Arbitrary<Case> = fc.record({
	// Children that come later make no loop; a few loops are there all the same.
	nodes: fc
		.record({
			made: fc.array(node, {minLength: 4, maxLength: 10, size: 'max'}),
			hasLoops: fc.nat({max: 9}),
		})
		.map(({made, hasLoops}) =>
			hasLoops === 0
				? made
				: made.map((one, index) => ({
						...one,
						children: one.children.filter(child => child > index),
					})),
		),
	uses: fc.array(named, {maxLength: 2}),
	marked: fc.uniqueArray(number, {minLength: 1, maxLength: 8, size: 'max'}),
	liftedOfMarks: fc.array(fc.boolean(), {
		minLength: 8,
		maxLength: 8,
		size: 'max',
	}),
});

const build = (nodes: readonly Node[]): RepositoryReading => ({
	repository,
	records: new Map(
		nodes.map(({isTagged, children, subject}, index) => {
			const digest = digestOf(nameOfNode(index));
			return [
				digest,
				{
					...emptyRecord(digest),
					state: 'loaded',
					tags: isTagged ? [`v${index}`] : [],
					mediaType:
						children.length > 0
							? manifestMediaTypes.index
							: manifestMediaTypes.image,
					children: children.map(child => digestOf(nameOfNode(child))),
					subject:
						subject === undefined ? undefined : digestOf(nameOfNode(subject)),
				},
			] as const;
		}),
	),
	gaps: [],
	readAt: now,
});

/** What is named itself by a use that blocks: whatever was pushed, or is named by its digest all the same. */
const listNamed = ({nodes, uses}: Case): number[] =>
	uses.flatMap(({index, use}) =>
		use.role !== 'finished' &&
		(nodes[index]?.isTagged === true || !use.written.includes(':v'))
			? [index]
			: [],
	);

/** The slow way, number by number: up to the indexes, down to all children of those, and to what is about any of them. */
const listReached = (nodes: readonly Node[], from: number): Set<number> => {
	const grow = (
		found: Set<number>,
		next: (index: number, one: Node, have: ReadonlySet<number>) => number[],
	): Set<number> => {
		for (let size = -1; size !== found.size;) {
			size = found.size;
			for (const [index, one] of nodes.entries()) {
				for (const more of next(index, one, found)) {
					found.add(more);
				}
			}
		}

		return found;
	};

	const down = (index: number, {children}: Node, have: ReadonlySet<number>) =>
		have.has(index) ? [...children] : [];
	const indexes = grow(new Set([from]), (index, {children}, have) =>
		children.some(child => have.has(child)) ? [index] : [],
	);
	const family = grow(indexes, down);
	const artifacts = new Set(
		nodes.flatMap(({subject}, index) =>
			subject !== undefined && family.has(subject) ? [index] : [],
		),
	);
	return new Set([
		...family,
		...grow(artifacts, (index, one, have) => [
			...down(index, one, have),
			...(one.subject !== undefined && have.has(one.subject) ? [index] : []),
		]),
	]);
};

const runs = 1000;

const makePlan = (made: Case, lifted: readonly number[]): Plan =>
	createPlan(
		made.marked.map(index => ({
			registry,
			repository,
			digest: digestOf(nameOfNode(index)),
		})),
		{
			registry,
			readings: new Map([[repository, build(made.nodes)]]),
			problems: new Map(),
			uses: buildUseFacts(
				now,
				made.uses.map(({use}) => use),
			),
			lifts: new Set(
				lifted.map(index => liftKey(repository, digestOf(nameOfNode(index)))),
			),
			now,
		},
	);

/** Runs a property; returns what was found against it. */
const check = (
	findFault: (made: Case) => string | undefined,
): string | undefined => {
	const result = fc.check(
		fc.property(cases, made => {
			const fault = findFault(made);
			if (fault !== undefined) {
				throw new Error(fault);
			}
		}),
		{numRuns: runs},
	);
	return result.failed ? fc.defaultReportMessage(result) : undefined;
};

const reachedBy = (made: Case): Map<Digest, Set<number>> => {
	const reached = new Map<Digest, Set<number>>();
	for (const used of listNamed(made)) {
		for (const index of listReached(made.nodes, used)) {
			const digest = digestOf(nameOfNode(index));
			reached.set(digest, (reached.get(digest) ?? new Set()).add(used));
		}
	}

	return reached;
};

test('safeguard 3: without a lift no plan deletes what any blocking use reaches', t => {
	let steps = 0;
	let blocked = 0;
	const fault = check(made => {
		const reached = reachedBy(made);
		const plan = makePlan(made, []);
		steps += plan.steps.length;
		blocked += plan.blocked.filter(({findings}) =>
			findings.some(({rule}) => rule === 'in-use'),
		).length;
		const wrong = plan.steps.find(({digest}) => reached.has(digest));
		return wrong === undefined ? undefined : nameOf(wrong.digest);
	});
	t.is(fault, undefined);
	// A generator that makes nothing of a kind would prove nothing.
	t.true(steps > runs / 2);
	t.true(blocked > runs / 4);
	t.log(`${steps} steps, ${blocked} blocked by a use`);
});

test('safeguard 3: with lifts only what was lifted, or goes along with it, is deleted in spite of a use, and the phrase counts all of it', t => {
	let lifted = 0;
	const fault = check(made => {
		const reached = reachedBy(made);
		const direct = new Set(
			listNamed(made).map(index => digestOf(nameOfNode(index))),
		);
		const chosen = made.marked.filter((_, place) => made.liftedOfMarks[place]);
		const lifts = new Set(chosen.map(index => digestOf(nameOfNode(index))));
		const plan = makePlan(made, chosen);
		const {steps} = plan;
		const phrase = ordinaryPhrase(plan);
		for (const {digest, goesWith, isLifted} of steps) {
			const isUsed = reached.has(digest);
			if (isLifted !== isUsed) {
				return `${nameOf(digest)} is used: ${isUsed}, lifted: ${isLifted}`;
			}

			if (isUsed && goesWith === undefined && !lifts.has(digest)) {
				return `${nameOf(digest)} was not lifted`;
			}

			if (isUsed && goesWith !== undefined && direct.has(digest)) {
				return `${nameOf(digest)} is named itself`;
			}
		}

		const count = steps.filter(({digest}) => reached.has(digest)).length;
		lifted += count;
		return phrase.includes('in use') === count > 0 &&
			(count === 0 || phrase.endsWith(`, ${count} in use`))
			? undefined
			: phrase;
	});
	t.is(fault, undefined);
	t.true(lifted > runs / 8);
	t.log(`${lifted} lifted`);
});
