import {once} from 'node:events';
import {
	createServer,
	type IncomingHttpHeaders,
	type RequestListener,
	type ServerResponse,
} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import type {Server} from 'node:net';
import type {ClusterContent, StoredObject} from './cluster-content.js';
import type {ClusterResource} from './cluster-resources.js';
import {serveClusterRequest} from './serve-cluster-request.js';

/** A request as an interceptor sees it; `path` with query. */
export type ClusterRequest = {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
};

/** What somebody wants to do, for the cluster's decision. */
export type ClusterAccess = {
	readonly verb: 'list' | 'watch';
	readonly resource: ClusterResource;
	/** An empty text for the whole cluster. */
	readonly namespace: string;
};

/** How the embedded API server behaves; see each field for what leaving it out means. */
export type EmbeddedClusterOptions = {
	/** What it holds, or what makes that at the first request for a list. */
	readonly content: ClusterContent | (() => Promise<ClusterContent>);
	/** With https; with a `ca`, certificates of clients that it has signed are as good as tokens. Http when left out. */
	readonly tls?:
		| {readonly key: string; readonly cert: string; readonly ca?: string}
		| undefined;
	/** Bearer tokens that it knows. Left out, with no `ca` either: it asks for none. */
	readonly tokens?: readonly string[] | undefined;
	/** Plain: as servers before 1.26. Aggregated when left out. */
	readonly discovery?: 'aggregated' | 'plain' | undefined;
	/** API groups whose own server does not answer; none when left out. */
	readonly staleGroups?: readonly string[] | undefined;
	/** What the user may not do; everything is allowed when left out. */
	readonly refuses?: ((access: ClusterAccess) => boolean) | undefined;
	/** The most objects on a page; as many as asked for when left out. */
	readonly pageSize?: number | undefined;
	/** So many pages but the first are answered with 410; none when left out. */
	readonly expiredPages?: number | undefined;
	/** Bytes from which on an answer is compressed, 128 KiB when left out. */
	readonly gzipFrom?: number | undefined;
	/** Milliseconds before each answer; none when left out. */
	readonly latency?: number | undefined;
	/** A fault to inject: returns true when it has the response, else the server answers. `attempt` counts from 1. */
	readonly intercept?:
		| ((
				request: ClusterRequest,
				response: ServerResponse,
				attempt: number,
		  ) => boolean)
		| undefined;
};

/** One received request, in order of arrival. */
export type LoggedClusterRequest = {
	readonly path: string;
	readonly authorization: string | undefined;
	readonly acceptEncoding: string | string[] | undefined;
	readonly accept: string | undefined;
	/** The common name of the client's certificate. */
	readonly certificate: string | undefined;
	readonly userAgent: string | undefined;
};

/** A running embedded API server. */
export type EmbeddedCluster = {
	/** `http://127.0.0.1:PORT` or with https. */
	readonly url: string;
	readonly requests: LoggedClusterRequest[];
	/** Resolves when a request has arrived, now or before, that fits. */
	readonly waitForRequest: (
		fits: (request: LoggedClusterRequest) => boolean,
	) => Promise<void>;
	/** Cuts all watches that are open. */
	readonly breakWatches: () => void;
	/** Ends all watches that are open, as the server does when their time is over. */
	readonly endWatches: () => void;
	/** While they are held watches tell nothing; what happened meanwhile is told after it. */
	readonly holdWatches: (isHeld: boolean) => void;
	/** Tells all watches that nothing else has happened. */
	readonly sendBookmarks: () => void;
	/** Writes this into all watches that are open. */
	readonly sendRaw: (text: string) => void;
	/** Cuts all connections and resolves when the port is free. */
	readonly close: () => Promise<void>;
};

/** A watch that is open. */
export type OpenWatch = {
	readonly tell: (text: string) => void;
	readonly bookmark: () => void;
	readonly flush: () => void;
	readonly end: () => void;
	readonly cut: () => void;
};

/** What a running server remembers between requests. */
export type ClusterServing = {
	readonly options: EmbeddedClusterOptions;
	readonly requests: LoggedClusterRequest[];
	readonly findContent: () => Promise<ClusterContent>;
	readonly attempts: Map<string, number>;
	/** Lists of which pages are left, by their `continue`. */
	readonly pages: Map<string, {rest: readonly StoredObject[]; version: number}>;
	readonly watches: Set<OpenWatch>;
	isHeld: boolean;
	pagesToExpire: number;
	readonly onRequest: () => void;
};

const listen = async (server: Server): Promise<number> => {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') {
		throw new Error('The system gave no port on the loopback address.');
	}

	return address.port;
};

const createContentFinder = ({
	content,
}: EmbeddedClusterOptions): (() => Promise<ClusterContent>) => {
	let found: Promise<ClusterContent> | undefined;
	return async () => {
		found ??=
			typeof content === 'function' ? content() : (async () => content)();
		return found;
	};
};

/** Starts an API server that speaks discovery, list and watch, on a free port of 127.0.0.1. Rejects when it cannot listen. */
export const startEmbeddedCluster = async (
	options: EmbeddedClusterOptions,
): Promise<EmbeddedCluster> => {
	const waiting = new Set<() => void>();
	const serving: ClusterServing = {
		options,
		requests: [],
		findContent: createContentFinder(options),
		attempts: new Map(),
		pages: new Map(),
		watches: new Set(),
		isHeld: false,
		pagesToExpire: options.expiredPages ?? 0,
		onRequest() {
			for (const wake of waiting) {
				wake();
			}

			waiting.clear();
		},
	};
	const answer: RequestListener = (request, response) => {
		void serveClusterRequest(serving, request, response);
	};

	const {tls} = options;
	const server = tls
		? createSecureServer(
				{
					...tls,
					requestCert: tls.ca !== undefined,
					rejectUnauthorized: false,
				},
				answer,
			)
		: createServer(answer);
	// Node would cut idle connections after 5 s, in a race with the client's next request.
	server.keepAliveTimeout = 0;
	const url = `${tls ? 'https' : 'http'}://127.0.0.1:${await listen(server)}`;
	const forEachWatch = (act: (watch: OpenWatch) => void) => () => {
		for (const watch of serving.watches) {
			act(watch);
		}
	};

	return {
		url,
		requests: serving.requests,
		async waitForRequest(fits) {
			while (!serving.requests.some(request => fits(request))) {
				await new Promise<void>(resolve => {
					waiting.add(resolve);
				});
			}
		},
		breakWatches: forEachWatch(watch => {
			watch.cut();
		}),
		endWatches: forEachWatch(watch => {
			watch.end();
		}),
		sendBookmarks: forEachWatch(watch => {
			watch.bookmark();
		}),
		sendRaw(text) {
			forEachWatch(watch => {
				watch.tell(text);
			})();
		},
		holdWatches(isHeld) {
			serving.isHeld = isHeld;
			forEachWatch(watch => {
				watch.flush();
			})();
		},
		async close() {
			if (server.listening) {
				const closed = once(server, 'close');
				server.close();
				server.closeAllConnections();
				await closed;
			}
		},
	};
};
