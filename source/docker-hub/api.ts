import type {HttpClient, HttpReply, HttpRequest} from '../http/client.js';
import type {Credentials} from '../http/credentials.js';
import {describeHttpError} from '../http/describe-error.js';
import {type HttpError} from '../http/http-error.js';
import {createShare} from '../http/share-answer.js';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';

/** Docker Hub's own API, which is not its registry, as the login of this machine sees it. */
export type HubApi = {
	readonly client: HttpClient;
	/** Sends a request, with a token where there is a login; one that runs out is renewed. Throws `HttpError`. */
	readonly send: (request: HttpRequest) => Promise<HttpReply>;
	/** The name that this machine is logged in by; an address of mail is none that a namespace has. */
	readonly findUser: (signal: AbortSignal) => Promise<string | undefined>;
	/** Why requests go without the login that there is; `undefined` where they do not. */
	readonly refusal: () => string | undefined;
	/** What was asked about so far, whose repositories are listed. */
	readonly namespaces: Set<string>;
};

const largestReply = 256 * 1024;

type Token = {readonly header: string | undefined};

/**
Docker Hub's API; its one token is kept in memory only and goes to no other host.
@param findLogin - The login that this machine has for Docker Hub's registry.
@see https://docs.docker.com/reference/api/hub/latest/
*/
export const createHubApi = (
	client: HttpClient,
	findLogin: (signal: AbortSignal) => Promise<Credentials | undefined>,
): HubApi => {
	let token: Token | undefined;
	let refusal: string | undefined;
	const share = createShare<Token>();

	const findToken = async (signal: AbortSignal): Promise<Token> => {
		token ??= await share(
			'token',
			async owner => {
				const answer = await askForToken(client, await findLogin(owner), owner);
				({refusal} = answer);
				return answer;
			},
			signal,
		);
		return token;
	};

	return {
		client,
		async send(request) {
			const sent = await findToken(request.signal);
			const reply = await attempt(client, request, sent);
			if (reply !== 'wants a login') {
				return reply;
			}

			// Another request may have renewed it meanwhile.
			token = token === sent ? undefined : token;
			return sendOnce(client, request, await findToken(request.signal));
		},
		async findUser(signal) {
			const login = await findLogin(signal);
			const name = login?.username ?? '';
			return /^[a-z\d][a-z\d_-]*$/.test(name) ? name : undefined;
		},
		refusal: () => refusal,
		namespaces: new Set(),
	};
};

const sendOnce = async (
	client: HttpClient,
	request: HttpRequest,
	{header}: Token,
): Promise<HttpReply> =>
	client.send({
		...request,
		...(header !== undefined && {authorization: header}),
	});

/** Sends a request with a token that may have run out. */
const attempt = async (
	client: HttpClient,
	request: HttpRequest,
	token: Token,
): Promise<HttpReply | 'wants a login'> => {
	if (token.header === undefined) {
		return sendOnce(client, request, token);
	}

	const reply = await sendOnce(
		client,
		{...request, expect: [...(request.expect ?? []), 401]},
		token,
	);
	return reply.status === 401 ? 'wants a login' : reply;
};

/** A token in return for a login; none where there is no login, or where it is not taken: what everybody may see is there all the same. */
const askForToken = async (
	client: HttpClient,
	login: Credentials | undefined,
	signal: AbortSignal,
): Promise<Token & {readonly refusal: string | undefined}> => {
	if (!login) {
		return {header: undefined, refusal: undefined};
	}

	if (login.username === '' || login.password === '') {
		return {
			header: undefined,
			refusal:
				'The login of this machine is one that only the registry takes. Run `docker login -u NAME` with a personal access token.',
		};
	}

	const reply = await client.send({
		method: 'POST',
		path: '/v2/auth/token',
		question: JSON.stringify({
			identifier: login.username,
			secret: login.password,
		}),
		accept: 'application/json',
		signal,
		maxBytes: largestReply,
		expect: [400, 401, 403],
	});
	const header = reply.status < 400 ? readToken(reply) : undefined;
	return header === undefined
		? {header, refusal: explainRefusal(client, reply)}
		: {header, refusal: undefined};
};

const readToken = ({body}: HttpReply): string | undefined => {
	const document = parseJson(decodeText(body));
	const found = isJsonObject(document) ? document['access_token'] : undefined;
	// Whatever else it is, it becomes a header.
	return typeof found === 'string' && /^[\w.~+/=-]+$/.test(found)
		? `Bearer ${found}`
		: undefined;
};

const explainRefusal = (
	{host}: HttpClient,
	{status, body}: HttpReply,
): string => {
	const document = parseJson(decodeText(body));
	return isJsonObject(document) && 'login_2fa_token' in document
		? `${host} wants a second factor besides the password of this machine's login (${status}). Run \`docker login -u NAME\` with a personal access token.`
		: `${host} does not accept the login of this machine (${status}). Run \`docker login -u NAME\` with a personal access token.`;
};

/** The sentence for a request that brought no usable reply, and that the login was not used where it was not. */
export const describeHubFailure = (
	{client, refusal}: HubApi,
	error: HttpError,
): {readonly message: string; readonly remedy: string} => {
	const {message, remedy} = describeHttpError(error, client.host);
	return {message, remedy: refusal() ?? remedy};
};
