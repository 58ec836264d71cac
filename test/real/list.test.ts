import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text as readStream} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {
	listTruth,
	pushImage,
	pushIndex,
	type PushedDescriptor,
} from '../helpers/push-content.js';
import {
	findRealRegistry,
	labAuthorization,
	type RealRegistry,
	type RealRegistryOptions,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {skip} from '../http/_loopback.js';

const program = fileURLToPath(
	new URL('../../distribution/cli.js', import.meta.url),
);
const created = '2024-05-06T07:08:09Z';
const amd64 = {os: 'linux', architecture: 'amd64'};
const arm64 = {os: 'linux', architecture: 'arm64', variant: 'v8'};

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

		const registry = await startRealRegistry(options);
		t.teardown(registry.stop);
		await body(t, registry);
	});
}

/** Runs the built program without a terminal, with this docker config as its only login. */
async function run(
	t: ExecutionContext,
	commandArguments: readonly string[],
	auths: Readonly<Record<string, {readonly auth: string}>> = {},
) {
	const home = mkdtempSync(path.join(os.tmpdir(), 'jetsam-home-'));
	writeFileSync(path.join(home, 'config.json'), JSON.stringify({auths}));
	const child = spawn(process.execPath, [program, ...commandArguments], {
		env: Object.fromEntries([
			['PATH', process.env['PATH']],
			['HOME', home],
			['DOCKER_CONFIG', home],
		]),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	t.teardown(() => {
		child.kill('SIGKILL');
		rmSync(home, {recursive: true, force: true});
	});
	const [stdout, stderr] = await Promise.all([
		readStream(child.stdout),
		readStream(child.stderr),
		once(child, 'close'),
	]);
	return {stdout, stderr, exitCode: child.exitCode};
}

type ListedDigest = {
	readonly digest: string;
	readonly mediaType: string;
	readonly tags: readonly string[];
	readonly size: number;
	readonly created: string | undefined;
	readonly platforms: readonly string[];
	readonly children: readonly string[];
};

type Document = {
	readonly registry: string;
	readonly repositories: ReadonlyArray<{
		readonly name: string;
		readonly complete: boolean;
		readonly digests: readonly ListedDigest[];
	}>;
};

const parseDocument = (text: string): Document =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	JSON.parse(text) as Document;

/** Tag → digest, sorted as the truth is. */
const mapTags = (digests: readonly ListedDigest[]): Map<string, string> =>
	new Map(
		digests
			.flatMap(({digest, tags}) =>
				tags.map((tag): [string, string] => [tag, digest]),
			)
			.toSorted(([first], [second]) => (first < second ? -1 : 1)),
	);

async function fill(url: string, authorization?: string) {
	const login = authorization === undefined ? {} : {authorization};
	const push = async (
		repository: string,
		tags: string[],
		platform: typeof amd64,
	) =>
		pushImage(url, repository, {
			tags,
			layers: [Buffer.from(`${repository} ${tags.join(' ')} layer`)],
			created,
			platform,
			...login,
		});
	const one = await push('app/web', [], amd64);
	const two = await push('app/web', [], arm64);
	const index = await pushIndex(url, 'app/web', {
		tags: ['1.0', 'latest'],
		children: [one, two],
		...login,
	});
	const single = await push('app/web', ['0.9', 'old'], amd64);
	await push('app/api', ['2.0'], arm64);
	await push('tool', ['v1', 'v2', 'v3'], amd64);
	return {one, two, index, single};
}

const repositories = ['app/api', 'app/web', 'tool'];

testWithRegistry(
	'list --json tells what the registry tells',
	{deletes: true},
	async (t, {url, host}) => {
		const {one, two, index, single} = await fill(url);
		const {stdout, stderr, exitCode} = await run(t, ['list', host, '--json']);
		t.is(stderr, '');
		t.is(exitCode, 0);
		const document = parseDocument(stdout);
		t.is(document.registry, host);
		t.deepEqual(
			document.repositories.map(({name, complete}) => [name, complete]),
			repositories.map(name => [name, true]),
		);
		for (const {name, digests} of document.repositories) {
			t.deepEqual(mapTags(digests), await listTruth(url, name));
		}

		const web = new Map(
			document.repositories[1]?.digests.map(record => [record.digest, record]),
		);
		const find = ({digest}: PushedDescriptor) => web.get(digest);
		t.is(web.size, 4);
		t.like(find(index), {
			mediaType: index.mediaType,
			created,
			platforms: ['linux/amd64', 'linux/arm64/v8'],
			children: [one.digest, two.digest],
		});
		t.like(find(single), {
			mediaType: single.mediaType,
			tags: ['0.9', 'old'],
			created,
			platforms: ['linux/amd64'],
		});
		t.like(find(one), {tags: [], platforms: ['linux/amd64']});
		t.is(
			find(index)?.size,
			index.size + (find(one)?.size ?? 0) + (find(two)?.size ?? 0),
		);
		t.true((find(one)?.size ?? 0) > one.size);
	},
);

testWithRegistry(
	'list of a repository, a prefix and a tag tells only that',
	{deletes: true},
	async (t, {url, host}) => {
		const {one, two, index} = await fill(url);
		const list = async (place: string): Promise<Document> => {
			const {stdout} = await run(t, ['list', host + place, '--json']);
			return parseDocument(stdout);
		};

		const under = await list('/app');
		t.deepEqual(
			under.repositories.map(({name}) => name),
			['app/api', 'app/web'],
		);
		const tagged = await list('/app/web:latest');
		t.deepEqual(
			tagged.repositories.map(({name, digests}) => [
				name,
				digests.map(({digest}) => digest),
			]),
			[['app/web', [index.digest, one.digest, two.digest]]],
		);
	},
);

testWithRegistry(
	'a registry with a password opens to the right login only',
	{deletes: true, htpasswd: true},
	async (t, {url, host}) => {
		await fill(url, labAuthorization);
		const auth = (text: string) =>
			Object.fromEntries([
				[`http://${host}/v2/`, {auth: Buffer.from(text).toString('base64')}],
			]);

		const right = await run(t, ['list', host, '--json'], auth('lab:labpw'));
		t.is(right.exitCode, 0);
		for (const {name, digests} of parseDocument(right.stdout).repositories) {
			t.deepEqual(
				mapTags(digests),
				await listTruth(url, name, labAuthorization),
			);
		}

		const wrong = await run(t, ['list', host], auth('lab:wrong'));
		t.is(wrong.stdout, '');
		t.is(
			wrong.stderr,
			`jetsam: ${host} does not accept the login that docker or podman left on this machine. Run \`docker login ${host}\` again.\n`,
		);
		t.is(wrong.exitCode, 1);

		const none = await run(t, ['list', host]);
		t.is(none.stdout, '');
		t.is(
			none.stderr,
			`jetsam: ${host} wants a login, and neither docker nor podman left one on this machine. Run \`docker login ${host}\` and try again.\n`,
		);
		t.is(none.exitCode, 1);
	},
);
