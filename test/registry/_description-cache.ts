/* eslint-disable ava/no-ignored-test-files -- any.test.ts loads it */
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {gunzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {addImage, addIndex, addTag} from '../../source/demo/build-content.js';
import type {EmbeddedRegistry} from '../../source/demo/embedded-registry.js';
import {
	ensureRepository,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import {parseDigest} from '../../source/oci/digest.js';
import type {DigestRecord} from '../../source/oci/record.js';
import {natureOf} from '../../source/registry/kinds.js';
import {createRegistry} from '../../source/registry/create-registry.js';
import {createManifestCache} from '../../source/storage/manifest-cache.js';
import type {ContentCache} from '../../source/caches.js';
import type {Registry} from '../../source/world.js';
import {openClient} from '../http/_loopback.js';
import {
	listRequests,
	readAll,
	type Reading,
	signal,
	startRegistry,
} from './_embedded.js';

const platforms = ['amd64', 'arm64'].map(architecture => ({
	os: 'linux',
	architecture,
}));

/** A tagged image and a tagged index over two images of its own. */
const fill = (content: RegistryContent, repository: string) => {
	const add = (name: string, tags: readonly string[]) =>
		addImage(content, repository, {
			tags,
			layers: [{size: 10, seed: name}],
			created: '2026-03-03T00:00:00Z',
			labels: {name},
		});
	const image = add(`${repository} image`, ['image']);
	const children = platforms.map(platform => ({
		...add(`${repository} ${platform.architecture}`, []),
		platform,
	}));
	const index = addIndex(content, repository, {tags: ['index'], children});
	return {image, index, children};
};

const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'jetsam-cache-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};

const openContents = (folder: string): ContentCache =>
	createManifestCache({
		folder,
		limits: {total: 1e9, pack: 1e9},
		now: () => Date.UTC(2026, 10, 22),
	});

/** The same registry as another run of jetsam opens it. */
const openAgain = (embedded: EmbeddedRegistry, folder: string): Registry => {
	embedded.requests.length = 0;
	return createRegistry(
		openClient(embedded.url),
		natureOf(undefined),
		openContents(folder),
	);
};

/** The records in an order that does not depend on which reply came first. */
const recordsOf = ({records}: Reading): DigestRecord[] =>
	[...records.values()].toSorted((first, second) =>
		first.digest.localeCompare(second.digest),
	);

const tagsAlone = (repository: string): string[] => [
	`GET /v2/${repository}/tags/list?n=1000`,
	`HEAD /v2/${repository}/manifests/image`,
	`HEAD /v2/${repository}/manifests/index`,
];

test('safeguard 13: what was read in one run is not read again in the next, but what tags mean is asked', async t => {
	const folder = await makeFolder(t);
	const {embedded, registry, content} = await startRegistry(t, {
		contents: openContents(folder),
	});
	fill(content, 'app');
	const first = await readAll(registry, 'app');
	t.is(first.records.size, 4);
	const second = await readAll(openAgain(embedded, folder), 'app');
	t.deepEqual(listRequests(embedded), tagsAlone('app'));
	t.deepEqual(recordsOf(second), recordsOf(first));
	t.deepEqual(second.gaps, []);
});

test('a reading that broke off is kept as far as it came', async t => {
	const folder = await makeFolder(t);
	const {embedded, registry, content} = await startRegistry(t, {
		contents: openContents(folder),
		pageSize: 1,
		intercept({path: asked}, response) {
			if (asked.includes('last=image')) {
				response.writeHead(403).end();
			}

			return asked.includes('last=image');
		},
	});
	const {image} = fill(content, 'app');
	await t.throwsAsync(readAll(registry, 'app'));
	const again = openAgain(embedded, folder);
	await t.throwsAsync(readAll(again, 'app'));
	t.false(
		listRequests(embedded).some(
			request =>
				request.includes(image.digest) || request.includes('GET /v2/app/blobs'),
		),
	);
});

test('what one repository served is not taken for another: each is asked by itself', async t => {
	const folder = await makeFolder(t);
	const {embedded, registry, content} = await startRegistry(t, {
		contents: openContents(folder),
	});
	fill(content, 'app');
	await readAll(registry, 'app');
	const {children} = fill(content, 'other');
	await readAll(openAgain(embedded, folder), 'other');
	for (const {digest} of children) {
		t.true(
			listRequests(embedded).includes(`GET /v2/other/manifests/${digest}`),
		);
	}
});

test('a damaged pack costs requests and nothing else', async t => {
	const folder = await makeFolder(t);
	const {embedded, registry, content} = await startRegistry(t, {
		contents: openContents(folder),
	});
	fill(content, 'app');
	const first = await readAll(registry, 'app');
	const [name] = await readdir(folder);
	const file = path.join(folder, name!);
	const bytes = await readFile(file);
	await writeFile(file, bytes.with(Math.floor(bytes.length / 2), 0));
	const second = await readAll(openAgain(embedded, folder), 'app');
	t.deepEqual(recordsOf(second), recordsOf(first));
	t.true(embedded.requests.length > tagsAlone('app').length);
	await readAll(openAgain(embedded, folder), 'app');
	t.deepEqual(listRequests(embedded), tagsAlone('app'));
});

test('what most of the pack is about has gone: it goes from the pack too', async t => {
	const folder = await makeFolder(t);
	const {embedded, registry, content} = await startRegistry(t, {
		contents: openContents(folder),
	});
	const {image, index} = fill(content, 'app');
	await readAll(registry, 'app');
	const [name] = await readdir(folder);
	const file = path.join(folder, name!);
	const readPack = async () => gunzipSync(await readFile(file)).toString();
	const before = await readPack();
	t.true(before.includes(index.digest));
	addTag(content, 'app', 'index', image.digest);
	await readAll(openAgain(embedded, folder), 'app');
	const pack = await readPack();
	t.false(pack.includes(index.digest));
	t.true(pack.includes(image.digest));
	await readAll(openAgain(embedded, folder), 'app');
	t.deepEqual(listRequests(embedded), tagsAlone('app'));
});

test('a digest that has gone from the registry is not shown because it was kept', async t => {
	const folder = await makeFolder(t);
	const {embedded, registry, content} = await startRegistry(t, {
		contents: openContents(folder),
	});
	const {image, index} = fill(content, 'app');
	await readAll(registry, 'app');
	const {tags, manifests} = ensureRepository(content, 'app');
	tags.delete('image');
	manifests.delete(image.digest);
	const gone = parseDigest(image.digest)!;
	const again = openAgain(embedded, folder);
	const {records} = await readAll(again, 'app');
	t.false(records.has(image.digest));
	t.true(records.has(index.digest));
	const resolved = await again.resolve('app', gone, signal);
	t.is(resolved, undefined);
	const detail = await again.readDetail('app', gone, signal);
	t.is(detail, undefined);
});
