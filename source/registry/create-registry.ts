import type {HttpClient, HttpReply} from '../http/client.js';
import {describeHttpError, explainError} from '../http/describe-error.js';
import {HttpError} from '../http/http-error.js';
import {decodeText} from '../oci/json.js';
import {isRepositoryName} from '../oci/reference.js';
import type {ContentCache} from '../caches.js';
import {ClosedCatalogError} from '../user-error.js';
import type {Capabilities, DeleteReply, Registry, Urgency} from '../world.js';
import {
	createDescriptionCache,
	type DescriptionCache,
} from './description-cache.js';
import {createManifestSource} from './manifest-source.js';
import {readDetail, readReferrers} from './read-detail.js';
import {readRepository} from './read-repository.js';
import type {Besides, Dialect, Refusal, Speak} from './dialects/dialect.js';
import {createContentWriter, readRequestId} from './write-content.js';

const priorities: Readonly<Record<Urgency, number>> = {
	batch: 1,
	screen: 0,
	background: -1,
};

/** What a registry is: what it can do, and how it is asked. */
export type Nature = {
	readonly capabilities: Capabilities;
	readonly speak: Speak;
	/** Left out where nothing is reached but the registry's own host. */
	readonly besides?: Besides;
};

/**
A registry over the OCI distribution API and its vendor's dialect.
@param contents - What earlier runs kept, where anything is kept.
*/
export const createRegistry = (
	client: HttpClient,
	nature: Nature,
	contents?: ContentCache,
): Registry =>
	createView(client, {
		...nature,
		cache: createDescriptionCache(client.host, contents),
	});

/** The registry over a client; all views of it share one cache. */
const createView = (
	client: HttpClient,
	shared: Nature & {readonly cache: DescriptionCache},
): Registry => {
	const {capabilities, cache, speak, besides} = shared;
	const dialect = speak(client, besides);
	const remove = async (
		repository: string,
		reference: string,
		signal: AbortSignal,
		{
			path = `/v2/${repository}/manifests/${reference}`,
			send = client.send,
		}: {path?: string | undefined; send?: HttpClient['send'] | undefined} = {},
	): Promise<DeleteReply> => {
		try {
			const reply = await send({
				method: 'DELETE',
				path,
				signal,
				maxBytes: 64 * 1024,
				expect: [
					400,
					401,
					403,
					404,
					405,
					409,
					412,
					...(dialect.answersBy ?? []),
				],
			});
			return readDeleteReply(reply, {
				capabilities,
				dialect,
				repository,
				reference,
			});
		} catch (error) {
			if (!(error instanceof HttpError)) {
				throw error;
			}

			return error.failure === 'held'
				? {kind: 'held'}
				: {
						kind: 'unclear',
						reason: describeHttpError(error, client.host).message,
					};
		}
	};

	const source = createManifestSource(client);
	return {
		host: client.host,
		capabilities,
		withUrgency(urgency) {
			const send: HttpClient['send'] = async request =>
				client.send({...request, priority: priorities[urgency()]});
			return createView({...client, send}, shared);
		},
		async *listRepositories(signal, onLeftOut) {
			const leftOut: unknown[] = [];
			try {
				const pages = dialect.listRepositories(signal);
				for await (const names of pages) {
					leftOut.push(...names.filter(name => !isRepositoryName(name)));
					yield names.filter(name => isRepositoryName(name));
				}

				if (leftOut.length > 0) {
					onLeftOut?.(describeLeftOut(client.host, leftOut));
				}
			} catch (error) {
				throw explainCatalog(error, client.host);
			}
		},
		async findRepository(path, signal) {
			try {
				if (dialect.findRepository) {
					return await dialect.findRepository(path, signal);
				}

				const pages = source.listNames(
					`/v2/${path}/tags/list?n=1`,
					'tags',
					signal,
				);
				const first = await pages.next();
				return (first.value?.length ?? 0) > 0 ? path : undefined;
			} catch (error) {
				if (error instanceof HttpError && error.status === 404) {
					return undefined;
				}

				throw explainError(error, client.host);
			}
		},
		async *readRepository(repository, signal) {
			try {
				yield* readRepository({
					source,
					cache,
					repository,
					signal,
					listDigests: dialect.listDigests,
					isCostly: capabilities.whatReadsCost !== undefined,
				});
			} catch (error) {
				throw explainError(error, client.host);
			}
		},
		async readDetail(repository, digest, signal) {
			try {
				return await readDetail({source, repository, signal}, digest);
			} catch (error) {
				throw explainError(error, client.host);
			}
		},
		async listReferrers(repository, digest, signal) {
			try {
				return await readReferrers({source, repository, signal}, digest);
			} catch (error) {
				throw explainError(error, client.host);
			}
		},
		async resolve(repository, reference, signal) {
			try {
				const resolved = await source.resolve(repository, reference, signal);
				return resolved?.digest;
			} catch (error) {
				throw explainError(error, client.host);
			}
		},
		deleteManifest: async (repository, digest, signal) =>
			remove(repository, digest, signal),
		deleteTag: async (repository, tag, signal) =>
			remove(repository, tag, signal, {
				path: dialect.tagPath?.(repository, tag),
				send: dialect.sendTagDelete,
			}),
		async readContent(repository, {digest, kind}, signal) {
			try {
				if (kind === 'manifest') {
					return await source.getManifest(repository, digest, signal);
				}

				const bytes = await source.getBlob(
					repository,
					{digest, size: 0},
					signal,
				);
				return bytes && {bytes, mediaType: ''};
			} catch (error) {
				throw explainError(error, client.host);
			}
		},
		async readBlob(repository, digest, options) {
			try {
				return await source.readBlob(repository, digest, options);
			} catch (error) {
				throw explainError(error, client.host);
			}
		},
		async hasBlob(repository, blob, signal) {
			try {
				return await source.hasBlob(repository, blob, signal);
			} catch (error) {
				throw explainError(error, client.host);
			}
		},
		async readPullsLeft(signal) {
			return dialect.readPullsLeft?.(signal);
		},
		async countManifests(repository, tag, signal) {
			return dialect.countManifests?.(repository, tag, signal);
		},
		...createContentWriter(client),
	};
};

