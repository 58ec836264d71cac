import {spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {connect, type Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import type {HttpSettings} from '../../source/http/open-client.js';
import {type Answer, type Loopback, startLoopback} from './_loopback.js';

/** Servers on 127.0.0.1 that are reached by the names of others, over https, through a proxy. */
export type NamedHosts = {
	readonly settings: HttpSettings;
	/** By name. */
	readonly servers: ReadonlyMap<string, Loopback>;
	/** What a proxy was asked to connect to. */
	readonly connected: readonly string[];
};

/** A certificate for names and addresses which is its own authority; `undefined` where there is no openssl. */
export const makeAuthority = (
	names: readonly string[],
): {readonly key: string; readonly cert: string} | undefined => {
	const {status, stdout} = spawnSync(
		'openssl',
		[
			...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=jetsam -keyout - -out - -addext'.split(
				' ',
			),
			`subjectAltName=${names.map(name => (/^\d/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',')}`,
		],
		{encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']},
	);
	return status === 0
		? {
				key: stdout,
				cert: stdout.slice(stdout.indexOf('-----BEGIN CERTIFICATE')),
			}
		: undefined;
};

/** Starts a server for each name; `undefined` where there is no openssl. */
export const startNamedHosts = async (
	t: ExecutionContext,
	answers: Readonly<Record<string, Answer>>,
): Promise<NamedHosts | undefined> => {
	const tls = makeAuthority(Object.keys(answers));
	if (!tls) {
		return undefined;
	}

	const servers = new Map<string, Loopback>();
	for (const [name, answer] of Object.entries(answers)) {
		servers.set(name, await startLoopback(t, answer, tls));
	}

	const connected: string[] = [];
	const sockets = new Set<Socket>();
	const proxy = createServer();
	proxy.on('connect', (request, socket: Socket) => {
		const wanted = request.url ?? '';
		connected.push(wanted);
		const server = servers.get(wanted.replace(/:443$/, ''));
		if (!server) {
			socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
			return;
		}

		const way = connect(Number(server.host.split(':')[1]), '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 OK\r\n\r\n');
			way.pipe(socket).pipe(way);
		});
		for (const end of [way, socket]) {
			sockets.add(end);
			end.on('error', () => {
				way.destroy();
				socket.destroy();
			});
		}
	});
	proxy.listen(0, '127.0.0.1');
	await once(proxy, 'listening');
	const address = proxy.address();
	t.teardown(() => {
		proxy.close();
		for (const socket of sockets) {
			socket.destroy();
		}
	});
	const port = address && typeof address === 'object' ? address.port : 0;
	return {
		settings: {
			readOnly: false,
			insecureHosts: [],
			proxies: {
				http: undefined,
				https: `http://127.0.0.1:${port}`,
				none: undefined,
			},
			retryPause: 1,
			now: () => Date.now(),
			ca: tls.cert,
		},
		servers,
		connected,
	};
};
