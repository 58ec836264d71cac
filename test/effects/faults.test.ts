import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {parseDigest} from '../../source/oci/digest.js';
import type {Message} from '../../source/state/message.js';
import {chooseExitCode, tallyOutcomes} from '../../source/plan/summarize.js';
import {openBatches} from '../../source/storage/batches.js';
import {journalFile, openJournal} from '../../source/storage/journal.js';
import {createTrash, encodeName} from '../../source/storage/trash.js';
import {executeMarks, makeStateFolder} from '../helpers/build-batch.js';
import {
	type CrashStage,
	openCrashStage,
	resumeBatch,
} from '../helpers/crash-stage.js';
import {
	bringBack,
	compareStories,
	findBatch,
	listGone,
} from '../helpers/crash-story.js';
import {
	createFaultyFiles,
	type FaultyFiles,
	type FileCall,
} from '../helpers/faulty-files.js';
import {addImages, journeyWorld} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

/* A disk that fails, under the whole execution: real storage, a real registry, and errors at the storage's port. Steps may end in any order. */

const batch = '20261122-120400-a1b2';

type Stage = CrashStage & Pick<FaultyFiles, 'readDurable'>;

const openStage = async (
	t: ExecutionContext,
	fault: (call: FileCall) => string | undefined,
): Promise<Stage> => {
	const stage = await openCrashStage(6);
	t.teardown(stage.close);
	const {files, readDurable} = createFaultyFiles(fault);
	const {state} = stage;
	return {
		...stage,
		readDurable,
		world: {
			...stage.world,
			batches: openBatches(state, files),
			openJournal: async () => openJournal(state, batch, files),
		},
	};
};

type Ran = {
	readonly stage: Stage;
	readonly messages: readonly Message[];
	/** All sentences that the operator is shown. */
	readonly sentences: readonly string[];
	readonly exitCode: number;
};

const run = async (
	t: ExecutionContext,
	fault: (call: FileCall) => string | undefined,
): Promise<Ran> => {
	const stage = await openStage(t, fault);
	const messages = await executeMarks(stage.world, stage.marks);
	const ended = messages.filter(message => message.kind === 'step-ended');
	const failed = messages.find(message => message.kind === 'batch-failed');
	const sentences = [
		...ended.flatMap(({outcome}) =>
			'reason' in outcome ? [outcome.reason] : [],
		),
		...(failed ? [`${failed.problem.message} ${failed.problem.remedy}`] : []),
	];
	return {
		stage,
		messages,
		sentences,
		// As the explorer chooses it.
		exitCode: failed ? 1 : chooseExitCode(tallyOutcomes(ended)),
	};
};

