import {Buffer} from 'node:buffer';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {
	acceptedTypes,
	type Answer,
	listTruth,
	manifestExists,
	pushImage,
	pushIndex,
	readText,
	sendRequest,
} from '../helpers/push-content.js';
import {
	canUseTls,
	findRealRegistry,
	labAuthorization,
	type RealRegistry,
	type RealRegistryOptions,
	startRealRegistry,
} from '../helpers/real-registry.js';

const created = '2024-05-06T07:08:09Z';
const amd64 = {os: 'linux', architecture: 'amd64'};
const arm64 = {os: 'linux', architecture: 'arm64', variant: 'v8'};

function skip(t: ExecutionContext, why: string): void {
	if (process.env['CI'] === 'true') {
		t.fail(`${why}, and CI must not skip this test`);
		return;
	}

	t.log(`skip: ${why}`);
	t.pass();
}

/** A test that gets a running registry, or is skipped where there is none. */
function testWithRegistry(
	title: string,
	options: RealRegistryOptions,
	body: (t: ExecutionContext, registry: RealRegistry) => Promise<void>,
): void {
	test(title, async t => {
		if (!findRealRegistry()) {
			skip(t, 'there is no docker-registry on this machine');
			return;
		}

		if (options.tls && !canUseTls()) {
			skip(t, 'there is no openssl on this machine');
			return;
		}

		const registry = await startRealRegistry(options);
		t.teardown(registry.stop);
		await body(t, registry);
	});
}

function readErrorCodes(answer: Answer): string[] {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	const {errors} = JSON.parse(readText(answer)) as {
		errors: Array<{code: string}>;
	};
	return errors.map(({code}) => code);
}

async function pushSample(
	{url}: RealRegistry,
	tags: string[],
	repository = 'app/web',
) {
	return pushImage(url, repository, {
		tags,
		layers: [Buffer.from(`layer of ${tags.join(' and ')}`)],
		created,
		platform: amd64,
	});
}

async function deleteManifest(
	{url}: RealRegistry,
	reference: string,
): Promise<Answer> {
	return sendRequest(new URL(`/v2/app/web/manifests/${reference}`, url), {
		method: 'DELETE',
	});
}

testWithRegistry(
	'a delete by digest takes every tag on it, and only those',
	{deletes: true},
	async (t, registry) => {
		const {url} = registry;
		const old = await pushSample(registry, ['1.0', 'stable']);
		const kept = await pushSample(registry, ['2.0']);
		t.deepEqual(
			await listTruth(url, 'app/web'),
			new Map([
				['1.0', old.digest],
				['2.0', kept.digest],
				['stable', old.digest],
			]),
		);

		const answer = await deleteManifest(registry, old.digest);
		t.is(answer.status, 202);

		t.deepEqual(
			await listTruth(url, 'app/web'),
			new Map([['2.0', kept.digest]]),
		);
		t.false(await manifestExists(url, 'app/web', old.digest));
		t.true(await manifestExists(url, 'app/web', kept.digest));
	},
);

testWithRegistry(
	'a second delete of the same digest is 404 MANIFEST_UNKNOWN',
	{deletes: true},
	async (t, registry) => {
		const {digest} = await pushSample(registry, ['1.0']);
		await deleteManifest(registry, digest);
		const again = await deleteManifest(registry, digest);
		t.is(again.status, 404);
		t.deepEqual(readErrorCodes(again), ['MANIFEST_UNKNOWN']);
	},
);

testWithRegistry(
	'a repository without its last tag answers 200 with null',
	{deletes: true},
	async (t, registry) => {
		const {digest} = await pushSample(registry, ['1.0']);
		await deleteManifest(registry, digest);
		const list = await sendRequest(
			new URL('/v2/app/web/tags/list', registry.url),
		);
		t.is(list.status, 200);
		t.deepEqual(JSON.parse(readText(list)), {name: 'app/web', tags: null});
		t.deepEqual(await listTruth(registry.url, 'app/web'), new Map());
	},
);

testWithRegistry(
	'a delete by tag is 400 and deletes nothing',
	{deletes: true},
	async (t, registry) => {
		const {digest} = await pushSample(registry, ['1.0']);
		const answer = await deleteManifest(registry, '1.0');
		t.is(answer.status, 400);
		t.deepEqual(readErrorCodes(answer), ['DIGEST_INVALID']);
		t.deepEqual(
			await listTruth(registry.url, 'app/web'),
			new Map([['1.0', digest]]),
		);
	},
);

