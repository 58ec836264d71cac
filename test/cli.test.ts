import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text as readStream} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {parseCommandLine} from '../source/commands/command-line.js';
import {helpText} from '../source/commands/help-text.js';
import {addImage, addIndex} from '../source/demo/build-content.js';
import {
	type EmbeddedRegistry,
	type EmbeddedRegistryOptions,
	startEmbeddedRegistry,
} from '../source/demo/embedded-registry.js';
import {ociIndex, ociManifest} from '../source/demo/media-types.js';
import {
	createRegistryContent,
	ensureRepository,
} from '../source/demo/registry-content.js';
import {UserError} from '../source/user-error.js';
import {version} from '../source/version.js';
import {silentHost, startLoopback} from './http/_loopback.js';

const distribution = fileURLToPath(new URL('../distribution', import.meta.url));
const program = path.join(distribution, 'cli.js');

/** Starts the built program as a script would: without a terminal, in a home of its own. */
const start = (
	t: ExecutionContext,
	commandArguments: readonly string[],
	environment: Readonly<Record<string, string>> = {},
) => {
	const home = mkdtempSync(path.join(os.tmpdir(), 'jetsam-home-'));
	const child = spawn(process.execPath, [program, ...commandArguments], {
		cwd: home,
		env: {
			...Object.fromEntries([
				['PATH', process.env['PATH']],
				['HOME', home],
			]),
			...environment,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	t.teardown(() => {
		child.kill('SIGKILL');
		rmSync(home, {recursive: true, force: true});
	});
	return child;
};

/** Runs the built program to its end. */
const run = async (
	t: ExecutionContext,
	commandArguments: readonly string[],
	environment?: Readonly<Record<string, string>>,
) => {
	const child = start(t, commandArguments, environment);
	const [stdout, stderr] = await Promise.all([
		readStream(child.stdout),
		readStream(child.stderr),
		once(child, 'close'),
	]);
	const {exitCode, signalCode} = child;
	return {stdout, stderr, exitCode, signalCode};
};

const startRegistry = async (
	t: ExecutionContext,
	options: Partial<EmbeddedRegistryOptions> = {},
): Promise<EmbeddedRegistry> => {
	const registry = await startEmbeddedRegistry({
		content: createRegistryContent(),
		deletes: 'enabled',
		...options,
	});
	t.teardown(registry.close);
	return registry;
};

const created = '2026-01-02T03:04:05Z';

/** Two repositories under `shop` and one beside them. */
const startShop = async (
	t: ExecutionContext,
	options: Partial<EmbeddedRegistryOptions> = {},
) => {
	const registry = await startRegistry(t, options);
	const {content} = registry;
	const platform = {os: 'linux', architecture: 'amd64'};
	const child = addImage(content, 'shop/cart', {
		layers: [{size: 1000, seed: 'cart'}],
		created,
	});
	const inner = addIndex(content, 'shop/cart', {
		children: [{...child, platform}],
	});
	const index = addIndex(content, 'shop/cart', {
		tags: ['v1', 'latest'],
		children: [inner],
	});
	const single = addImage(content, 'shop/cart', {
		tags: ['single'],
		layers: [{size: 2000, seed: 'single'}],
		created,
	});
	addImage(content, 'shop/pay', {tags: ['v3'], layers: []});
	addImage(content, 'shopping', {tags: ['v4'], layers: []});
	return {registry, host: registry.host, child, inner, index, single};
};

/** The names of the repositories that a printed list is about. */
const listTitles = (stdout: string): string[] =>
	[...stdout.matchAll(/^(?<name>\S+): /gm)].map(
		match => match.groups?.['name'] ?? '',
	);

test('--help prints the help', async t => {
	const {stdout, stderr, exitCode} = await run(t, ['--help']);
	t.is(stdout, helpText.trimStart());
	t.is(stderr, '');
	t.is(exitCode, 0);
});

test('--version prints the version', async t => {
	const {stdout, stderr, exitCode} = await run(t, ['--version']);
	t.is(stdout, `${version}\n`);
	t.is(stderr, '');
	t.is(exitCode, 0);
});

const wrongUsages: ReadonlyArray<readonly [readonly string[], string]> = [
	[
		['--read-onyl'],
		'jetsam: There is no option --read-onyl. Did you mean --read-only? jetsam --help shows all.\n',
	],
	[
		['lst', '127.0.0.1:5000'],
		'jetsam: There is no command "lst". Did you mean: jetsam list 127.0.0.1:5000\n',
	],
	[
		['list', 'h.example/\u001B[31mUPPER'],
		'jetsam: "h.example/\uFFFD[31mUPPER" is no address: ',
	],
	[
		['list', 'http://lab:secret@127.0.0.1:5000/app'],
		'jetsam: The address has a login in it, which every program on this machine can read. Write 127.0.0.1:5000, ',
	],
	[
		['127.0.0.1:5000', 'http://lab:secret@127.0.0.1:5000'],
		'jetsam: "http://…@127.0.0.1:5000" is one place too many. ',
	],
	[
		['list', 'http://h.example/app'],
		'jetsam: http://h.example is not encrypted, so jetsam does not use it. ',
	],
	[[], 'jetsam: There is no terminal to draw on, and no place to list. '],
];

for (const [commandArguments, expected] of wrongUsages) {
	test(`wrong usage is one sentence: jetsam ${JSON.stringify(commandArguments)}`, async t => {
		const {stdout, stderr, exitCode} = await run(t, commandArguments);
		t.is(stdout, '');
		t.is(stderr.slice(0, expected.length), expected);
		t.regex(stderr, /^[^\n]+\n$/);
		t.is(exitCode, 2);
	});
}

const unparsable: ReadonlyArray<readonly [readonly string[], string]> = [
	[
		['list', 'h.example', '--jsno=1'],
		'There is no option --jsno. Did you mean --json? jetsam --help shows all.',
	],
	[['-x'], 'There is no option -x. Did you mean '],
	[['--constructor'], 'There is no option --constructor. '],
	[['--json=yes'], "Option '--json' does not take an argument. "],
	[['--state'], "Option '--state <value>' argument missing. "],
	[
		['list'],
		'list needs a place. Write for example: jetsam list 127.0.0.1:5000',
	],
	[
		['list', 'h.example', 'g.example'],
		'"g.example" is one place too many. Give one place; ',
	],
	[['h.example', 'g.example'], '"g.example" is one place too many. '],
];

for (const [commandArguments, expected] of unparsable) {
	test(`wrong usage: jetsam ${JSON.stringify(commandArguments)}`, t => {
		const error = t.throws(() => parseCommandLine(commandArguments), {
			instanceOf: UserError,
		});
		t.like(error, {exitCode: 2});
		t.is(
			error instanceof UserError
				? error.sentence.slice(0, expected.length)
				: undefined,
			expected,
		);
	});
}

test('the command line is read', t => {
	const nothing = {
		command: 'explore',
		where: undefined,
		readOnly: false,
		demo: false,
		insecureHosts: [],
		state: undefined,
		json: false,
		plain: false,
	};
	t.like(parseCommandLine([]), nothing);
	t.like(parseCommandLine(['h.example']), {...nothing, where: 'h.example'});
	t.like(parseCommandLine(['list', '--demo']), {
		...nothing,
		command: 'list',
		demo: true,
	});
	t.like(
		parseCommandLine([
			'--insecure-registry',
			'HTTP://H.example:5000/app',
			'--read-only',
			'list',
			'--insecure-registry=g.example',
			'g.example/app',
			'--state=/tmp/x',
			'--json',
			'--plain',
		]),
		{
			...nothing,
			command: 'list',
			where: 'g.example/app',
			readOnly: true,
			insecureHosts: ['h.example:5000', 'g.example'],
			state: '/tmp/x',
			json: true,
			plain: true,
		},
	);
	t.like(parseCommandLine(['x', 'y', 'z', '--help']), {command: 'help'});
	t.like(parseCommandLine(['list', '--version']), {command: 'version'});
});

test('a host that does not answer is one sentence, without a stack', async t => {
	const {stdout, stderr, exitCode} = await run(t, ['list', silentHost]);
	t.is(stdout, '');
	t.is(
		stderr,
		`jetsam: Nothing answers at ${silentHost} (connection refused). Check the address and the port, and that the registry runs.\n`,
	);
	t.is(exitCode, 1);
});

test('a server that is no registry is one sentence', async t => {
	const {host} = await startLoopback(t, (_request, response) => {
		response.writeHead(200, {'content-type': 'text/html'}).end('<html>');
	});
	const {stdout, stderr, exitCode} = await run(t, ['list', host]);
	t.is(stdout, '');
	t.true(stderr.startsWith(`jetsam: ${host} answers, but not like a registry`));
	t.is(exitCode, 1);
});

test('list HOST prints every repository', async t => {
	const {host, single, index} = await startShop(t);
	const {stdout, stderr, exitCode} = await run(t, ['list', host]);
	t.deepEqual(listTitles(stdout), ['shop/cart', 'shop/pay', 'shopping']);
	t.true(stdout.startsWith('shop/cart: 2 digests, 3 tags, '));
	const short = ({digest}: {readonly digest: string}) =>
		digest.slice('sha256:'.length).slice(0, 12);
	t.regex(stdout, new RegExp(`^  ${short(single)}  2 kB .* single$`, 'm'));
	t.regex(stdout, new RegExp(`^  ${short(index)}  .* latest v1$`, 'm'));
	t.is(stderr, '');
	t.is(exitCode, 0);
});

test('jetsam HOST prints the list where there is no terminal', async t => {
	const {host} = await startShop(t);
	const listed = await run(t, ['list', host]);
	for (const commandArguments of [[host], [host, '--plain']]) {
		t.deepEqual(await run(t, commandArguments), listed);
	}
});

test('list HOST/prefix prints the repositories under it, not those that begin alike', async t => {
	const {host} = await startShop(t);
	const {stdout, exitCode} = await run(t, ['list', `${host}/shop`]);
	t.deepEqual(listTitles(stdout), ['shop/cart', 'shop/pay']);
	t.is(exitCode, 0);
});

test('list HOST/repository asks for no catalog', async t => {
	const {registry, host} = await startShop(t, {catalog: 'denied'});
	const {stdout, exitCode} = await run(t, ['list', `http://${host}/shop/pay/`]);
	t.deepEqual(listTitles(stdout), ['shop/pay']);
	t.is(exitCode, 0);
	t.false(registry.requests.some(({path: asked}) => asked.includes('catalog')));
	t.true(
		registry.requests.every(
			({method, userAgent}) =>
				['GET', 'HEAD'].includes(method) && userAgent === `jetsam/${version}`,
		),
	);
});

type Document = {
	readonly schemaVersion: unknown;
	readonly registry: unknown;
	readonly readAt: string;
	readonly coverage: unknown;
	readonly repositories: ReadonlyArray<{
		readonly name: string;
		readonly complete: boolean;
		readonly problems: readonly string[];
		readonly digests: ReadonlyArray<
			Readonly<Record<string, unknown>> & {readonly digest: string}
		>;
	}>;
};

const parseDocument = (text: string): Document =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	JSON.parse(text) as Document;

const digestKeys = [
	'artifactType',
	'children',
	'created',
	'digest',
	'mediaType',
	'platforms',
	'problem',
	'pulls',
	'size',
	'subject',
	'tags',
	'uploaded',
	'uses',
];

test('list --json prints one document with the fields that other tools rely on', async t => {
	const {host, child, inner, index, single} = await startShop(t);
	const before = Date.now();
	const {stdout, stderr, exitCode} = await run(t, ['list', host, '--json']);
	t.is(stderr, '');
	t.is(exitCode, 0);
	const document = parseDocument(stdout);
	t.deepEqual(Object.keys(document), [
		'schemaVersion',
		'registry',
		'readAt',
		'coverage',
		'repositories',
	]);
	t.is(document.schemaVersion, 1);
	t.is(document.registry, host);
	t.is(new Date(document.readAt).toISOString(), document.readAt);
	t.true(Date.parse(document.readAt) >= before);
	const nothing = {
		state: 'unknown',
		from: null,
		to: null,
		message: 'not asked',
	};
	t.deepEqual(document.coverage, [
		{source: 'uses', ...nothing, message: 'no cluster or snapshot to ask'},
		{source: 'pulls', ...nothing},
	]);
	t.deepEqual(
		document.repositories.map(({name, complete, problems}) => [
			name,
			complete,
			problems,
		]),
		[
			['shop/cart', true, []],
			['shop/pay', true, []],
			['shopping', true, []],
		],
	);
	const digests = document.repositories[0]?.digests ?? [];
	const keys = digests.map(record => Object.keys(record).toSorted());
	t.deepEqual(keys, [digestKeys, digestKeys, digestKeys, digestKeys]);
	const byDigest = new Map(digests.map(record => [record.digest, record]));
	t.like(byDigest.get(index.digest), {
		mediaType: ociIndex,
		artifactType: null,
		tags: ['latest', 'v1'],
		children: [inner.digest],
		subject: null,
		uploaded: null,
		uses: {
			state: 'unknown',
			by: [],
			why: 'no cluster or snapshot to ask',
		},
		pulls: {
			state: 'unknown',
			last: null,
			count: 0,
			from: null,
			to: null,
			why: 'not asked',
		},
	});
	t.like(byDigest.get(single.digest), {
		mediaType: ociManifest,
		tags: ['single'],
		created,
		platforms: ['linux/amd64'],
		children: [],
	});
	t.is(typeof byDigest.get(single.digest)?.['size'], 'number');
	t.true(byDigest.has(child.digest));
});

test('list HOST/repository:tag and @digest print that digest with all below it', async t => {
	const {host, index, inner, child, single} = await startShop(t);
	const list = async (reference: string): Promise<string[]> => {
		const {stdout} = await run(t, [
			'list',
			`${host}/shop/cart${reference}`,
			'--json',
		]);
		const {repositories} = parseDocument(stdout);
		return repositories.flatMap(({digests}) =>
			digests.map(({digest}) => digest),
		);
	};

	t.deepEqual(await list(':v1'), [index.digest, inner.digest, child.digest]);
	t.deepEqual(await list(`@${inner.digest}`), [inner.digest, child.digest]);
	t.deepEqual(await list(':single'), [single.digest]);
});

test('a tag that is not there is a sentence', async t => {
	const {host} = await startShop(t);
	const {stdout, stderr, exitCode} = await run(t, [
		'list',
		`${host}/shop/cart:v9`,
	]);
	t.is(stdout, 'shop/cart: shop/cart has no tag v9.\n');
	t.true(stderr.startsWith('jetsam: not everything could be read'));
	t.is(exitCode, 1);
});

test('a repository that is not there is a sentence', async t => {
	const {host} = await startShop(t);
	const {stdout, stderr, exitCode} = await run(t, ['list', `${host}/none`]);
	t.is(stdout, '');
	t.is(
		stderr,
		`jetsam: ${host} lists no repository none and none under none/. jetsam list ${host} shows what there is.\n`,
	);
	t.is(exitCode, 1);
});

test('a registry without repositories is said and no failure', async t => {
	const {host} = await startRegistry(t);
	const {stdout, stderr, exitCode} = await run(t, ['list', host]);
	t.is(stdout, '');
	t.is(stderr, `jetsam: ${host} lists no repositories.\n`);
	t.is(exitCode, 0);
	const asJson = await run(t, ['list', host, '--json']);
	t.deepEqual(parseDocument(asJson.stdout).repositories, []);
});

test('a repository without tags is listed as empty', async t => {
	const {host, content} = await startRegistry(t);
	ensureRepository(content, 'empty');
	for (const place of [host, `${host}/empty`]) {
		const {stdout, stderr, exitCode} = await run(t, ['list', place]);
		t.is(stdout, 'empty: 0 digests, 0 tags, 0 B at most\n');
		t.is(stderr, '');
		t.is(exitCode, 0);
	}
});

const denyCart: EmbeddedRegistryOptions['intercept'] = (
	{path: asked},
	response,
) => {
	if (!asked.startsWith('/v2/shop/cart/')) {
		return false;
	}

	response.writeHead(403).end();
	return true;
};

test('a repository that cannot be read is named, and the others are printed', async t => {
	const {host} = await startShop(t, {intercept: denyCart});
	const text = await run(t, ['list', host]);
	t.deepEqual(listTitles(text.stdout), ['shop/cart', 'shop/pay', 'shopping']);
	t.true(
		text.stdout.startsWith(
			`shop/cart: ${host} does not allow this with your login (403).`,
		),
	);
	t.true(text.stderr.startsWith('jetsam: not everything could be read'));
	t.is(text.exitCode, 1);

	const json = await run(t, ['list', host, '--json']);
	const {repositories} = parseDocument(json.stdout);
	t.deepEqual(
		repositories.map(({name, complete, problems, digests}) => [
			name,
			complete,
			problems.length,
			digests.length,
		]),
		[
			['shop/cart', false, 1, 0],
			['shop/pay', true, 0, 1],
			['shopping', true, 0, 1],
		],
	);
	t.is(json.exitCode, 1);
});

test('safeguard 14: JSON brings no control characters to a terminal either', async t => {
	const {host, content} = await startRegistry(t);
	const artifactType = 'x\u001B[31m\u009B31m\u202E\u007F';
	addImage(content, 'app', {tags: ['v1'], layers: [], artifactType});
	const {stdout} = await run(t, ['list', host, '--json']);
	// eslint-disable-next-line no-control-regex -- that is what must not be there
	t.notRegex(stdout, /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E]/);
	const {repositories} = parseDocument(stdout);
	t.is(repositories[0]?.digests[0]?.['artifactType'], artifactType);
});

test('the login that docker left is used', async t => {
	const credentials = {username: 'lab', password: 'lab:pw'};
	const {host} = await startShop(t, {credentials});
	const without = await run(t, ['list', host]);
	t.true(without.stderr.startsWith(`jetsam: ${host} wants a login`));
	t.is(without.exitCode, 1);

	const folder = mkdtempSync(path.join(os.tmpdir(), 'jetsam-docker-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	const auth = Buffer.from('lab:lab:pw').toString('base64');
	writeFileSync(
		path.join(folder, 'config.json'),
		JSON.stringify({auths: Object.fromEntries([[host, {auth}]])}),
	);
	const environment = Object.fromEntries([['DOCKER_CONFIG', folder]]);
	const {stdout, exitCode} = await run(t, ['list', host], environment);
	t.is(listTitles(stdout).length, 3);
	t.is(exitCode, 0);
});

test('--debug appends every request of list to a file; one that cannot be written is wrong usage, before anything starts', async t => {
	const {host} = await startRegistry(t);
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jetsam-debug-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	const file = path.join(folder, 'debug.log');
	const {exitCode} = await run(t, ['list', host, '--debug', file]);
	t.is(exitCode, 0);
	const log = readFileSync(file, 'utf8');
	t.regex(log, /"method":"GET","url":"http:\/\/[^"]+\/v2\/","status":200/v);

	const wrong = path.join(folder, 'none', 'debug.log');
	const refused = await run(t, ['list', silentHost, '--debug', wrong]);
	t.is(refused.exitCode, 2);
	t.is(
		refused.stderr,
		`jetsam: The debug log ${wrong} cannot be written (ENOENT). Give --debug another file.\n`,
	);
});

test('list --sort and --filter take the words of the screen', async t => {
	const {host} = await startShop(t);
	const sizes = await run(t, ['list', `${host}/shop`, '--sort', 'oldest']);
	t.deepEqual(listTitles(sizes.stdout), ['shop/cart', 'shop/pay']);
	const single = await run(t, ['list', host, '--filter', 'tag:single']);
	t.deepEqual(listTitles(single.stdout), ['shop/cart']);
	t.false(single.stdout.includes('latest'));
	for (const [words, says] of [
		[['--sort', 'sise'], 'Did you mean --sort size?'],
		[['--filter', '>30'], '">30"'],
	] as const) {
		const {stderr, exitCode} = await run(t, ['list', host, ...words]);
		t.is(exitCode, 2);
		t.true(stderr.includes(says));
	}

	const elsewhere = await run(t, ['plan', host, '--filter', 'untagged']);
	t.is(elsewhere.exitCode, 2);
	t.true(elsewhere.stderr.includes('--sort and --filter are for list.'));
});

test('--demo list prints of the sample world what lies under a prefix', async t => {
	const {stdout, stderr, exitCode} = await run(t, [
		'--demo',
		'list',
		'platform',
		'--read-only',
	]);
	t.true(listTitles(stdout).length > 5);
	t.is(stderr, '');
	t.is(exitCode, 0);
});

for (const [title, text, why] of [
	[
		'a list',
		'- clusters\n- contexts\n',
		'it has not the shape of a kubeconfig',
	],
	[
		'a cluster without an address',
		'apiVersion: v1\nkind: Config\nclusters:\n- name: lab\n  cluster: {}\n',
		'line 4: clusters[0].cluster.server is missing',
	],
] as const) {
	test(`a kubeconfig that is ${title} is one sentence, without a stack`, async t => {
		const {host} = await startShop(t);
		const file = path.join(
			mkdtempSync(path.join(os.tmpdir(), 'jetsam-kubeconfig-')),
			'config',
		);
		t.teardown(() => {
			rmSync(path.dirname(file), {recursive: true, force: true});
		});
		writeFileSync(file, text);
		const {stdout, stderr} = await run(
			t,
			['list', host, '--context', 'lab'],
			Object.fromEntries([['KUBECONFIG', file]]),
		);
		const said = `${stdout}${stderr}`;
		t.true(said.includes(`does not parse: ${file}`), said);
		t.true(said.includes(why), said);
		t.notRegex(said, /^ +at /mv, said);
	});
}

test('a reader that closes the pipe early is no failure', async t => {
	const {host, content} = await startRegistry(t);
	// Far more than a pipe holds.
	const artifactType = 'x'.repeat(1_000_000);
	addImage(content, 'app', {tags: ['v1'], layers: [], artifactType});
	const child = start(t, ['list', host, '--json']);
	const stderr = readStream(child.stderr);
	const closed = once(child, 'close');
	await once(child.stdout, 'data');
	child.stdout.destroy();
	t.is(await stderr, '');
	t.deepEqual(await closed, [0, null]);
});

/** The files of the program that another one names, as the bundler writes it. */
const listImports = (text: string, pattern: RegExp): string[] =>
	[...text.matchAll(pattern)].map(match => match.groups?.['name'] ?? '');

const staticImport = /(?:\bfrom|\bimport)\s*"\.\/(?<name>[\w-]+\.js)"/g;
const dynamicImport = /\bimport\(\s*"\.\/(?<name>[\w-]+\.js)"\s*\)/g;

/** The text of all files of the program that come with `name`, those of dynamic imports only where `follow` says so. */
const collectText = (
	name: string,
	follow: (later: string) => boolean,
): string => {
	const texts = new Map<string, string>();
	const waiting = [name];
	for (let next = waiting.pop(); next; next = waiting.pop()) {
		if (!texts.has(next)) {
			const text = readFileSync(path.join(distribution, next), 'utf8');
			texts.set(next, text);
			waiting.push(
				...listImports(text, staticImport),
				...listImports(text, dynamicImport).filter(file => follow(file)),
			);
		}
	}

	return [...texts.values()].join('\n');
};

const ofInk = 'Raw mode is not supported';
const ofUndici = 'UND_ERR_';

test('rewrite --pin --write takes files home to what a registry has', async t => {
	const {host, index} = await startShop(t);
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jetsam-files-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	const file = path.join(folder, 'Dockerfile');
	writeFileSync(file, 'FROM quay.io/cart:v1 # cart\nFROM quay.io/pay:v9\n');
	const commandArguments = [
		'rewrite',
		'--files',
		folder,
		'--to',
		`http://${host}/shop`,
		'--pin',
	];
	const shown = await run(t, commandArguments);
	t.is(shown.exitCode, 3);
	t.is(
		shown.stdout,
		`--- a/Dockerfile
+++ b/Dockerfile
@@ -1,2 +1,2 @@
-FROM quay.io/cart:v1 # cart
+FROM ${host}/shop/cart:v1@${index.digest} # cart
 FROM quay.io/pay:v9
`,
	);
	t.is(
		shown.stderr,
		`jetsam: 1 reference in 1 file would be rewritten; --write does it.
1 place was left alone, to be looked at by hand:
  ${file}:2: quay.io/pay:v9 is not at ${host}/shop/pay:v9 yet, so there is no digest to write; copy it first
`,
	);
	const written = await run(t, [...commandArguments, '--write']);
	t.is(written.exitCode, 3);
	t.is(
		readFileSync(file, 'utf8'),
		`FROM ${host}/shop/cart:v1@${index.digest} # cart\nFROM quay.io/pay:v9\n`,
	);
});

test('--help loads neither Ink nor undici, and plain output no Ink', t => {
	const all = collectText('cli.js', () => true);
	t.true(all.includes(ofInk));
	t.true(all.includes(ofUndici));

	const forHelp = collectText('cli.js', () => false);
	t.true(forHelp.includes('insecure-registry'));
	t.false(forHelp.includes(ofInk));
	t.false(forHelp.includes(ofUndici));

	const forList = collectText('cli.js', name => !name.startsWith('explore-'));
	t.true(forList.includes(ofUndici));
	t.false(forList.includes(ofInk));
});
