import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {runInterruptibly} from '../../source/commands/batch-session.js';
import {resume} from '../../source/commands/resume.js';
import {
	addReferrer,
	nameFallbackTag,
} from '../../source/demo/build-referrers.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {UserError} from '../../source/user-error.js';
import type {World} from '../../source/world.js';
import {
	makeStateFolder,
	openStateWorld,
	undoLast,
} from '../helpers/build-batch.js';
import type {CrashRequest} from '../helpers/crash-batch.js';
import {
	addImages,
	addPlatforms,
	digestOf,
	startRegistry,
} from '../helpers/journey-world.js';

const program = fileURLToPath(
	new URL('../helpers/crash-batch.ts', import.meta.url),
);

/** Runs a batch of 6 in a process that kills itself; resolves to the signal that ended it. */
const crash = async (request: CrashRequest): Promise<string> => {
	const child = spawn(
		process.execPath,
		['--import=tsx', program, JSON.stringify(request)],
		{stdio: ['ignore', 'inherit', 'inherit']},
	);
	await once(child, 'exit');
	return String(child.signalCode);
};

const openStage = async (
	t: ExecutionContext,
	staying: readonly string[] = ['s', 't', 'u', 'v', 'w', 'x', 'y', 'z'],
) => {
	const content = createRegistryContent();
	const [index, ...children] = addPlatforms(content, 'shop/app', {
		tags: ['1.0'],
		architectures: ['amd64', 'arm64'],
	});
	const images = addImages(content, 'shop/app', ['a', 'b', 'c']);
	addImages(content, 'shop/app', staying);
	const repository = content.repositories.get('shop/app')!;
	const listPresent = (): string[] =>
		[...repository.manifests.keys()].toSorted();
	const listTags = (): string[] =>
		[...repository.tags].map(([tag, digest]) => `${tag} ${digest}`).toSorted();
	const before = {manifests: listPresent(), tags: listTags()};
	const {server} = await startRegistry(t, {content});
	const state = await makeStateFolder(t);
	const world = openStateWorld(state);
	return {
		state,
		world,
		host: server.host,
		going: [index, ...children, ...images] as readonly string[],
		marks: [index, ...images].map(digest => ({
			registry: server.host,
			repository: 'shop/app',
			digest,
		})),
		listPresent,
		listTags,
		before,
	};
};

const runResume = async (
	world: World,
	confirm: readonly string[],
	maxShare?: number,
): Promise<number> =>
	runInterruptibly(world, async session =>
		resume(
			session,
			{
				batch: undefined,
				yes: confirm.length > 0,
				confirm,
				json: false,
				maxShare,
			},
			{print: () => undefined, printError: () => undefined, isTerminal: false},
		),
	);

/** Resumes with the phrase that it asks for, which is another than before. */
const finish = async (t: ExecutionContext, world: World): Promise<number> => {
	try {
		return await runResume(world, []);
	} catch (error) {
		if (!(error instanceof UserError)) {
			throw error;
		}

		const phrase = /--confirm '(?<phrase>[^']+)'/v.exec(error.remedy)?.groups?.[
			'phrase'
		];
		t.truthy(phrase);
		return runResume(world, [phrase ?? '']);
	}
};

