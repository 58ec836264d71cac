import {Buffer} from 'node:buffer';
import {createSign, randomUUID, X509Certificate} from 'node:crypto';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import type {ExecutionContext} from 'ava';

/** A question for a token, as the server saw it. */
export type TokenAsked = {
	readonly method: string;
	readonly authorization: string | undefined;
	/** Of the query or of the form. */
	readonly fields: URLSearchParams;
};

/** What the server grants of what is asked for. */
export type TokenPolicy = (asked: TokenAsked) =>
	| {
			readonly status: 200;
			/** `repository:app:pull`, as they are granted. */
			readonly scopes: readonly string[];
			/** Seconds. */
			readonly life?: number;
	  }
	| {readonly status: number};

/** A server on 127.0.0.1 that gives out tokens, which a registry believes that has its certificate. */
export type TokenServer = {
	readonly realm: string;
	readonly seen: readonly TokenAsked[];
	/** From then on tokens are signed with the key in a folder: `key.pem` and `certificate.pem`. */
	readonly useKey: (folder: string) => Promise<void>;
};

const encode = (value: unknown): string =>
	Buffer.from(JSON.stringify(value)).toString('base64url');

const readAsked = async (request: IncomingMessage): Promise<TokenAsked> => ({
	method: request.method ?? '',
	authorization: request.headers.authorization,
	fields:
		request.method === 'POST'
			? new URLSearchParams(await text(request))
			: new URL(request.url ?? '', 'http://localhost').searchParams,
});

const readScope = (scope: string) => {
	const [type, ...rest] = scope.split(':');
	return {
		type,
		name: rest.slice(0, -1).join(':'),
		actions: rest.at(-1)?.split(',') ?? [],
	};
};

/** Until it has a key its tokens are `token N`, N from 1 on. */
export const startTokenServer = async (
	t: ExecutionContext,
	policy: TokenPolicy,
): Promise<TokenServer> => {
	const seen: TokenAsked[] = [];
	let key: {readonly pem: string; readonly certificate: string} | undefined;
	const sign = (service: string, scopes: readonly string[], life: number) => {
		if (key === undefined) {
			return `token-${seen.length}`;
		}

		const now = Math.floor(Date.now() / 1000);
		const signed = [
			encode({typ: 'JWT', alg: 'RS256', x5c: [key.certificate]}),
			encode({
				iss: 'lab-issuer',
				sub: 'lab',
				aud: service,
				exp: now + life,
				nbf: now - 60,
				iat: now,
				jti: randomUUID(),
				access: scopes.map(scope => readScope(scope)),
			}),
		].join('.');
		const signature = createSign('RSA-SHA256').update(signed).sign(key.pem);
		return `${signed}.${signature.toString('base64url')}`;
	};

	const answer = async (
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> => {
		const asked = await readAsked(request);
		seen.push(asked);
		const granted = policy(asked);
		response.writeHead(granted.status, {'content-type': 'application/json'});
		if (!('scopes' in granted)) {
			response.end('{"errors": []}');
			return;
		}

		const {scopes, life = 300} = granted;
		const token = sign(asked.fields.get('service') ?? '', scopes, life);
		response.end(`{"token": "${token}", "expires_in": ${life}}`);
	};

	const server = createServer((request, response) => {
		void answer(request, response);
	});
	server.keepAliveTimeout = 0;
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') {
		throw new Error('The system gave no port on the loopback address.');
	}

	t.teardown(async () => {
		const closed = once(server, 'close');
		server.close();
		server.closeAllConnections();
		await closed;
	});
	return {
		realm: `http://127.0.0.1:${address.port}/token`,
		seen,
		async useKey(folder) {
			const pem = await readFile(path.join(folder, 'key.pem'), 'utf8');
			const certificate = new X509Certificate(
				await readFile(path.join(folder, 'certificate.pem')),
			).raw.toString('base64');
			key = {pem, certificate};
		},
	};
};

/** All scopes that are asked for, in GET and POST. */
export const scopesOf = ({fields}: TokenAsked): readonly string[] =>
	fields
		.getAll('scope')
		.flatMap(each => each.split(' '))
		.filter(Boolean);
