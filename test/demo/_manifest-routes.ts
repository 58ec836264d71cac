import {Buffer} from 'node:buffer';
import {get} from 'node:http';
import test, {type ExecutionContext} from 'ava';
import {
	addBlob,
	addImage,
	addIndex,
	addManifest,
} from '../../source/demo/build-content.js';
import {
	startEmbeddedRegistry,
	type EmbeddedRegistry,
	type RegistryDialect,
} from '../../source/demo/embedded-registry.js';
import {
	dockerManifest,
	ociConfig,
	ociIndex,
	ociManifest,
} from '../../source/demo/media-types.js';
import {
	computeDigest,
	createRegistryContent,
} from '../../source/demo/registry-content.js';

const everyType = [ociManifest, ociIndex, dockerManifest].join(', ');
const layers = [{size: 1000, seed: 'layer'}];

async function startRegistry(
	t: ExecutionContext,
	deletes: 'enabled' | 'disabled',
	dialect?: RegistryDialect,
) {
	const content = createRegistryContent();
	const child = addImage(content, 'app', {layers});
	const index = addIndex(content, 'app', {
		tags: ['v1.0.0', 'v1.0', 'latest'],
		children: [{...child, platform: {os: 'linux', architecture: 'amd64'}}],
	});
	const registry = await startEmbeddedRegistry({
		content,
		deletes,
		dialect,
	});
	t.teardown(registry.close);
	return {registry, content, child, index};
}

async function sendRequest(
	registry: EmbeddedRegistry,
	method: string,
	reference: string,
	options: {readonly contentType?: string; readonly body?: string} = {},
) {
	const {contentType, body} = options;
	const response = await fetch(
		`${registry.url}/v2/app/manifests/${reference}`,
		{
			method,
			headers: contentType
				? {'content-type': contentType}
				: {accept: everyType},
			body: body === undefined ? null : Buffer.from(body),
		},
	);
	const text = await response.text();
	const codes = [...text.matchAll(/"code":"(?<code>\w+)"/gv)].map(
		match => match.groups?.['code'],
	);
	return {response, status: response.status, text, codes};
}

async function requestStatus(
	...request: Parameters<typeof sendRequest>
): Promise<number> {
	const {status} = await sendRequest(...request);
	return status;
}

async function listTags({url}: EmbeddedRegistry): Promise<string> {
	const response = await fetch(`${url}/v2/app/tags/list`);
	return response.text();
}

test('GET and HEAD answer by tag and by digest', async t => {
	const {registry, index} = await startRegistry(t, 'enabled');
	for (const reference of ['latest', index.digest]) {
		for (const method of ['GET', 'HEAD']) {
			const {response, status, text} = await sendRequest(
				registry,
				method,
				reference,
			);
			t.is(status, 200);
			t.is(response.headers.get('docker-content-digest'), index.digest);
			t.is(response.headers.get('content-type'), ociIndex);
			t.is(response.headers.get('content-length'), String(index.size));
			t.is(text.length, method === 'HEAD' ? 0 : index.size);
		}
	}
});

test('an unknown tag, digest or repository is MANIFEST_UNKNOWN', async t => {
	const {registry} = await startRegistry(t, 'enabled');
	const tag = await sendRequest(registry, 'GET', 'nope');
	t.is(tag.status, 404);
	t.deepEqual(JSON.parse(tag.text), {
		errors: [
			{
				code: 'MANIFEST_UNKNOWN',
				message: 'manifest unknown',
				detail: Object.fromEntries([['Tag', 'nope']]),
			},
		],
	});
	const digest = await sendRequest(registry, 'GET', computeDigest('nope'));
	t.deepEqual(digest.codes, ['MANIFEST_UNKNOWN']);
	const response = await fetch(`${registry.url}/v2/no/such/manifests/latest`);
	t.is(response.status, 404);
});

