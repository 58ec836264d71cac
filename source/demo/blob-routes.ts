import {randomUUID} from 'node:crypto';
import {answerError, type Answer} from './answer.js';
import {computeDigest} from './registry-content.js';
import type {RouteRequest} from './routes.js';

/** `GET` and `HEAD /v2/<name>/blobs/<digest>`, with one byte range. A declared blob has a size for HEAD, a few zeros for whoever asks for a short range to see whether it is there, and no bytes for GET. */
export function getBlob(request: RouteRequest): Answer {
	const {content, reference, isHead} = request;
	const declared = content.declaredBlobs.get(reference);
	const bytes = content.blobs.get(reference) ?? declareBytes(request, declared);
	const size = content.blobs.get(reference)?.length ?? declared;
	if (size === undefined || (!bytes && !isHead)) {
		return answerError('BLOB_UNKNOWN', reference);
	}

	const headers = {
		'accept-ranges': 'bytes',
		'content-type': 'application/octet-stream',
		'docker-content-digest': reference,
		etag: `"${reference}"`,
	};
	const range = bytes && readRange(request.headers.range, size);
	if (!bytes || !range) {
		return {status: 200, headers, body: bytes ?? '', contentLength: size};
	}

	const [first, last] = range;
	if (first >= size || last < first) {
		return {status: 416, headers: {'content-range': `bytes */${size}`}};
	}

	return {
		status: 206,
		headers: {...headers, 'content-range': `bytes ${first}-${last}/${size}`},
		body: bytes.subarray(first, last + 1),
	};
}

/** `POST /v2/<name>/blobs/uploads/`: opens an upload; mounts are not offered, which the spec allows. */
export function startUpload({uploads, name}: RouteRequest): Answer {
	const upload = randomUUID();
	uploads.add(upload);
	return {
		status: 202,
		headers: {
			location: `/v2/${name}/blobs/uploads/${upload}`,
			'docker-upload-uuid': upload,
			range: '0-0',
		},
	};
}

/** `DELETE /v2/<name>/blobs/uploads/<upload>`: takes an upload back. */
export function cancelUpload({uploads, reference}: RouteRequest): Answer {
	return uploads.delete(reference)
		? {status: 204}
		: answerError('BLOB_UPLOAD_UNKNOWN', null);
}

/** `PUT /v2/<name>/blobs/uploads/<upload>?digest=` with the whole blob as its body. */
export function putUpload(request: RouteRequest): Answer {
	const {content, uploads, name, reference, query, body} = request;
	if (!uploads.has(reference)) {
		return answerError('BLOB_UPLOAD_UNKNOWN', null);
	}

	const digest = computeDigest(body);
	if (query.get('digest') !== digest) {
		return answerError('DIGEST_INVALID', query.get('digest'));
	}

	uploads.delete(reference);
	content.blobs.set(digest, body);
	return {
		status: 201,
		headers: {
			location: `/v2/${name}/blobs/${digest}`,
			'docker-content-digest': digest,
		},
	};
}

/** The bytes of a declared blob that a short range at its beginning needs. */
function declareBytes(
	{headers}: RouteRequest,
	size: number | undefined,
): Uint8Array | undefined {
	const range = readRange(headers.range, size ?? 0);
	return size !== undefined && range && range[1] < longestDeclared
		? new Uint8Array(range[1] + 1)
		: undefined;
}

const longestDeclared = 1024;

function readRange(
	header: string | undefined,
	size: number,
): readonly [number, number] | undefined {
	const match = /^bytes=(\d+)-(\d*)$/v.exec(header ?? '');
	if (!match) {
		return undefined;
	}

	const [, first, last] = match;
	return [Number(first), Math.min(last ? Number(last) : size - 1, size - 1)];
}
