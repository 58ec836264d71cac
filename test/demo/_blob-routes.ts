import test, {type ExecutionContext} from 'ava';
import {addBlob, addImage} from '../../source/demo/build-content.js';
import {startEmbeddedRegistry} from '../../source/demo/embedded-registry.js';
import {
	computeDigest,
	createRegistryContent,
} from '../../source/demo/registry-content.js';

async function startRegistry(t: ExecutionContext) {
	const content = createRegistryContent();
	const registry = await startEmbeddedRegistry({content, deletes: 'enabled'});
	t.teardown(registry.close);
	return {content, url: `${registry.url}/v2/app/blobs`};
}

test('GET and HEAD of a blob tell digest and length', async t => {
	const {content, url} = await startRegistry(t);
	const {digest} = addBlob(content, 'some bytes', 'text/plain');
	const got = await fetch(`${url}/${digest}`);
	t.is(got.status, 200);
	t.is(got.headers.get('content-length'), '10');
	t.is(got.headers.get('docker-content-digest'), digest);
	t.is(await got.text(), 'some bytes');
	const head = await fetch(`${url}/${digest}`, {method: 'HEAD'});
	t.is(head.status, 200);
	t.is(head.headers.get('content-length'), '10');
});

test('a range is answered in part', async t => {
	const {content, url} = await startRegistry(t);
	const {digest} = addBlob(content, 'some bytes', 'text/plain');
	const ask = async (range: string) => {
		const response = await fetch(`${url}/${digest}`, {headers: {range}});
		const contentRange = response.headers.get('content-range');
		return [response.status, contentRange, await response.text()];
	};

	t.deepEqual(await ask('bytes=0-0'), [206, 'bytes 0-0/10', 's']);
	t.deepEqual(await ask('bytes=5-'), [206, 'bytes 5-9/10', 'bytes']);
	t.deepEqual(await ask('bytes=5-99'), [206, 'bytes 5-9/10', 'bytes']);
	t.deepEqual(await ask('bytes=10-11'), [416, 'bytes */10', '']);
});

test('a declared layer has its size for HEAD and no bytes for GET', async t => {
	const {content, url} = await startRegistry(t);
	addImage(content, 'app', {layers: [{size: 5_000_000_000, seed: 'model'}]});
	const [digest] = content.declaredBlobs.keys();
	const head = await fetch(`${url}/${digest}`, {method: 'HEAD'});
	t.is(head.status, 200);
	t.is(head.headers.get('content-length'), '5000000000');
	const got = await fetch(`${url}/${digest}`);
	t.is(got.status, 404);
	t.regex(await got.text(), /"code":"BLOB_UNKNOWN"/v);
});

test('an unknown blob is BLOB_UNKNOWN', async t => {
	const {url} = await startRegistry(t);
	const response = await fetch(`${url}/${computeDigest('nothing')}`);
	t.is(response.status, 404);
	t.regex(await response.text(), /"code":"BLOB_UNKNOWN"/v);
});

test('a blob is uploaded by POST and one PUT', async t => {
	const {content, url} = await startRegistry(t);
	const started = await fetch(`${url}/uploads/`, {method: 'POST'});
	t.is(started.status, 202);
	const location = new URL(started.headers.get('location') ?? '', url);
	const finish = async (digest: string) => {
		location.searchParams.set('digest', digest);
		return fetch(location, {method: 'PUT', body: 'uploaded'});
	};

	const refused = await finish(computeDigest('else'));
	t.is(refused.status, 400);
	t.regex(await refused.text(), /"code":"DIGEST_INVALID"/v);
	const digest = computeDigest('uploaded');
	const accepted = await finish(digest);
	t.is(accepted.status, 201);
	t.is(accepted.headers.get('docker-content-digest'), digest);
	t.true(content.blobs.has(digest));
	const again = await finish(digest);
	t.is(again.status, 404);
	t.regex(await again.text(), /"code":"BLOB_UPLOAD_UNKNOWN"/v);
});
