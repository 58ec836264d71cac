import {Buffer} from 'node:buffer';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {
	answerBasic,
	listLoginFiles,
	readDockerConfig,
} from '../../source/http/credentials.js';
import {
	askCredentialHelper,
	findLogin,
} from '../../source/http/credential-store.js';
import {UserError} from '../../source/user-error.js';
import {standIn} from '../helpers/stand-in.js';

const encode = (text: string): string => Buffer.from(text).toString('base64');

/** A folder such as `~/.docker`, with this text as its config. */
const makeFolder = async (
	t: ExecutionContext,
	text: string | undefined,
): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-docker-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	if (text !== undefined) {
		await writeFile(path.join(folder, 'config.json'), text);
	}

	return folder;
};

const readLogins = async (t: ExecutionContext, document: unknown) => {
	const folder = await makeFolder(t, JSON.stringify(document));
	const {logins} = await readDockerConfig(path.join(folder, 'config.json'));
	return logins;
};

test('names and passwords are read as docker keeps them', async t => {
	const logins = await readLogins(t, {
		auths: Object.fromEntries([
			['plain.example:5000', {auth: encode('lab:labpw')}],
			['colons.example', {auth: encode('lab:a:b::c:')}],
			['empty.example', {auth: encode('lab:')}],
			['umlaut.example', {auth: encode('läb:pässword')}],
			['padded.example', {auth: encode('lab:labpw\0\0')}],
			['apart.example', {username: 'lab', password: 'a:b', auth: ''}],
		]),
	});
	t.deepEqual(
		[...logins].map(([host, {username, password}]) => [
			host,
			username,
			password,
		]),
		[
			['plain.example:5000', 'lab', 'labpw'],
			['colons.example', 'lab', 'a:b::c:'],
			['empty.example', 'lab', ''],
			['umlaut.example', 'läb', 'pässword'],
			['padded.example', 'lab', 'labpw'],
			['apart.example', 'lab', 'a:b'],
		],
	);
});

test('a key is known by its host, whatever scheme and path it has', async t => {
	const auth = encode('lab:labpw');
	const logins = await readLogins(t, {
		auths: Object.fromEntries([
			['https://index.docker.io/v1/', {auth}],
			['http://h.example:5000', {auth}],
			['h.example/v2/', {auth}],
			['Upper.Example', {auth}],
		]),
	});
	t.deepEqual(
		[...logins.keys()],
		['index.docker.io', 'h.example:5000', 'h.example', 'upper.example'],
	);
});

test('entries without a password are none', async t => {
	const logins = await readLogins(t, {
		auths: Object.fromEntries<unknown>([
			['a.example', {}],
			['b.example', null],
			['c.example', 'text'],
			['d.example', {auth: 7}],
			['e.example', {auth: encode('no colon')}],
			['f.example', {auth: encode(':no name')}],
			['g.example', {auth: ''}],
			['h.example', {username: 'lab'}],
		]),
		credsStore: 'desktop',
	});
	t.is(logins.size, 0);
});

test('without a file there are no logins', async t => {
	const folder = await makeFolder(t, undefined);
	for (const place of [folder, path.join(folder, 'none')]) {
		const {logins, helpers, store} = await readDockerConfig(
			path.join(place, 'config.json'),
		);
		t.is(logins.size + helpers.size, 0);
		t.is(store, undefined);
	}
});

test('a file without logins has none', async t => {
	for (const document of [{}, {auths: null}, {auths: []}, {auths: 'text'}]) {
		t.deepEqual(await readLogins(t, document), new Map());
	}
});

for (const text of ['', '{"auths": ', '[]', 'null', '"text"']) {
	test(`a file that holds ${JSON.stringify(text)} is named`, async t => {
		const folder = await makeFolder(t, text);
		const error = await t.throwsAsync(
			readDockerConfig(path.join(folder, 'config.json')),
			{
				instanceOf: UserError,
			},
		);
		t.true(error?.message.includes(path.join(folder, 'config.json')));
	});
}

test('an identity token is read, with a name and password or without', async t => {
	const logins = await readLogins(t, {
		auths: Object.fromEntries([
			['a.example', {identitytoken: 'refresh'}],
			['b.example', {identitytoken: 'refresh', auth: encode('lab:')}],
		]),
	});
	t.deepEqual(
		[...logins],
		[
			['a.example', {username: '', password: '', identityToken: 'refresh'}],
			['b.example', {username: 'lab', password: '', identityToken: 'refresh'}],
		],
	);
});

const how = (environment: Readonly<Record<string, string>>) => ({
	environment,
	signal: new AbortController().signal,
});

/** A credential helper that knows one registry. */
const helper = `
const server = fs.readFileSync(0, 'utf8');
if (server === 'https://a.example/v1/') {
	console.log(JSON.stringify({ServerURL: server, Username: 'lab', Secret: 'kept'}));
} else if (server === 'token.example') {
	console.log(JSON.stringify({ServerURL: server, Username: '<token>', Secret: 'refresh'}));
} else if (server === 'broken.example') {
	console.log('secret in an error');
	process.exitCode = 2;
} else if (server === 'odd.example') {
	console.log('secret');
} else {
	console.log('credentials not found in native keychain');
	process.exitCode = 1;
}`;