test('OCI content is 404 unless Accept names its media type', async t => {
	const {registry, index} = await startRegistry(t, 'enabled');
	const url = `${registry.url}/v2/app/manifests/${index.digest}`;
	const statusWithout = await new Promise(resolve => {
		get(url, response => {
			response.resume();
			resolve(response.statusCode);
		});
	});
	t.is(statusWithout, 404);
	const statusOf = async (accept: string) => {
		const response = await fetch(url, {headers: {accept}});
		return response.status;
	};

	t.is(await statusOf('*/*'), 404);
	t.is(await statusOf(ociManifest), 404);
	t.is(await statusOf(`${ociManifest},${ociIndex};q=0.5`), 200);
});

test('Docker content needs Accept by tag, an unknown media type never', async t => {
	const {registry, content} = await startRegistry(t, 'enabled');
	const docker = addImage(content, 'app', {
		tags: ['docker'],
		layers,
		docker: true,
	});
	addManifest(content, 'app', {
		bytes: '{}',
		mediaType: 'application/x-odd',
		tags: ['odd'],
	});
	const statusOf = async (reference: string) => {
		const response = await fetch(
			`${registry.url}/v2/app/manifests/${reference}`,
		);
		return `${response.status} ${response.headers.get('content-type')}`;
	};

	t.is(await statusOf(docker.digest), `200 ${dockerManifest}`);
	t.regex(await statusOf('docker'), /^404 /v);
	t.is(await statusOf('odd'), '200 application/x-odd');
});

test('DELETE by digest takes every tag on it, leaves the children, and is 404 the second time', async t => {
	const {registry, index, child} = await startRegistry(t, 'enabled');
	const first = await sendRequest(registry, 'DELETE', index.digest);
	t.is(first.status, 202);
	t.is(await listTags(registry), '{"name":"app","tags":null}\n');
	t.is(await requestStatus(registry, 'GET', child.digest), 200);
	const second = await sendRequest(registry, 'DELETE', index.digest);
	t.is(second.status, 404);
	t.deepEqual(second.codes, ['MANIFEST_UNKNOWN']);
	const catalog = await fetch(`${registry.url}/v2/_catalog`);
	t.deepEqual(await catalog.json(), {repositories: ['app']});
});

test('DELETE leaves the tags of other digests', async t => {
	const {registry, content, index} = await startRegistry(t, 'enabled');
	addImage(content, 'app', {tags: ['other'], layers, labels: {a: 'b'}});
	await sendRequest(registry, 'DELETE', index.digest);
	t.is(await listTags(registry), '{"name":"app","tags":["other"]}\n');
});

test('DELETE of a child leaves its index', async t => {
	const {registry, index, child} = await startRegistry(t, 'enabled');
	t.is(await requestStatus(registry, 'DELETE', child.digest), 202);
	t.is(await requestStatus(registry, 'GET', index.digest), 200);
	t.is(await requestStatus(registry, 'GET', child.digest), 404);
});

test('DELETE by tag is DIGEST_INVALID and deletes nothing', async t => {
	const {registry} = await startRegistry(t, 'enabled');
	const {status, codes} = await sendRequest(registry, 'DELETE', 'latest');
	t.is(status, 400);
	t.deepEqual(codes, ['DIGEST_INVALID']);
	t.is(await requestStatus(registry, 'GET', 'latest'), 200);
});

test('DELETE by tag takes just that tag where the dialect says so', async t => {
	const untag = {tagDeletes: 'untag'} as const;
	const {registry, index} = await startRegistry(t, 'enabled', untag);
	t.is(await requestStatus(registry, 'DELETE', 'latest'), 202);
	t.is(await listTags(registry), '{"name":"app","tags":["v1.0","v1.0.0"]}\n');
	t.is(await requestStatus(registry, 'GET', index.digest), 200);
	const again = await sendRequest(registry, 'DELETE', 'latest');
	t.is(again.status, 404);
	t.deepEqual(again.codes, ['MANIFEST_UNKNOWN']);
	t.is(await requestStatus(registry, 'DELETE', index.digest), 202);
	t.is(await listTags(registry), '{"name":"app","tags":null}\n');
	const disabled = await startRegistry(t, 'disabled', untag);
	t.is(await requestStatus(disabled.registry, 'DELETE', 'latest'), 405);
});

