import {isAboutCertificate} from '../http/describe-error.js';
import {HttpError} from '../http/http-error.js';
import type {HttpReply} from '../http/client.js';
import type {HttpSettings} from '../http/open-client.js';
import {registryHostOf} from '../oci/docker-hub.js';
import {isLoopback, type Where} from '../oci/reference.js';
import {UserError} from '../user-error.js';

/** The schemes to try, the first that answers wins. Plain http is spoken only to this machine or where it was allowed. */
const chooseSchemes = (
	{scheme, host}: Where,
	insecureHosts: readonly string[],
): ReadonlyArray<'http' | 'https'> => {
	const mayBePlain = isLoopback(host) || insecureHosts.includes(host);
	if (scheme === 'http' && !mayBePlain) {
		throw new UserError(
			`http://${host} is not encrypted, so jetsam does not use it.`,
			{
				remedy: `Use https, or allow this host by --insecure-registry ${host}.`,
				exitCode: 2,
			},
		);
	}

	if (scheme) {
		return [scheme];
	}

	return isLoopback(host)
		? ['http', 'https']
		: mayBePlain
			? ['https', 'http']
			: ['https'];
};

/** Of two failures by two schemes the one to tell: a TLS port answers plain http with 400 or breaks off, and then what https says is the truth. */
const chooseFailure = (
	first: HttpError | undefined,
	second: HttpError,
): HttpError =>
	first === undefined || first.status === 400 || isAboutCertificate(second)
		? second
		: first;

/** Throws `UserError` where what a host says to a greeting is not what a registry says. */
export const expectRegistry = (
	host: string,
	{status, headers}: HttpReply,
): void => {
	const contentType = [headers['content-type'] ?? ''].flat()[0] ?? '';
	if (status === 404 || contentType.startsWith('text/html')) {
		throw new UserError(
			`${host} answers, but not like a registry (${status}${contentType === '' ? '' : `, ${contentType}`} at /v2/).`,
			{
				remedy:
					'Check the address: jetsam needs the host that docker pushes to.',
			},
		);
	}
};

/**
Asks a host by each scheme that may be spoken there until one answers.

Throws `UserError` where none may be, and the `HttpError` of the one to tell where none answers.
@param ask - Gets an origin, such as `https://registry.example:5000`.
*/
export const askFirst = async <Answer>(
	where: Where,
	{insecureHosts}: Pick<HttpSettings, 'insecureHosts'>,
	ask: (origin: string) => Promise<Answer>,
): Promise<Answer> => {
	let failure: HttpError | undefined;
	for (const scheme of chooseSchemes(where, insecureHosts)) {
		try {
			return await ask(`${scheme}://${registryHostOf(where.host)}`);
		} catch (error) {
			if (!(error instanceof HttpError)) {
				throw error;
			}

			failure = chooseFailure(failure, error);
		}
	}

	throw failure ?? new Error(`There is no way to speak to ${where.host}`);
};
