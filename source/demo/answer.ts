/** What a route answers; the server leaves the body out for HEAD but still tells its length. */
export type Answer = {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Uint8Array | string;
	/** Content-Length in bytes where it is not the body's. */
	readonly contentLength?: number;
};

// Status and message of each code as docker-registry 2.8 words them (registry/api/v2/errors.go, registry/api/errcode/register.go).
const knownErrors = [
	['BLOB_UNKNOWN', 404, 'blob unknown to registry'],
	['BLOB_UPLOAD_UNKNOWN', 404, 'blob upload unknown to registry'],
	['DENIED', 403, 'requested access to the resource is denied'],
	['DIGEST_INVALID', 400, 'provided digest did not match uploaded content'],
	['MANIFEST_BLOB_UNKNOWN', 400, 'blob unknown to registry'],
	['MANIFEST_INVALID', 400, 'manifest invalid'],
	['MANIFEST_UNKNOWN', 404, 'manifest unknown'],
	['NAME_UNKNOWN', 404, 'repository name not known to registry'],
	['PAGINATION_NUMBER_INVALID', 400, 'invalid number of results requested'],
	['UNAUTHORIZED', 401, 'authentication required'],
	['UNKNOWN', 500, 'unknown error'],
	['UNSUPPORTED', 405, 'The operation is unsupported.'],
] as const;

/** An error code of the OCI distribution spec ("Error Codes") or of docker-registry. */
export type ErrorCode = (typeof knownErrors)[number][0];

/** Answers JSON as Go's encoder ends it, with a line feed. */
export function answerJson(
	value: unknown,
	headers: Readonly<Record<string, string>>,
): Answer {
	return {
		status: 200,
		headers: {'content-type': 'application/json; charset=utf-8', ...headers},
		body: `${JSON.stringify(value)}\n`,
	};
}

/** Answers an OCI error body with one error per detail and the status of its code. */
export function answerErrors(
	code: ErrorCode,
	details: readonly unknown[],
): Answer {
	const [, status = 500, message = ''] =
		knownErrors.find(known => known[0] === code) ?? [];
	const errors = details.map(detail => ({
		code,
		message,
		detail: detail ?? undefined,
	}));
	return {...answerJson({errors}, {}), status};
}

/** Answers an OCI error body with a single error. */
export function answerError(code: ErrorCode, detail: unknown): Answer {
	return answerErrors(code, [detail]);
}

/** Answers Go's plain 404, which is all that docker-registry 2.8 says to a path it has no route for. */
export function answerPageNotFound(): Answer {
	return {
		status: 404,
		headers: {
			'content-type': 'text/plain; charset=utf-8',
			'x-content-type-options': 'nosniff',
		},
		body: '404 page not found\n',
	};
}
