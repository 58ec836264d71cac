import type {HttpClient} from '../../http/client.js';
import {HttpError} from '../../http/http-error.js';
import {decodeText, parseJson} from '../../oci/json.js';
import {UserError} from '../../user-error.js';
import type {DeleteReply} from '../../world.js';
import {readField, readLock} from './azure-entries.js';
import {listAzureDigests} from './azure-digests.js';
import {listAzurePages} from './azure-pages.js';
import type {Refusal, Speak} from './dialect.js';

const largestReply = 1024 * 1024;

/**
What Azure Container Registry tells and does besides the distribution API, under `/acr/v1`: untagged digests, times, sizes and locks; a tag is removed there, and its digest stays.
@see https://learn.microsoft.com/rest/api/containerregistry/
*/
export const speakAzure: Speak = client => ({
	async *listRepositories(signal) {
		try {
			yield* listAzurePages(client, {
				path: '/acr/v1/_catalog',
				field: 'repositories',
				keyOf: entry => (typeof entry === 'string' ? entry : undefined),
				signal,
			});
		} catch (error) {
			throw explainCatalog(error, client.host);
		}
	},
	async findRepository(path, signal) {
		// It forgets a repository with its last digest.
		await askAbout(client, path, signal);
		return path;
	},
	listDigests(repository, signal) {
		return listAzureDigests(client, {
			repository,
			readRepositoryLock: async () =>
				readLock(await askAbout(client, repository, signal)),
			signal,
		});
	},
	tagPath: (repository, tag) => `/acr/v1/${repository}/_tags/${tag}`,
	readRefusal,
});

/** What the registry says of a repository as a whole. Throws `HttpError`, of status 404 where there is none. */
const askAbout = async (
	client: HttpClient,
	repository: string,
	signal: AbortSignal,
): Promise<unknown> => {
	const path = `/acr/v1/${repository}`;
	const {body} = await client.send({
		method: 'GET',
		path,
		accept: 'application/json',
		signal,
		maxBytes: largestReply,
	});
	const document = parseJson(decodeText(body));
	if (readField(document, 'imageName') === undefined) {
		throw new HttpError({
			failure: 'malformed',
			method: 'GET',
			url: `${client.origin}${path}`,
			detail: 'it says nothing of the repository',
		});
	}

	return document;
};

/** Where each repository has permissions of its own, listing them all takes one more. */
const explainCatalog = (error: unknown, host: string): unknown =>
	error instanceof HttpError && [401, 403].includes(error.status)
		? new UserError(
				`${host} does not let this login list its repositories (${error.status}).`,
				{
					remedy:
						'Name a repository after the host, or ask for the role Container Registry Repository Catalog Lister.',
					status: error.status,
					cause: error,
				},
			)
		: error;

/** 405 is about what was to go: it, one of its tags or its repository is locked, and others may go all the same. */
const readRefusal = ({
	status,
	codes,
	detail,
}: Refusal): DeleteReply | undefined =>
	status === 405
		? {
				kind: 'refused',
				scope: 'digest',
				status,
				reason: `the registry has locked it, one of its tags or its repository (${[status, ...codes, detail].filter(Boolean).join(' ')}); unlock it with az acr repository update --delete-enabled true --write-enabled true, and review it again.`,
			}
		: undefined;
