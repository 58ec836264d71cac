import {Buffer} from 'node:buffer';
import {execFile} from 'node:child_process';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import type {ServerResponse} from 'node:http';
import path from 'node:path';
import process from 'node:process';
import {text as readStream} from 'node:stream/consumers';
import {gunzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {addImage} from '../../source/demo/build-content.js';
import {startEmbeddedRegistry} from '../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {silentHost, startLoopback} from '../http/_loopback.js';
import {
	bin,
	homeVariables,
	makeHome,
	openProgram,
	pressAndWait,
	readPhrase,
} from '../helpers/open-program.js';

// Every secret begins with it; nothing else does.
const planted = 'planted';

/** How a text may stand in another: as it is, in hexadecimal, in Base64 wherever it begins. */
const waysToWrite = [
	planted,
	Buffer.from(planted).toString('hex'),
	...[0, 1, 2].map(offset =>
		Buffer.from(`${' '.repeat(offset)}${planted}`)
			.toString('base64')
			.slice(offset === 0 ? 0 : offset + 1, offset === 1 ? -2 : -3),
	),
];

const findSecret = (text: string): string | undefined => {
	const at = waysToWrite
		.map(way => text.indexOf(way))
		.find(index => index !== -1);
	return at === undefined
		? undefined
		: text.slice(Math.max(0, at - 60), at + 60);
};

const created = new Date(Date.UTC(2026, 0, 1));

/** A registry that wants tokens, gives out signed addresses of its blobs, and, when it is asked to, repeats in its errors what it was sent. */
const startStage = async (t: ExecutionContext) => {
	const content = createRegistryContent();
	for (const tag of ['c', 'b', 'a']) {
		addImage(content, 'app', {
			tags: [tag],
			created,
			layers: [],
			entrypoint: [tag],
		});
	}

	const shared = {echoes: false, given: new Set<string>()};
	const logins: string[] = [];
	const answerTo = (response: ServerResponse, status: number, said: unknown) =>
		response
			.writeHead(status, {'content-type': 'application/json'})
			.end(JSON.stringify(said));
	const tokens = await startLoopback(t, (request, response) => {
		void (async () => {
			const form = new URLSearchParams(await readStream(request));
			const login = request.headers.authorization ?? form.get('refresh_token');
			logins.push(login ?? '');
			if (shared.echoes) {
				answerTo(response, 418, {errors: [{code: 'NO', message: login}]});
				return;
			}

			if (
				login === `Basic ${Buffer.from('lab:planted-wrong').toString('base64')}`
			) {
				answerTo(response, 401, {errors: [{code: 'NO', message: login}]});
				return;
			}

			const token = `planted-access-${shared.given.size}`;
			shared.given.add(`Bearer ${token}`);
			// Each is used for a second.
			response.end(
				`{"token": "${token}", "refresh_token": "planted-refresh", "expires_in": 11}`,
			);
		})();
	});
	const storage = await startLoopback(t, (request, response) => {
		const {pathname, searchParams} = new URL(request.url ?? '', 'http://x');
		const isSigned = searchParams.get('signature') === 'planted-signature';
		response
			.writeHead(isSigned ? 200 : 403)
			.end(content.blobs.get(pathname.slice(1)) ?? '');
	});
	const registry = await startEmbeddedRegistry({
		content,
		deletes: 'enabled',
		intercept({method, path: asked, headers}, response) {
			const {authorization = ''} = headers;
			if (!shared.given.has(authorization)) {
				response
					.writeHead(401, {
						'www-authenticate': `Bearer realm="${tokens.origin}/token?signed=planted-query",service="lab"`,
					})
					.end();
				return true;
			}

			if (shared.echoes) {
				answerTo(response, 418, {
					errors: [{code: 'TEAPOT', message: `not with ${authorization}`}],
				});
				return true;
			}

			const [, digest] =
				/\/blobs\/(?<digest>sha256:[\da-f]+)$/.exec(asked) ?? [];
			const isSigned = method === 'GET' && digest !== undefined;
			if (isSigned) {
				response
					.writeHead(307, {
						location: `${storage.origin}/${digest}?signature=planted-signature`,
					})
					.end();
			}

			return isSigned;
		},
	});
	t.teardown(registry.close);
	return {registry, storage, logins, shared};
};

/** A home in which a login is kept, and what the program wrote from there. */
const openHome = async (t: ExecutionContext) => {
	const home = await makeHome(t);
	const inputs = new Set(['config.json', 'docker-credential-lab']);
	const environment = Object.fromEntries([
		...Object.entries(homeVariables(home)),
		['PATH', `${home}${path.delimiter}${process.env['PATH']}`],
		['TMPDIR', path.join(home, 'temporary')],
		['HTTPS_PROXY', `http://lab:planted-proxy@${silentHost}`],
		['AWS_SECRET_ACCESS_KEY', 'planted-aws'],
		['JETSAM_MQTT_PASSWORD', 'planted-mqtt'],
		['KUBECONFIG', path.join(home, 'kubeconfig')],
	]);
	await mkdir(path.join(home, 'temporary'));
	const written: Array<readonly [where: string, text: string]> = [];
	const shared = ['--state', home, '--debug', path.join(home, 'debug.jsonl')];
	return {
		home,
		environment,
		shared,
		write: async (name: string, text: string) =>
			writeFile(path.join(home, name), text, {mode: 0o755}),
		note(where: string, text: string) {
			written.push([where, text]);
		},
		/** Runs the program to its end without a terminal; resolves to its exit code. */
		run: async (...words: readonly string[]) =>
			new Promise<number>(resolve => {
				const child = execFile(
					process.execPath,
					[bin, ...shared, ...words],
					{env: environment},
					(_error, stdout, stderr) => {
						written.push(
							[`${words.join(' ')}: stdout`, stdout],
							[`${words.join(' ')}: stderr`, stderr],
						);
						resolve(child.exitCode ?? -1);
					},
				);
				child.stdin?.end();
			}),
		/** Everything that was written, file by file, with what of it is secret. */
		async findSecrets() {
			const entries = await readdir(home, {
				recursive: true,
				withFileTypes: true,
			});
			const files = entries
				.filter(entry => entry.isFile())
				.map(({parentPath, name}) => path.join(parentPath, name))
				.filter(file => !inputs.has(path.relative(home, file)));
			for (const file of files) {
				const bytes = await readFile(file);
				// Also what is no text.
				written.push([
					file,
					(file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1'),
				]);
			}

			return {
				files: files.map(file => path.relative(home, file)),
				found: written.flatMap(([where, text]) => {
					const secret = findSecret(text);
					return secret === undefined ? [] : [`${where}: ${secret}`];
				}),
			};
		},
	};
};

type Home = Awaited<ReturnType<typeof openHome>>;

const keep = async ({write}: Home, host: string, entry: unknown) =>
	write('config.json', JSON.stringify({auths: {[host]: entry}}));

const encode = (text: string): string => Buffer.from(text).toString('base64');

const logins: ReadonlyArray<
	readonly [
		what: string,
		keep: (home: Home, host: string) => Promise<void>,
		sent: string,
	]
> = [
	[
		'a password',
		async (home, host) =>
			keep(home, host, {auth: encode('lab:planted-password')}),
		`Basic ${encode('lab:planted-password')}`,
	],
	[
		'an identity token',
		async (home, host) => keep(home, host, {identitytoken: 'planted-identity'}),
		'planted-identity',
	],
	[
		'the secret of a program that keeps logins',
		async ({write}, host) => {
			await write(
				'docker-credential-lab',
				`#!/bin/sh\necho planted-complaint >&2\necho '{"ServerURL": "x", "Username": "lab", "Secret": "planted-helper"}'\n`,
			);
			await write(
				'config.json',
				JSON.stringify({credHelpers: {[host]: 'lab'}}),
			);
		},
		`Basic ${encode('lab:planted-helper')}`,
	],
];

/** What the commands without a screen say, where all is well and where it is not. */
const runCommands = async (
	t: ExecutionContext,
	{
		home,
		host,
		shared,
	}: {
		readonly home: Home;
		readonly host: string;
		readonly shared: {echoes: boolean};
	},
): Promise<void> => {
	const runAll = async (
		...commands: ReadonlyArray<readonly [words: string, exitCode: number]>
	): Promise<void> => {
		for (const [words, exitCode] of commands) {
			t.is(await home.run(...words.split(' ')), exitCode, `${words}`);
		}
	};

	await runAll([`list ${host} --json`, 1], [`doctor ${host}`, 1]);
	shared.echoes = false;
	await runAll(
		[`list ${host}`, 0],
		[`list ${host}/app --json`, 0],
		[`plan ${host} --keep-newest 1 --allow-unknown-uses`, 0],
		['batches --json', 0],
		['batches', 0],
		['doctor', 0],
		['undo --yes', 0],
		['list r.example', 1],
		[`list lab:planted-typed@${host}`, 2],
	);
	await keep(home, host, {auth: encode('lab:planted-wrong')});
	await runAll([`list ${host}`, 1], ['doctor', 1]);
	await home.write('config.json', '{"auths": "planted-broken');
	await runAll(['doctor --json', 1]);
};

test('this test finds a secret however it is written', t => {
	for (const text of [
		'a planted-password here',
		encode('lab:planted-password'),
		encode(' planted'),
		encode('xyplanted-helper'),
		Buffer.from('planted').toString('hex'),
	]) {
		t.truthy(findSecret(text));
	}

	t.is(findSecret('nothing of the kind'), undefined);
});

for (const [what, keepLogin, sent] of logins) {
	test(`safeguard 14: ${what} stands in nothing that is written, from opening to undo`, async t => {
		const {registry, storage, logins: seen, shared} = await startStage(t);
		const home = await openHome(t);
		await keepLogin(home, registry.host);
		const {host} = registry;

		const terminal = await openProgram(t, [...home.shared, '--keep-blobs'], {
			home: home.home,
			environment: home.environment,
		});
		await terminal.waitFor(host);
		await pressAndWait(
			terminal,
			['Enter', '1 repository'],
			['Enter', /3 digests, 3 tags, \d/],
			['e', 'largest'],
			['Escape', /3 digests, 3 tags/],
			['Enter', 'media type'],
			['Escape', /3 digests, 3 tags/],
			['Space', '1 digest marked'],
			['d', 'To delete, type'],
		);
		terminal.write(readPhrase(terminal));
		await pressAndWait(
			terminal,
			['Enter', 'Done.'],
			['u', 'Nothing has been sent yet'],
			['y', 'put back 1'],
			['Escape', 'outcome'],
			['Escape', /3 digests, 3 tags/],
		);
		shared.echoes = true;
		await pressAndWait(
			terminal,
			['r', 'broken off: r reads again'],
			['Escape', 'REPOSITORY'],
			['r', 'broken off: r reads again'],
		);
		terminal.press('q');
		t.deepEqual(await terminal.exited, {exitCode: 0, signal: undefined});
		home.note('the screens', terminal.raw);

		await home.run('doctor', host, '--json');
		if (what === 'a password') {
			await runCommands(t, {home, host, shared});
		}

		// All of it was really there to be written.
		t.true(seen.includes(sent));
		t.true(shared.given.size > 1);
		t.true(storage.seen.some(({path: at}) => at?.includes('planted-sig')));
		t.true(
			storage.seen.every(({authorization}) => authorization === undefined),
		);
		const {files, found} = await home.findSecrets();
		t.deepEqual(found, []);
		for (const pattern of [
			/^debug\.jsonl$/,
			/^journal\/.*\.jsonl$/,
			/^trash\//,
			/^jetsam\/config\.json$/,
			/^cache\/manifests\/.*\.gz$/,
		]) {
			t.true(
				files.some(file => pattern.test(file)),
				`${String(pattern)} of ${files.join(' ')}`,
			);
		}
	});
}
