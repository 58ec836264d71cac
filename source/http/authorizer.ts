import {isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import {createLoginSender} from './azure-exchange.js';
import {parseChallenges} from './challenge.js';
import {hostOf} from './client.js';
import {answerBasic, type Credentials, type Logins} from './credentials.js';
import {holdLogins, isCurrent} from './held-logins.js';
import {checkRealm} from './realm.js';
import {areaOf, type Asked, listScopes, repositoryOf} from './scopes.js';
import {createShare} from './share-answer.js';
import {readTokenLife} from './token-life.js';
import {nameLoginCommand} from './vendor-hosts.js';

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
	/** The login that was found for the host itself when a challenge asked for one. */
	readonly knownLogin: () => Credentials | undefined;
	/** Whether some of its repositories have logins of their own. */
	readonly hasNarrowerLogins: () => boolean;
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
	readonly realm: URL;
	readonly service: string | undefined;
	readonly scope: string;
	/** What it is for; `undefined` for the registry as such. */
	readonly repository: string | undefined;
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
An authorizer for a host with the logins that are known for it, if there are any: by Basic, or by tokens, which are fetched where the host says, kept for their life and shared by the requests that they are good for. A login is looked for when the host first
asks for one, and again when it runs out or is refused.
@see https://distribution.github.io/distribution/spec/auth/token/
*/
export const createAuthorizer = (options: {
	readonly origin: string;
	readonly logins: Logins;
	/** Hosts besides the known ones that may be given the login. */
	readonly tokenHosts: readonly string[];
	readonly ask: (question: TokenQuestion) => Promise<TokenReply>;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}): Authorizer => {
	const {origin, tokenHosts, ask, now} = options;
	const host = hostOf(origin);
	const held = holdLogins(host, options);
	const basics = new Map<string, Credentials>();
	const byArea = new Map<string, Token>();
	const byScope = new Map<string, Token>();
	const share = createShare<Token | undefined>();
	const sendLogin = createLoginSender(ask);

	const trade = async (
		{realm, service, scope, signal}: WantedToken,
		login: Credentials | undefined,
	): Promise<{reply: TokenReply; askedAt: number}> => {
		const askedAt = now();
		const reply = await sendLogin(login, {realm, service, signal}, async sent =>
			ask({
				...buildQuestion(realm, {service, scope, login: sent}),
				signal,
			}),
		);
		return {reply, askedAt};
	};

	const fetchToken = async (
		wanted: WantedToken,
	): Promise<Token | undefined> => {
		const {realm, scope, repository, signal} = wanted;
		let login = await held.get(repository, signal);
		let {reply, askedAt} = await trade(wanted, login);
		if (isRefusal(reply) && login) {
			const refused = login;
			login = await held.renew(repository, {refused, signal});
			if (login !== refused) {
				({reply, askedAt} = await trade(wanted, login));
			}
		}

		const {status, body} = reply;
		if (isRefusal(reply)) {
			if (login === undefined) {
				return undefined;
			}

			throw new UserError(
				`${realm.host} does not accept the login for ${host} (${status}).`,
				{
					remedy: `Run \`${nameLoginCommand(host, login)}\` again.`,
					status,
				},
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
			until: askedAt + Math.max(1, read.life - margin) * 1000,
		};
	};

	const findToken = async (wanted: WantedToken): Promise<Token | undefined> => {
		const {realm, service = '', scope, repository, refused, signal} = wanted;
		const key = `${realm.href} ${service} ${scope} ${held.keyOf(repository)}`;
		const isGood = (token: Token | undefined): token is Token =>
			token !== undefined &&
			token.until > now() &&
			!refused.includes(token.header);
		const known = byScope.get(key);
		if (isGood(known)) {
			return known;
		}

		const token = await share(
			key,
			async owner => fetchToken({...wanted, signal: owner}),
			signal,
		);
		if (token) {
			byScope.set(key, token);
		}

		return token;
	};

	/** The header for Basic, by a newer login where the first one was refused. */
	const findBasic = async (
		challenge: string,
		{asked, refused, signal}: Parameters<Authorize>[1],
	): Promise<string | undefined> => {
		const repository = repositoryOf(asked);
		let login = await held.get(repository, signal);
		const first = answerBasic(challenge, login);
		if (first !== undefined && refused.length === 1 && refused[0] === first) {
			login = await held.renew(repository, {refused: login, signal});
		}

		if (login) {
			basics.set(held.keyOf(repository), login);
		}

		return answerBasic(challenge, login);
	};

	return {
		knownLogin: held.last,
		hasNarrowerLogins: held.hasNarrower,
		recall(asked) {
			const token = byArea.get(areaOf(asked));
			if (token && token.until > now()) {
				return token.header;
			}

			const login = basics.get(held.keyOf(repositoryOf(asked)));
			return login && isCurrent(login, now())
				? answerBasic('Basic', login)
				: undefined;
		},
		async authorize(challenge, given) {
			const {asked, refused, answers, signal} = given;
			const challenges = parseChallenges(challenge);
			const bearer = challenges.find(({scheme}) => scheme === 'bearer');
			const named = bearer?.parameters.get('realm');
			if (bearer === undefined || named === undefined) {
				return findBasic(challenge, given);
			}

			const realm = checkRealm(named, {origin, allowed: tokenHosts});
			const service = bearer.parameters.get('service');
			const scope = listScopes(asked, bearer.parameters.get('scope'))[answers];
			const repository = repositoryOf(asked);
			const token =
				scope === undefined
					? undefined
					: await findToken({
							realm,
							service,
							scope,
							repository,
							refused,
							signal,
						});
			if (token) {
				byArea.set(areaOf(asked), token);
			}

			return token?.header;
		},
	};
};

const isRefusal = ({status}: TokenReply): boolean =>
	status === 401 || status === 403;
