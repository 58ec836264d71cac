import type {HttpClient, HttpReply} from '../http/client.js';
import {HttpError} from '../http/http-error.js';
import {requestPages} from '../http/pages.js';
import {type Digest, hashBytes, hashLike, parseDigest} from '../oci/digest.js';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';
import {
	type Descriptor,
	manifestMediaTypes,
	parseManifest,
} from '../oci/manifest.js';

/** What a reference means now. */
export type Resolved = {
	readonly digest: Digest;
	/** The Content-Type of the reply; an empty text where it has none. */
	readonly mediaType: string;
};

/** The exact bytes of a manifest and the media type they were sent as. */
export type ManifestBytes = {
	readonly bytes: Uint8Array;
	readonly mediaType: string;
};

/** What a tag means now, with the manifest itself. */
export type TaggedManifest = Resolved & ManifestBytes;

/** The reading half of the distribution API for one registry. Every method throws `HttpError`. */
export type ManifestSource = {
	readonly host: string;
	/** The items of a named list, in pages. */
	readonly listNames: (
		path: string,
		field: 'repositories' | 'tags',
		signal: AbortSignal,
	) => AsyncGenerator<readonly unknown[], void, undefined>;
	readonly resolve: (
		repository: string,
		reference: string,
		signal: AbortSignal,
	) => Promise<Resolved | undefined>;
	/** What a tag means now and the manifest, verified, in one request; `undefined` where there is no such tag. */
	readonly getTagged: (
		repository: string,
		tag: string,
		signal: AbortSignal,
	) => Promise<TaggedManifest | undefined>;
	/** The manifest with this digest, its bytes verified; `undefined` where there is none. */
	readonly getManifest: (
		repository: string,
		digest: Digest,
		signal: AbortSignal,
	) => Promise<ManifestBytes | undefined>;
	/** The bytes of a small blob, verified; `undefined` where there is none or where it is larger than any config. */
	readonly getBlob: (
		repository: string,
		blob: Pick<Descriptor, 'digest' | 'size'>,
		signal: AbortSignal,
	) => Promise<Uint8Array | undefined>;
	/** Hands a blob of any size on, not verified; false where there is none. */
	readonly readBlob: (
		repository: string,
		digest: Digest,
		options: {
			receive: (bytes: AsyncIterable<Uint8Array>) => Promise<void>;
			signal: AbortSignal;
		},
	) => Promise<boolean>;
	/** Whether the first byte of a blob can be read. */
	readonly hasBlob: (
		repository: string,
		blob: Pick<Descriptor, 'digest' | 'size'>,
		signal: AbortSignal,
	) => Promise<boolean>;
	/**
	What the referrers API lists for a digest; `undefined` where the registry has no such API.
	@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
	*/
	readonly getReferrers: (
		repository: string,
		digest: Digest,
		signal: AbortSignal,
	) => Promise<readonly Descriptor[] | undefined>;
};

const accept = Object.values(manifestMediaTypes).join(', ');

/**
The size that the specification gives a manifest; a larger one is not read.
@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
*/
const largestManifest = 4 * 1024 * 1024;
// No limit is written down for configs, and a list of names can be long.
const largestConfig = 8 * 1024 * 1024;
const largestPage = 64 * 1024 * 1024;

const contentType = (reply: HttpReply): string =>
	([reply.headers['content-type'] ?? ''].flat()[0] ?? '')
		.replace(/;.*$/s, '')
		.trim();

const manifestPath = (repository: string, reference: string): string =>
	`/v2/${repository}/manifests/${reference}`;

const blobPath = (repository: string, digest: Digest): string =>
	`/v2/${repository}/blobs/${digest}`;

const isHeadWithoutBody = ({failure, status}: HttpError): boolean =>
	failure === 'network' && status >= 200 && status < 300;

/** Whether there is a first byte. A server that knows no ranges sends all; then no more than the first piece is read. */
const readFirstByte = async (
	client: HttpClient,
	{path, size, signal}: {path: string; size: number; signal: AbortSignal},
): Promise<boolean> => {
	let hasByte = false;
	const reply = await client.send({
		method: 'GET',
		path,
		...(size > 0 && {range: 'bytes=0-0'}),
		signal,
		maxBytes: Number.POSITIVE_INFINITY,
		expect: [404, 416],
		async receive(body) {
			for await (const piece of body) {
				if (piece.length > 0) {
					hasByte = true;
					break;
				}
			}
		},
	});
	return reply.status < 300 && (hasByte || size === 0);
};

