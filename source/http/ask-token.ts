import {decodeText} from '../oci/json.js';
import type {TokenQuestion, TokenReply} from './authorizer.js';
import type {HttpClient} from './client.js';
import {explainError} from './describe-error.js';
import {HttpError} from './http-error.js';
import {type HttpSettings, openHttpClient} from './open-client.js';

const largestReply = 256 * 1024;

/**
Asks hosts for tokens; none of them gets more than the one question holds. Throws `UserError` where a host does not answer.
@param registry - The host that they are for.
*/
export const createTokenAsker = (
	settings: HttpSettings,
	registry: string,
): ((question: TokenQuestion) => Promise<TokenReply>) => {
	const clients = new Map<string, HttpClient>();
	return async ({url, authorization, form, signal}) => {
		const client =
			clients.get(url.origin) ??
			openHttpClient(settings, {
				origin: url.origin,
				authorize: () => undefined,
				namedBy: registry,
			});
		clients.set(url.origin, client);
		try {
			const {status, body} = await client.send({
				method: form ? 'POST' : 'GET',
				path: url.pathname + url.search,
				...(form && {form: form.toString()}),
				...(authorization !== undefined && {authorization}),
				accept: 'application/json',
				expect: [400, 401, 403, 404],
				maxBytes: largestReply,
				signal,
			});
			return {status, body: decodeText(body)};
		} catch (error) {
			throw error instanceof HttpError ? explainError(error, url.host) : error;
		}
	};
};
