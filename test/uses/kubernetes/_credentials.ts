/* eslint-disable ava/no-ignored-test-files -- kubernetes.test.ts loads it: one process for all that need the client library */
import {Buffer} from 'node:buffer';
import {spawnSync} from 'node:child_process';
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {describePod} from '../../../source/demo/cluster-workloads.js';
import {silentHost, skip} from '../../http/_loopback.js';
import {
	createClock,
	createContent,
	readText,
	startCluster,
	writeKubeconfig,
} from './_cluster.js';

const createOne = () =>
	createContent(
		describePod({
			namespace: 'shop',
			name: 'api',
			since: new Date('2026-11-01T10:00:00Z'),
			containers: [{name: 'app', image: 'r.example/shop/api:1'}],
		}),
	);

const token = 'the-token-of-jane-which-nobody-else-may-ever-see';

/** The reading failed as a whole, by one gap, and no message tells a secret. */
const expectFailure = (
	t: ExecutionContext,
	{source, uses}: Awaited<ReturnType<typeof readText>>,
	says: RegExp,
): void => {
	t.is(source.state, 'failed');
	t.deepEqual(uses, []);
	t.is(source.gaps.length, 1);
	const [gap] = source.gaps;
	t.like(gap, {kind: '', namespace: '', isRefusal: false});
	t.regex(gap?.message ?? '', says);
	t.notRegex(gap?.message ?? '', /the-token|\p{Cc}/v);
	t.regex(gap?.message ?? '', /^The context prod did not tell what it runs: /v);
};

/** A plugin for credentials: a script of Node. */
const writePlugin = async (
	t: ExecutionContext,
	code: string,
): Promise<{readonly command: string; readonly runs: string}> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'jetsam-plugin-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const command = path.join(folder, 'get-token');
	await writeFile(command, `#!/bin/sh\n${code}\n`);
	await chmod(command, 0o755);
	return {command, runs: path.join(folder, 'runs')};
};

const execUser = (command: string, ...args: readonly string[]) => ({
	exec: {
		apiVersion: 'client.authentication.k8s.io/v1',
		command,
		args,
		env: [{name: 'ASKED_FOR', value: 'shop'}],
		interactiveMode: 'IfAvailable',
	},
});

const writeCredential = (value: string): string =>
	`echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'${value}'"}}'`;

test('a token opens the cluster', async t => {
	const cluster = await startCluster(t, {
		content: createOne(),
		tokens: [token],
	});
	const {uses} = await readText(writeKubeconfig(cluster.url, {user: {token}}));
	t.is(uses.length, 1);
	t.true(
		cluster.requests.every(
			({authorization}) => authorization === `Bearer ${token}`,
		),
	);
});

test('a token that has expired is told', async t => {
	const cluster = await startCluster(t, {
		content: createOne(),
		tokens: ['another'],
	});
	expectFailure(
		t,
		await readText(writeKubeconfig(cluster.url, {user: {token}})),
		/it answers 401: Unauthorized\.$/v,
	);
});

test('a plugin is run once, is told what it is asked, and its token is used', async t => {
	const cluster = await startCluster(t, {
		content: createOne(),
		tokens: [token],
	});
	const {command, runs} = await writePlugin(
		t,
		`echo run >> "$(dirname "$0")/runs"
case "$KUBERNETES_EXEC_INFO" in
*client.authentication.k8s.io/v1*) ;;
*) exit 3 ;;
esac
test "$ASKED_FOR" = shop || exit 4
${writeCredential(token)}`,
	);
	const {uses, source} = await readText(
		writeKubeconfig(cluster.url, {user: execUser(command)}),
	);
	t.deepEqual(source.gaps, []);
	t.is(uses.length, 1);
	t.is(spawnSync('wc', ['-l', runs], {encoding: 'utf8'}).stdout.trim()[0], '1');
});

test('a token that a server has come to refuse is asked for anew', async t => {
	const cluster = await startCluster(t, {
		content: createOne(),
		tokens: ['second'],
	});
	const {command} = await writePlugin(
		t,
		`if test -e "$0.ran"; then value=second; else value=first; fi
touch "$0.ran"
${writeCredential('$value').replaceAll("'$value'", `'"$value"'`)}`,
	);
	const {uses, source} = await readText(
		writeKubeconfig(cluster.url, {user: execUser(command)}),
	);
	t.deepEqual(source.gaps, []);
	t.is(uses.length, 1);
});

