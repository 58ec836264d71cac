/* eslint-disable ava/no-ignored-test-files -- logins.test.ts loads it */
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {
	listCertificateFolders,
	readHostCertificates,
} from '../../source/http/host-certificates.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {UserError} from '../../source/user-error.js';
import {makeFolder} from '../helpers/stand-in.js';
import {skip, startLoopback} from './_loopback.js';
import {makeAuthority} from './_named-hosts.js';

const {signal} = new AbortController();

const write = async (
	t: ExecutionContext,
	files: Readonly<Record<string, string>>,
): Promise<string> => {
	const folder = await makeFolder(t);
	for (const [name, text] of Object.entries(files)) {
		const file = path.join(folder, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, text);
	}

	return folder;
};

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
	const folder = await write(t, {
		'r.example:5000/a.crt': 'first',
		'r.example:5000/b.crt': 'second',
		'r.example:5000/lone.cert': 'lone',
		'r.example:5000/me.cert': 'cert',
		'r.example:5000/me.key': 'key',
		'other.example/ca.crt': 'other',
		'extra.pem': 'extra',
	});
	const places = {
		folders: [path.join(folder, 'none'), folder],
		extra: path.join(folder, 'extra.pem'),
	};
	const {ca, client} = readHostCertificates(places, 'r.example:5000');
	t.deepEqual(ca?.slice(-3), ['extra', 'first', 'second']);
	t.true((ca?.length ?? 0) > 50);
	t.deepEqual(client, {cert: 'cert', key: 'key'});
	for (const host of ['r.example', '..', '', 'other.example/../r.example']) {
		t.deepEqual(readHostCertificates(places, host), {
			ca: undefined,
			client: undefined,
		});
	}
});

test('an authority in certs.d is trusted for its host, and for no other', async t => {
	const tls = makeAuthority(['127.0.0.1']);
	if (!tls) {
		skip(t, 'there is no openssl on this machine');
		return;
	}

	const startOne = async () =>
		startLoopback(
			t,
			(_request, response) => {
				response.end('{}');
			},
			tls,
		);
	const trusted = await startOne();
	const other = await startOne();
	const folder = await write(t, {[`${trusted.host}/ca.crt`]: tls.cert});
	const open = async (origin: string) =>
		openRegistry(origin, {
			settings: {
				readOnly: false,
				insecureHosts: [],
				proxies: {http: undefined, https: undefined, none: undefined},
				retryPause: 1,
				now: () => Date.now(),
				certificates: {folders: [folder], extra: undefined},
			},
			logins: new Map(),
			signal,
		});
	const registry = await open(trusted.origin);
	t.is(registry.host, trusted.host);
	const error = await t.throwsAsync(open(other.origin), {
		instanceOf: UserError,
	});
	t.is(error.message, `The certificate of ${other.host} cannot be trusted.`);
	t.true(error.remedy.includes(`~/.docker/certs.d/${other.host}/ca.crt`));
});
