import test from 'ava';
import {buildUseFacts} from '../helpers/build-uses.js';
import {
	createRandom,
	pickInteger,
	type Random,
} from '../../source/demo/random.js';
import {graphOf} from '../../source/oci/graph.js';
import {usualCare} from '../../source/plan/care.js';
import {createPlan} from '../../source/plan/create-plan.js';
import type {Plan, Step} from '../../source/plan/plan.js';
import type {RepositoryReading} from '../../source/world.js';
import {
	buildReading,
	digestOf,
	type Entry,
	namesOf,
} from '../helpers/build-repository.js';

const registry = 'registry.example';
const graphs = 2000;

type Case = {
	reading: RepositoryReading;
	marked: readonly string[];
	/** Whether an index may be below itself, which only a broken registry can hold. */
	hasLoops: boolean;
};

const pick = (random: Random, share: number): boolean => random() < share;

const pickSome = (
	random: Random,
	names: readonly string[],
	most: number,
): string[] =>
	names.length === 0
		? []
		: Array.from(
				{length: pickInteger(random, 0, most)},
				() => names[pickInteger(random, 0, names.length - 1)] ?? '',
			);

/** A repository of up to 14 digests with shared, nested, tagged, missing and repeated children, and some marks. */
const makeCase = (random: Random): Case => {
	const names = Array.from(
		{length: pickInteger(random, 1, 14)},
		(_, number) => `node-${number}`,
	);
	const hasLoops = pick(random, 0.2);
	const entries = names.map((name, number): [string, Entry] => {
		const below = hasLoops ? names : names.slice(number + 1);
		const children = pickSome(random, [...below, 'missing'], 4);
		return [
			name,
			{
				tags: pick(random, 0.5) ? [`tag-${number}`] : [],
				...(pick(random, 0.6) && {children}),
			},
		];
	});
	return {
		hasLoops,
		// The order in which a registry told them means nothing.
		reading: buildReading(
			'shop/app',
			Object.fromEntries(
				entries
					.map((entry): [number, [string, Entry]] => [random(), entry])
					.toSorted(([one], [two]) => one - two)
					.map(([, entry]) => entry),
			),
		),
		marked: pickSome(random, [...names, 'vanished'], 7),
	};
};

/** Everything that is wrong with a plan, as sentences. */
const findFaults = (
	{steps, blocked, bytesAtMost}: Plan,
	{reading, marked, hasLoops}: Case,
): string[] => {
	const {records} = reading;
	const graph = graphOf(records);
	const going = new Set(steps.map(({digest}) => digest));
	const wanted = new Set(marked.map(name => digestOf(name)));
	const position = new Map(steps.map(({digest}, index) => [digest, index]));
	const faults: string[] = [];
	const expect = (isTrue: boolean, fault: string, step?: Step): void => {
		if (!isTrue) {
			faults.push(`${fault}: ${namesOf(step ? [step] : []).join('')}`);
		}
	};

	for (const step of steps) {
		const {digest} = step;
		const parents = graph.parentsOf(digest);
		expect(records.has(digest), 'a step is not in the repository', step);
		expect(
			parents.every(parent => going.has(parent)),
			'a step has an index that stays',
			step,
		);
		expect(
			hasLoops ||
				parents.every(
					parent =>
						(position.get(parent) ?? Number.POSITIVE_INFINITY) <
						(position.get(digest) ?? -1),
				),
			'a step comes before its index',
			step,
		);
		expect(
			wanted.has(digest) === (step.goesWith === undefined),
			'a step that was not marked says so, or the other way round',
			step,
		);
		expect(
			wanted.has(digest) || (step.tags.length === 0 && parents.length > 0),
			'a step is neither marked nor an untagged child',
			step,
		);
		expect(
			step.goesWith === undefined ||
				(wanted.has(step.goesWith) &&
					going.has(step.goesWith) &&
					graph.descendantsOf(step.goesWith).has(digest)),
			'a step goes with an index that is not marked or not over it',
			step,
		);
	}

	for (const step of blocked) {
		expect(wanted.has(step.digest), 'something unmarked is blocked', step);
		expect(!going.has(step.digest), 'a step is blocked too', step);
		expect(
			!records.has(step.digest) ||
				graph.parentsOf(step.digest).some(parent => !going.has(parent)),
			'nothing holds what is blocked',
			step,
		);
	}

	for (const record of records.values()) {
		const parents = graph.parentsOf(record.digest);
		expect(
			hasLoops ||
				record.tags.length > 0 ||
				parents.length === 0 ||
				going.has(record.digest) ||
				parents.some(parent => !going.has(parent)),
			`an untagged child is left behind ${namesOf([record]).join('')}`,
		);
	}

	const ends = [
		...steps.filter(({goesWith}) => goesWith === undefined),
		...blocked,
	];
	expect(ends.length === wanted.size, 'a mark is lost or doubled');
	expect(
		ends.every(({digest}) => wanted.has(digest)),
		'something ended that was not marked',
	);
	expect(going.size === steps.length, 'a digest is two steps');
	const indexes = steps.filter(
		({digest}) => records.get(digest)?.mediaType.includes('index') ?? false,
	);
	expect(
		hasLoops ||
			bytesAtMost ===
				10 * indexes.length + 100 * (steps.length - indexes.length),
		'bytes are not counted once each',
	);
	return faults;
};

