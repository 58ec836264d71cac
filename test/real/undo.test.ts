import {Buffer} from 'node:buffer';
import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
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
import {findSkopeo, pullWithSkopeo} from '../helpers/skopeo.js';
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

/** Bytes of all blobs that lie in the registry's storage. */
const measureBlobs = async ({directory}: RealRegistry): Promise<number> => {
	const root = path.join(directory, 'data');
	const names = await readdir(root, {recursive: true});
	const sizes = await Promise.all(
		names
			.filter(name => /blobs\/sha256\/.+\/data$/v.test(name))
			.map(async name => stat(path.join(root, name))),
	);
	return sizes.reduce((sum, {size}) => sum + size, 0);
};

/** A referrer, which says what it is about by its subject. */
const pushReferrer = async (
	{url}: RealRegistry,
	subject: {readonly digest: string; readonly mediaType: string; size: number},
	payload: string,
) => {
	const {digest, mediaType, size} = subject;
	return pushImage(url, repository, {
		tags: [],
		layers: [Buffer.from(payload)],
		created,
		platform: {os: 'linux', architecture: 'unknown'},
		subject: {digest, mediaType, size},
	});
};

/** A list of an image's parts, under the tag by which clients find it. */
const pushBill = async (
	registry: RealRegistry,
	subject: {readonly digest: string; readonly mediaType: string; size: number},
) => {
	const bill = await pushReferrer(registry, subject, 'the parts of it');
	return pushIndex(registry.url, repository, {
		tags: [subject.digest.replace(':', '-')],
		children: [{...bill}],
	});
};

test('safeguard 7: docker-registry: a referrer alone goes, the list under the fallback tag names the rest, and undo puts both back', async t => {
	if (!findRealRegistry()) {
		skip(t, 'there is no docker-registry on this machine');
		return;
	}

	const registry = await startRealRegistry({deletes: true});
	t.teardown(registry.stop);
	const {index} = await pushAll(registry);
	const signature = await pushReferrer(registry, index, 'a signature of it');
	const bill = await pushReferrer(registry, index, 'the parts of it');
	const tag = index.digest.replace(':', '-');
	const list = await pushIndex(registry.url, repository, {
		tags: [tag],
		children: [{...signature}, {...bill}],
	});
	const names = [tag, list.digest, signature.digest, bill.digest];
	const readAll = async (): Promise<readonly string[]> =>
		Promise.all(names.map(async name => readManifest(registry, name)));
	const readList = async (): Promise<readonly string[]> => {
		const {body} = await sendRequest(
			new URL(`/v2/${repository}/manifests/${tag}`, registry.url),
			{headers: {accept: acceptedTypes}},
		);
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- an index, or the test fails
		const {manifests} = JSON.parse(Buffer.from(body).toString()) as {
			manifests: ReadonlyArray<{digest: string}>;
		};
		return manifests.map(({digest}) => digest);
	};

	const before = await readAll();
	const world = openStateWorld(await makeStateFolder(t));
	const remove = async (
		...gone: ReadonlyArray<{readonly digest: string}>
	): Promise<readonly string[]> =>
		deleteMarks(
			world,
			gone.map(({digest}) => ({
				registry: registry.host,
				repository,
				digest: parseDigest(digest)!,
			})),
		);
	t.deepEqual(await remove(signature), ['deleted']);
	t.deepEqual(await readList(), [bill.digest]);
	t.regex(await readManifest(registry, signature.digest), /^404/v);
	const undone = await undoLast(world);
	t.is(undone.exitCode, 0, `undo said: ${undone.text}`);
	t.deepEqual(await readAll(), before);

	// All of them: an empty list stays, which the registry takes.
	t.deepEqual(await remove(signature, bill), ['deleted', 'deleted']);
	t.deepEqual(await readList(), []);
	const again = await undoLast(world);
	t.is(again.exitCode, 0, `undo said: ${again.text}`);
	t.deepEqual(await readAll(), before);
});

test('safeguard 7: docker-registry: skopeo copies all of an index with its signature and its bill of materials after the undo; garbage-collect frees just what was promised', async t => {
	const skopeo = findSkopeo();
	if (!skopeo || !findRealRegistry()) {
		skip(t, 'there is no docker-registry or no skopeo on this machine');
		return;
	}

	const registry = await startRealRegistry({deletes: true});
	t.teardown(registry.stop);
	const {index, signed} = await pushAll(registry);
	const bill = await pushBill(registry, index);
	const marks = [index, signed, bill].flatMap(({digest}) => {
		const parsed = parseDigest(digest);
		return parsed
			? [{registry: registry.host, repository, digest: parsed}]
			: [];
	});
	const tagsBefore = await listTruth(registry.url, repository);
	const world = openStateWorld(await makeStateFolder(t));
	const outcomes = await deleteMarks(world, marks);
	t.true(outcomes.length >= 5 && outcomes.every(kind => kind === 'deleted'));
	const undone = await undoLast(world);
	t.is(undone.exitCode, 0, `undo said: ${undone.text}`);
	t.deepEqual(await listTruth(registry.url, repository), tagsBefore);
	for (const reference of tagsBefore.keys()) {
		await t.notThrowsAsync(
			pullWithSkopeo(skopeo, `${registry.host}/${repository}:${reference}`, {
				folder: await makeStateFolder(t),
				all: true,
			}),
		);
	}

	let promised = 0;
	t.deepEqual(
		await deleteMarks(world, marks, plans => {
			promised = plans.reduce((sum, {bytesAtMost}) => sum + bytesAtMost, 0);
		}),
		outcomes,
	);
	const before = await measureBlobs(registry);
	registry.collectGarbage();
	const freed = before - (await measureBlobs(registry));
	// Nothing untagged shares a blob here, so that the most is what comes back.
	t.true(promised > 0);
	t.is(freed, promised);
	await registry.restart();
	const lost = await undoLast(world);
	t.is(lost.exitCode, 1);
	t.regex(lost.text, /lost: the registry has not got sha256:[\da-f]{64}/v);
});
