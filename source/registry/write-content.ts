import type {HttpClient, HttpReply, HttpRequest} from '../http/client.js';
import {describeHttpError} from '../http/describe-error.js';
import {HttpError} from '../http/http-error.js';
import {decodeText} from '../oci/json.js';
import type {PutReply} from '../contents.js';
import type {Registry} from '../world.js';

/** The writing half of the distribution API, but for its deletes. */
export type ContentWriter = Pick<
	Registry,
	'mayPush' | 'putManifest' | 'putBlob'
>;

const answers = [400, 401, 403, 404, 405, 409, 413, 416];
const largestReply = 64 * 1024;

/** Puts manifests and blobs into the client's host. Safeguard 5: under `--read-only` its client sends none of it. */
export const createContentWriter = (client: HttpClient): ContentWriter => {
	const send = async (
		request: Omit<HttpRequest, 'maxBytes' | 'expect'>,
	): Promise<HttpReply> =>
		client.send({...request, maxBytes: largestReply, expect: answers});

	const put = async (
		request: Omit<HttpRequest, 'maxBytes' | 'expect' | 'method'>,
	): Promise<PutReply> => readPutReply(await send({...request, method: 'PUT'}));

	/** Where an upload goes, or why it may not begin, or that there is none to make: the registry has mounted the blob. */
	const beginUpload = async (
		repository: string,
		signal: AbortSignal,
		mount?: {readonly mount: string; readonly from: string},
	): Promise<URL | PutReply> => {
		const path = `/v2/${repository}/blobs/uploads/`;
		const query = mount ? `?${new URLSearchParams(mount).toString()}` : '';
		const reply = await send({method: 'POST', path: path + query, signal});
		// A registry that mounts nothing begins an upload.
		if (reply.status >= 400 || (mount && reply.status === 201)) {
			return readPutReply(reply);
		}

		const location = [reply.headers['location'] ?? []].flat()[0] ?? '';
		const base = new URL(path, client.origin);
		return location !== '' && URL.canParse(location, base)
			? new URL(location, base)
			: {
					kind: 'refused',
					reason: `${client.host} began an upload without saying where it goes`,
				};
	};

	return {
		mayPush: async (repository, signal) =>
			explain(client, async () => {
				const upload = await beginUpload(repository, signal);
				if (!(upload instanceof URL)) {
					return upload;
				}

				await cancelUpload(client, upload, signal);
				return {kind: 'accepted'};
			}),
		putManifest: async (repository, reference, {content, signal}) =>
			explain(client, async () =>
				put({
					path: `/v2/${repository}/manifests/${reference}`,
					signal,
					content: {
						mediaType: content.mediaType,
						size: content.bytes.length,
						open: () => content.bytes,
					},
				}),
			),
		putBlob: async (repository, digest, {content, mountFrom, signal}) =>
			explain(client, async () => {
				const upload = await beginUpload(
					repository,
					signal,
					mountFrom === undefined
						? undefined
						: {mount: digest, from: mountFrom},
				);
				if (!(upload instanceof URL)) {
					return upload;
				}

				upload.searchParams.set('digest', digest);
				return put({
					path: upload.href,
					signal,
					content: {mediaType: 'application/octet-stream', ...content},
				});
			}),
	};
};

// An upload that stays behind ends by itself, so that nothing hangs on this.
const cancelUpload = async (
	client: HttpClient,
	upload: URL,
	signal: AbortSignal,
): Promise<void> => {
	try {
		await client.send({
			method: 'DELETE',
			path: upload.href,
			signal,
			maxBytes: largestReply,
			expect: [400, 404, 405],
		});
	} catch (error) {
		if (!(error instanceof HttpError)) {
			throw error;
		}
	}
};

const explain = async (
	{host}: HttpClient,
	work: () => Promise<PutReply>,
): Promise<PutReply> => {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof HttpError)) {
			throw error;
		}

		return error.failure === 'held'
			? {kind: 'held'}
			: {kind: 'unclear', reason: describeHttpError(error, host).message};
	}
};

const readPutReply = ({status, body, headers}: HttpReply): PutReply => {
	if (status < 300) {
		return {kind: 'accepted', ...readRequestId(headers)};
	}

	const {codes, detail} = new HttpError({
		failure: 'status',
		method: 'PUT',
		url: '',
		status,
		body: decodeText(body),
	});
	return {
		kind: 'refused',
		reason: `the registry refused it: ${[status, ...codes, detail].filter(Boolean).join(' ')}`,
	};
};

const requestIdHeaders = [
	'x-request-id',
	'x-ms-correlation-request-id',
	'x-amzn-requestid',
	'x-amz-request-id',
	'x-gitlab-request-id',
	'x-github-request-id',
	'x-goog-request-id',
];

/** What the registry calls the request in its own log; nothing where it does not say. */
export const readRequestId = (
	headers: HttpReply['headers'],
): {readonly requestId?: string} => {
	for (const name of requestIdHeaders) {
		const id = [headers[name] ?? []].flat()[0];
		if (id !== undefined && id !== '') {
			return {requestId: id.slice(0, 200)};
		}
	}

	return {};
};
