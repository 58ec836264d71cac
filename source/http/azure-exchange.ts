import {isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import type {TokenQuestion, TokenReply} from './authorizer.js';
import type {Credentials} from './credentials.js';

/** The user name under which docker keeps a refresh token of an Azure registry in place of a password. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** Where Azure registries give tokens out; on their own host. */
const tokenPath = '/oauth2/token';

/** Sends a login to a realm as the realm takes it, by what `send` makes of it. */
export type SendLogin = (
	login: Credentials | undefined,
	options: {
		readonly realm: URL;
		readonly service: string | undefined;
		readonly signal: AbortSignal;
	},
	send: (login: Credentials | undefined) => Promise<TokenReply>,
) => Promise<TokenReply>;

/**
Sends logins as an Azure registry takes them: an access token of Microsoft Entra is exchanged for a refresh token of the registry, and again only where that is not accepted any more; what docker keeps as the password of nobody is such a token. Any other login goes as it is, and every
login to any other realm.
@see https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
*/
export const createLoginSender = (
	ask: (question: TokenQuestion) => Promise<TokenReply>,
): SendLogin => {
	const exchanged = new Map<string, Promise<string>>();
	const findRefreshToken = async (
		key: string,
		exchangeAnew: () => Promise<string>,
	): Promise<string> => {
		const known = exchanged.get(key) ?? exchangeAnew();
		exchanged.set(key, known);
		try {
			return await known;
		} catch (error) {
			if (exchanged.get(key) === known) {
				exchanged.delete(key);
			}

			throw error;
		}
	};

	return async (login, {realm, service, signal}, send) => {
		if (!login || realm.pathname !== tokenPath) {
			return send(login);
		}

		const {entraToken, username, password, identityToken} = login;
		if (entraToken === undefined) {
			return send(
				username === nobody && identityToken === undefined
					? {...login, identityToken: password}
					: login,
			);
		}

		const key = `${realm.origin} ${entraToken}`;
		const find = async (): Promise<string> =>
			findRefreshToken(key, async () =>
				exchange(realm, {login, service, ask, signal}),
			);
		const token = await find();
		const reply = await send({...login, identityToken: token});
		if (reply.status !== 401) {
			return reply;
		}

		if ((await exchanged.get(key)) === token) {
			exchanged.delete(key);
		}

		return send({...login, identityToken: await find()});
	};
};

const exchange = async (
	realm: URL,
	{
		login,
		service,
		ask,
		signal,
	}: {
		readonly login: Credentials;
		readonly service: string | undefined;
		readonly ask: (question: TokenQuestion) => Promise<TokenReply>;
		readonly signal: AbortSignal;
	},
): Promise<string> => {
	const {entraToken = '', tenant} = login;
	const form = new URLSearchParams({
		...Object.fromEntries([
			['grant_type', 'access_token'],
			['access_token', entraToken],
		]),
		service: service ?? realm.host,
		...(tenant !== undefined && {tenant}),
	});
	const {status, body} = await ask({
		url: new URL('/oauth2/exchange', realm),
		authorization: undefined,
		form,
		signal,
	});
	const document = status === 200 ? parseJson(body) : undefined;
	const token = isJsonObject(document) ? document['refresh_token'] : undefined;
	if (typeof token !== 'string' || token === '') {
		throw new UserError(
			`${realm.host} does not take the login of Microsoft Entra (${status}).`,
			{
				remedy:
					'Run `az login` again, and check that it may read this registry.',
				status,
			},
		);
	}

	return token;
};