test('DELETE with deletes disabled is UNSUPPORTED and deletes nothing', async t => {
	const {registry, index} = await startRegistry(t, 'disabled');
	const {status, codes} = await sendRequest(registry, 'DELETE', index.digest);
	t.is(status, 405);
	t.deepEqual(codes, ['UNSUPPORTED']);
	t.is(await requestStatus(registry, 'GET', 'latest'), 200);
});

test('PUT by digest brings a digest back without a tag, PUT by tag with it', async t => {
	const {registry, index} = await startRegistry(t, 'enabled');
	const {text: body} = await sendRequest(registry, 'GET', index.digest);
	await sendRequest(registry, 'DELETE', index.digest);
	const options = {contentType: ociIndex, body};
	const put = await sendRequest(registry, 'PUT', index.digest, options);
	t.is(put.status, 201);
	t.is(put.response.headers.get('docker-content-digest'), index.digest);
	t.is(
		put.response.headers.get('location'),
		`/v2/app/manifests/${index.digest}`,
	);
	const again = await sendRequest(registry, 'GET', index.digest);
	t.is(again.text, body);
	t.is(await listTags(registry), '{"name":"app","tags":null}\n');
	t.is(await requestStatus(registry, 'PUT', 'latest', options), 201);
	t.is(await listTags(registry), '{"name":"app","tags":["latest"]}\n');
});

test('PUT refuses bytes that do not match the digest', async t => {
	const {registry, index} = await startRegistry(t, 'enabled');
	const put = await sendRequest(registry, 'PUT', index.digest, {
		contentType: ociIndex,
		body: '{}',
	});
	t.is(put.status, 400);
	t.deepEqual(put.codes, ['DIGEST_INVALID']);
});

test('PUT refuses an index whose child is missing', async t => {
	const {registry, index, child} = await startRegistry(t, 'enabled');
	const {text: body} = await sendRequest(registry, 'GET', index.digest);
	await sendRequest(registry, 'DELETE', child.digest);
	const put = await sendRequest(registry, 'PUT', 'again', {
		contentType: ociIndex,
		body,
	});
	t.is(put.status, 400);
	t.deepEqual(put.codes, ['MANIFEST_BLOB_UNKNOWN']);
	t.true(put.text.includes(child.digest));
});

test('PUT names every missing blob, but not a missing subject', async t => {
	const {registry, content} = await startRegistry(t, 'enabled');
	const config = addBlob(content, '{"os":"linux"}', ociConfig);
	const putWith = async (digests: readonly string[]) =>
		sendRequest(registry, 'PUT', 'new', {
			contentType: ociManifest,
			body: JSON.stringify({
				mediaType: ociManifest,
				config,
				layers: digests.map(digest => ({...config, digest})),
				subject: {...config, digest: computeDigest('subject')},
			}),
		});
	const refused = await putWith([computeDigest('a'), computeDigest('b')]);
	t.deepEqual(refused.codes, [
		'MANIFEST_BLOB_UNKNOWN',
		'MANIFEST_BLOB_UNKNOWN',
	]);
	const accepted = await putWith([]);
	t.is(accepted.status, 201);
});

test('PUT refuses what is no manifest or says another media type', async t => {
	const {registry} = await startRegistry(t, 'enabled');
	const bodies = ['', 'no json', `{"mediaType":"${dockerManifest}"}`];
	for (const body of bodies) {
		const put = await sendRequest(registry, 'PUT', 'new', {
			contentType: ociManifest,
			body,
		});
		t.is(put.status, 400);
		t.deepEqual(put.codes, ['MANIFEST_INVALID']);
	}
});
