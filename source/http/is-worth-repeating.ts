import type {HttpRequest} from './client.js';
import {HttpError} from './http-error.js';

/** After silence for so long as a timeout is, a host is asked just once more. */
const retriesAfterSilence = 1;

/** Whether a request changes nothing on its host. */
export const isReading = ({
	method,
	question,
	form,
}: Pick<HttpRequest, 'method' | 'question' | 'form'>): boolean =>
	method === 'GET' ||
	method === 'HEAD' ||
	(method === 'POST' && (question ?? form) !== undefined);

/** Whether a failed request may simply be sent again. A delete never is: the facts that it rests on have to be read again first. */
export const isWorthRepeating = (
	error: unknown,
	{wanted, attemptNumber}: {wanted: HttpRequest; attemptNumber: number},
): boolean =>
	error instanceof HttpError &&
	isReading(wanted) &&
	!error.limit &&
	!(isTimeout(error) && attemptNumber > retriesAfterSilence) &&
	// A head without the byte that was asked for is what a registry answers whose storage has lost it.
	!(wanted.range !== undefined && error.status > 0 && attemptNumber > 1) &&
	((error.failure === 'network' && isPassing(error.networkCode)) ||
		[408, 429, 500, 502, 503, 504].includes(error.status));

const isTimeout = ({networkCode}: HttpError): boolean =>
	networkCode.endsWith('_TIMEOUT');

// A name that does not exist or a certificate that is wrong stays so; what was cut off may not be the next time.
const isPassing = (networkCode: string): boolean =>
	!/^(?:ENOTFOUND|ECONNREFUSED|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_INVALID)/.test(
		networkCode,
	);
