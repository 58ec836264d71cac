import {once} from 'node:events';
import {createServer, type IncomingMessage, request} from 'node:http';
import {buffer} from 'node:stream/consumers';
import type {ExecutionContext} from 'ava';

/** What becomes of a request on its way: `busy`, `broken` and `reset` never arrive; what is `lost` arrives, and its answer does not come back. */
export type Fate = 'kept' | 'busy' | 'broken' | 'reset' | 'lost';

/** A way to a registry on which things go wrong. */
export type FaultyProxy = {
	readonly url: string;
	/** Asked of each request, before anything else happens with it; everything is kept when it is `undefined`. */
	choose:
		| ((asked: {readonly method: string; readonly path: string}) => Fate)
		| undefined;
};

const statuses = {busy: 429, broken: 500} as const;

/** Starts a proxy before a server that speaks http on this machine. */
export const startFaultyProxy = async (
	t: ExecutionContext,
	target: string,
): Promise<FaultyProxy> => {
	const pass = async (asked: IncomingMessage, host: string) => {
		const forwarded = request(new URL(asked.url ?? '/', target), {
			method: asked.method,
			// The addresses that it gives out are to lead here again.
			headers: {...asked.headers, host},
		});
		const answered = new Promise<IncomingMessage>((resolve, reject) => {
			forwarded.once('response', resolve);
			forwarded.once('error', reject);
		});
		forwarded.end(await buffer(asked));
		const answer = await answered;
		return {
			status: answer.statusCode ?? 0,
			headers: answer.headers,
			body: await buffer(answer),
		};
	};

	const server = createServer((asked, response) => {
		void (async () => {
			const {method = '', url: path = '', headers} = asked;
			const fate = proxy.choose?.({method, path}) ?? 'kept';
			if (fate === 'reset') {
				response.destroy();
				return;
			}

			if (fate === 'busy' || fate === 'broken') {
				response.writeHead(statuses[fate], {'retry-after': '0'}).end();
				return;
			}

			const answer = await pass(asked, headers.host ?? '');
			if (fate === 'lost') {
				response.destroy();
				return;
			}

			response.writeHead(answer.status, answer.headers);
			response.end(method === 'HEAD' ? undefined : answer.body);
		})();
	});
	server.keepAliveTimeout = 0;
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = address && typeof address === 'object' ? address.port : 0;
	t.teardown(async () => {
		const closed = once(server, 'close');
		server.close();
		server.closeAllConnections();
		await closed;
	});
	const proxy: FaultyProxy = {
		url: `http://127.0.0.1:${port}`,
		choose: undefined,
	};
	return proxy;
};