test(`safeguard 2: ${graphs} random repositories keep every child that is needed`, t => {
	let steps = 0;
	let takenAlong = 0;
	let blocked = 0;
	const failures: string[] = [];
	for (let number = 0; number < graphs; number++) {
		const seed = `random plan ${number}`;
		const made = makeCase(createRandom(seed));
		const plan = createPlan(
			made.marked.map(name => ({
				registry,
				repository: 'shop/app',
				digest: digestOf(name),
			})),
			{
				registry,
				readings: new Map([['shop/app', made.reading]]),
				problems: new Map(),
				uses: buildUseFacts(0),
				lifts: new Set(),
				care: usualCare,
				now: 0,
			},
		);
		const faults = findFaults(plan, made);
		if (faults.length > 0) {
			failures.push(`seed "${seed}": ${faults.join('; ')}`);
		}

		steps += plan.steps.length;
		takenAlong += plan.steps.filter(({goesWith}) => goesWith).length;
		blocked += plan.blocked.length;
	}

	t.deepEqual(failures.slice(0, 3), []);
	// A generator that makes nothing of a kind would prove nothing.
	t.true(steps > graphs / 2);
	t.true(takenAlong > graphs / 10);
	t.true(blocked > graphs / 4);
	t.log(`${steps} steps, ${takenAlong} taken along, ${blocked} blocked`);
});

test('a long chain of indexes is planned', t => {
	const length = 2000;
	const chain = Object.fromEntries(
		Array.from({length}, (_, number): [string, Entry] => [
			`chain-${number}`,
			{
				tags: number === 0 ? ['top'] : [],
				size: 1,
				...(number + 1 < length && {children: [`chain-${number + 1}`]}),
			},
		]),
	);
	// Sizes over such a chain would take long to add up, and are not the point.
	const flat = Object.entries(chain).map(([name, entry]): [string, Entry] => [
		name,
		{...entry, problem: 'not read'},
	]);
	const reading = buildReading('deep', Object.fromEntries(flat.toReversed()));
	const plan = createPlan(
		[{registry, repository: 'deep', digest: digestOf('chain-0')}],
		{
			registry,
			readings: new Map([['deep', reading]]),
			problems: new Map(),
			uses: buildUseFacts(0),
			lifts: new Set(),
			care: usualCare,
			now: 0,
		},
	);
	t.deepEqual(namesOf(plan.steps), Object.keys(chain));
});
