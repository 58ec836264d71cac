import {HttpError, redactUrl} from './http-error.js';

/** One request that went out, as `--debug FILE` tells it: nothing in it is secret. */
export type RequestEntry = {
	readonly kind: 'request';
	readonly method: string;
	/** Without user information and without the values of its query. */
	readonly url: string;
	/** 0 where no reply came. */
	readonly status: number;
	/** What kept the reply away, for example `ECONNREFUSED`; an empty text where nothing did. */
	readonly failure: string;
	/** From sending to the last byte of the reply. */
	readonly milliseconds: number;
	/** Of the body. */
	readonly bytes: number;
	/** 1, and one more each time that the same is asked again. */
	readonly attempt: number;
};

/** Takes each request when it has ended. */
export type RequestLog = (entry: RequestEntry) => void;

const describeFailure = (error: unknown): string =>
	error instanceof HttpError
		? error.networkCode || error.failure
		: 'broken off';

/** Makes an exchange and logs how it ended. */
export const logExchange = async <
	Reply extends {readonly status: number; readonly body: Uint8Array},
>(
	log: RequestLog | undefined,
	about: {readonly method: string; readonly url: URL; readonly attempt: number},
	exchange: () => Promise<Reply>,
): Promise<Reply> => {
	if (log === undefined) {
		return exchange();
	}

	const begun = performance.now();
	const tell = (status: number, bytes: number, failure: string): void => {
		log({
			kind: 'request',
			method: about.method,
			url: redactUrl(about.url.href),
			status,
			failure,
			milliseconds: Math.round(performance.now() - begun),
			bytes,
			attempt: about.attempt,
		});
	};

	try {
		const reply = await exchange();
		tell(reply.status, reply.body.length, '');
		return reply;
	} catch (error) {
		tell(0, 0, describeFailure(error));
		throw error;
	}
};

/** Foreign text for the log: addresses in it as `redactUrl` shows them, and no word after `Bearer` or `Basic`. */
export const redactText = (text: string): string =>
	text
		.replaceAll(/\bhttps?:\/\/[^\s"'<>]+/gi, address => redactUrl(address))
		.replaceAll(/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 REDACTED')
		.replaceAll(
			/\b((?:access_|refresh_|id_)?token|password|passwd|secret|authorization|cookie)(["']?\s*[=:]\s*["']?)(?!(?:bearer|basic) redacted)[^\s"',;&}]+/gi,
			'$1$2REDACTED',
		);