/** The answers by which registries say that they list their repositories to nobody, or not to this login. */
const isClosed = ({status, codes}: HttpError): boolean =>
	[401, 403, 404, 405].includes(status) || codes.includes('UNSUPPORTED');

const explainCatalog = (error: unknown, host: string): unknown => {
	if (!(error instanceof HttpError && isClosed(error))) {
		return explainError(error, host);
	}

	const {message, remedy} = describeHttpError(error, host);
	const {status} = error;
	return new ClosedCatalogError(message, {remedy, status, cause: error});
};

const describeLeftOut = (host: string, names: readonly unknown[]): string => {
	const first = JSON.stringify(names[0])?.slice(0, 60);
	return names.length === 1
		? `${host} lists a name that no repository may have (${first}); it was not read.`
		: `${host} lists ${names.length} names that no repository may have (the first is ${first}); they were not read.`;
};

/** Safeguard 11: a "no" is believed, and what it is about is told by its status, or in the vendor's own words. */
const readDeleteReply = (
	{status, body, headers}: HttpReply,
	{
		capabilities,
		dialect,
		repository,
		reference,
	}: {
		readonly capabilities: Capabilities;
		readonly dialect: Dialect;
		readonly repository: string;
		readonly reference: string;
	},
): DeleteReply => {
	if (status < 400) {
		return {kind: 'accepted', status, ...readRequestId(headers)};
	}

	if (status === 404) {
		return {kind: 'absent'};
	}

	const {codes, detail} = new HttpError({
		failure: 'status',
		method: 'DELETE',
		url: '',
		status,
		body: decodeText(body),
	});
	const refusal = {repository, reference, status, codes, detail};
	return (
		dialect.readRefusal?.(refusal) ?? {
			...readRefusal(refusal, capabilities),
			...readRequestId(headers),
		}
	);
};

const readRefusal = (
	{status, codes, detail}: Refusal,
	{deletesDisabledRemedy}: Capabilities,
): DeleteReply => {
	const isDisabled = status === 405 || codes.includes('UNSUPPORTED');
	const isForbidden = status === 401 || status === 403;
	return {
		kind: 'refused',
		scope: isDisabled ? 'repository' : isForbidden ? 'host' : 'digest',
		status,
		reason: isDisabled
			? deletesDisabledRemedy
			: `the registry refused it: ${[status, ...codes, detail].filter(Boolean).join(' ')}`,
	};
};