for (const [point, step] of [
	['saved', 1],
	['began', 1],
	['deleted', 1],
	['began', 2],
	['torn', 3],
	['deleted', 6],
] as const) {
	test.serial(
		`safeguard 8: killed at step ${step} when it is ${point}: the journal tells the truth, resume finishes, undo brings all back`,
		async t => {
			const {world, state, host, marks, going, before, ...stage} =
				await openStage(t);
			t.is(await crash({host, state, marks, point, step}), 'SIGKILL');

			const record = await world.batches.findUnended();
			t.is(record?.steps.length, 6);
			const present = stage.listPresent();
			const told = record?.steps.filter(one => one.state !== 'in-flight') ?? [];
			t.deepEqual(
				told.map(({digest}) => present.includes(digest)),
				told.map(one => one.state === 'not-begun'),
			);

			// The index goes first; of what does not hang together with it all may be under way.
			t.true(
				(record?.steps.filter(one => one.state === 'in-flight').length ?? 7) <=
					(step === 1 || point === 'torn' ? 1 : 4),
			);
			t.is(await finish(t, world), 0);
			t.deepEqual(
				stage.listPresent(),
				before.manifests.filter(digest => !going.includes(digest)),
			);
			const after = await world.batches.read(record?.batch ?? '');
			t.deepEqual(
				after.steps.map(one => one.state),
				going.map(() => 'deleted'),
			);
			t.truthy(after.endedAt);
			t.is(await world.batches.findUnended(), undefined);

			const {exitCode} = await undoLast(world);
			t.is(exitCode, 0);
			t.deepEqual(stage.listPresent(), before.manifests);
			t.deepEqual(stage.listTags(), before.tags);
		},
	);
}

for (const point of ['began', 'listed', 'deleted'] as const) {
	test.serial(
		`safeguard 8: killed when the step of a referrer is ${point}: resume finishes, undo brings it and its list back`,
		async t => {
			const content = createRegistryContent();
			const [image] = addImages(content, 'app', ['v1', 'v2', 'v3', 'v4']);
			const {manifests, tags} = content.repositories.get('app')!;
			const subject = {...manifests.get(image!)!, size: 1, digest: image!};
			const [sbom, vex] = ['sbom', 'vex'].map(payload =>
				digestOf(
					addReferrer(content, 'app', {
						subject,
						artifactType: `application/vnd.${payload}`,
						payload,
					}),
				),
			);
			const tag = nameFallbackTag(image!);
			const before = {manifests: new Map(manifests), tags: new Map(tags)};
			const {server} = await startRegistry(t, {content});
			const state = await makeStateFolder(t);
			const world = openStateWorld(state);
			const {host} = server;
			const marks = [{registry: host, repository: 'app', digest: vex!}];
			t.is(await crash({host, state, marks, point, step: 1}), 'SIGKILL');
			t.is(tags.get(tag) === before.tags.get(tag), point === 'began');
			t.is(manifests.has(vex!), point !== 'deleted');

			t.is(await finish(t, world), 0);
			t.false(manifests.has(vex!));
			const list = Buffer.from(manifests.get(tags.get(tag)!)!.bytes).toString();
			t.true(list.includes(sbom!));
			t.false(list.includes(vex!));

			const {exitCode} = await undoLast(world);
			t.is(exitCode, 0);
			t.deepEqual(Object.fromEntries(tags), Object.fromEntries(before.tags));
			for (const [digest, {bytes}] of before.manifests) {
				t.deepEqual(manifests.get(digest)?.bytes, bytes);
			}
		},
	);
}

test.serial(
	'safeguard 9: what is left of a batch and would empty a repository is not resumed without a terminal, whatever phrase is given, but where --max-share allows it',
	async t => {
		const {world, state, host, marks, before, ...stage} = await openStage(
			t,
			[],
		);
		await crash({host, state, marks, point: 'began', step: 1});
		const phrase = `delete 6 from ${host}`;
		for (const confirm of [[], [phrase], [`${phrase}, empty shop/app`]]) {
			for (const maxShare of [undefined, 99]) {
				const error = await t.throwsAsync<UserError>(
					async () => runResume(world, confirm, maxShare),
					{instanceOf: UserError, message: /shop\/app would be left empty/v},
				);
				t.is(error?.exitCode, 3);
			}
		}

		t.deepEqual(stage.listPresent(), before.manifests);
		// What the operator allowed when it was begun may be allowed again; its words are then the ordinary ones.
		t.is(await runResume(world, [`${phrase}, 6 of unknown use`], 100), 0);
		t.deepEqual(stage.listPresent(), []);
	},
);