/** Plugins that give no credential, and what is said of them. */
const plugins: ReadonlyArray<readonly [string, string, RegExp]> = [
	[
		'fails',
		String.raw`echo 'first line' >&2; printf 'session of \033[1mjane\033[0m has ended, ${token}\n\n' >&2; exit 1`,
		/the credential plugin \S+\/get-token failed: session of �\[1mjane�\[0m has ended, …\.$/v,
	],
	['fails without a word', 'exit 1', /the credential plugin \S+ failed\.$/v],
	[
		'answers with what is no JSON',
		`echo '${token}'`,
		/the credential plugin \S+ answered with no credential\.$/v,
	],
	[
		'answers with another object',
		'echo {}',
		/the credential plugin \S+ answered with no credential\.$/v,
	],
];

for (const [title, code, says] of plugins) {
	test(`a plugin that ${title} is told in one sentence`, async t => {
		const cluster = await startCluster(t, {
			content: createOne(),
			tokens: [token],
		});
		const {command} = await writePlugin(t, code);
		expectFailure(
			t,
			await readText(writeKubeconfig(cluster.url, {user: execUser(command)})),
			says,
		);
		t.deepEqual(cluster.requests, []);
	});
}

test('a plugin that is not installed is told', async t => {
	const cluster = await startCluster(t, {
		content: createOne(),
		tokens: [token],
	});
	expectFailure(
		t,
		await readText(
			writeKubeconfig(cluster.url, {
				user: execUser('no-such-plugin-anywhere'),
			}),
		),
		/the credential plugin no-such-plugin-anywhere is not installed, or not on the PATH\.$/v,
	);
});

test('a plugin that hangs is given up', async t => {
	const clock = createClock();
	const cluster = await startCluster(t, {
		content: createOne(),
		tokens: [token],
	});
	// It ends by itself as soon as nobody can be waiting for it any more.
	const {command} = await writePlugin(
		t,
		'while test -e "$0"; do sleep 0.1; done',
	);
	const reading = readText(
		writeKubeconfig(cluster.url, {user: execUser(command)}),
		{clock},
	);
	await clock.waitForSleep(60_000);
	clock.advance(60_000);
	expectFailure(t, await reading, /failed: it does not answer\.$/v);
});

test('a certificate authority that is not there is told', async t => {
	const text = writeKubeconfig('https://127.0.0.1:1', {
		cluster: {'certificate-authority': 'missing.pem'},
	});
	expectFailure(
		t,
		await readText(text),
		/\/etc\/missing\.pem cannot be read \(ENOENT\)\.$/v,
	);
});

test('a server where nothing listens is told', async t => {
	expectFailure(
		t,
		await readText(writeKubeconfig(`http://${silentHost}`)),
		/nothing listens at 127\.0\.0\.1:1\.$/v,
	);
});

test('a context whose cluster is not in the kubeconfig is told', async t => {
	const text = JSON.stringify({
		contexts: [{name: 'prod', context: {cluster: 'gone', user: 'jane'}}],
	});
	expectFailure(t, await readText(text), /the kubeconfig names no server/v);
});

test('http is for this machine only', async t => {
	expectFailure(
		t,
		await readText(writeKubeconfig('http://cluster.example', {user: {token}})),
		/HTTP protocol is not allowed/v,
	);
});

/** A certificate that nobody has signed, for this machine and for jane. */
const makeCertificate = (name: string): string | undefined => {
	const {status, stdout} = spawnSync(
		'openssl',
		`req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=IP:127.0.0.1 -keyout - -out -`.split(
			' ',
		),
		{encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']},
	);
	return status === 0 ? stdout : undefined;
};

const encode = (text: string): string => Buffer.from(text).toString('base64');

test('a client certificate opens the cluster, over TLS that the kubeconfig vouches for', async t => {
	const server = makeCertificate('127.0.0.1');
	const jane = makeCertificate('jane');
	const stranger = makeCertificate('stranger');
	if (server === undefined || jane === undefined || stranger === undefined) {
		skip(t, 'there is no openssl on this machine');
		return;
	}

	const cluster = await startCluster(t, {
		content: createOne(),
		tls: {key: server, cert: server, ca: jane},
	});
	const read = async (
		certificate: string,
		authority: Readonly<Record<string, unknown>>,
	) =>
		readText(
			writeKubeconfig(cluster.url, {
				cluster: authority,
				user: {
					'client-certificate-data': encode(certificate),
					'client-key-data': encode(certificate),
				},
			}),
		);

	const trusted = {'certificate-authority-data': encode(server)};
	const {uses, source} = await read(jane, trusted);
	t.deepEqual(source.gaps, []);
	t.is(uses.length, 1);
	t.true(cluster.requests.every(({certificate}) => certificate === 'jane'));

	expectFailure(t, await read(stranger, trusted), /it answers 401/v);
	expectFailure(
		t,
		await read(jane, {}),
		/the certificate of 127\.0\.0\.1:\d+ is not trusted, or ours is not \(DEPTH_ZERO_SELF_SIGNED_CERT\)\.$/v,
	);
	const unverified = await read(jane, {'insecure-skip-tls-verify': true});
	t.is(unverified.uses.length, 1);
});