/** The distribution API of the client's host. */
export const createManifestSource = (client: HttpClient): ManifestSource => {
	const get = async (
		path: string,
		{signal, maxBytes}: {signal: AbortSignal; maxBytes: number},
	): Promise<HttpReply | undefined> => {
		const reply = await client.send({
			method: 'GET',
			path,
			accept,
			signal,
			maxBytes,
			expect: [404],
		});
		return reply.status === 404 ? undefined : reply;
	};

	const verify = (
		reply: HttpReply,
		{path, digest}: {path: string; digest: Digest},
	): void => {
		const found = hashLike(digest, reply.body);
		if (found !== digest) {
			throw new HttpError({
				failure: 'wrong-digest',
				method: 'GET',
				url: `https://${client.host}${path}`,
				detail: `asked for ${digest}, got ${found}`,
			});
		}
	};

	const getVerified = async (
		path: string,
		digest: Digest,
		limits: {signal: AbortSignal; maxBytes: number},
	): Promise<HttpReply | undefined> => {
		const reply = await get(path, limits);
		if (reply) {
			verify(reply, {path, digest});
		}

		return reply;
	};

	const getBlob: ManifestSource['getBlob'] = async (
		repository,
		{digest, size},
		signal,
	) => {
		if (size > largestConfig) {
			return undefined;
		}

		const path = blobPath(repository, digest);
		const limits = {signal, maxBytes: largestConfig};
		const reply = await getVerified(path, digest, limits);
		return reply?.body;
	};

	const getTagged: ManifestSource['getTagged'] = async (
		repository,
		tag,
		signal,
	) => {
		const path = manifestPath(repository, tag);
		const reply = await get(path, {signal, maxBytes: largestManifest});
		if (!reply) {
			return undefined;
		}

		// The header is optional: then only the bytes tell.
		const said = parseDigest(reply.headers['docker-content-digest']);
		const digest = said ?? parseDigest(hashBytes(reply.body, 'sha256'));
		if (said) {
			verify(reply, {path, digest: said});
		}

		return digest && {digest, mediaType: contentType(reply), bytes: reply.body};
	};

	return {
		host: client.host,
		async *listNames(path, field, signal) {
			const pages = requestPages(client, {
				method: 'GET',
				path,
				accept: 'application/json',
				signal,
				maxBytes: largestPage,
			});
			for await (const reply of pages) {
				yield readNames(reply, {field, host: client.host, path});
			}
		},
		async resolve(repository, reference, signal) {
			const path = manifestPath(repository, reference);
			const head = await client.send({
				method: 'HEAD',
				path,
				accept,
				signal,
				maxBytes: 0,
				expect: [404],
			});
			if (head.status === 404) {
				return undefined;
			}

			const digest = parseDigest(head.headers['docker-content-digest']);
			if (digest) {
				return {digest, mediaType: contentType(head)};
			}

			// The header is optional: then only the bytes tell.
			return getTagged(repository, reference, signal);
		},
		getTagged,
		async getManifest(repository, digest, signal) {
			const reply = await getVerified(
				manifestPath(repository, digest),
				digest,
				{signal, maxBytes: largestManifest},
			);
			return reply && {bytes: reply.body, mediaType: contentType(reply)};
		},
		getBlob,
		async readBlob(repository, digest, {receive, signal}) {
			const reply = await client.send({
				method: 'GET',
				path: blobPath(repository, digest),
				signal,
				maxBytes: Number.POSITIVE_INFINITY,
				expect: [404],
				receive,
			});
			return reply.status !== 404;
		},
		async hasBlob(repository, {digest, size}, signal) {
			try {
				return await readFirstByte(client, {
					path: blobPath(repository, digest),
					size,
					signal,
				});
			} catch (error) {
				// Its head came, its body did not: the registry remembers the blob, and its storage has nothing.
				if (error instanceof HttpError && isHeadWithoutBody(error)) {
					return false;
				}

				throw error;
			}
		},
		async getReferrers(repository, digest, signal) {
			const path = `/v2/${repository}/referrers/${digest}`;
			const reply = await client.send({
				method: 'GET',
				path,
				accept: manifestMediaTypes.index,
				signal,
				maxBytes: largestPage,
				// Registries without the API answer 404, some 400 or 405.
				expect: [400, 404, 405],
			});
			return reply.status === 200
				? parseManifest(decodeText(reply.body), contentType(reply))?.children
				: undefined;
		},
	};
};

const readNames = (
	reply: HttpReply,
	{field, host, path}: {field: string; host: string; path: string},
): readonly unknown[] => {
	const document = parseJson(decodeText(reply.body));
	// An emptied repository answers `"tags": null`.
	const names = isJsonObject(document) ? (document[field] ?? []) : undefined;
	if (!Array.isArray(names)) {
		throw new HttpError({
			failure: 'malformed',
			method: 'GET',
			url: `https://${host}${path}`,
			detail: `${contentType(reply) || 'a reply without a type'} instead of a JSON list of ${field}`,
		});
	}

	return names;
};
