import test from 'ava';
import {
	computeDigest,
	type RegistryContent,
	type RepositoryContent,
} from '../../source/demo/registry-content.js';
import {awkwardLabels} from '../../source/demo/sample-awkward.js';
import {abandonedProfiles} from '../../source/demo/sample-data.js';
import {oddManifests} from '../../source/demo/sample-odd-manifests.js';
import {buildSampleWorld} from '../../source/demo/sample-world.js';
import {
	findRepository,
	listDocuments,
	now,
	parseDocument,
	partlyMirrored,
	readTagged,
	repositories,
	world,
} from './_sample.js';

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

/** Bytes of a repository's layers, each layer counted once. */
function sumLayers(repository: RepositoryContent): number {
	const sizes = new Map(
		listDocuments(repository).flatMap(({layers = []}) =>
			layers.map(({digest, size}) => [digest, size] as const),
		),
	);
	return [...sizes.values()].reduce((one, other) => one + other, 0);
}

test('the same now gives the same digests in whatever order they are asked for, another now others', t => {
	const backwards = buildSampleWorld({now});
	for (const [, {tags}] of [...backwards.repositories].toReversed()) {
		t.truthy(tags);
	}

	t.is(listDigests(backwards), listDigests(world));
	const later = buildSampleWorld({now: new Date(now.getTime() + 86_400_000)});
	const tagsOf = (content: RegistryContent) =>
		content.repositories.get('data/etl-nightly')!.tags;
	t.not(tagsOf(later).get('nightly'), tagsOf(world).get('nightly'));
});

test('nothing is built before it is asked for', t => {
	const content = buildSampleWorld({now});
	t.is(content.repositories.size, repositories.length);
	t.is(content.blobs.size, 0);
	t.is(content.repositories.get('a')?.tags.size, 4);
	t.is(content.blobs.size, 3);
});

test('it has 45 repositories and 3000 top-level digests', t => {
	t.is(repositories.length, 45);
	t.true(repositories.some(([name]) => name.length > 100));
	t.true(repositories.some(([name]) => name.length === 1));
	t.true(repositories.some(([name]) => name.split('/').length > 8));
	let count = 0;
	for (const [, repository] of repositories) {
		count += listTopLevel(repository).size;
	}

	t.is(count, 3000);
});

test('all names and tags are such that a registry takes them', t => {
	const component = String.raw`[a-z\d]+(?:(?:\.|_{1,2}|-+)[a-z\d]+)*`;
	const path = new RegExp(`^${component}(?:/${component})*$`, 'v');
	for (const [name, {tags}] of repositories) {
		t.regex(name, path);
		for (const tag of tags.keys()) {
			t.regex(tag, /^\w[\w.\-]{0,127}$/v);
		}
	}
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
		if (name === oddManifests) {
			continue;
		}

		for (const document of listDocuments(repository)) {
			const {config, layers = [], manifests = []} = document;
			for (const child of name === partlyMirrored ? [] : manifests) {
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

test('indexes have two platforms and an attestation of each', t => {
	const {tags} = findRepository('shop/checkout');
	const {digest, manifests} = readTagged('shop/checkout', 'v1.42.1');
	t.is(tags.get('v1.42'), digest);
	t.is(tags.get('latest'), digest);
	t.deepEqual(
		manifests?.map(({platform}) => platform?.architecture),
		['amd64', 'arm64', 'unknown', 'unknown'],
	);
	const fallback = digest.replace(':', '-');
	t.true(tags.has(fallback));
	t.true(tags.has(`${fallback}.sig`));
});

test('most bytes are of repositories that nobody touched for a year', t => {
	const abandoned = new Set(abandonedProfiles.map(({name}) => name));
	const sizes = repositories.map(
		([name, repository]) =>
			[abandoned.has(name), sumLayers(repository)] as const,
	);
	const sum = (wanted: boolean) =>
		sizes
			.filter(([isAbandoned]) => isAbandoned === wanted)
			.reduce((total, [, size]) => total + size, 0);
	t.true(sum(true) > 4 * sum(false));
	t.true(sum(true) > 2_000_000_000_000);
});

test('builds are minutes and years old, some of 1980 or of no time, none of the future', t => {
	const created = repositories
		.filter(([name]) => name !== oddManifests && name !== awkwardLabels)
		.flatMap(([, repository]) => listDocuments(repository))
		.filter(({config}) => config?.mediaType.includes('image'))
		.map(
			({config: {digest} = {digest: ''}}) =>
				parseDocument(digest, world.blobs.get(digest)).created,
		);
	t.true(created.includes('1980-01-01T00:00:00Z'));
	const {config} = readTagged('tools/ci-runner', 'imported');
	const imported = world.blobs.get(config?.digest ?? '');
	t.is(parseDocument('', imported).created, undefined);
	const ages = created
		.filter(time => time !== undefined)
		.filter(time => !time.startsWith('0001'))
		.map(time => (now.getTime() - new Date(time).getTime()) / 60_000);
	t.true(ages.every(age => age >= 0));
	t.true(ages.some(age => age > 0 && age < 10));
	t.true(ages.some(age => age > 5 * 365 * 1440 && age < 10 * 365 * 1440));
});

test('images share layers within and across repositories', t => {
	const uses = new Map<string, Set<string>>();
	let mostWithin = 0;
	for (const [name, repository] of repositories) {
		const within = new Map<string, number>();
		for (const {digest} of listDocuments(repository).flatMap(
			({layers = []}) => layers,
		)) {
			within.set(digest, (within.get(digest) ?? 0) + 1);
			uses.set(digest, (uses.get(digest) ?? new Set<string>()).add(name));
		}

		mostWithin = Math.max(mostWithin, ...within.values());
	}

	t.true(mostWithin > 50);
	t.true([...uses.values()].some(names => names.size > 5));
});

test('images are of a kilobyte and of tens of gigabytes', t => {
	const sizes = repositories.flatMap(([, repository]) =>
		listDocuments(repository).map(({layers = []}) =>
			layers.reduce((sum, {size}) => sum + size, 0),
		),
	);
	t.true(sizes.some(size => size > 30_000_000_000));
	t.true(sizes.some(size => size > 0 && size < 1500));
});