test('the helper of a registry goes before the store, and both before what stands in the config', async t => {
	const program = await standIn(t, 'docker-credential-lab', helper);
	const folder = await makeFolder(
		t,
		JSON.stringify({
			auths: Object.fromEntries<unknown>([
				['https://a.example/v1/', {}],
				['b.example', {auth: encode('lab:written')}],
			]),
			credsStore: 'lab',
			credHelpers: Object.fromEntries([['token.example', 'lab']]),
		}),
	);
	const config = await readDockerConfig(path.join(folder, 'config.json'));
	const find = async (host: string) =>
		findLogin(
			[config],
			{host, repository: undefined},
			how(program.environment),
		);
	t.deepEqual(await find('a.example'), {username: 'lab', password: 'kept'});
	t.deepEqual(await find('b.example'), {username: 'lab', password: 'written'});
	t.deepEqual(await find('token.example'), {
		username: '',
		password: '',
		identityToken: 'refresh',
	});
	t.is(await find('unknown.example'), undefined);
	t.deepEqual(await program.readCalls(), [['get'], ['get'], ['get'], ['get']]);
	t.deepEqual(
		[...config.helpers.keys()],
		['a.example', 'b.example', 'token.example'],
	);
});

const fileTable: ReadonlyArray<
	readonly [variables: ReadonlyArray<readonly [string, string]>, string[]]
> = [
	[
		[],
		[
			'/home/a/.config/containers/auth.json',
			'/home/a/.docker/config.json',
			'/home/a/.dockercfg',
		],
	],
	[
		[
			['XDG_RUNTIME_DIR', '/run/user/7'],
			['XDG_CONFIG_HOME', '/c'],
			['DOCKER_CONFIG', '/d'],
		],
		[
			'/run/user/7/containers/auth.json',
			'/c/containers/auth.json',
			'/d/config.json',
			'/home/a/.dockercfg',
		],
	],
	[
		[
			['REGISTRY_AUTH_FILE', '/x/auth'],
			['XDG_RUNTIME_DIR', '/run/user/7'],
		],
		['/x/auth', '/home/a/.docker/config.json', '/home/a/.dockercfg'],
	],
];

for (const [variables, files] of fileTable) {
	test(`logins are looked for with ${variables.map(([name]) => name).join(', ') || 'no variables'}`, t => {
		t.deepEqual(
			listLoginFiles(Object.fromEntries(variables), '/home/a'),
			files,
		);
	});
}

test("podman's login goes before docker's", async t => {
	const auths = (entries: ReadonlyArray<readonly [string, string]>) =>
		JSON.stringify({
			auths: Object.fromEntries(
				entries.map(([host, text]) => [host, {auth: encode(text)}]),
			),
		});
	const podman = await makeFolder(t, auths([['a.example', 'lab:podman']]));
	const docker = await makeFolder(
		t,
		auths([
			['a.example', 'lab:docker'],
			['b.example', 'lab:docker'],
		]),
	);
	const configs = await Promise.all(
		[podman, docker].map(async folder =>
			readDockerConfig(path.join(folder, 'config.json')),
		),
	);
	const find = async (host: string) => {
		const found = await findLogin(
			configs,
			{host, repository: undefined},
			how({}),
		);
		return found?.password;
	};

	t.is(await find('a.example'), 'podman');
	t.is(await find('b.example'), 'docker');
});

const helperProblems: ReadonlyArray<
	readonly [name: string, server: string, told: RegExp]
> = [
	[
		'lab',
		'broken.example',
		/^docker-credential-lab, .*failed with exit code 2\.$/,
	],
	['lab', 'odd.example', /^docker-credential-lab answers, but not/],
	['none', 'a.example', /^docker-credential-none, .*could not be started\.$/],
	['../lab', 'a.example', /whose name is none/],
	['lab; echo', 'a.example', /whose name is none/],
];

for (const [name, server, told] of helperProblems) {
	test(`the helper ${name}, asked for ${server}, is a sentence that holds nothing it wrote`, async t => {
		const program = await standIn(t, 'docker-credential-lab', helper);
		const error = await t.throwsAsync(
			askCredentialHelper({name, server}, how(program.environment)),
			{instanceOf: UserError},
		);
		t.regex(error.message, told);
		t.false(String(error).includes('secret'));
	});
}

const login = {username: 'lab', password: 'a:b'};
const basic = `Basic ${encode('lab:a:b')}`;

test('only a challenge for Basic is answered by Basic', t => {
	const answers: ReadonlyArray<readonly [string, string | undefined]> = [
		['Basic realm="lab"', basic],
		['basic', basic],
		['BASIC realm="x", charset="UTF-8"', basic],
		['Bearer realm="https://h.example/token", Basic realm="lab"', basic],
		['Bearer realm="https://h.example/token",service="h"', undefined],
		['Bearer realm="basic"', undefined],
		['Basically realm="lab"', undefined],
		['Digest realm="lab"', undefined],
		['', undefined],
	];
	t.deepEqual(
		answers.map(([challenge]) => answerBasic(challenge, login)),
		answers.map(([, answer]) => answer),
	);
	t.is(answerBasic('Basic realm="lab"', undefined), undefined);
});
