import {Buffer} from 'node:buffer';
import test from 'ava';
import {awkwardLabels, awkwardTexts} from '../../source/demo/sample-awkward.js';
import {releaseBundles} from '../../source/demo/sample-bundles.js';
import {
	dockerSchema1,
	oddManifests,
} from '../../source/demo/sample-odd-manifests.js';
import {unknownMediaType} from '../../source/demo/sample-oddities.js';
import {emptiedRepository} from '../../source/demo/sample-world.js';
import {
	findRepository,
	listDocuments,
	parseDocument,
	partlyMirrored,
	readTagged,
	repositories,
	world,
} from './_sample.js';

test('it has nested, sparse and empty indexes', t => {
	const {manifests = []} = readTagged(releaseBundles, 'current');
	const bundles = findRepository(releaseBundles);
	t.is(manifests.length, 3);
	for (const {digest} of manifests) {
		const inner = parseDocument(digest, bundles.manifests.get(digest)?.bytes);
		t.is(inner.manifests?.length, 2);
	}

	const mirror = findRepository(partlyMirrored);
	const copied = readTagged(partlyMirrored, 'latest').manifests?.map(
		({digest}) => mirror.manifests.has(digest),
	);
	t.is(copied?.filter(Boolean).length, 4);
	t.is(copied?.filter(isCopied => !isCopied).length, 6);
	t.deepEqual(readTagged(oddManifests, 'index-of-nothing').manifests, []);
});

test('one digest has 30 tags, one repository has none', t => {
	const counts = new Map<string, number>();
	for (const digest of findRepository('platform/gateway').tags.values()) {
		counts.set(digest, (counts.get(digest) ?? 0) + 1);
	}

	t.is(Math.max(...counts.values()), 30);
	const {tags, manifests} = findRepository(emptiedRepository);
	t.is(tags.size + manifests.size, 0);
});

test('signatures outlive what they sign', t => {
	const {tags, manifests} = findRepository('platform/secrets-sidecar');
	const orphans = [...tags.keys()]
		.filter(tag => tag.endsWith('.sig'))
		.map(tag => tag.replace('-', ':').replace('.sig', ''))
		.filter(digest => !manifests.has(digest));
	t.is(orphans.length, 4);
});

test('awkward texts reach labels and annotations unchanged', t => {
	const lengths = Object.values(awkwardTexts).map(({length}) => length);
	t.is(Math.max(...lengths), 4000);
	for (const [tag, text] of Object.entries(awkwardTexts)) {
		const {config, annotations} = readTagged(awkwardLabels, tag);
		t.is(annotations?.['org.opencontainers.image.title'], text);
		const bytes = world.blobs.get(config?.digest ?? '') ?? [];
		t.true(Buffer.from(bytes).toString().includes(JSON.stringify(text)));
	}
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

test('it has odd manifests: unknown media type, Docker of two schemas', t => {
	const types = new Set(
		repositories.flatMap(([, {manifests}]) =>
			[...manifests.values()].map(({mediaType}) => mediaType),
		),
	);
	t.is(types.size, 6);
	t.true(types.has(unknownMediaType));
	t.true(types.has(dockerSchema1));
});
