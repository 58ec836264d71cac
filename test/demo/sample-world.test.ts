import {Buffer} from 'node:buffer';
import test from 'ava';
import {
	computeDigest,
	type RegistryContent,
	type RepositoryContent,
} from '../../source/demo/registry-content.js';
import {unknownMediaType} from '../../source/demo/sample-oddities.js';
import {buildSampleWorld} from '../../source/demo/sample-world.js';

type Pointer = {
	readonly digest: string;
	readonly size: number;
	readonly mediaType: string;
	readonly platform?: {readonly architecture: string};
	readonly annotations?: Readonly<Record<string, string>>;
};

type Document = {
	readonly digest: string;
	readonly config?: Pointer;
	readonly layers?: readonly Pointer[];
	readonly manifests?: readonly Pointer[];
	readonly subject?: Pointer;
	readonly created?: string;
};

const now = new Date('2026-11-22T10:00:00Z');
const world = buildSampleWorld({now});
const repositories = [...world.repositories];

function isDocument(value: unknown): value is Omit<Document, 'digest'> {
	return typeof value === 'object' && value !== null;
}

function parseDocument(
	digest: string,
	bytes: Uint8Array | undefined,
): Document {
	const value: unknown = JSON.parse(Buffer.from(bytes ?? []).toString());
	return {...(isDocument(value) ? value : {}), digest};
}

function listDocuments({manifests}: RepositoryContent): readonly Document[] {
	return [...manifests].map(([digest, {bytes}]) =>
		parseDocument(digest, bytes),
	);
}

function listDigests({repositories}: RegistryContent): string {
	const entries = [...repositories].map(([name, {manifests, tags}]) => [
		name,
		[...manifests.keys()],
		[...tags],
	]);
	return JSON.stringify(entries);
}

/** Digests on an own tag which are no child, signature, referrer or list of referrers. */
function listTopLevel(repository: RepositoryContent): ReadonlySet<string> {
	const children = new Set(
		listDocuments(repository).flatMap(({manifests}) =>
			(manifests ?? []).map(({digest}) => digest),
		),
	);
	return new Set(
		[...repository.tags]
			.filter(([tag]) => !tag.startsWith('sha256-'))
			.map(([, digest]) => digest)
			.filter(digest => !children.has(digest)),
	);
}

test('the same now gives the same digests, another now others', t => {
	t.is(listDigests(buildSampleWorld({now})), listDigests(world));
	const later = new Date(now.getTime() + 86_400_000);
	t.not(listDigests(buildSampleWorld({now: later})), listDigests(world));
});

test('it has 12 repositories and 300 top-level digests', t => {
	t.is(repositories.length, 12);
	t.true(repositories.some(([name]) => name.length > 100));
	let count = 0;
	for (const [, repository] of repositories) {
		count += listTopLevel(repository).size;
	}

	t.is(count, 300);
});

test('all bytes hash to their digest, all tags resolve', t => {
	for (const [name, {manifests, tags}] of repositories) {
		for (const [digest, {bytes}] of manifests) {
			t.is(computeDigest(bytes), digest, `${name}`);
		}

		for (const [tag, digest] of tags) {
			t.true(manifests.has(digest), `${name}:${tag}`);
		}
	}

	for (const [digest, bytes] of world.blobs) {
		t.is(computeDigest(bytes), digest);
	}
});

test('all that a manifest names exists with the size it says', t => {
	for (const [name, repository] of repositories) {
		for (const document of listDocuments(repository)) {
			const {config, layers = [], manifests = [], subject} = document;
			for (const child of [...manifests, ...(subject ? [subject] : [])]) {
				const found = repository.manifests.get(child.digest);
				t.is(found?.bytes.length, child.size, `${name}`);
				t.is(found?.mediaType, child.mediaType, `${name}`);
			}

			for (const {digest, size} of [...(config ? [config] : []), ...layers]) {
				const bytes = world.blobs.get(digest);
				t.is(bytes?.length ?? world.declaredBlobs.get(digest), size, `${name}`);
			}
		}
	}
});

test('indexes have two platforms and an attestation', t => {
	const {tags, manifests} = world.repositories.get('shop/checkout')!;
	const digest = tags.get('v1.42.1')!;
	t.is(tags.get('v1.42'), digest);
	t.is(tags.get('latest'), digest);
	const index = parseDocument(digest, manifests.get(digest)?.bytes);
	t.deepEqual(
		index.manifests?.map(({platform}) => platform?.architecture),
		['amd64', 'arm64', 'unknown'],
	);
	const fallback = digest.replace(':', '-');
	t.true(tags.has(fallback));
	t.true(tags.has(`${fallback}.sig`));
});

test('it has children with own tags and a child of two indexes', t => {
	const repository = world.repositories.get('platform/ingress')!;
	const parents = new Map<string, number>();
	for (const {manifests = []} of listDocuments(repository)) {
		for (const {digest} of manifests) {
			parents.set(digest, (parents.get(digest) ?? 0) + 1);
		}
	}

	t.is([...parents.values()].filter(count => count === 2).length, 1);
	t.is(parents.get(repository.tags.get('v2.9.2-amd64')!), 1);
});

test('it has odd manifests: unknown media type, Docker, 1980, without created', t => {
	const types = new Set(
		repositories.flatMap(([, {manifests}]) =>
			[...manifests.values()].map(({mediaType}) => mediaType),
		),
	);
	t.is(types.size, 5);
	t.true(types.has(unknownMediaType));
	const created = repositories.flatMap(([, repository]) =>
		listDocuments(repository)
			.filter(({layers}) => layers?.[0]?.mediaType.includes('layer'))
			.map(
				({config: {digest} = {digest: ''}}) =>
					parseDocument(digest, world.blobs.get(digest)).created,
			),
	);
	t.true(created.includes('1980-01-01T00:00:00Z'));
	t.true(created.includes(undefined));
	t.true(created.every(time => !time || new Date(time) <= now));
});

test('images share layers, and some are of several gigabytes', t => {
	const uses = new Map<string, number>();
	for (const [, repository] of repositories) {
		for (const {layers = []} of listDocuments(repository)) {
			for (const {digest} of layers) {
				uses.set(digest, (uses.get(digest) ?? 0) + 1);
			}
		}
	}

	t.true([...uses.values()].some(count => count > 10));
	const sizes = listDocuments(world.repositories.get('ml/embedder')!).map(
		({layers = []}) =>
			layers.map(({size}) => size).reduce((one, other) => one + other, 0),
	);
	t.true(Math.max(...sizes) > 5_000_000_000);
});
