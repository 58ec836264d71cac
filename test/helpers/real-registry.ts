import {Buffer} from 'node:buffer';
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {existsSync} from 'node:fs';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {sendRequest} from './push-content.js';

// The user `lab` with the password `labpw`: a test's password, nothing else.
const passwordLine =
	'lab:$2y$05$0FSEisV1PoCBrGmfRSJjU.xd1/9PcH3rqHnuPUP9Kn/NaZZk2IM3m\n';

/** The `Authorization` header that a registry started with `htpasswd` accepts. */
export const labAuthorization = `Basic ${Buffer.from('lab:labpw').toString('base64')}`;

const ownProgram = fileURLToPath(
	new URL(
		'../../.cache/real-servers/root/usr/bin/docker-registry',
		import.meta.url,
	),
);

// Stands between the test and the registry: when the test process is gone, however it went, its end of the pipe closes, and the registry and its folder go too.
const guard = `
const {spawn} = require('node:child_process');
const {rmSync, writeFileSync} = require('node:fs');
const [program, directory] = process.argv.slice(1);
let child;
let isRestarting = false;
const finish = code => {
	rmSync(directory, {recursive: true, force: true});
	process.exit(code ?? 1);
};
const start = () => {
	child = spawn(program, ['serve', directory + '/config.json'], {stdio: ['ignore', 'ignore', 'inherit']});
	child.on('error', () => finish(1));
	child.on('exit', code => {
		if (!isRestarting) return finish(code);
		isRestarting = false;
		start();
		writeFileSync(directory + '/restarted', '');
	});
};
start();
process.on('SIGUSR2', () => {
	isRestarting = true;
	child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGKILL'));
process.stdin.on('close', () => child.kill('SIGKILL')).resume();
`;

/** A docker-registry that runs for one test. */
export type RealRegistry = {
	/** Host and port, as it stands in an image reference. */
	host: string;
	url: string;
	/** The temporary folder; `data` in it is the registry's storage, `config.json` its settings. */
	directory: string;
	/** The certificate's file, when it was started with `tls`. */
	certificate: string | undefined;
	/** Collects its garbage, while it runs. */
	collectGarbage: () => void;
	/** Kills it and starts it again on the same port and storage, with nothing in its memory. */
	restart: () => Promise<void>;
	/** What it has logged so far, with what it said on its error stream besides. */
	readLog: () => string;
	/** Kills it and removes its folder. */
	stop: () => Promise<void>;
};

/** What a test wants its registry to be like. */
export type RealRegistryOptions = {
	/** Whether the registry allows deletes at all. */
	deletes: boolean;
	/** Whether it asks for a password; see `labAuthorization`. */
	htpasswd?: boolean;
	/** The address at which it has tokens fetched; it believes those signed with `key.pem` in its folder. */
	tokenRealm?: string;
	/** Whether it speaks HTTPS with a self-signed certificate; see `canUseTls`. */
	tls?: boolean;
	/** The only certificate, as PEM, that it lets clients in with, which is its own authority. */
	client?: {readonly cert: string; readonly key: string};
	/** Whether it logs each request, and how; else only errors. */
	log?: 'json' | 'text';
	/** Where it sends its notifications. */
	notify?: string;
};

function doesRun(program: string, flag: string): boolean {
	return spawnSync(program, [flag], {stdio: 'ignore'}).status === 0;
}

/** Finds docker-registry: the project's own copy (see `test/get-real-servers.mjs`), else the one on PATH. */
export function findRealRegistry(): string | undefined {
	if (existsSync(ownProgram) && doesRun(ownProgram, '--version')) {
		return ownProgram;
	}

	return doesRun('docker-registry', '--version')
		? 'docker-registry'
		: undefined;
}

/** Says whether a certificate can be made here, without which there is no `tls`. */
export function canUseTls(): boolean {
	return doesRun('openssl', 'version');
}

