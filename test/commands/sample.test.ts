/* eslint-disable @typescript-eslint/naming-convention -- paths, fields of Docker Hub and variables of the environment have their own names */
import {spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {createServer, type Server} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {createServer as createSecureServer} from 'node:tls';
import {Aedes, type AedesOptions, type AedesPublishPacket} from 'aedes';
import test, {type ExecutionContext} from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {publishMessages} from '../../source/commands/publish-samples.js';
import {startSample} from '../../source/commands/start-sample.js';
import {UserError} from '../../source/user-error.js';
import {silentHost, skip, startLoopback} from '../http/_loopback.js';
import {createManualClock} from '../helpers/fake-world.js';

const now = Date.UTC(2026, 10, 22, 10);

const openFolder = (t: ExecutionContext): string => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jetsam-sample-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

/** Docker Hub with two repositories. */
const startHub = async (t: ExecutionContext) => {
	const counts: Record<string, number> = {
		'/v2/repositories/shop/app/': 4_000_000_000,
		'/v2/repositories/library/nginx/': 7,
	};
	const server = await startLoopback(t, (request, response) => {
		const count = counts[request.url ?? ''];
		response.setHeader('content-type', 'application/json');
		if (count === undefined) {
			response.statusCode = request.url?.includes('broken') ? 200 : 404;
			response.end('{"message": "object not found"}');
			return;
		}

		const [namespace, name] = (request.url ?? '').split('/').slice(3);
		response.end(
			JSON.stringify({
				namespace,
				name,
				pull_count: count,
				star_count: 2,
				full_description: 'long',
				description: 'short',
			}),
		);
	});
	return {server, counts};
};

/** A broker on loopback, with TLS where a certificate is given; `seen` is what clients published. */
const startBroker = async (
	t: ExecutionContext,
	options: AedesOptions = {},
	tls?: {key: string; cert: string},
) => {
	const seen: AedesPublishPacket[] = [];
	const broker = await Aedes.createBroker(options);
	broker.on('publish', (packet, client) => {
		if (client) {
			seen.push(packet);
		}
	});
	const {port, close} = await listen(
		tls
			? createSecureServer(tls, socket => {
					broker.handle(socket);
				})
			: createServer(socket => {
					broker.handle(socket);
				}),
	);
	t.teardown(async () => {
		await new Promise<void>(resolve => {
			broker.close(resolve);
		});
		await close();
	});
	return {
		seen,
		url: `${tls ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}`,
		broker,
	};
};

const listen = async (server: Server) => {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	return {
		port: typeof address === 'object' ? address?.port : undefined,
		async close() {
			const closed = once(server, 'close');
			server.close();
			await closed;
		},
	};
};

const run = async (
	t: ExecutionContext,
	commandArguments: readonly string[],
	options: {
		readonly folder?: string;
		readonly settings?: unknown;
		readonly environment?: Readonly<Record<string, string>>;
		readonly clock?: ReturnType<typeof createManualClock>;
		readonly hub?: Awaited<ReturnType<typeof startHub>>;
	} = {},
) => {
	const folder = options.folder ?? openFolder(t);
	const hub = options.hub ?? (await startHub(t));
	const config = path.join(folder, 'config.json');
	if (options.settings !== undefined) {
		writeFileSync(
			config,
			JSON.stringify({registries: [], sample: options.settings}),
		);
	}

	const printed: string[] = [];
	const errors: string[] = [];
	const code = await startSample(
		parseCommandLine([
			'sample',
			...commandArguments,
			'--state',
			folder,
			'--config',
			config,
		]),
		{
			environment: options.environment ?? {},
			clock: options.clock ?? createManualClock(now),
			log: undefined,
			origin: hub.server.origin,
			print(text) {
				printed.push(text);
			},
			printError(text) {
				errors.push(text);
			},
		},
	);
	const file = path.join(folder, 'counter-samples.jsonl');
	return {
		code,
		hub,
		folder,
		text: printed.join(''),
		errors: errors.join(''),
		kept: existsSync(file)
			? readFileSync(file, 'utf8').trimEnd().split('\n')
			: [],
	};
};

test('sample asks once for each repository, keeps the counters and prints them', async t => {
	const clock = createManualClock(now);
	const first = await run(t, ['shop/app', 'nginx', 'shop/app'], {clock});
	t.is(first.code, 0);
	t.is(first.errors, '');
	t.deepEqual(
		first.hub.server.seen.map(({path}) => path),
		['/v2/repositories/shop/app/', '/v2/repositories/library/nginx/'],
	);
	t.deepEqual(first.kept, [
		'{"timestamp":"2026-11-22T10:00:00+00:00","namespace":"shop","name":"app","pull_count":4000000000,"star_count":2}',
		'{"timestamp":"2026-11-22T10:00:00+00:00","namespace":"library","name":"nginx","pull_count":7,"star_count":2}',
	]);
	t.regex(first.text, /^shop\/app +4,000,000,000 +the first sample$/m);

	clock.advance(24 * 60 * 60 * 1000);
	first.hub.counts['/v2/repositories/shop/app/'] = 4_000_001_234;
	first.hub.counts['/v2/repositories/library/nginx/'] = 5;
	const second = await run(t, ['shop/app', 'nginx'], {...first, clock});
	t.is(second.kept.length, 4);
	t.regex(
		second.text,
		/^shop\/app +4,000,001,234 +\+1,234 since 2026-11-22T10:00Z$/m,
	);
	t.regex(second.text, /^library\/nginx +5 +fell by 2 since /m);
});

test('sample --json prints one document', async t => {
	const {text} = await run(t, ['shop/app', 'shop/none', '--json']);
	t.deepEqual(JSON.parse(text), {
		schemaVersion: 1,
		time: '2026-11-22T10:00:00.000Z',
		repositories: [
			{
				repository: 'shop/app',
				sample: {
					timestamp: '2026-11-22T10:00:00+00:00',
					pullCount: 4_000_000_000,
					starCount: 2,
				},
				previous: null,
				published: null,
				problem: null,
			},
			{
				repository: 'shop/none',
				sample: null,
				previous: null,
				published: null,
				problem:
					'Docker Hub shows no repository shop/none (404). Check the name; a private repository is not shown to everyone.',
			},
		],
	});
});

test('a repository that fails does not stop the others', async t => {
	const {code, kept, errors, hub} = await run(t, [
		'shop/none',
		'shop/broken',
		'shop/app',
	]);
	t.is(code, 1);
	t.is(kept.length, 1);
	t.is(hub.server.seen.length, 3);
	t.regex(errors, /shows no repository shop\/none/);
	t.regex(errors, /answer for shop\/broken holds no counters/);
});

test("--mqtt publishes the repository's object as S3 does, and the broker acknowledges it", async t => {
	const {url, seen} = await startBroker(t);
	const {code, errors, text} = await run(t, [
		'shop/app',
		'nginx',
		'--json',
		'--mqtt',
		url,
	]);
	t.is(errors, '');
	t.is(code, 0);
	t.deepEqual(
		seen.map(({topic, qos, retain}) => ({topic, qos, retain})),
		[1, 2].map(() => ({
			topic: 'com/docker/hub/repositories/metrics',
			qos: 1,
			retain: false,
		})),
	);
	t.is(
		String(seen[0]?.payload),
		'{"namespace":"shop","name":"app","pull_count":4000000000,"star_count":2,"description":"short","timestamp":"2026-11-22T10:00:00+00:00"}',
	);
	t.is(text.match(/"published": true/g)?.length, 2);
});

test('topic, its extension, retain and the login come from the settings, and the environment wins', async t => {
	const logins: string[] = [];
	const {url, seen} = await startBroker(t, {
		authenticate(_client, username, password, done) {
			logins.push(`${username} ${String(password)}`);
			done(null, true);
		},
	});
	const settings = {
		mqtt: {
			topic: 'hub',
			perRepository: true,
			retain: true,
			username: 'saved',
			password: 'saved-secret',
		},
	};
	const {code} = await run(t, ['shop/app', '--mqtt', url], {settings});
	await run(t, ['nginx', '--mqtt', url], {
		settings,
		environment: {JETSAM_MQTT_PASSWORD: 'given-secret'},
	});
	t.is(code, 0);
	t.deepEqual(
		seen.map(({topic, retain}) => ({topic, retain})),
		[
			{topic: 'hub/shop/app', retain: true},
			{topic: 'hub/library/nginx', retain: true},
		],
	);
	t.deepEqual(logins, ['saved saved-secret', 'saved given-secret']);
});

test('a wrong password is one sentence without it, and the sample is kept', async t => {
	const {url, seen} = await startBroker(t, {
		authenticate(_client, _username, _password, done) {
			done(Object.assign(new Error('no'), {returnCode: 4}), false);
		},
	});
	const {code, errors, kept, text} = await run(
		t,
		['shop/app', '--json', '--mqtt', url],
		{
			environment: {
				JETSAM_MQTT_USERNAME: 'jet',
				JETSAM_MQTT_PASSWORD: 'hidden',
			},
		},
	);
	t.is(code, 1);
	t.regex(
		errors,
		/^jetsam: The MQTT broker 127\.0\.0\.1:\d+ does not accept this user name and password\. .*\n$/,
	);
	t.false(errors.includes('hidden'));
	t.is(kept.length, 1);
	t.is(seen.length, 0);
	t.regex(text, /"published": false/);
});

test('a broker that is not there is one sentence, and the sample is kept', async t => {
	const {code, errors, kept} = await run(t, [
		'shop/app',
		'--mqtt',
		`mqtt://${silentHost}`,
	]);
	t.is(code, 1);
	t.regex(
		errors,
		/^jetsam: No MQTT broker answers at 127\.0\.0\.1:1 \(connection refused\)\. .*\n$/,
	);
	t.is(kept.length, 1);
});

const brokerAt = (url: string, fields = {}) => ({
	url,
	username: undefined,
	password: undefined,
	ca: undefined,
	isInsecure: false,
	retain: false,
	patience: 20_000,
	...fields,
});

const messages = ['one', 'two', 'three'].map(topic => ({topic, payload: '{}'}));

test('what is not acknowledged is told, and nothing more is sent', async t => {
	const seen: string[] = [];
	const {url} = await startBroker(t, {
		authorizePublish(_client, {topic}, done) {
			seen.push(topic);
			if (topic !== 'two') {
				done();
			}
		},
	});
	const {count, problem} = await publishMessages(
		brokerAt(url, {patience: 500}),
		messages,
	);
	t.is(count, 1);
	t.regex(problem ?? '', /did not acknowledge two in time/);
	t.deepEqual(seen, ['one', 'two']);
});

test('a broker that hangs up in the middle is told', async t => {
	const {url} = await startBroker(t, {
		authorizePublish(client, {topic}, done) {
			if (topic === 'two') {
				client?.close();
			} else {
				done();
			}
		},
	});
	const {count, problem} = await publishMessages(brokerAt(url), messages);
	t.is(count, 1);
	t.regex(problem ?? '', /closed the connection/);
});

test('a server that never answers as a broker is told', async t => {
	const {port, close} = await listen(
		createServer(socket => {
			socket.on('error', () => undefined);
			socket.on('data', () => undefined);
		}),
	);
	t.teardown(close);
	const {count, problem} = await publishMessages(
		brokerAt(`mqtt://127.0.0.1:${port}`, {patience: 100}),
		messages,
	);
	t.is(count, 0);
	t.regex(problem ?? '', /did not answer as an MQTT broker in time/);
});

/** A certificate for 127.0.0.1 that is its own authority. */
const makeAuthority = (): {key: string; cert: string} | undefined => {
	const {status, stdout} = spawnSync(
		'openssl',
		'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=jetsam -addext subjectAltName=IP:127.0.0.1 -keyout - -out -'.split(
			' ',
		),
		{encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']},
	);
	return status === 0 ? {key: stdout, cert: stdout} : undefined;
};

test('mqtts takes the authority that the settings name, and no other', async t => {
	const tls = makeAuthority();
	if (!tls) {
		skip(t, 'there is no openssl here');
		return;
	}

	const folder = openFolder(t);
	const ca = path.join(folder, 'ca.pem');
	writeFileSync(ca, tls.cert.slice(tls.cert.indexOf('-----BEGIN CERTIFICATE')));
	const {url, seen} = await startBroker(t, {}, tls);
	const trusted = await run(t, ['shop/app', '--mqtt', url], {
		settings: {mqtt: {ca}},
	});
	t.is(trusted.errors, '');
	t.is(trusted.code, 0);
	t.is(seen.length, 1);
	const untrusted = await run(t, ['shop/app', '--mqtt', url]);
	t.is(untrusted.code, 1);
	t.regex(
		untrusted.errors,
		/certificate of the MQTT broker .* cannot be trusted .* sample\.mqtt\.ca/,
	);
	t.is(seen.length, 1);
	const insecure = await run(t, [
		'shop/app',
		'--mqtt',
		url,
		'--insecure-registry',
		new URL(url).host,
	]);
	t.is(insecure.code, 0);
});

for (const [title, commandArguments, message] of [
	[
		'a login in the address',
		['shop/app', '--mqtt', 'mqtt://jet:hidden@broker.example'],
		/has a login in it.*JETSAM_MQTT_USERNAME and JETSAM_MQTT_PASSWORD/,
	],
	[
		'a user alone in it',
		['shop/app', '--mqtt', 'mqtts://hidden@broker.example'],
		/has a login in it/,
	],
	[
		'another scheme',
		['shop/app', '--mqtt', 'http://broker.example'],
		/no address of a broker/,
	],
	['no repository', [], /sample needs a repository/],
	['a tag', ['shop/app:1'], /"shop\/app:1" is no repository of Docker Hub/],
	['another registry', ['ghcr.io/shop/app'], /is no repository of Docker Hub/],
	['the demo', ['shop/app', '--demo'], /demo has no counters/],
] as const) {
	test(`sample with ${title} is wrong usage`, async t => {
		const error = await t.throwsAsync(async () => run(t, commandArguments), {
			instanceOf: UserError,
		});
		t.regex(error?.sentence ?? '', message);
		t.false(error?.sentence.includes('hidden'));
		t.is(error?.exitCode, 2);
	});
}

test('a password for a broker elsewhere does not go in the clear', async t => {
	const hub = await startHub(t);
	const error = await t.throwsAsync(
		run(t, ['shop/app', '--mqtt', 'mqtt://broker.example'], {
			hub,
			environment: {JETSAM_MQTT_PASSWORD: 'hidden'},
		}),
		{instanceOf: UserError},
	);
	t.regex(error?.sentence ?? '', /in the clear\. Use mqtts:\/\//);
	t.is(error?.exitCode, 2);
	t.is(hub.server.seen.length, 0);
});

test('--mqtt without sample is wrong usage', t => {
	const error = t.throws(
		() => parseCommandLine(['list', 'docker.io', '--mqtt', 'mqtt://b.example']),
		{instanceOf: UserError},
	);
	t.is(error?.exitCode, 2);
});
