/** Why a cluster gave no usable answer. */
export type ApiFailure =
	/** It answered with an error status. */
	| 'status'
	/** It did not answer in time. */
	| 'timeout'
	/** The connection could not be made, or broke. */
	| 'network'
	/** It answered with what is not the API's. */
	| 'malformed'
	/** There was nothing to ask with: the credentials could not be had. */
	| 'credentials';

/** Thrown where a cluster gives no usable answer. The message is a clause for a sentence, and holds neither credentials nor control characters. */
export class ApiError extends Error {
	override readonly name = 'ApiError';
	readonly failure: ApiFailure;
	/** 0 where there was no reply. */
	readonly status: number;
	/** Seconds after which the server wants to be asked again, where it said so. */
	readonly retryAfter: number | undefined;

	constructor(
		message: string,
		options: {
			failure: ApiFailure;
			status?: number;
			retryAfter?: number | undefined;
			cause?: unknown;
		},
	) {
		super(message, {cause: options.cause});
		this.failure = options.failure;
		this.status = options.status ?? 0;
		this.retryAfter = options.retryAfter;
	}
}

/** Whether the server understood and said no: an operator may accept that by name. */
export const isRefusal = (error: unknown): boolean =>
	error instanceof ApiError && error.status === 403;
