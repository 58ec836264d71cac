import {createHash} from 'node:crypto';
import fileSystem from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Trash} from '../../source/batch.js';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {parseJson} from '../../source/oci/json.js';
import {
	type DurableFiles,
	realFiles,
} from '../../source/storage/durable-file.js';
import {createTrash, encodeName} from '../../source/storage/trash.js';
import {UserError} from '../../source/user-error.js';
import {makeStateFolder} from '../helpers/build-batch.js';

const place = {registry: '127.0.0.1:5000', repository: 'shop/app'};
const folder = 'trash/batch/127.0.0.1%3A5000/shop%2Fapp';

const contentOf = (text: string): {digest: Digest; bytes: Uint8Array} => {
	const bytes = new TextEncoder().encode(text);
	const digest = parseDigest(
		`sha256:${createHash('sha256').update(bytes).digest('hex')}`,
	);
	if (!digest) {
		throw new Error('no digest');
	}

	return {digest, bytes};
};

const manifest = {
	...contentOf('{"manifest": 1}'),
	mediaType: 'application/vnd.oci.image.manifest.v1+json',
	tags: ['v1', 'latest'],
};
const config = contentOf('{"config": 1}');

const save = async (trash: Trash): Promise<void> =>
	trash.save(place, {manifests: [manifest], blobs: [config]});

const readState = async (state: string, name: string): Promise<string> =>
	fileSystem.readFile(path.join(state, folder, name), 'utf8');

const blobName = ({digest}: {digest: Digest}): string =>
	`blobs/${digest.replace(':', '/')}`;

test('safeguard 7: what is saved is an OCI image layout with every tag, and is read back verified', async t => {
	const state = await makeStateFolder(t);
	const trash = createTrash(state, 'batch', realFiles);
	await save(trash);
	await trash.close();
	t.is(
		await readState(state, 'oci-layout'),
		'{"imageLayoutVersion":"1.0.0"}\n',
	);
	const index = parseJson(await readState(state, 'index.json'));
	t.like(index, {
		schemaVersion: 2,
		manifests: manifest.tags.map(tag => ({
			mediaType: manifest.mediaType,
			digest: manifest.digest,
			size: manifest.bytes.length,
			annotations: Object.fromEntries([
				['org.opencontainers.image.ref.name', tag],
			]),
		})),
	});
	t.is(await readState(state, blobName(config)), '{"config": 1}');
	const later = createTrash(state, 'batch', realFiles);
	t.deepEqual(
		new Uint8Array((await later.read(place, manifest.digest)) ?? []),
		manifest.bytes,
	);
	t.true(await later.has(place, config.digest));
	await fileSystem.writeFile(
		path.join(state, folder, blobName(config)),
		'{"config": 2}',
	);
	t.is(await later.read(place, config.digest), undefined);
	t.is(await later.open(place, config.digest), undefined);
	t.false(await later.has(place, config.digest));
});

test('only its owner may read the trash', async t => {
	const state = await makeStateFolder(t);
	await save(createTrash(state, 'batch', realFiles));
	for (const name of await fileSystem.readdir(state, {recursive: true})) {
		const status = await fileSystem.stat(path.join(state, name));
		// eslint-disable-next-line no-bitwise -- the lower bits are the permissions
		t.is(status.mode & 0o777, status.isDirectory() ? 0o700 : 0o600);
	}
});

test('safeguard 14: no name of a registry or a repository leads out of the trash', t => {
	for (const name of [
		'..',
		'../../etc',
		'.',
		'a/../b',
		String.raw`a\b`,
		'C:',
	]) {
		const encoded = encodeName(name);
		t.notRegex(encoded, /[\/\\:]/v);
		t.false(['.', '..'].includes(encoded));
	}

	t.not(encodeName('a/b'), encodeName('a%2Fb'));
	const long = encodeName(`${'a'.repeat(250)}/b`);
	t.true(long.length <= 200);
	t.not(long, encodeName(`${'a'.repeat(250)}/c`));
});

/** The file system, with every call noted and some of them failing. */
const watchFiles = (
	calls: string[],
	fail: (call: string) => string | undefined,
): DurableFiles => {
	const note = (call: string): void => {
		calls.push(call);
		const code = fail(call);
		if (code !== undefined) {
			throw Object.assign(new Error(code), {code});
		}
	};

	const nameOf = (file: unknown): string =>
		path.basename(String(file)).replace(/\.[\da-f]{12}\.new$/v, '.new');
	const files = {
		async mkdir(file: string, options: Record<string, unknown>) {
			note(`mkdir ${nameOf(file)}`);
			return fileSystem.mkdir(file, options);
		},
		async open(file: string, ...rest: [string, number?]) {
			note(`open ${nameOf(file)}`);
			const handle = await fileSystem.open(file, ...rest);
			const sync = handle.sync.bind(handle);
			const writeFile = handle.writeFile.bind(handle);
			handle.sync = async () => {
				note(`sync ${nameOf(file)}`);
				return sync();
			};

			handle.writeFile = async (...write) => {
				note(`write ${nameOf(file)}`);
				return writeFile(...write);
			};

			return handle;
		},
		async rename(from: string, to: string) {
			note(`rename ${nameOf(from)}`);
			return fileSystem.rename(from, to);
		},
		rm: fileSystem.rm,
	};
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it has what is called of it
	return files as unknown as DurableFiles;
};

test('safeguard 7: a content is written beside its place, synced, renamed, and its folder synced, before save resolves', async t => {
	const calls: string[] = [];
	const trash = createTrash(
		await makeStateFolder(t),
		'batch',
		watchFiles(calls, () => undefined),
	);
	await save(trash);
	const name = `${manifest.digest.replace('sha256:', '')}.new`;
	t.deepEqual(
		calls.filter(call => call.endsWith(name)),
		[`open ${name}`, `write ${name}`, `sync ${name}`, `rename ${name}`],
	);
	t.true(calls.lastIndexOf('sync sha256') > calls.indexOf(`rename ${name}`));
});

const testFault = async (
	t: ExecutionContext,
	fault: RegExp,
	code: string,
): Promise<void> => {
	const state = await makeStateFolder(t);
	const trash = createTrash(
		state,
		'batch',
		watchFiles([], call => (fault.test(call) ? code : undefined)),
	);
	const error = await t.throwsAsync(save(trash), {instanceOf: UserError});
	t.is(
		error?.message,
		`The trash ${path.join(state, 'trash', 'batch')} could not be written (${code}).`,
	);
};

for (const [title, fault, code] of [
	['a full disk', /^write [\da-f]{64}/v, 'ENOSPC'],
	['a disk that does not sync', /^sync [\da-f]{64}/v, 'EIO'],
	['a folder that does not sync', /^sync sha256/v, 'EIO'],
	['a file system that only reads', /^mkdir/v, 'EROFS'],
	['a list that cannot be written', /^rename index/v, 'ENOSPC'],
] as const) {
	test(`safeguard 7: ${title} is a sentence, and nothing counts as saved`, async t => {
		await testFault(t, fault, code);
	});
}

test('bytes that are not those of their digest are not kept', async t => {
	const state = await makeStateFolder(t);
	const trash = createTrash(state, 'batch', realFiles);
	await t.throwsAsync(
		trash.saveBlob(
			place,
			config.digest,
			(async function* () {
				yield manifest.bytes;
			})(),
		),
		{instanceOf: UserError, message: /do not match their digest/v},
	);
	const names = await fileSystem.readdir(
		path.join(state, folder, 'blobs/sha256'),
	);
	t.deepEqual(names, []);
});
