import test from 'ava';
import {addImage, addTag} from '../../source/demo/build-content.js';
import {startEmbeddedRegistry} from '../../source/demo/embedded-registry.js';
import {declareRepository} from '../../source/demo/lazy-repository.js';
import {
	computeDigest,
	createRegistryContent,
	ensureRepository,
} from '../../source/demo/registry-content.js';

/** A repository of three images, and how many of them are built. */
function declareThree() {
	const content = createRegistryContent();
	const built: string[] = [];
	declareRepository(content, 'app', function* () {
		for (const tag of ['one', 'two', 'three']) {
			addImage(content, 'app', {tags: [tag], layers: []});
			built.push(tag);
			yield;
		}
	});
	return {content, built};
}

test('a declared repository has its name at once and its content when asked', t => {
	const {content, built} = declareThree();
	t.deepEqual([...content.repositories.keys()], ['app']);
	t.deepEqual(built, []);
	const {tags, manifests} = ensureRepository(content, 'app');
	t.deepEqual([...tags.keys()], ['one', 'two', 'three']);
	t.is(manifests.size, 1);
	t.is(built.length, 3);
	t.is(content.repositories.get('app')?.tags, tags);
	t.is(built.length, 3);
});

test('prepare builds it once, and reading in between builds the rest', async t => {
	const {content, built} = declareThree();
	const repository = ensureRepository(content, 'app');
	const prepared = repository.prepare?.();
	addTag(content, 'app', 'four', computeDigest('four'));
	t.is(built.length, 3);
	await Promise.all([prepared, repository.prepare?.()]);
	t.is(built.length, 3);
	t.is(repository.tags.size, 4);
});

test('what fails while building fails each time', async t => {
	const content = createRegistryContent();
	declareRepository(content, 'app', function* () {
		yield;
		throw new Error('cannot build');
	});
	const repository = ensureRepository(content, 'app');
	t.throws(() => repository.tags, {message: 'cannot build'});
	await t.throwsAsync(async () => repository.prepare?.(), {
		message: 'cannot build',
	});
});

test('the embedded registry builds only what is asked for', async t => {
	const {content, built} = declareThree();
	const registry = await startEmbeddedRegistry({content, deletes: 'enabled'});
	t.teardown(registry.close);
	const catalog = await fetch(`${registry.url}/v2/_catalog`);
	t.deepEqual(await catalog.json(), {repositories: ['app']});
	await fetch(`${registry.url}/v2/other/tags/list`);
	t.deepEqual(built, []);
	const list = await fetch(`${registry.url}/v2/app/tags/list`);
	t.deepEqual(await list.json(), {name: 'app', tags: ['one', 'three', 'two']});
});

test('a blob of a declared repository is there at the first request', async t => {
	const content = createRegistryContent();
	declareRepository(content, 'app', function* () {
		addImage(content, 'app', {layers: [{size: 5, seed: 'a'}]});
		yield;
	});
	const twin = createRegistryContent();
	addImage(twin, 'app', {layers: [{size: 5, seed: 'a'}]});
	const [digest] = twin.blobs.keys();
	const registry = await startEmbeddedRegistry({content, deletes: 'enabled'});
	t.teardown(registry.close);
	const response = await fetch(`${registry.url}/v2/app/blobs/${digest}`);
	t.is(response.status, 200);
});
