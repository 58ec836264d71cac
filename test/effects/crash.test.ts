import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import type {BatchRecord} from '../../source/batch.js';
import {UserError} from '../../source/user-error.js';
import {deleteMarks} from '../helpers/build-batch.js';
import {
	bundleChild,
	type CrashStage,
	openCrashStage,
	resumeBatch,
	runChild,
	undoBatch,
} from '../helpers/crash-stage.js';
import {
	bringBack,
	compareStories,
	findBatch,
	listGone,
} from '../helpers/crash-story.js';

/* A process that is killed at every write and every request of its batch; the nightly sets JETSAM_CRASH_DIGESTS=50, and JETSAM_CRASH_FIRST tries again the points that a log names. */
const size = Number(process.env['JETSAM_CRASH_DIGESTS'] ?? 6);
const tiny = size > 6 ? 'apart' : 'together';
/** More are not tried in one run: of a large batch every so many. */
const mostPoints = 600;
/** The machine that runs the tests has two cores. */
const together = 2;

const openProgram = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-child-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return bundleChild(folder);
};

/** A batch whose first line is not whole: nothing was sent, that is what is said, and a new one can begin. */
const beginAnew = async (stage: CrashStage): Promise<readonly string[]> => {
	const wrong: string[] = [];
	if (stage.server.requests.some(({method}) => method === 'DELETE')) {
		wrong.push('something was sent before the journal was begun');
	}

	const earlier = new Set(await stage.world.batches.list());
	for (const command of [
		async () => resumeBatch(stage.world, undefined, undefined),
		async () => undoBatch(stage.world, undefined),
	]) {
		try {
			await command();
			wrong.push('something was done for a batch that never began');
		} catch (error) {
			if (
				!(error instanceof UserError) ||
				!/[Nn]othing was deleted/v.test(error.sentence)
			) {
				throw error;
			}
		}
	}

	const outcomes = await deleteMarks(stage.world, stage.marks);
	if (outcomes.some(kind => kind !== 'deleted')) {
		wrong.push(`the batch after it: ${outcomes.join(', ')}`);
	}

	const record = await findBatch(stage, earlier);
	return record
		? [...wrong, ...(await bringBack(stage, record.batch))]
		: [...wrong, 'the batch after it has no journal'];
};

/** `jetsam resume`: tells what went and what did not, and does the rest. */
const goOn = async (
	stage: CrashStage,
	{batch}: BatchRecord,
): Promise<readonly string[]> => {
	const wrong: string[] = [];
	const gone = listGone(stage);
	const left = stage.going.size - gone.size;
	const phrase = `delete ${left} from ${stage.server.host}`;
	const {exitCode, text} = await resumeBatch(stage.world, batch, phrase);
	const [told = ''] = text.split(/^Left in /mv);
	for (const name of stage.going) {
		const isTold = told.includes(`  deleted: ${stage.server.host}/${name}`);
		if (isTold !== gone.has(name)) {
			wrong.push(`resume is wrong about ${name}: ${told}`);
		}
	}

	const record = await findBatch(stage);
	const states = new Set(record?.steps.map(({state}) => state));
	if (exitCode !== 0 || [...states].join(' ') !== 'deleted') {
		wrong.push(
			`resume ended with ${exitCode}, ${[...states].join(' ')}: ${text}`,
		);
	}

	if (record?.endedAt === undefined) {
		wrong.push('the batch did not end after all');
	}

	if (listGone(stage).size !== stage.going.size) {
		wrong.push('resume left something');
	}

	return [...wrong, ...(await compareStories(stage, record))];
};

/** Kills a program at a point and looks at everything afterwards. `undefined` where the program ended before it came there. */
const tryPoint = async (
	program: string,
	dieAt: number,
): Promise<
	{readonly point: string; readonly wrong: readonly string[]} | undefined
> => {
	const stage = await openCrashStage(size);
	try {
		const {state, marks, world} = stage;
		const end = await runChild(program, {state, marks, dieAt, tiny});
		if (!end.isKilled) {
			return undefined;
		}

		const record = await findBatch(stage);
		const wrong = [...(await compareStories(stage, record))];
		if (record === undefined) {
			wrong.push(...(await beginAnew(stage)));
			return {point: end.text, wrong};
		}

		const unended = await world.batches.findUnended();
		if (record.endedAt === undefined && unended?.batch !== record.batch) {
			wrong.push('the next start does not find the batch');
		}

		// What is found after a crash may be undone at once, too.
		if (dieAt % 3 !== 0) {
			wrong.push(...(await goOn(stage, record)));
		}

		if (dieAt % 3 !== 1) {
			wrong.push(...(await bringBack(stage, record.batch)));
		}

		return {point: end.text, wrong};
	} finally {
		await stage.close();
	}
};

const listPoints = async (program: string): Promise<readonly string[]> => {
	const stage = await openCrashStage(size);
	try {
		const {state, marks} = stage;
		const {text} = await runChild(program, {state, marks, dieAt: 0, tiny});
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what the program prints
		return JSON.parse(text) as string[];
	} finally {
		await stage.close();
	}
};

/** A point without what differs between two steps. */
const kindOf = (point: string): string =>
	point
		.replaceAll(
			/\d{8}-\d{9}-[\da-f]{4}|sha256[:\-][\da-f]{64}|[\da-f]{64}/gv,
			'…',
		)
		.replace(/127\.0\.0\.1%3A\d+|jetsam-crash-\w+/v, '…');

test(`safeguard 8: killed at every write and every request of a batch of ${size}: the journal tells the truth, resume finishes, undo brings all back`, async t => {
	t.timeout(60 * 60_000);
	const program = await openProgram(t);
	const points = await listPoints(program);
	const stride = Math.ceil(points.length / mostPoints);
	const first =
		Number(process.env['JETSAM_CRASH_FIRST'] ?? 0) ||
		1 + Math.floor(Math.random() * stride);
	t.log(
		`${points.length} points; every ${stride}. is tried, from ${first} (JETSAM_CRASH_FIRST)`,
	);
	const wrong: string[] = [];
	const kinds = new Set<string>();
	let next = first;
	let killed = 0;
	const work = async (): Promise<void> => {
		// How many points there are may differ by a few from one run to the next.
		while (next <= points.length + together) {
			const dieAt = next;
			next += stride;
			const tried = await tryPoint(program, dieAt);
			if (tried) {
				killed++;
				kinds.add(kindOf(tried.point));
				wrong.push(
					...tried.wrong.map(text => `${dieAt}, ${tried.point}: ${text}`),
				);
			}
		}
	};

	await Promise.all(Array.from({length: together}, work));
	t.deepEqual(wrong, []);
	t.log(`killed ${killed} times at ${kinds.size} kinds of points`);
	t.true(killed >= (points.length - first) / stride - together);
	const all = points.map(point => kindOf(point));
	const often = all.filter(kind => all.filter(one => one === kind).length > 3);
	t.deepEqual(
		often.filter(kind => stride === 1 && !kinds.has(kind)),
		[],
	);
});