const listDeleted = ({server}: CrashStage): readonly string[] =>
	server.requests
		.filter(({method}) => method === 'DELETE')
		.map(({path: at}) =>
			at.replace(/^\/v2\//v, '').replace('/manifests/', '@'),
		);

/** The steps whose line that they begin is in the journal. */
const listBegun = async ({state}: CrashStage): Promise<readonly string[]> => {
	const text = await readFile(journalFile(state, batch), 'utf8').catch(
		() => '',
	);
	return [
		...text.matchAll(
			/"kind":"step-began".*?"repository":"(?<name>[^"]+)","digest":"(?<digest>[^"]+)".*\n/gv,
		),
	].map(({groups}) => `${groups?.['name']}@${groups?.['digest']}`);
};

const operations = [
	'mkdir',
	'open',
	'write',
	'sync',
	'rename',
	'link',
] as const;

/** What is written at one moment of a batch. */
type Moment = {
	readonly title: string;
	readonly isNow: (call: FileCall) => boolean;
	/** Which call fails, from 1, by turns; for each operation that there is at that moment. */
	readonly times: Partial<
		Readonly<Record<(typeof operations)[number], readonly number[]>>
	>;
};

const isIn = (folder: string) => (call: FileCall) =>
	call.file.includes(`${path.sep}${folder}`);
const says = (kind: string) => (call: FileCall) =>
	call.file.endsWith('.jsonl') && call.text.includes(`"kind":"${kind}"`);

const perStep = {write: [1, 3, 5], sync: [1, 3, 5]};

const moments: readonly Moment[] = [
	{
		title: 'the journal is made',
		isNow: isIn('journal'),
		times: {mkdir: [1], open: [1, 2, 3], write: [1], sync: [1], link: [1]},
	},
	{
		title: 'the batch begins',
		isNow: says('batch-began'),
		times: {write: [1], sync: [1]},
	},
	{
		title: 'a step is saved',
		isNow: isIn('trash'),
		times: {
			mkdir: [1, 3, 9],
			open: [1, 9, 20],
			write: [1, 5, 11],
			sync: [1, 9, 20],
			rename: [1, 5, 11],
		},
	},
	{title: 'a step begins', isNow: says('step-began'), times: perStep},
	{title: 'a step has ended', isNow: says('step-ended'), times: perStep},
	{
		title: 'the batch ends',
		isNow: says('batch-ended'),
		times: {write: [1], sync: [1]},
	},
];

/** Whether at a first failure at that moment nothing has been deleted yet. */
const isEarly = ({title}: Moment): boolean => !title.includes('end');

const waysOut = [
	['ENOSPC', 'make room'],
	['EROFS', 'mount it to be written'],
	['EIO', 'look at that disk'],
	['EACCES', 'give yourself the right to write there'],
] as const;

/** What is so whatever fails: returns what is wrong. */
const look = async ({stage, messages}: Ran): Promise<readonly string[]> => {
	const wrong: string[] = [];
	const begun = await listBegun(stage);
	for (const name of listDeleted(stage)) {
		if (!begun.includes(name)) {
			wrong.push(
				`a delete of ${name} was sent, and its journal does not say so`,
			);
		}
	}

	const record = await findBatch(stage);
	wrong.push(...(await compareStories(stage, record)));
	if (messages.at(-1)?.kind !== 'batch-ended') {
		wrong.push('the run did not end');
	}

	const gone = listGone(stage);
	const told = messages
		.filter(message => message.kind === 'step-ended')
		.filter(({outcome}) => outcome.kind === 'deleted')
		.map(({step}) => `${step.repository}@${step.digest}`);
	if (told.toSorted().join(' ') !== [...gone].toSorted().join(' ')) {
		wrong.push(`${told.length} are told as deleted, ${gone.size} are gone`);
	}

	return wrong;
};

/** When the disk works again: the batch is gone on with, and put back. */
const recover = async (stage: Stage): Promise<readonly string[]> => {
	const record = await findBatch(stage);
	if (!record) {
		return [];
	}

	const {exitCode, text} = await resumeBatch(
		stage.world,
		record.batch,
		undefined,
	);
	const left = stage.going.size - listGone(stage).size;
	return [
		...(exitCode === 0 && left === 0 ? [] : [`resume left ${left}: ${text}`]),
		...(await compareStories(stage, await findBatch(stage))),
		...(await bringBack(stage, record.batch)),
	];
};

/** Whether a sentence says what failed, why, where, and what to do. */
const isWhole = (
	text: string,
	{state, code, wayOut}: {state: string; code: string; wayOut: string},
): boolean =>
	text.includes(`could not be written (${code}).`) &&
	text.includes(state) &&
	text.includes(`${wayOut} or choose another folder with --state.`);

for (const moment of moments) {
	for (const operation of operations) {
		const times = moment.times[operation];
		if (!times) {
			continue;
		}

		test.serial(
			`safeguards 7 and 8: a disk that fails at ${operation} when ${moment.title}: nothing goes that is not saved and journalled, and a sentence says why`,
			async t => {
				for (const [index, [code, wayOut]] of waysOut.entries()) {
					const time = times[index % times.length] ?? 1;
					let count = 0;
					let isMended = false;
					const ran = await run(t, call => {
						if (
							isMended ||
							call.operation !== operation ||
							!moment.isNow(call)
						) {
							return undefined;
						}

						count++;
						// A disk stays full, and what was an accident may not happen again.
						return count === time || (count > time && index % 2 === 0)
							? code
							: undefined;
					});
					const {stage, sentences, exitCode} = ran;
					const about = `${code}, time ${time} of ${count}: ${sentences.join(' | ')}`;
					t.deepEqual(await look(ran), [], about);
					t.true(count >= time, about);
					t.is(exitCode, 1, about);
					const {state} = stage;
					t.true(
						sentences.some(text => isWhole(text, {state, code, wayOut})),
						about,
					);
					t.true(
						listDeleted(stage).length === 0 || time > 1 || !isEarly(moment),
						about,
					);

					isMended = true;
					t.deepEqual(await recover(stage), [], about);
				}
			},
		);
	}
}

test.serial(
	'safeguard 8: a journal that cannot be closed, and a lock that cannot be given back, change nothing of what is told',
	async t => {
		const ran = await run(t, ({operation, file}) =>
			operation === 'close' && file.endsWith('.jsonl')
				? 'EIO'
				: operation === 'rm' && file.endsWith('.lock')
					? 'EROFS'
					: undefined,
		);
		t.deepEqual(await look(ran), []);
		t.is(ran.exitCode, 0);
		t.is(listGone(ran.stage).size, 6);
	},
);

test.serial(
	'safeguards 7 and 8: when a delete is sent, its journal line and all that was saved for it would outlive a loss of power',
	async t => {
		const stage = await openStage(t, () => undefined);
		const wrong: string[] = [];
		let looked = 0;
		stage.intercept.current = ({method, path: at}) => {
			if (method === 'DELETE') {
				const [repository = '', digest = ''] = at
					.replace(/^\/v2\//v, '')
					.split('/manifests/');
				const journal =
					stage.readDurable(journalFile(stage.state, batch)) ?? '';
				const line = journal
					.split('\n')
					.find(
						text =>
							text.includes('"step-began"') &&
							text.includes(`"digest":"${digest}"`),
					);
				if (line === undefined) {
					wrong.push(`no line of ${digest}`);
				}

				const bytes = stage.content.repositories
					.get(repository)
					?.manifests.get(digest)?.bytes;
				const text = bytes ? new TextDecoder().decode(bytes) : '';
				const config = /"config":\{[^\}]*"digest":"(?<digest>[^"]+)"/v.exec(
					text,
				)?.groups?.['digest'];
				for (const name of [
					digest,
					...(config === undefined ? [] : [config]),
				]) {
					const file = path.join(
						stage.state,
						'trash',
						batch,
						encodeName(stage.server.host),
						encodeName(repository),
						'blobs',
						...name.split(':'),
					);
					if ((stage.readDurable(file) ?? '') === '') {
						wrong.push(`not saved: ${name}`);
					}

					looked++;
				}
			}

			return false;
		};

		await executeMarks(stage.world, stage.marks);
		t.deepEqual(wrong, []);
		t.is(looked, 11);
	},
);

