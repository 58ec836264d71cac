import {Buffer} from 'node:buffer';
import test from 'ava';
import {
	addImage,
	addIndex,
	addTag,
	type ContentDescriptor,
} from '../../source/demo/build-content.js';
import {
	addAttestation,
	addCosignSignature,
	addReferrer,
	nameFallbackTag,
} from '../../source/demo/build-referrers.js';
import {
	dockerConfig,
	dockerIndex,
	dockerLayer,
	dockerManifest,
	ociEmpty,
	ociManifest,
} from '../../source/demo/media-types.js';
import {
	computeDigest,
	createRegistryContent,
	ensureRepository,
	type RegistryContent,
} from '../../source/demo/registry-content.js';

type Document = {
	readonly config: ContentDescriptor;
	readonly layers: readonly ContentDescriptor[];
	readonly manifests: readonly ContentDescriptor[];
	readonly subject?: ContentDescriptor;
	readonly artifactType?: string;
};

function isDocument(value: unknown): value is Document {
	return typeof value === 'object' && value !== null;
}

function readDocument(content: RegistryContent, digest: string): Document {
	const {manifests} = ensureRepository(content, 'app');
	const value = parseJson(manifests.get(digest)?.bytes);
	if (!isDocument(value)) {
		throw new TypeError(`${digest} is no manifest`);
	}

	return value;
}

function readBlob(content: RegistryContent, digest: string): unknown {
	return parseJson(content.blobs.get(digest));
}

function parseJson(bytes: Uint8Array | undefined): unknown {
	return JSON.parse(Buffer.from(bytes ?? []).toString());
}

test('an image keeps its config as a blob and declares its layers', t => {
	const content = createRegistryContent();
	const image = addImage(content, 'app', {
		tags: ['v1'],
		created: new Date('2026-01-02T03:04:05Z'),
		layers: [{size: 7, seed: 'a'}],
		platform: {os: 'linux', architecture: 'arm64', variant: 'v8'},
		labels: {team: 'shop'},
		entrypoint: ['/app'],
	});
	const {config, layers} = readDocument(content, image.digest);
	t.like(readBlob(content, config.digest), {
		created: '2026-01-02T03:04:05.000Z',
		os: 'linux',
		architecture: 'arm64',
		variant: 'v8',
		config: Object.fromEntries<unknown>([
			['Entrypoint', ['/app']],
			['Labels', {team: 'shop'}],
		]),
	});
	t.is(content.declaredBlobs.get(layers[0]!.digest), 7);
	t.is(ensureRepository(content, 'app').tags.get('v1'), image.digest);
});

test('equal layers are shared, and an image without created has no such field', t => {
	const content = createRegistryContent();
	const layers = [{size: 7, seed: 'a'}];
	const one = addImage(content, 'app', {layers});
	const two = addImage(content, 'app', {layers, labels: {a: 'b'}});
	t.not(one.digest, two.digest);
	t.is(content.declaredBlobs.size, 1);
	const {config} = readDocument(content, one.digest);
	t.false(JSON.stringify(readBlob(content, config.digest)).includes('created'));
});

test('Docker media types reach config, layers and index', t => {
	const content = createRegistryContent();
	const image = addImage(content, 'app', {
		layers: [{size: 7, seed: 'a'}],
		docker: true,
	});
	const index = addIndex(content, 'app', {children: [image], docker: true});
	const {config, layers} = readDocument(content, image.digest);
	t.is(image.mediaType, dockerManifest);
	t.is(config.mediaType, dockerConfig);
	t.is(layers[0]!.mediaType, dockerLayer);
	t.is(index.mediaType, dockerIndex);
	t.deepEqual(readDocument(content, index.digest).manifests, [image]);
});

test('a tag moves', t => {
	const content = createRegistryContent();
	addTag(content, 'app', 'latest', computeDigest('a'));
	addTag(content, 'app', 'latest', computeDigest('b'));
	t.deepEqual(
		[...ensureRepository(content, 'app').tags],
		[['latest', computeDigest('b')]],
	);
});

test('referrers are listed together in the index under the fallback tag', t => {
	const content = createRegistryContent();
	const subject = addImage(content, 'app', {layers: []});
	const [one, two] = ['sbom', 'scan'].map(payload =>
		addReferrer(content, 'app', {
			subject,
			artifactType: `application/x-${payload}`,
			payload,
			annotations: {a: 'b'},
		}),
	);
	const document = readDocument(content, one!.digest);
	t.deepEqual(document.subject, subject);
	t.is(document.config.mediaType, ociEmpty);
	t.deepEqual(readBlob(content, document.config.digest), {});
	t.true(content.blobs.has(computeDigest('sbom')));
	const {tags, manifests} = ensureRepository(content, 'app');
	const listed = tags.get(nameFallbackTag(subject.digest))!;
	const annotations = {a: 'b'};
	t.deepEqual(readDocument(content, listed).manifests, [
		{...one!, artifactType: 'application/x-sbom', annotations},
		{...two!, artifactType: 'application/x-scan', annotations},
	]);
	t.is(manifests.size, 4);
});

test('a cosign signature has its tag and names the digest it signs', t => {
	const content = createRegistryContent();
	const subject = addImage(content, 'app', {layers: []});
	const signature = addCosignSignature(content, 'app', {
		subject,
		reference: 'registry.example/app',
	});
	const tag = `${subject.digest.replace(':', '-')}.sig`;
	t.is(ensureRepository(content, 'app').tags.get(tag), signature.digest);
	const {layers, subject: none} = readDocument(content, signature.digest);
	t.is(none, undefined);
	t.like(readBlob(content, layers[0]!.digest), {
		critical: {image: {'docker-manifest-digest': subject.digest}},
	});
});

test('an attestation comes with the platform and annotations of BuildKit', t => {
	const content = createRegistryContent();
	const subject = addImage(content, 'app', {layers: []});
	const attestation = addAttestation(content, 'app', subject);
	t.like(attestation, {
		mediaType: ociManifest,
		platform: {os: 'unknown', architecture: 'unknown'},
		annotations: Object.fromEntries([
			['vnd.docker.reference.type', 'attestation-manifest'],
			['vnd.docker.reference.digest', subject.digest],
		]),
	});
});
