import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import type {Run} from '../../source/plan/execution.js';
import type {Step} from '../../source/plan/plan.js';
import {
	createQuietReadings,
	letGo,
	restOnReading,
} from '../../source/plan/quiet-reading.js';
import {oldestReading} from '../../source/plan/recheck-step.js';
import type {RepositoryReading} from '../../source/world.js';
import {digestOf} from '../helpers/build-repository.js';
import {createManualClock} from '../helpers/fake-world.js';

const repository = 'shop/app';

const stepOf = (name: string, at = repository): Step => ({
	registry: 'registry.test',
	repository: at,
	digest: digestOf(name),
	tags: [],
	mediaType: '',
	size: 0,
	platforms: [],
	goesWith: undefined,
	parents: [],
	findings: [],
	evidence: {state: 'unknown', why: 'nobody was asked'},
	isLifted: false,
});

/** A run in which nothing has been read, and what reads a repository, one name for each time. */
const open = () => {
	const clock = createManualClock(0);
	const read: string[] = [];
	const stage: Pick<Run, 'clock' | 'fresh' | 'quiet'> = {
		clock,
		fresh: new Map(),
		quiet: createQuietReadings(),
	};
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- of a run it needs no more
	const run = stage as Run;
	const rest = async (step: Step): Promise<RepositoryReading> =>
		restOnReading(run, step, async () => {
			read.push(step.repository);
			return {
				repository: step.repository,
				records: new Map(),
				gaps: [],
				readAt: clock.now(),
			};
		});
	return {run, clock, read, rest};
};

/** Whatever can go on has gone on. */
const settle = async (): Promise<void> => {
	for (let turn = 0; turn < 5; turn++) {
		await setImmediate();
	}
};

test('safeguard 6: a repository is not read again while one of its steps is at its delete', async t => {
	const {run, clock, read, rest} = open();
	const [one, two, three] = ['one', 'two', 'three'].map(name => stepOf(name));
	await rest(one!);
	await rest(two!);
	t.deepEqual(read, [repository]);
	clock.advance(oldestReading);
	const third = rest(three!);
	await settle();
	t.is(read.length, 1);
	letGo(run, one!);
	await settle();
	t.is(read.length, 1);
	letGo(run, two!);
	const {readAt} = await third;
	t.is(readAt, oldestReading);
	t.is(read.length, 2);
});

test('what waits for a reading is not waited for, and shares it', async t => {
	const {clock, read, rest} = open();
	const [one, two] = [stepOf('one'), stepOf('two')];
	await Promise.all([rest(one), rest(two)]);
	clock.advance(oldestReading);
	const [first, second] = await Promise.all([rest(one), rest(two)]);
	t.is(first, second);
	t.is(read.length, 2);
});

test('another repository is read meanwhile', async t => {
	const {clock, read, rest} = open();
	await rest(stepOf('one'));
	clock.advance(oldestReading);
	await rest(stepOf('one', 'shop/web'));
	t.deepEqual(read, [repository, 'shop/web']);
});
