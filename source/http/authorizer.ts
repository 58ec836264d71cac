import {isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import {createLoginSender} from './azure-exchange.js';
import {parseChallenges} from './challenge.js';
import {answerBasic, type Credentials} from './credentials.js';
import {checkRealm} from './realm.js';
import {areaOf, type Asked, listScopes} from './scopes.js';
import {readTokenLife} from './token-life.js';

/** What a host that gives out tokens says to one question. */
export type TokenReply = {readonly status: number; readonly body: string};

/** What is asked of a host that gives out tokens. */
export type TokenQuestion = {
	readonly url: URL;
	/** The Authorization header; none for a token without a login. */
	readonly authorization: string | undefined;
	/** A form to be posted, where a refresh token is traded in. */
	readonly form: URLSearchParams | undefined;
	readonly signal: AbortSignal;
};

/** Finds the Authorization header for requests to one host. */
export type Authorizer = {
	/** What a request may be sent with before anything is asked for. */
	readonly recall: (asked: Asked) => string | undefined;
	/**
	Answers a challenge (the WWW-Authenticate header); resolves to `undefined` where there is nothing to give. Throws `UserError` where the login is not accepted, or would have to go where it may not.
	*/
	readonly authorize: Authorize;
};

/** See `Authorizer`. */
export type Authorize = (
	challenge: string,
	options: {
		readonly asked: Asked;
		/** What the request was sent with, and refused. */
		readonly refused: readonly string[];
		/** How many of these were answers to a challenge. */
		readonly answers: number;
		readonly signal: AbortSignal;
	},
) => string | undefined | Promise<string | undefined>;

type Token = {
	readonly header: string;
	readonly scope: string;
	/** Milliseconds since 1970. */
	readonly until: number;
};

type WantedToken = {
	readonly service: string | undefined;
	readonly scope: string;
	/** Headers that were refused: one of them is no token any more, whatever its life. */
	readonly refused: readonly string[];
	readonly signal: AbortSignal;
};

/** Seconds that a token holds where nothing is said. */
const usualLife = 60;
/** Seconds before its end at which a token is not used any more. */
const margin = 10;
const clientId = 'jetsam';

const readToken = (body: string): {token: string; life: number} | undefined => {
	const document = parseJson(body);
	if (!isJsonObject(document)) {
		return undefined;
	}

	const {token, access_token: other, expires_in: expires} = document;
	const found = typeof token === 'string' && token !== '' ? token : other;
	// Whatever else it is, it becomes a header.
	if (typeof found !== 'string' || !/^[\w.~+/=-]+$/.test(found)) {
		return undefined;
	}

	const life =
		typeof expires === 'number' && expires > 0
			? expires
			: (readTokenLife(found) ?? usualLife);
	return {token: found, life};
};

const buildQuestion = (
	realm: URL,
	{
		service,
		scope,
		login,
	}: {
		service: string | undefined;
		scope: string;
		login: Credentials | undefined;
	},
): Omit<TokenQuestion, 'signal'> => {
	const fields = new URLSearchParams();
	if (service !== undefined) {
		fields.set('service', service);
	}

	for (const each of scope.split(' ').filter(Boolean)) {
		fields.append('scope', each);
	}

	if (login?.identityToken !== undefined) {
		// Here all scopes stand in one field.
		fields.delete('scope');
		if (scope !== '') {
			fields.set('scope', scope);
		}

		fields.set('grant_type', 'refresh_token');
		fields.set('client_id', clientId);
		fields.set('refresh_token', login.identityToken);
		return {url: realm, authorization: undefined, form: fields};
	}

	const url = new URL(realm);
	for (const [name, value] of fields) {
		url.searchParams.append(name, value);
	}

	return {
		url,
		authorization: answerBasic('Basic', login),
		form: undefined,
	};
};

/**
An authorizer for a host with the login that is known for it, if there is one: by Basic, or by tokens, which are fetched where the host says, kept for their life and shared by the requests that they are good for.
@see https://distribution.github.io/distribution/spec/auth/token/
*/
export const createAuthorizer = (options: {
	readonly origin: string;
	readonly login: Credentials | undefined;
	/** Hosts besides the known ones that may be given the login. */
	readonly tokenHosts: readonly string[];
	readonly ask: (question: TokenQuestion) => Promise<TokenReply>;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}): Authorizer => {
	const {origin, login, tokenHosts, ask, now} = options;
	const {host} = new URL(origin);
	let basic: string | undefined;
	const byArea = new Map<string, Token>();
	const byScope = new Map<string, Promise<Token | undefined>>();
	const sendLogin = createLoginSender(ask);

	const fetchToken = async (
		realm: URL,
		{service, scope, signal}: WantedToken,
	): Promise<Token | undefined> => {
		const asked = now();
		const {status, body} = await sendLogin(
			login,
			{realm, service, signal},
			async sent =>
				ask({
					...buildQuestion(realm, {service, scope, login: sent}),
					signal,
				}),
		);
		if (status === 401 || status === 403) {
			if (login === undefined) {
				return undefined;
			}

			throw new UserError(
				`${realm.host} does not accept the login for ${host} (${status}).`,
				{remedy: `Run \`docker login ${host}\` again.`, status},
			);
		}

		const read = status === 200 ? readToken(body) : undefined;
		if (read === undefined) {
			throw new UserError(
				`${realm.host} gives no token for ${host} (${status}).`,
				{remedy: 'Try again later, or ask who runs it.', status},
			);
		}

		return {
			header: `Bearer ${read.token}`,
			scope,
			until: asked + Math.max(1, read.life - margin) * 1000,
		};
	};

	const findToken = async (
		realm: URL,
		wanted: WantedToken,
	): Promise<Token | undefined> => {
		const key = `${realm.href} ${wanted.service ?? ''} ${wanted.scope}`;
		const known = byScope.get(key);
		const token = await known?.catch(() => undefined);
		if (
			token &&
			token.until > now() &&
			!wanted.refused.includes(token.header)
		) {
			return token;
		}

		if (byScope.get(key) === known) {
			byScope.set(key, fetchToken(realm, wanted));
		}

		return byScope.get(key);
	};

	return {
		recall(asked) {
			const token = byArea.get(areaOf(asked));
			return token && token.until > now() ? token.header : basic;
		},
		async authorize(challenge, {asked, refused, answers, signal}) {
			const challenges = parseChallenges(challenge);
			const bearer = challenges.find(({scheme}) => scheme === 'bearer');
			const realm = bearer?.parameters.get('realm');
			if (bearer === undefined || realm === undefined) {
				basic = answerBasic(challenge, login);
				return basic;
			}

			const url = checkRealm(realm, {origin, allowed: tokenHosts});
			const service = bearer.parameters.get('service');
			const scope = listScopes(asked, bearer.parameters.get('scope'))[answers];
			const token =
				scope === undefined
					? undefined
					: await findToken(url, {service, scope, refused, signal});
			if (token) {
				byArea.set(areaOf(asked), token);
			}

			return token?.header;
		},
	};
};