testWithRegistry(
	'a registry with deletes disabled answers 405 and keeps everything',
	{deletes: false},
	async (t, registry) => {
		const {digest} = await pushSample(registry, ['1.0']);
		const answer = await deleteManifest(registry, digest);
		t.is(answer.status, 405);
		t.deepEqual(readErrorCodes(answer), ['UNSUPPORTED']);
		t.true(await manifestExists(registry.url, 'app/web', digest));
	},
);

testWithRegistry(
	'an index outlives a deleted child, and children outlive their index',
	{deletes: true},
	async (t, registry) => {
		const {url} = registry;
		const first = await pushSample(registry, []);
		const second = await pushImage(url, 'app/web', {
			tags: [],
			layers: [Buffer.from('one layer'), Buffer.from('another')],
			created,
			platform: arm64,
		});
		const index = await pushIndex(url, 'app/web', {
			tags: ['multi'],
			children: [first, second],
		});
		t.deepEqual(
			await listTruth(url, 'app/web'),
			new Map([['multi', index.digest]]),
		);

		const child = await deleteManifest(registry, first.digest);
		t.is(child.status, 202);
		t.false(await manifestExists(url, 'app/web', first.digest));
		t.true(await manifestExists(url, 'app/web', 'multi'));

		const parent = await deleteManifest(registry, index.digest);
		t.is(parent.status, 202);
		t.false(await manifestExists(url, 'app/web', 'multi'));
		t.true(await manifestExists(url, 'app/web', second.digest));
	},
);

testWithRegistry(
	'an OCI manifest is 404 for a request that does not accept it',
	{deletes: true},
	async (t, registry) => {
		const {digest, mediaType, size} = await pushSample(registry, ['1.0']);
		const url = new URL('/v2/app/web/manifests/1.0', registry.url);
		const refused = await sendRequest(url);
		t.is(refused.status, 404);
		t.deepEqual(readErrorCodes(refused), ['MANIFEST_UNKNOWN']);

		const answer = await sendRequest(url, {headers: {accept: acceptedTypes}});
		t.is(answer.status, 200);
		t.is(answer.headers['content-type'], mediaType);
		t.is(answer.headers['docker-content-digest'], digest);
		t.is(answer.body.length, size);
	},
);

testWithRegistry(
	'the catalog comes in pages joined by a relative Link',
	{deletes: true},
	async (t, registry) => {
		await pushSample(registry, ['1.0'], 'app/one');
		await pushSample(registry, ['1.0'], 'app/two');
		const first = await sendRequest(new URL('/v2/_catalog?n=1', registry.url));
		t.deepEqual(JSON.parse(readText(first)), {repositories: ['app/one']});
		t.is(
			first.headers['link'],
			'</v2/_catalog?last=app%2Fone&n=1>; rel="next"',
		);

		const second = await sendRequest(
			new URL('/v2/_catalog?last=app%2Fone&n=1', registry.url),
		);
		t.deepEqual(JSON.parse(readText(second)), {repositories: ['app/two']});
	},
);

testWithRegistry(
	'an unknown repository is 404 NAME_UNKNOWN',
	{deletes: true},
	async (t, registry) => {
		const answer = await sendRequest(
			new URL('/v2/app/none/tags/list', registry.url),
		);
		t.is(answer.status, 404);
		t.deepEqual(readErrorCodes(answer), ['NAME_UNKNOWN']);
	},
);

testWithRegistry(
	'a registry with htpasswd asks for Basic and opens to the right password only',
	{deletes: true, htpasswd: true},
	async (t, {url}) => {
		const wrong = `Basic ${Buffer.from('lab:wrong').toString('base64')}`;
		for (const authorization of [undefined, wrong]) {
			const refused = await sendRequest(new URL('/v2/', url), {authorization});
			t.is(refused.status, 401);
			t.is(refused.headers['www-authenticate'], 'Basic realm="lab"');
		}

		const {digest} = await pushImage(url, 'app/web', {
			tags: ['1.0'],
			layers: [],
			created,
			platform: amd64,
			authorization: labAuthorization,
		});
		t.deepEqual(
			await listTruth(url, 'app/web', labAuthorization),
			new Map([['1.0', digest]]),
		);
	},
);

testWithRegistry(
	'a registry with a self-signed certificate is reached over HTTPS',
	{deletes: true, tls: true},
	async (t, registry) => {
		const {digest} = await pushSample(registry, ['1.0']);
		t.true(registry.url.startsWith('https://'));
		t.true(await manifestExists(registry.url, 'app/web', digest));
	},
);
