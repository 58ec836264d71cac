import {
	copyFile,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	stat,
	utimes,
	writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {type Digest, hashBytes, parseDigest} from '../../source/oci/digest.js';
import {
	type CacheLimits,
	createManifestCache,
} from '../../source/storage/manifest-cache.js';
import type {Content, ContentCache} from '../../source/caches.js';

const host = '127.0.0.1:5000';
const now = Date.UTC(2026, 10, 22);

const contentOf = (
	text: string,
	mediaType: string | undefined = 'application/x',
): Content & {digest: Digest} => {
	const bytes = new TextEncoder().encode(text);
	const digest = parseDigest(hashBytes(bytes, 'sha256'));
	return {digest: digest!, mediaType, bytes};
};

const one = contentOf('{"name": "one"}\n\n');
const two = contentOf('two', undefined);
const three = contentOf(`three ${'x'.repeat(100_000)}`);

const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'jetsam-cache-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return path.join(folder, 'below', 'manifests');
};

const openCache = (
	folder: string,
	limits: Partial<CacheLimits> = {},
): ContentCache =>
	createManifestCache({
		folder,
		limits: {total: 1e9, pack: 1e9, ...limits},
		now: () => now,
	});

const add = async (
	cache: ContentCache,
	repository: string,
	...contents: readonly Content[]
): Promise<void> => cache.write(host, repository, {contents, keep: undefined});

/** The texts that a new process finds. */
const readTexts = async (
	folder: string,
	repository: string,
	otherHost = host,
): Promise<string[]> => {
	const texts: string[] = [];
	for await (const {bytes} of openCache(folder).read(otherHost, repository)) {
		texts.push(new TextDecoder().decode(bytes));
	}

	return texts;
};

const textOf = ({bytes}: Content): string => new TextDecoder().decode(bytes);

const onlyFile = async (folder: string): Promise<string> => {
	const names = await readdir(folder);
	return path.join(folder, names[0]!);
};

test("contents come back as they were written, in a file that is its owner's only", async t => {
	const folder = await makeFolder(t);
	const cache = openCache(folder);
	await add(cache, 'shop/cart', one, two);
	await add(cache, 'shop/cart', three);
	const found: Content[] = [];
	for await (const content of openCache(folder).read(host, 'shop/cart')) {
		found.push({...content, bytes: Uint8Array.from(content.bytes)});
	}

	t.deepEqual(found, [one, two, three]);
	const names = await readdir(folder);
	t.is(names.length, 1);
	t.regex(names[0]!, /^[\da-f]{64}\.gz$/);
	const {mode} = await stat(path.join(folder, names[0]!));
	t.is(mode % 0o1000, 0o600);
	const {mode: folderMode} = await stat(folder);
	t.is(folderMode % 0o1000, 0o700);
});

test('what one repository or host has been given, no other one finds', async t => {
	const folder = await makeFolder(t);
	await add(openCache(folder), 'shop/cart', one);
	t.deepEqual(await readTexts(folder, 'shop'), []);
	t.deepEqual(await readTexts(folder, 'shop/cart', 'other.example'), []);
	t.deepEqual(await readTexts(folder, 'shop/cart'), [textOf(one)]);
});

test('a pack that lies under the name of another repository is dropped', async t => {
	const folder = await makeFolder(t);
	await add(openCache(folder), 'first', one);
	const first = await onlyFile(folder);
	await add(openCache(folder), 'second', two);
	const names = await readdir(folder);
	const second = names.find(name => !first.endsWith(name))!;
	await copyFile(first, path.join(folder, second));
	t.deepEqual(await readTexts(folder, 'second'), []);
});

test('bytes that do not have their digest are dropped, with what follows them', async t => {
	const folder = await makeFolder(t);
	await add(openCache(folder), 'app', one, two, three);
	const file = await onlyFile(folder);
	const text = gunzipSync(await readFile(file)).toString('latin1');
	await writeFile(file, gzipSync(text.replace('two', 'TWO')));
	t.deepEqual(await readTexts(folder, 'app'), [textOf(one)]);
});

const damages: ReadonlyArray<
	readonly [string, (bytes: Uint8Array) => Uint8Array | string]