test('safeguard 7: the folder of another algorithm would outlive a loss of power too, wherever the state folder is said to be', async t => {
	const {files, readDurable} = createFaultyFiles(() => undefined);
	const state = await makeStateFolder(t);
	const trash = createTrash(`${state}/not/../there/./`, batch, files);
	const place = {registry: 'h.example', repository: 'app'};
	const bytes = new TextEncoder().encode('text');
	const hex = createHash('sha512').update(bytes).digest('hex');
	const digest = parseDigest(`sha512:${hex}`);
	if (!digest) {
		throw new Error('No digest.');
	}

	const blobs = [{digest, bytes}];
	await trash.save(place, {manifests: [], blobs});
	const file = path.join(trash.path, 'h.example', 'app', 'blobs/sha512', hex);
	t.is(readDurable(file), 'text');
});

test.serial(
	'safeguard 8: on the screen: what is known stands there when the journal cannot be written after a delete, and the exit code is 1',
	async t => {
		const content = createRegistryContent();
		addImages(content, 'app', ['goes', 'stays', 'too']);
		const state = await makeStateFolder(t);
		const {files} = createFaultyFiles(call =>
			call.operation === 'write' && says('step-ended')(call)
				? 'ENOSPC'
				: undefined,
		);
		const {world, server} = await journeyWorld(t, {
			content,
			openJournal: async () => openJournal(state, batch, files),
		});
		const app = await openApp(t, world, {place: `${server.host}/app`});
		await app.press('space', 'd');
		await app.typeText(`delete 1 from ${server.host}`);
		await app.press('enter');
		const frame = app.frame().replaceAll(/\s+/gv, ' ');
		t.true(frame.includes('deleted 1'));
		t.true(frame.includes('could not be written (ENOSPC).'));
		t.true(frame.includes('make room or choose another folder with --state.'));
		await app.press('esc', 'q');
		t.is(app.exitCode(), 1);
	},
);
