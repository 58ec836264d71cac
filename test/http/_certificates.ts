/* eslint-disable ava/no-ignored-test-files -- logins.test.ts loads it */
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {
	listCertificateFolders,
	readHostCertificates,
} from '../../source/http/host-certificates.js';
import type {Logins} from '../../source/http/credentials.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {UserError} from '../../source/user-error.js';
import {makeFolder} from '../helpers/stand-in.js';
import {
	canUseTls,
	findRealRegistry,
	type RealRegistryOptions,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {type Answer, skip, startLoopback} from './_loopback.js';
import {makeAuthority} from './_named-hosts.js';

const {signal} = new AbortController();

const write = async (
	t: ExecutionContext,
	files: ReadonlyArray<readonly [name: string, text: string]>,
): Promise<string> => {
	const folder = await makeFolder(t);
	for (const [name, text] of files) {
		const file = path.join(folder, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, text);
	}

	return folder;
};

const pem = '-----BEGIN CERTIFICATE-----';

test('certificates are looked for where docker and podman keep them, the operator’s own first', t => {
	t.deepEqual(listCertificateFolders({}, '/home/a').folders, [
		'/home/a/.config/containers/certs.d',
		'/home/a/.docker/certs.d',
		'/home/a/.config/docker/certs.d',
		'/etc/containers/certs.d',
		'/etc/docker/certs.d',
	]);
});

test('of a host every authority counts beside the usual ones, and the first whole pair is the client’s', async t => {
	const folder = await write(t, [
		['r.example:5000/a.crt', `${pem} first`],
		['r.example:5000/b.crt', `${pem} second`],
		['r.example:5000/lone.cert', 'lone'],
		['r.example:5000/me.cert', 'cert'],
		['r.example:5000/me.key', 'key'],
		['other.example/ca.crt', 'other'],
		['extra.pem', 'extra'],
	]);
	const places = {
		folders: [path.join(folder, 'none'), folder],
		extra: path.join(folder, 'extra.pem'),
	};
	const {ca, client} = readHostCertificates(places, 'r.example:5000');
	t.deepEqual(ca?.slice(-3), ['extra', `${pem} first`, `${pem} second`]);
	t.true((ca?.length ?? 0) > 50);
	t.deepEqual(client, {cert: 'cert', key: 'key'});
	for (const host of ['r.example', '..', '', 'other.example/../r.example']) {
		t.deepEqual(readHostCertificates(places, host), {
			ca: undefined,
			client: undefined,
		});
	}
});

const placesOf = (folder: string) => ({folders: [folder], extra: undefined});

test('a file of certs.d that is no certificate, or cannot be read, is a sentence', async t => {
	const folder = await write(t, [
		['a.example/ca.crt', 'nothing'],
		['b.example/ca.crt/inside', 'a folder'],
	]);
	const empty = t.throws(
		() => readHostCertificates(placesOf(folder), 'a.example'),
		{instanceOf: UserError},
	);
	t.is(
		empty.message,
		`There is no certificate in ${path.join(folder, 'a.example', 'ca.crt')}.`,
	);
	const unread = t.throws(
		() => readHostCertificates(placesOf(folder), 'b.example'),
		{instanceOf: UserError},
	);
	t.regex(unread.message, /^The certificate .* cannot be read\.$/);
	t.true(unread.remedy.includes('~/.docker/certs.d/b.example/'));
});

const openWith = async (
	origin: string,
	folder: string,
	options: {insecureHosts?: readonly string[]; logins?: Logins} = {},
) =>
	openRegistry(origin, {
		settings: {
			readOnly: false,
			insecureHosts: options.insecureHosts ?? [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: 1,
			now: () => Date.now(),
			certificates: placesOf(folder),
		},
		logins: options.logins ?? new Map(),
		signal,
	});

const greet: Answer = (_request, response) => {
	response.end('{}');
};

/** Certificates of their own authority, one for each call; the test is skipped where there is no openssl. */
const make = (t: ExecutionContext, count: number) => {
	const made = Array.from({length: count}, () => makeAuthority(['127.0.0.1']));
	if (made.every(each => each !== undefined)) {
		return made;
	}

	skip(t, 'there is no openssl on this machine');
	return [];
};

test('an authority in certs.d is trusted for its host, and for no other', async t => {
	const [tls] = make(t, 1);
	if (!tls) {
		return;
	}

	const trusted = await startLoopback(t, greet, tls);
	const other = await startLoopback(t, greet, tls);
	const folder = await write(t, [[`${trusted.host}/ca.crt`, tls.cert]]);
	const registry = await openWith(trusted.origin, folder);
	t.is(registry.host, trusted.host);
	const error = await t.throwsAsync(openWith(other.origin, folder), {
		instanceOf: UserError,
	});
	t.is(error.message, `The certificate of ${other.host} cannot be trusted.`);
	t.true(error.remedy.includes(`~/.docker/certs.d/${other.host}/ca.crt`));
	t.is(error.exitCode, 1);
	t.deepEqual(other.seen, []);
	const allowed = await openWith(other.origin, folder, {
		insecureHosts: [other.host],
	});
	t.is(allowed.host, other.host);
});

test('where tokens are given out the authority of the registry that names the place holds too', async t => {
	const [tls] = make(t, 1);
	if (!tls) {
		return;
	}

	const tokens = await startLoopback(
		t,
		(_request, response) => {
			response.end('{"token": "granted"}');
		},
		tls,
	);
	const registry = await startLoopback(
		t,
		(request, response) => {
			if (request.headers.authorization === 'Bearer granted') {
				response.end('{}');
				return;
			}

			response
				.writeHead(401, {
					'www-authenticate': `Bearer realm="${tokens.origin}/token"`,
				})
				.end();
		},
		tls,
	);
	const folder = await write(t, [[`${registry.host}/ca.crt`, tls.cert]]);
	const {host} = await openWith(registry.origin, folder);
	t.is(host, registry.host);
	t.is(tokens.seen.length, 1);
});

const testWithRegistry = findRealRegistry() && canUseTls() ? test : test.skip;

const startReal = async (
	t: ExecutionContext,
	options: Omit<RealRegistryOptions, 'deletes' | 'tls'>,
) => {
	const real = await startRealRegistry({deletes: false, tls: true, ...options});
	t.teardown(real.stop);
	return {...real, authority: await readFile(real.certificate!, 'utf8')};
};

testWithRegistry(
	'docker-registry with an authority of its own is listed with its certs.d, and not without',
	async t => {
		const {host, authority} = await startReal(t, {htpasswd: true});
		const folder = await write(t, [[`${host}/ca.crt`, authority]]);
		const logins = new Map([[host, {username: 'lab', password: 'labpw'}]]);
		const registry = await openWith(host, folder, {logins});
		const names: string[] = [];
		for await (const page of registry.listRepositories(signal)) {
			names.push(...page);
		}

		t.deepEqual(names, []);
		await t.throwsAsync(openWith(host, path.join(folder, 'none'), {logins}), {
			message: `The certificate of ${host} cannot be trusted.`,
		});
	},
);

testWithRegistry(
	'docker-registry that wants a certificate is shown the one of its certs.d, and lets nobody in without',
	async t => {
		const [own] = make(t, 1);
		const {host, authority} = await startReal(t, {client: own!});
		const folder = await write(t, [
			[`${host}/ca.crt`, authority],
			[`${host}/client.cert`, own!.cert],
			[`${host}/client.key`, own!.key],
		]);
		const registry = await openWith(`https://${host}`, folder);
		t.is(registry.host, host);
		const without = await write(t, [[`${host}/ca.crt`, authority]]);
		await t.throwsAsync(openWith(`https://${host}`, without), {
			instanceOf: UserError,
		});
	},
);
