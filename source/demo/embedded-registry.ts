import {once} from 'node:events';
import {
	createServer,
	type IncomingHttpHeaders,
	type ServerResponse,
} from 'node:http';
import type {RegistryContent} from './registry-content.js';
import {serveRequest} from './serve-request.js';

/** A request as an interceptor sees it; `path` with query. */
export type InterceptedRequest = {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
};

/**
A fault to inject: resolves to true when it has answered (or destroyed) the response itself, else the registry answers.

`attempt` counts requests with the same method and path, from 1.
*/
export type Intercept = (
	request: InterceptedRequest,
	response: ServerResponse,
	attempt: number,
) => boolean | Promise<boolean>;

/** What some registries can do and docker-registry 2.8 cannot. */
export type RegistryDialect = {
	/** Untag: `DELETE` of a tag removes just that tag, as distribution 3 does. Refused when left out. */
	readonly tagDeletes?: 'refused' | 'untag' | undefined;
	/** Served: the referrers API of the OCI distribution spec 1.1 is there. Absent when left out. */
	readonly referrers?: 'absent' | 'served' | undefined;
};

/** How the embedded registry behaves; see each field for what leaving it out means. */
export type EmbeddedRegistryOptions = {
	readonly content: RegistryContent;
	readonly deletes: 'enabled' | 'disabled';
	/** Denied: 403 DENIED for `_catalog`. Listed when left out. */
	readonly catalog?: 'listed' | 'denied' | undefined;
	/** The most entries on a page of a list. Left out: 100 repositories unless `n` asks for up to 1000, all tags unless `n` asks for fewer. */
	readonly pageSize?: number | undefined;
	/** Milliseconds before each answer, or what says them anew for each; none when left out. */
	readonly latency?: number | (() => number) | undefined;
	readonly dialect?: RegistryDialect | undefined;
	/** Asks for Basic authentication on every path. */
	readonly credentials?:
		{readonly username: string; readonly password: string} | undefined;
	readonly intercept?: Intercept | undefined;
};

/** One received request, in order of arrival. */
export type LoggedRequest = {
	readonly method: string;
	/** Path with query, as sent. */
	readonly path: string;
	/** 0 until a status was sent, and for ever when the connection was cut before. */
	readonly status: number;
	readonly userAgent: string | undefined;
	readonly accept: string | undefined;
	/** The raw header. */
	readonly authorization: string | undefined;
};

/** A running embedded registry. */
export type EmbeddedRegistry = {
	/** `127.0.0.1:PORT`. */
	readonly host: string;
	/** `http://127.0.0.1:PORT`. */
	readonly url: string;
	/** Every request since the start; empty it with `length = 0` to look at what follows. */
	readonly requests: LoggedRequest[];
	readonly content: RegistryContent;
	/** Cuts all connections, also waiting ones, and resolves when the port is free. */
	readonly close: () => Promise<void>;
};

/** Starts a registry that behaves like docker-registry 2.8, but for its dialect, on a free port of 127.0.0.1. Rejects when it cannot listen. */
export async function startEmbeddedRegistry(
	options: EmbeddedRegistryOptions,
): Promise<EmbeddedRegistry> {
	const requests: LoggedRequest[] = [];
	const serving = {
		options,
		requests,
		uploads: new Set<string>(),
		attempts: new Map<string, number>(),
	};
	const server = createServer((request, response) => {
		void serveRequest(serving, request, response);
	});
	// Node would cut idle connections after 5 s, in a race with the client's next request; docker-registry keeps them.
	server.keepAliveTimeout = 0;
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	const host = `127.0.0.1:${port}`;
	const {content} = options;
	return {
		host,
		url: `http://${host}`,
		requests,
		content,
		async close() {
			if (server.listening) {
				const closed = once(server, 'close');
				server.close();
				server.closeAllConnections();
				await closed;
			}
		},
	};
}
