import test from 'ava';
import {
	addImage,
	addIndex,
	addManifest,
	addTag,
	type ContentDescriptor,
} from '../../source/demo/build-content.js';
import {
	addAttestation,
	addReferrer,
} from '../../source/demo/build-referrers.js';
import type {Intercept} from '../../source/demo/embedded-registry.js';
import {
	dockerIndex,
	dockerManifest,
	ociConfig,
	ociIndex,
	ociManifest,
} from '../../source/demo/media-types.js';
import {
	computeDigest,
	ensureRepository,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import {
	catchSentence,
	listRequests,
	readAll,
	signal,
	startRegistry,
} from './_embedded.js';

const amd64 = {os: 'linux', architecture: 'amd64'};
const arm64 = {os: 'linux', architecture: 'arm64', variant: 'v8'};

const manifestPath = (reference: string): string =>
	`/v2/app/manifests/${reference}`;

/** What the registry holds of a digest's manifest. */
const readStored = (content: RegistryContent, {digest}: ContentDescriptor) => {
	const bytes = ensureRepository(content, 'app').manifests.get(digest)?.bytes;
	const text = new TextDecoder().decode(bytes);
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	return JSON.parse(text) as {config: ContentDescriptor};
};

/** Bytes of an image: its manifest, its config and its layers. */
const sizeOf = (
	content: RegistryContent,
	image: ContentDescriptor,
	layers: number,
): number => image.size + readStored(content, image).config.size + layers;

/** Answers requests by a status, and lets all others through. */
const failing =
	(
		methods: readonly string[],
		paths: readonly string[],
		status: number,
	): Intercept =>
	({method, path}, response) => {
		if (!methods.includes(method) || !paths.includes(path)) {
			return false;
		}

		response.writeHead(status).end();
		return true;
	};

test('all tags of a digest stand on its record, sorted', async t => {
	const {registry, content} = await startRegistry(t, {});
	const image = addImage(content, 'app', {
		tags: ['v2', 'latest', 'v10'],
		layers: [
			{size: 1000, seed: 'a'},
			{size: 200, seed: 'b'},
		],
		created: '2026-01-02T03:04:05Z',
		platform: arm64,
	});
	addImage(content, 'app', {tags: ['other'], layers: [], docker: true});
	const {records, gaps, parts} = await readAll(registry, 'app');
	t.is(records.size, 2);
	t.like(records.get(image.digest), {
		digest: image.digest,
		tags: ['latest', 'v10', 'v2'],
		mediaType: ociManifest,
		artifactType: undefined,
		size: sizeOf(content, image, 1200),
		created: '2026-01-02T03:04:05Z',
		uploaded: undefined,
		platforms: ['linux/arm64/v8'],
		children: [],
		subject: undefined,
		state: 'loaded',
		problem: undefined,
	});
	const other = [...records.values()].find(({tags}) => tags.includes('other'));
	t.like(other, {
		mediaType: dockerManifest,
		created: undefined,
		platforms: ['linux/amd64'],
		state: 'loaded',
	});
	t.deepEqual(gaps, []);
	t.is(parts.at(-1)?.tagsListed, 4);
});

test('an index has the sizes, the platforms and the age of its children', async t => {
	const {registry, content} = await startRegistry(t, {});
	const first = addImage(content, 'app', {
		layers: [{size: 1000, seed: 'a'}],
		created: '2026-01-01T00:00:00Z',
		platform: amd64,
	});
	const second = addImage(content, 'app', {
		layers: [{size: 3000, seed: 'b'}],
		created: '2026-02-02T00:00:00Z',
		platform: arm64,
	});
	const attestation = addAttestation(content, 'app', first);
	const index = addIndex(content, 'app', {
		tags: ['v1'],
		children: [
			attestation,
			{...first, platform: amd64},
			{...second, platform: arm64},
		],
	});
	const {records, gaps} = await readAll(registry, 'app');
	t.like(records.get(index.digest), {
		tags: ['v1'],
		mediaType: ociIndex,
		platforms: ['linux/amd64', 'linux/arm64/v8'],
		children: [attestation.digest, first.digest, second.digest],
		created: '2026-01-01T00:00:00Z',
		size:
			index.size +
			sizeOf(content, first, 1000) +
			sizeOf(content, second, 3000) +
			sizeOf(content, attestation, 9216),
		state: 'loaded',
	});
	t.like(records.get(first.digest), {
		tags: [],
		platforms: ['linux/amd64'],
		size: sizeOf(content, first, 1000),
		state: 'loaded',
	});
	t.like(records.get(second.digest), {platforms: ['linux/arm64/v8']});
	t.like(records.get(attestation.digest), {platforms: ['unknown/unknown']});
	t.is(records.size, 4);
	t.deepEqual(gaps, []);
});

/** Two indexes that share a child, one of them under two tags, and the child under a tag of its own. */
const fillShared = (content: RegistryContent) => {
	const shared = addImage(content, 'app', {
		tags: ['single', 'single-2'],
		layers: [{size: 10, seed: 'shared'}],
		created: '2026-03-03T00:00:00Z',
	});
	const own = addImage(content, 'app', {layers: [{size: 20, seed: 'own'}]});
	const one = addIndex(content, 'app', {
		tags: ['one', 'one-2', 'one-3'],
		children: [{...shared, platform: amd64}],
	});
	const two = addIndex(content, 'app', {
		tags: ['two'],
		docker: true,
		children: [
			{...shared, platform: amd64},
			{...own, platform: arm64},
		],
	});
	return {shared, own, one, two};
};

test('each tag, each manifest that no tag brought and each config is read once', async t => {
	const {registry, embedded, content} = await startRegistry(t, {});
	const {shared, own, two} = fillShared(content);
	const {records} = await readAll(registry, 'app');
	t.is(records.size, 4);
	t.like(records.get(two.digest), {mediaType: dockerIndex});
	const {config} = readStored(content, shared);
	t.deepEqual(
		listRequests(embedded),
		[
			'GET /v2/app/tags/list?n=1000',
			...['one', 'one-2', 'one-3', 'two', 'single', 'single-2'].map(
				tag => `GET ${manifestPath(tag)}`,
			),
			`GET ${manifestPath(own.digest)}`,
			`GET /v2/app/blobs/${config.digest}`,
		].toSorted(),
	);
});

test('a second reading asks for nothing but the list and the tags', async t => {
	const {registry, embedded, content} = await startRegistry(t, {});
	fillShared(content);
	const first = await readAll(registry, 'app');
	embedded.requests.length = 0;
	const second = await readAll(registry, 'app');
	t.deepEqual(
		listRequests(embedded),
		[
			'GET /v2/app/tags/list?n=1000',
			...['one', 'one-2', 'one-3', 'two', 'single', 'single-2'].map(
				tag => `HEAD ${manifestPath(tag)}`,
			),
		].toSorted(),
	);
	t.deepEqual(
		[...second.records.values()].toSorted(byDigest),
		[...first.records.values()].toSorted(byDigest),
	);
});

const byDigest = (
	first: {readonly digest: string},
	second: {readonly digest: string},
): number => first.digest.localeCompare(second.digest);

test('a child with a tag of its own is read once, whatever its tag is called', async t => {
	const {registry, embedded, content} = await startRegistry(t, {});
	const [first, second] = ['a-amd64', 'z-arm64'].map(tag =>
		addImage(content, 'app', {tags: [tag], layers: [{size: 1, seed: tag}]}),
	);
	addIndex(content, 'app', {tags: ['m'], children: [first!, second!]});
	const {records} = await readAll(registry, 'app');
	t.is(records.size, 3);
	t.deepEqual(
		listRequests(embedded).filter(request => request.includes('/manifests/')),
		['a-amd64', 'm', 'z-arm64'].map(tag => `GET ${manifestPath(tag)}`),
	);
});

test('a child that only another repository has served is looked for in this one', async t => {
	const {registry, embedded, content} = await startRegistry(t, {});
	const [there, missing] = ['there', 'missing'].map(seed =>
		addImage(content, 'other', {tags: [seed], layers: [{size: 1, seed}]}),
	);
	const index = addIndex(content, 'app', {
		tags: ['v1'],
		children: [there!, missing!],
	});
	const stored = ensureRepository(content, 'other').manifests;
	ensureRepository(content, 'app').manifests.set(
		there!.digest,
		stored.get(there!.digest)!,
	);
	await readAll(registry, 'other');
	embedded.requests.length = 0;
	const {records} = await readAll(registry, 'app');
	t.deepEqual([...records.keys()], [index.digest, there!.digest]);
	t.true(
		listRequests(embedded).includes(`HEAD ${manifestPath(there!.digest)}`),
	);
	t.deepEqual(
		listRequests(embedded).filter(request => request.startsWith('GET')),
		['manifests/v1', 'tags/list?n=1000'].map(path => `GET /v2/app/${path}`),
	);
	embedded.requests.length = 0;
	await readAll(registry, 'app');
	t.false(
		listRequests(embedded).includes(`HEAD ${manifestPath(there!.digest)}`),
	);
});

test('where most tags turn out to be new, GET is taken again', async t => {
	const {registry, embedded, content} = await startRegistry(t, {});
	const add = (name: string) =>
		addImage(content, 'app', {tags: [name], layers: [{size: 1, seed: name}]});
	add('first');
	await readAll(registry, 'app');
	for (let number = 0; number < 200; number++) {
		add(`new-${number}`);
	}

	embedded.requests.length = 0;
	const {records} = await readAll(registry, 'app');
	t.is(records.size, 201);
	const heads = listRequests(embedded).filter(request =>
		request.startsWith('HEAD'),
	);
	t.true(heads.length < 60, `${heads.length} of 201 by HEAD`);
});

test('a tag that moved is believed in a second reading', async t => {
	const {registry, content} = await startRegistry(t, {});
	const {shared, own} = fillShared(content);
	await readAll(registry, 'app');
	addTag(content, 'app', 'single', own.digest);
	const {records} = await readAll(registry, 'app');
	t.deepEqual(records.get(own.digest)?.tags, ['single']);
	t.deepEqual(records.get(shared.digest)?.tags, ['single-2']);
});

test('a child that was never pushed is named, but has no record', async t => {
	const {registry, content} = await startRegistry(t, {});
	const child = addImage(content, 'app', {layers: [{size: 5, seed: 'a'}]});
	const missing = {...child, digest: computeDigest('missing')};
	const index = addIndex(content, 'app', {
		tags: ['sparse'],
		children: [
			{...missing, platform: arm64},
			{...child, platform: amd64},
		],
	});
	const {records, gaps} = await readAll(registry, 'app');
	t.deepEqual(
		[...records.keys()].toSorted(),
		[index.digest, child.digest].toSorted(),
	);
	t.like(records.get(index.digest), {
		children: [missing.digest, child.digest],
		size: index.size + sizeOf(content, child, 5),
		state: 'loaded',
	});
	t.deepEqual(gaps, []);
});

test('an index in an index is read to its last child', async t => {
	const {registry, content} = await startRegistry(t, {});
	const child = addImage(content, 'app', {layers: [{size: 5, seed: 'a'}]});
	const inner = addIndex(content, 'app', {children: [child]});
	const outer = addIndex(content, 'app', {tags: ['v1'], children: [inner]});
	const {records} = await readAll(registry, 'app');
	t.is(records.size, 3);
	t.is(
		records.get(outer.digest)?.size,
		outer.size + inner.size + sizeOf(content, child, 5),
	);
});

test('an artifact has its type and its subject', async t => {
	const {registry, content} = await startRegistry(t, {});
	const image = addImage(content, 'app', {tags: ['v1'], layers: []});
	const artifactType = 'application/spdx+json';
	const referrer = addReferrer(content, 'app', {
		subject: image,
		artifactType,
		payload: '{}',
	});
	const chart = addManifest(content, 'app', {
		tags: ['chart'],
		mediaType: ociManifest,
		bytes: JSON.stringify({
			mediaType: ociManifest,
			config: {...image, mediaType: 'application/vnd.cncf.helm.config.v1+json'},
			layers: [],
		}),
	});
	const {records, gaps} = await readAll(registry, 'app');
	t.like(records.get(referrer.digest), {artifactType, subject: image.digest});
	t.like(records.get(chart.digest), {
		artifactType: 'application/vnd.cncf.helm.config.v1+json',
		created: undefined,
		state: 'loaded',
	});
	t.is(records.get(image.digest)?.artifactType, undefined);
	t.deepEqual(gaps, []);
});

test('a media type that jetsam does not know is said, and its children are read', async t => {
	const {registry, content} = await startRegistry(t, {});
	const child = addImage(content, 'app', {layers: []});
	const mediaType = 'application/vnd.example.future.v1+json';
	const future = addManifest(content, 'app', {
		tags: ['future'],
		mediaType,
		bytes: JSON.stringify({mediaType, manifests: [child]}),
	});
	const {records, gaps} = await readAll(registry, 'app');
	t.like(records.get(future.digest), {
		mediaType,
		children: [child.digest],
		state: 'loaded',
	});
	t.true(records.get(future.digest)?.problem?.includes(mediaType));
	t.true(records.has(child.digest));
	t.deepEqual(gaps, []);
});

for (const [mediaType, expectedGaps] of [
	[ociIndex, 1],
	[dockerIndex, 1],
	['application/vnd.example.future.v1+json', 1],
	[ociManifest, 0],
	[dockerManifest, 0],
] as const) {
	test(`bytes of another digest under ${mediaType} are not believed`, async t => {
		const {registry, content} = await startRegistry(t, {});
		const wrong = computeDigest('what it should be');
		const {manifests, tags} = ensureRepository(content, 'app');
		manifests.set(wrong, {
			mediaType,
			bytes: new TextEncoder().encode(JSON.stringify({mediaType})),
		});
		tags.set('v1', wrong);
		const {records, gaps} = await readAll(registry, 'app');
		t.like(records.get(wrong), {
			tags: ['v1'],
			mediaType,
			children: [],
			size: undefined,
			state: 'unreadable',
		});
		t.regex(
			records.get(wrong)?.problem ?? '',
			/^The manifest could not be read: .* do not match their digest/,
		);
		t.is(gaps.length, expectedGaps);
		t.true(
			gaps.every(gap =>
				gap.includes(wrong.slice('sha256:'.length).slice(0, 12)),
			),
		);
	});
}

for (const [mediaType, expectedGaps] of [
	[ociIndex, 1],
	[ociManifest, 0],
] as const) {
	test(`a manifest of 50 MB under ${mediaType} is unreadable: ${expectedGaps === 0 ? 'an image, of which deleting warns' : 'it may be an index, so nothing there may be deleted'}`, async t => {
		const {registry, content} = await startRegistry(t, {
			intercept({method, path}, response) {
				if (method !== 'GET' || !path.includes('/manifests/')) {
					return false;
				}

				// Its body never comes, so that only what does not wait for it can go on.
				response.writeHead(200, {
					'content-type': mediaType,
					'content-length': 50 * 1024 * 1024,
				});
				response.flushHeaders();
				return true;
			},
		});
		const {digest} = addManifest(content, 'app', {
			tags: ['huge'],
			mediaType,
			bytes: '{"large": true}',
		});
		const {records, gaps} = await readAll(registry, 'app');
		t.like(records.get(digest), {
			tags: ['huge'],
			mediaType,
			state: 'unreadable',
			size: undefined,
		});
		t.regex(records.get(digest)?.problem ?? '', /more than such a reply/);
		t.is(gaps.length, expectedGaps);
	});
}

test('a manifest that is none is a gap', async t => {
	const {registry, content} = await startRegistry(t, {});
	const fine = addImage(content, 'app', {tags: ['fine'], layers: []});
	const broken = addManifest(content, 'app', {
		tags: ['broken'],
		mediaType: ociIndex,
		bytes: JSON.stringify({
			mediaType: ociIndex,
			manifests: [fine, {...fine, digest: 'sha256:short'}],
		}),
	});
	const {records, gaps} = await readAll(registry, 'app');
	t.like(records.get(broken.digest), {children: [], state: 'unreadable'});
	t.is(gaps.length, 1);
	t.is(records.get(fine.digest)?.state, 'loaded');
});

for (const [status, expectedGaps] of [
	[500, 1],
	[404, 1],
	[400, 1],
] as const) {
	test(`an index that answers ${status} is a gap`, async t => {
		let paths: readonly string[] = [];
		const {registry, content} = await startRegistry(t, {
			intercept: async (request, response, attempt) =>
				failing(['GET'], paths, status)(request, response, attempt),
		});
		const fine = addImage(content, 'app', {tags: ['fine'], layers: []});
		const index = addIndex(content, 'app', {tags: ['v1'], children: [fine]});
		paths = ['v1', index.digest].map(reference => manifestPath(reference));
		const {records, gaps} = await readAll(registry, 'app');
		t.like(records.get(index.digest), {tags: ['v1'], state: 'unreadable'});
		t.is(gaps.length, expectedGaps);
		t.true(gaps[0]?.includes('may be an index'));
		t.is(records.get(fine.digest)?.state, 'loaded');
	});
}

test('an image that cannot be read is no gap', async t => {
	let paths: readonly string[] = [];
	const {registry, content} = await startRegistry(t, {
		intercept: async (request, response, attempt) =>
			failing(['GET'], paths, 500)(request, response, attempt),
	});
	const image = addImage(content, 'app', {tags: ['v1'], layers: []});
	paths = ['v1', image.digest].map(reference => manifestPath(reference));
	const {records, gaps} = await readAll(registry, 'app');
	t.like(records.get(image.digest), {state: 'unreadable', tags: ['v1']});
	t.regex(records.get(image.digest)?.problem ?? '', /failed \(500\)/);
	t.deepEqual(gaps, []);
});

test('a tag whose meaning cannot be read is a gap', async t => {
	const {registry, content, embedded} = await startRegistry(t, {
		intercept: failing(['GET', 'HEAD'], [manifestPath('broken')], 500),
	});
	const fine = addImage(content, 'app', {tags: ['fine', 'broken'], layers: []});
	const {records, gaps} = await readAll(registry, 'app');
	t.deepEqual(records.get(fine.digest)?.tags, ['fine']);
	t.is(gaps.length, 1);
	t.regex(gaps[0] ?? '', /app:broken .*failed \(500\)/);
	t.is(
		embedded.requests.filter(({path}) => path === manifestPath('broken'))
			.length,
		8,
		'each way is tried as often as a server that fails is',
	);
});

test('a tag that only HEAD can tell is read by its digest', async t => {
	const {registry, content} = await startRegistry(t, {
		intercept: failing(['GET'], [manifestPath('v1')], 500),
	});
	const image = addImage(content, 'app', {tags: ['v1'], layers: []});
	const {records, gaps} = await readAll(registry, 'app');
	t.like(records.get(image.digest), {tags: ['v1'], state: 'loaded'});
	t.deepEqual(gaps, []);
});

test('a tag that went after the list is no gap', async t => {
	const {registry, content} = await startRegistry(t, {
		intercept: failing(['GET', 'HEAD'], [manifestPath('gone')], 404),
	});
	const fine = addImage(content, 'app', {tags: ['fine', 'gone'], layers: []});
	const {records, gaps} = await readAll(registry, 'app');
	t.deepEqual(records.get(fine.digest)?.tags, ['fine']);
	t.deepEqual(gaps, []);
});

test('a name that no tag may have is a gap and never asked for', async t => {
	const {registry, content, embedded} = await startRegistry(t, {
		intercept(request, response) {
			if (request.path !== '/v2/app/tags/list?n=1000') {
				return false;
			}

			response.setHeader('content-type', 'application/json');
			response.end(
				JSON.stringify({tags: ['fine', '../../other/manifests/x', 7, null]}),
			);
			return true;
		},
	});
	addImage(content, 'app', {tags: ['fine'], layers: []});
	const {records, gaps} = await readAll(registry, 'app');
	t.is(records.size, 1);
	t.is(gaps.length, 3);
	t.deepEqual(
		embedded.requests
			.filter(({path}) => path.includes('/manifests/'))
			.map(({path}) => path),
		[manifestPath('fine')],
	);
});

for (const status of [401, 403]) {
	test(`${status} for one tag ends the reading`, async t => {
		const {registry, content} = await startRegistry(t, {
			intercept: failing(['GET', 'HEAD'], [manifestPath('v1')], status),
		});
		addImage(content, 'app', {tags: ['v1', 'v2'], layers: []});
		const sentence = await catchSentence(t, readAll(registry, 'app'));
		t.true(sentence.includes(`(${status})`));
	});
}

test('a host that is lost ends the reading', async t => {
	const {registry, content, embedded} = await startRegistry(t, {
		intercept({path}, response) {
			const isManifest = path.includes('/manifests/');
			if (isManifest) {
				response.destroy();
			}

			return isManifest;
		},
	});
	addImage(content, 'app', {tags: ['v1', 'v2'], layers: []});
	const sentence = await catchSentence(t, readAll(registry, 'app'));
	t.true(sentence.startsWith(`${embedded.host} broke the connection`));
});

test('a digest that only its bytes tell is computed, in a first reading and in a second', async t => {
	const {registry, content, embedded} = await startRegistry(t, {
		intercept({method, path}, response) {
			const tag = /\/manifests\/(?<tag>v1|odd)$/.exec(path)?.groups?.['tag'];
			if (tag === undefined) {
				return false;
			}

			response.setHeader('content-type', ociManifest);
			if (tag === 'odd') {
				response.setHeader('docker-content-digest', 'sha256:odd');
			}

			const {manifests, tags} = ensureRepository(content, 'app');
			const stored = manifests.get(tags.get(tag) ?? '');
			response.end(method === 'HEAD' ? undefined : stored?.bytes);
			return true;
		},
	});
	const image = addImage(content, 'app', {tags: ['v1', 'odd'], layers: []});
	for (const method of ['GET', 'HEAD']) {
		embedded.requests.length = 0;
		const {records} = await readAll(registry, 'app');
		t.like(records.get(image.digest), {tags: ['odd', 'v1'], state: 'loaded'});
		t.is(records.size, 1);
		t.true(listRequests(embedded).includes(`${method} ${manifestPath('v1')}`));
	}
});

test('a config that cannot be read costs the age, until a later reading', async t => {
	let isBroken = true;
	const {registry, content} = await startRegistry(t, {
		intercept({path}, response) {
			if (!isBroken || !path.startsWith('/v2/app/blobs/')) {
				return false;
			}

			response.writeHead(500).end();
			return true;
		},
	});
	const created = '2026-01-02T03:04:05Z';
	const image = addImage(content, 'app', {tags: ['v1'], layers: [], created});
	const first = await readAll(registry, 'app');
	t.like(first.records.get(image.digest), {
		created: undefined,
		state: 'loaded',
	});
	t.deepEqual(first.gaps, []);
	isBroken = false;
	const second = await readAll(registry, 'app');
	t.is(second.records.get(image.digest)?.created, created);
});

test('a config that is too large is not fetched', async t => {
	const {registry, content, embedded} = await startRegistry(t, {});
	addManifest(content, 'app', {
		tags: ['v1'],
		mediaType: ociManifest,
		bytes: JSON.stringify({
			mediaType: ociManifest,
			config: {
				mediaType: ociConfig,
				digest: computeDigest('config'),
				size: 10_000_000_000,
			},
			layers: [],
		}),
	});
	const {records} = await readAll(registry, 'app');
	t.is([...records.values()][0]?.state, 'loaded');
	t.false(embedded.requests.some(({path}) => path.includes('/blobs/')));
});

test('a list of tags in pages is read to its end', async t => {
	const {registry, content} = await startRegistry(t, {pageSize: 2});
	const tags = ['a', 'b', 'c', 'd', 'e'];
	const image = addImage(content, 'app', {tags, layers: []});
	const {records, parts} = await readAll(registry, 'app');
	t.deepEqual(records.get(image.digest)?.tags, tags);
	t.is(parts.at(-1)?.tagsListed, 5);
});

test('a repository without tags has no digests', async t => {
	const {registry, content} = await startRegistry(t, {});
	ensureRepository(content, 'app');
	const {records, gaps} = await readAll(registry, 'app');
	t.is(records.size, 0);
	t.deepEqual(gaps, []);
});

test('a repository that is not known is a sentence', async t => {
	const {registry, embedded} = await startRegistry(t, {});
	const sentence = await catchSentence(t, readAll(registry, 'none'));
	t.is(
		sentence,
		`${embedded.host} does not know it (404 NAME_UNKNOWN: repository name not known to registry).`,
	);
});

for (const [type, body] of [
	['text/html', '<!doctype html><title>Log in</title>'],
	['application/json', '[]'],
	['application/json', '{"tags": "v1"}'],
	['application/json', '{"tags": {"v1": 1}}'],
] as const) {
	test(`${body} instead of a list of tags is a sentence`, async t => {
		const {registry} = await startRegistry(t, {
			intercept(_request, response) {
				response.setHeader('content-type', `${type}; charset=utf-8`);
				response.end(body);
				return true;
			},
		});
		const sentence = await catchSentence(t, readAll(registry, 'app'));
		t.true(sentence.includes(`${type} instead of a JSON list of tags`));
	});
}

test('a second page that fails ends the reading', async t => {
	const {registry, content} = await startRegistry(t, {
		pageSize: 1,
		intercept({path}, response) {
			if (!path.includes('last=')) {
				return false;
			}

			response.writeHead(500).end();
			return true;
		},
	});
	addImage(content, 'app', {tags: ['v1', 'v2'], layers: []});
	await catchSentence(t, readAll(registry, 'app'));
});

test('an aborted reading ends by its reason', async t => {
	const stop = new AbortController();
	const reason = new Error('the operator left');
	const {registry, content} = await startRegistry(t, {
		intercept({path}) {
			const isManifest = path.includes('/manifests/');
			if (isManifest) {
				stop.abort(reason);
			}

			return isManifest;
		},
	});
	addImage(content, 'app', {tags: ['v1', 'v2'], layers: []});
	const read = async () => {
		const parts = registry.readRepository('app', stop.signal);
		for await (const part of parts) {
			t.deepEqual(part.records, []);
		}
	};

	const error = await t.throwsAsync(read());
	t.is(error, reason);
});

test('a reader that stops ends the requests too', async t => {
	const {registry, content, embedded} = await startRegistry(t, {
		// Nothing but the list is ever answered.
		intercept: ({path}) => path.includes('/manifests/'),
	});
	const tags = Array.from({length: 50}, (_, index) => `v${index}`);
	addImage(content, 'app', {tags, layers: []});
	const parts = registry.readRepository('app', signal)[Symbol.asyncIterator]();
	const first = await parts.next();
	t.like(first, {done: false, value: {tagsListed: 50}});
	await parts.return?.();

	const again = await registry.findRepository('app', signal);
	t.true(again, 'there is a free place among the connections again');
	t.true(embedded.requests.length < 50);
});
