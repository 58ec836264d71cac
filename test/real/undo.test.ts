import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import {parseDigest} from '../../source/oci/digest.js';
import {
	deleteMarks,
	makeStateFolder,
	openStateWorld,
	undoLast,
} from '../helpers/build-batch.js';
import {
	acceptedTypes,
	listTruth,
	pushImage,
	pushIndex,
	sendRequest,
} from '../helpers/push-content.js';
import {
	findRealRegistry,
	type RealRegistry,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {skip} from '../http/_loopback.js';

const created = '2024-05-06T07:08:09Z';
const repository = 'shop/app';

const readManifest = async (
	{url}: RealRegistry,
	reference: string,
): Promise<string> => {
	const {status, headers, body} = await sendRequest(
		new URL(`/v2/${repository}/manifests/${reference}`, url),
		{headers: {accept: acceptedTypes}},
	);
	return `${status} ${headers['content-type']} ${Buffer.from(body).toString('hex')}`;
};

/** An index for two platforms that share a layer, a signature, and an image that stays and shares the layer too. */
const pushAll = async ({url}: RealRegistry) => {
	const shared = Buffer.from('a layer that all of them share');
	const push = async (architecture: string, tags: string[]) =>
		pushImage(url, repository, {
			tags,
			layers: [shared, Buffer.from(`the layer of ${architecture}`)],
			created,
			platform: {os: 'linux', architecture},
		});
	const children = [await push('amd64', []), await push('arm64', [])];
	const index = await pushIndex(url, repository, {
		tags: ['1.0', 'latest'],
		children,
	});
	const stays = await push('riscv64', ['stays']);
	const signed = await pushImage(url, repository, {
		tags: [`${index.digest.replace(':', '-')}.sig`],
		layers: [Buffer.from('a signature')],
		created,
		platform: {os: 'linux', architecture: 'unknown'},
	});
	return {index, children, stays, signed};
};

const testUndo = (
	title: string,
	body: (
		t: ExecutionContext,
		stage: {
			readonly registry: RealRegistry;
			readonly pushed: Awaited<ReturnType<typeof pushAll>>;
			readonly undo: () => ReturnType<typeof undoLast>;
			readonly assertAllBack: () => Promise<void>;
		},
	) => Promise<void>,
	...options: readonly string[]
): void => {
	test(title, async t => {
		if (!findRealRegistry()) {
			skip(t, 'there is no docker-registry on this machine');
			return;
		}

		const registry = await startRealRegistry({deletes: true});
		t.teardown(registry.stop);
		const pushed = await pushAll(registry);
		const tagsBefore = await listTruth(registry.url, repository);
		const {index, children, signed} = pushed;
		const digests = [index, ...children, signed].map(({digest}) => digest);
		const before = await Promise.all(
			digests.map(async digest => readManifest(registry, digest)),
		);
		const world = openStateWorld(await makeStateFolder(t), ...options);
		const outcomes = await deleteMarks(
			world,
			[index, signed].flatMap(({digest}) => {
				const parsed = parseDigest(digest);
				return parsed
					? [{registry: registry.host, repository, digest: parsed}]
					: [];
			}),
		);
		t.deepEqual(
			outcomes,
			digests.map(() => 'deleted'),
		);
		for (const digest of digests) {
			t.regex(await readManifest(registry, digest), /^404/v);
		}

		await body(t, {
			registry,
			pushed,
			undo: async () => undoLast(world),
			async assertAllBack() {
				t.deepEqual(
					await Promise.all(
						digests.map(async digest => readManifest(registry, digest)),
					),
					before,
				);
				t.deepEqual(await listTruth(registry.url, repository), tagsBefore);
			},
		});
	});
};

testUndo(
	'safeguard 7: docker-registry: an index, its children and its signature come back byte for byte, with their tags',
	async (t, {undo, assertAllBack}) => {
		const {exitCode, text} = await undo();
		t.is(exitCode, 0, text);
		t.regex(text, /put back 4/v);
		await assertAllBack();
	},
);

const assertLost = async (
	t: ExecutionContext,
	{
		registry,
		undo,
	}: {registry: RealRegistry; undo: () => ReturnType<typeof undoLast>},
): Promise<void> => {
	const {exitCode, text} = await undo();
	t.is(exitCode, 1);
	t.regex(text, /lost 4/v);
	// The shared layer is still there, because an image that stays has it.
	const tags = await listTruth(registry.url, repository);
	t.deepEqual([...tags.keys()], ['stays']);
};

testUndo(
	'safeguard 7: docker-registry after garbage-collect, restarted: undo names what is gone and puts nothing back',
	async (t, stage) => {
		stage.registry.collectGarbage();
		await stage.registry.restart();
		await assertLost(t, stage);
	},
);

testUndo(
	'safeguard 7: docker-registry after garbage-collect, not restarted, which says 201 to anything: undo is not deceived',
	async (t, stage) => {
		stage.registry.collectGarbage();
		await assertLost(t, stage);
	},
);

testUndo(
	'safeguard 7: with --keep-blobs all comes back after garbage-collect',
	async (t, {registry, undo, assertAllBack}) => {
		registry.collectGarbage();
		await registry.restart();
		const {exitCode, text} = await undo();
		t.is(exitCode, 0, text);
		t.regex(text, /put back 4/v);
		await assertAllBack();
	},
	'--keep-blobs',
);