async function findFreePort(): Promise<number> {
	const server = net.createServer();
	await new Promise<void>((resolve, reject) => {
		server.on('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	await new Promise(resolve => {
		server.close(resolve);
	});
	if (address === null || typeof address === 'string') {
		throw new Error('The system gave no port on the loopback address.');
	}

	return address.port;
}

function makeCertificate(directory: string): void {
	const request =
		'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout key.pem -out certificate.pem -addext subjectAltName=IP:127.0.0.1,DNS:localhost';
	const {status, stderr} = spawnSync('openssl', request.split(' '), {
		cwd: directory,
		encoding: 'utf8',
	});
	if (status !== 0) {
		throw new Error(`openssl made no certificate: ${stderr}`);
	}
}

async function writeSettings(
	directory: string,
	host: string,
	token: string,
	{
		deletes,
		htpasswd,
		tokenRealm,
		tls,
		client,
		log,
		notify,
	}: RealRegistryOptions,
): Promise<void> {
	const inDirectory = (name: string) => path.join(directory, name);
	const settings = {
		version: '0.1',
		log: {
			level: log ? 'info' : 'error',
			...(log && {formatter: log}),
			accesslog: {disabled: true},
		},
		...(notify && {
			notifications: {
				endpoints: [
					{
						name: 'test',
						url: notify,
						timeout: '10s',
						threshold: 5,
						backoff: '100ms',
					},
				],
			},
		}),
		storage: {
			filesystem: {rootdirectory: inDirectory('data')},
			delete: {enabled: deletes},
			cache: {blobdescriptor: 'inmemory'},
		},
		http: {
			addr: host,
			secret: token,
			headers: {'X-Test-Registry': [token]},
			...(tls && {
				tls: {
					certificate: inDirectory('certificate.pem'),
					key: inDirectory('key.pem'),
					...(client && {
						clientcas: [inDirectory('clients.pem')],
					}),
				},
			}),
		},
		...(htpasswd && {
			auth: {htpasswd: {realm: 'lab', path: inDirectory('htpasswd')}},
		}),
		...(tokenRealm && {
			auth: {
				token: {
					realm: tokenRealm,
					service: 'lab',
					issuer: 'lab-issuer',
					rootcertbundle: inDirectory('certificate.pem'),
				},
			},
		}),
	};
	await fs.mkdir(inDirectory('data'));
	if (htpasswd) {
		await fs.writeFile(inDirectory('htpasswd'), passwordLine);
	}

	if (client) {
		await fs.writeFile(inDirectory('clients.pem'), client.cert);
	}

	if (tls === true || tokenRealm !== undefined) {
		makeCertificate(directory);
	}

	// Every JSON text is YAML as well.
	await fs.writeFile(inDirectory('config.json'), JSON.stringify(settings));
}

async function isServedBy(
	{url, client}: Served,
	token: string,
): Promise<boolean> {
	try {
		const {headers} = await sendRequest(new URL('/v2/', url), {
			...(client && {client}),
		});
		// Another process may have been given the port in the meantime, and may be a registry too.
		return headers['x-test-registry'] === token;
	} catch {
		return false;
	}
}

type Served = {url: string; client: RealRegistryOptions['client']};

type Attempt = {registry: RealRegistry} | {failure: string};

async function tryToStart(
	program: string,
	options: RealRegistryOptions,
): Promise<Attempt> {
	const host = `127.0.0.1:${await findFreePort()}`;
	const url = `${options.tls ? 'https' : 'http'}://${host}`;
	const token = randomUUID();
	const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'jetsam-real-'));
	await writeSettings(directory, host, token, options);
	const child = spawn(process.execPath, ['-e', guard, program, directory], {
		stdio: ['pipe', 'ignore', 'pipe'],
		// Variables named REGISTRY_… would overrule the settings.
		env: Object.fromEntries(
			Object.entries(process.env).filter(
				([name]) => !name.startsWith('REGISTRY_'),
			),
		),
	});
	const {ended, readLog} = followChild(child);
	const registry: RealRegistry = {
		host,
		url,
		directory,
		certificate: options.tls
			? path.join(directory, 'certificate.pem')
			: undefined,
		collectGarbage() {
			const settings = path.join(directory, 'config.json');
			const {status, stderr} = spawnSync(
				program,
				['garbage-collect', settings],
				{encoding: 'utf8'},
			);
			if (status !== 0) {
				throw new Error(`The garbage was not collected: ${stderr}`);
			}
		},
		async restart() {
			const mark = path.join(directory, 'restarted');
			await fs.rm(mark, {force: true});
			child.kill('SIGUSR2');
			while (!existsSync(mark)) {
				await delay(20);
			}

			await waitUntilServed(child, {url, client: options.client}, token);
		},
		readLog,
		async stop() {
			child.stdin?.destroy();
			await ended;
		},
	};
	const hasStarted = await waitUntilServed(
		child,
		{url, client: options.client},
		token,
	);
	if (hasStarted) {
		return {registry};
	}

	await registry.stop();
	return {failure: readLog().trim() || `no answer from ${url}`};
}

function followChild(child: ChildProcess) {
	let errors = '';
	child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
		errors += chunk;
	});
	const ended = new Promise<void>(resolve => {
		child.once('close', () => {
			resolve();
		});
	});
	return {ended, readLog: () => errors};
}

async function waitUntilServed(
	child: ChildProcess,
	served: Served,
	token: string,
): Promise<boolean> {
	const deadline = Date.now() + 20_000;

	while (child.exitCode === null && Date.now() < deadline) {
		if (await isServedBy(served, token)) {
			return true;
		}

		await delay(20);
	}

	return false;
}

/** Starts docker-registry on a free port of the loopback address and resolves when it answers. */
export async function startRealRegistry(
	options: RealRegistryOptions,
): Promise<RealRegistry> {
	const program = findRealRegistry();
	if (!program) {
		throw new Error(
			'There is no docker-registry. Run `node test/get-real-servers.mjs`, or skip the test when findRealRegistry() finds none.',
		);
	}

	let failure = '';
	for (let attempts = 0; attempts < 5; attempts++) {
		const attempt = await tryToStart(program, options);
		if ('registry' in attempt) {
			return attempt.registry;
		}

		failure = attempt.failure;
		if (!failure.includes('address already in use')) {
			break;
		}
	}

	throw new Error(`docker-registry did not start: ${failure}`);
}