> = [
	['cut off', bytes => bytes.slice(0, -10)],
	['empty', () => ''],
	['no gzip', () => 'something else'],
	[
		'changed in one place',
		bytes => bytes.with(Math.floor(bytes.length * 0.7), 0),
	],
];

for (const [what, damage] of damages) {
	test(`a pack that is ${what} gives nothing wrong, and is whole again after the next write`, async t => {
		const folder = await makeFolder(t);
		await add(openCache(folder), 'app', one);
		await add(openCache(folder), 'app', three);
		const file = await onlyFile(folder);
		await writeFile(file, damage(await readFile(file)));
		const good = new Set([textOf(one), textOf(three)]);
		const cache = openCache(folder);
		const found: string[] = [];
		for await (const content of cache.read(host, 'app')) {
			found.push(textOf(content));
		}

		t.true(found.every(text => good.has(text)));
		await add(cache, 'app', two);
		t.deepEqual(await readTexts(folder, 'app'), [...found, textOf(two)]);
	});
}

test('of what is kept only what is still wanted stays', async t => {
	const folder = await makeFolder(t);
	const cache = openCache(folder);
	await add(cache, 'app', one, two);
	await cache.write(host, 'app', {
		contents: [three],
		keep: new Set([two.digest, three.digest]),
	});
	t.deepEqual(
		await readTexts(folder, 'app'),
		[two, three].map(content => textOf(content)),
	);
});

test('what is large is not kept', async t => {
	const folder = await makeFolder(t);
	await add(
		openCache(folder),
		'app',
		contentOf('x'.repeat(1024 * 1024 + 1)),
		one,
	);
	t.deepEqual(await readTexts(folder, 'app'), [textOf(one)]);
});

/** Text that gzip does not make shorter than half. */
const incompressible = contentOf(
	['a', 'b', 'c', 'd', 'e'].map(text => contentOf(text).digest).join(' '),
);

test('a pack that would grow over its limit stays as it was', async t => {
	const folder = await makeFolder(t);
	const cache = openCache(folder, {pack: 500});
	await add(cache, 'app', one);
	await add(cache, 'app', incompressible, three);
	await add(cache, 'app', two);
	const texts = await readTexts(folder, 'app');
	t.deepEqual(
		texts,
		[one, two].map(content => textOf(content)),
	);
});

test('above the limit of all packs those go that were not used for the longest time', async t => {
	const folder = await makeFolder(t);
	const cache = openCache(folder);
	for (const [age, name] of ['newest', 'middle', 'oldest'].entries()) {
		const before = await readdir(folder).catch((): string[] => []);
		await add(cache, name, three);
		const names = await readdir(folder);
		const added = names.find(file => !before.includes(file))!;
		const usedAt = new Date(now - (age + 1) * 1000);
		await utimes(path.join(folder, added), usedAt, usedAt);
	}

	await writeFile(path.join(folder, 'left.1.new'), 'x'.repeat(50));
	const {size} = await stat(await onlyFile(folder));
	// The one that is read counts as used now.
	t.deepEqual(await readTexts(folder, 'oldest'), [textOf(three)]);
	await add(openCache(folder, {total: 3.9 * size}), 'further', three);
	t.deepEqual(await readTexts(folder, 'middle'), []);
	for (const name of ['oldest', 'newest', 'further']) {
		t.deepEqual(await readTexts(folder, name), [textOf(three)], `${name}`);
	}
});

test('where nothing can be written there is no cache, and no error', async t => {
	const folder = await makeFolder(t);
	await mkdir(path.dirname(folder));
	await writeFile(folder, 'a file where the folder should be');
	const cache = openCache(folder);
	await add(cache, 'app', one);
	await add(cache, 'app', two);
	t.deepEqual(await readTexts(folder, 'app'), []);
	t.is(await readFile(folder, 'utf8'), 'a file where the folder should be');
});

test('writes to one pack at the same time follow each other', async t => {
	const folder = await makeFolder(t);
	const cache = openCache(folder);
	const contents = Array.from({length: 20}, (_, number) =>
		contentOf(`content ${number}`),
	);
	await Promise.all(contents.map(async content => add(cache, 'app', content)));
	t.deepEqual(
		await readTexts(folder, 'app'),
		contents.map(content => textOf(content)),
	);
});
