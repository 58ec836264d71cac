import {HttpError} from '../../http/http-error.js';
import {isRepositoryName} from '../../oci/reference.js';
import {ClosedCatalogError, UserError} from '../../user-error.js';
import type {DeleteReply} from '../../world.js';
import type {Refusal, Speak} from './dialect.js';
import {describeHubFailure, type HubApi, openHubApi} from './hub-api.js';
import {listHubDigests} from './hub-digests.js';
import {listHubPages} from './hub-pages.js';
import {countHubManifests, readPullsLeft} from './hub-pulls.js';

/**
Docker Hub: its own API lists repositories, tags and what they mean, and removes tags; manifests are read, and digests deleted, by its registry.
@see https://docs.docker.com/reference/api/registry/latest/
*/
export const speakHub: Speak = (client, besides) => {
	const api = openHubApi(client, besides);
	return {
		async *listRepositories(signal) {
			yield* listRepositories(api, client.host, signal);
		},
		async hasTags(path, signal) {
			const {namespace, name} = divide(path);
			api.namespaces.add(namespace);
			return name === undefined ? false : hasTags(api, path, signal);
		},
		async *listDigests(repository, signal) {
			try {
				const path = `${tagsPath(repository)}?page_size=100`;
				yield* listHubDigests(client, api, {repository, path, signal});
			} catch (error) {
				throw explain(api, error);
			}
		},
		readPullsLeft: async signal => readPullsLeft(client, signal),
		countManifests: async (repository, tag, signal) =>
			countHubManifests(api, {
				path: `${tagsPath(repository)}/${tag}`,
				signal,
			}),
		tagPath: (repository, tag) => `/v2/repositories/${repository}/tags/${tag}/`,
		sendTagDelete: api.send,
		answersBy: [500],
		readRefusal: refusal => readRefusal(api, refusal),
	};
};

/** Docker Hub's repositories have two parts; what has one is a namespace. */
const divide = (
	path: string,
): {readonly namespace: string; readonly name: string | undefined} => {
	const [namespace = '', name, ...rest] = path.split('/');
	return {namespace, name: rest.length > 0 ? undefined : name};
};

const hasTags = async (
	api: HubApi,
	repository: string,
	signal: AbortSignal,
): Promise<boolean> => {
	try {
		const pages = listHubPages(
			api,
			`${tagsPath(repository)}?page_size=1`,
			signal,
		);
		const first = await pages.next();
		return (first.value?.entries.length ?? 0) > 0;
	} catch (error) {
		throw explain(api, error);
	}
};

/** Where the tags of a repository are listed. */
const tagsPath = (repository: string): string => {
	const {namespace, name = ''} = divide(repository);
	return `/v2/namespaces/${namespace}/repositories/${name}/tags`;
};

/** The repositories of the namespace that this machine is logged in by, and of those that were asked about: nothing lists all of them. */
async function* listRepositories(
	api: HubApi,
	host: string,
	signal: AbortSignal,
): AsyncGenerator<readonly string[], void, undefined> {
	const user = await api.findUser(signal);
	const namespaces = new Set([
		...api.namespaces,
		...(user === undefined ? [] : [user]),
	]);
	if (namespaces.size === 0) {
		throw new ClosedCatalogError(
			`${host} lists the repositories of one namespace at a time.`,
			{remedy: `Name one, such as ${host}/library, or a repository.`},
		);
	}

	for (const namespace of namespaces) {
		try {
			const path = `/v2/namespaces/${namespace}/repositories?page_size=100`;
			for await (const {entries} of listHubPages(api, path, signal)) {
				yield entries
					.map(({name}) => `${namespace}/${String(name)}`)
					.filter(name => isRepositoryName(name));
			}
		} catch (error) {
			// Who is logged in may have pushed nothing yet, and nobody may be called what was typed.
			if (!(error instanceof HttpError && error.status === 404)) {
				throw explain(api, error);
			}
		}
	}
}

/** The sentence says why the login was not used, where it was not. */
const explain = (api: HubApi, error: unknown): unknown => {
	if (!(error instanceof HttpError) || error.status === 404) {
		return error;
	}

	if (api.refusal() === undefined) {
		return error;
	}

	const {message, remedy} = describeHubFailure(api, error);
	return new UserError(message, {remedy, status: error.status, cause: error});
};

/** What its "no" means: of a digest that something refers to it, and no more than that. */
const readRefusal = (
	api: HubApi,
	{reference, status, codes, detail}: Refusal,
): DeleteReply | undefined => {
	const said = [status, ...codes, detail].filter(Boolean).join(' ');
	const isDigest = reference.includes(':');
	if (status === 500) {
		return isDigest
			? {kind: 'accepted', status, isLate: true}
			: {kind: 'unclear', reason: `${api.client.host} failed (${said}).`};
	}

	if (isDigest) {
		return status === 403
			? {
					kind: 'refused',
					scope: 'digest',
					status,
					reason: `Docker Hub keeps it because a tag or an index still refers to it, which may have no tag (${said}). Read the repository again and delete that first, if nobody needs it.`,
				}
			: undefined;
	}

	if (/immutab/i.test(detail ?? '')) {
		return {
			kind: 'refused',
			scope: 'digest',
			status,
			reason: `Docker Hub keeps its tag because tags of this repository are immutable (${said}). Whoever administers it can change that in its settings.`,
		};
	}

	return status === 401 || status === 403
		? {
				kind: 'refused',
				scope: 'host',
				status,
				reason:
					api.refusal() ??
					`Docker Hub does not let this login remove tags (${said}): it takes the right to write to the repository, and of a personal access token the scope Read, Write, Delete.`,
			}
		: undefined;
};
