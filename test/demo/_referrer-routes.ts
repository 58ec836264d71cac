import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import {addImage, addManifest} from '../../source/demo/build-content.js';
import {addReferrer} from '../../source/demo/build-referrers.js';
import {startEmbeddedRegistry} from '../../source/demo/embedded-registry.js';
import {
	ociConfig,
	ociIndex,
	ociManifest,
} from '../../source/demo/media-types.js';
import {
	computeDigest,
	createRegistryContent,
	ensureRepository,
} from '../../source/demo/registry-content.js';

async function startRegistry(
	t: ExecutionContext,
	referrers: 'absent' | 'served',
) {
	const content = createRegistryContent();
	const subject = addImage(content, 'app', {tags: ['v1'], layers: []});
	const [sbom, scan] = ['sbom', 'scan'].map(payload =>
		addReferrer(content, 'app', {
			subject,
			artifactType: `application/x-${payload}`,
			payload,
			annotations: {made: 'here'},
			list: 'untagged',
		}),
	);
	const untyped = addImage(content, 'app', {layers: [], subject});
	const dialect = {referrers};
	const options = {content, deletes: 'enabled', dialect} as const;
	const registry = await startEmbeddedRegistry(options);
	t.teardown(registry.close);
	const ask = async (path: string) => {
		const response = await fetch(`${registry.url}/v2/${path}`);
		const text = await response.text();
		return {status: response.status, headers: response.headers, text};
	};

	return {registry, content, subject, sbom, scan, untyped, ask};
}

test('referrers are listed as an index of descriptors', async t => {
	const {subject, sbom, scan, untyped, ask} = await startRegistry(t, 'served');
	const {status, headers, text} = await ask(`app/referrers/${subject.digest}`);
	t.is(status, 200);
	t.is(headers.get('content-type'), ociIndex);
	t.is(headers.get('oci-filters-applied'), null);
	const annotations = {made: 'here'};
	t.deepEqual(JSON.parse(text), {
		schemaVersion: 2,
		mediaType: ociIndex,
		manifests: [
			{...sbom, artifactType: 'application/x-sbom', annotations},
			{...scan, artifactType: 'application/x-scan', annotations},
			{...untyped, artifactType: ociConfig},
		],
	});
});

test('referrers are filtered by artifactType, which the answer tells', async t => {
	const {subject, scan, ask} = await startRegistry(t, 'served');
	const path = `app/referrers/${subject.digest}?artifactType=`;
	const {headers, text} = await ask(
		`${path}${encodeURIComponent('application/x-scan')}`,
	);
	t.is(headers.get('oci-filters-applied'), 'artifactType');
	t.deepEqual(text.match(/sha256:[\da-f]{64}/gv), [scan!.digest]);
	const none = await ask(`${path}nothing`);
	t.true(none.text.includes('"manifests":[]'));
});

test('what nothing refers to has an empty index, what is no digest is refused', async t => {
	const {sbom, ask} = await startRegistry(t, 'served');
	for (const repository of ['app', 'no/such']) {
		const {status, text} = await ask(`${repository}/referrers/${sbom!.digest}`);
		t.is(status, 200);
		t.true(text.includes('"manifests":[]'));
	}

	const refused = await ask('app/referrers/v1');
	t.is(refused.status, 400);
	t.regex(refused.text, /"code":"DIGEST_INVALID"/v);
});

test('a deleted referrer is not listed, and what is no JSON refers to nothing', async t => {
	const {registry, content, subject, sbom, scan, untyped, ask} =
		await startRegistry(t, 'served');
	for (const {digest} of [sbom!, untyped]) {
		await fetch(`${registry.url}/v2/app/manifests/${digest}`, {
			method: 'DELETE',
		});
	}

	addManifest(content, 'app', {bytes: 'no JSON', mediaType: 'text/plain'});
	const {text} = await ask(`app/referrers/${subject.digest}`);
	t.deepEqual(text.match(/sha256:[\da-f]{64}/gv), [scan!.digest]);
});

test('a PUT names the subject only where referrers are served', async t => {
	for (const [referrers, expected] of [
		['served', computeDigest('subject')],
		['absent', null],
	] as const) {
		const {registry} = await startRegistry(t, referrers);
		const subject = {
			mediaType: ociManifest,
			digest: computeDigest('subject'),
			size: 7,
		};
		const response = await fetch(`${registry.url}/v2/app/manifests/new`, {
			method: 'PUT',
			headers: {'content-type': ociManifest},
			body: Buffer.from(JSON.stringify({mediaType: ociManifest, subject})),
		});
		t.is(response.status, 201);
		t.is(response.headers.get('oci-subject'), expected);
	}
});

test('an untagged referrer leaves no fallback tag, and without the API there is no way to it', async t => {
	const {content, subject, ask} = await startRegistry(t, 'absent');
	t.deepEqual([...ensureRepository(content, 'app').tags.keys()], ['v1']);
	const {status, text} = await ask(`app/referrers/${subject.digest}`);
	t.is(status, 404);
	t.is(text, '404 page not found\n');
});
