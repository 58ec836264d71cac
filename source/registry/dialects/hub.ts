import {
	createHubApi,
	describeHubFailure,
	type HubApi,
} from '../../docker-hub/api.js';
import {listHubPages} from '../../docker-hub/pages.js';
import type {HttpClient} from '../../http/client.js';
import {HttpError} from '../../http/http-error.js';
import {hubHost, hubOrigin, officialName} from '../../oci/docker-hub.js';
import {isRepositoryName} from '../../oci/reference.js';
import {ClosedCatalogError, UserError} from '../../user-error.js';
import type {DeleteReply} from '../../world.js';
import type {Besides, Refusal, Speak} from './dialect.js';
import {listHubDigests} from './hub-digests.js';
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
		findRepository: async (path, signal) => findRepository(api, path, signal),
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

const known = new WeakMap<Besides, HubApi>();

/**
Docker Hub's API behind a registry; all views of a registry share it.

A registry under another name is asked at its own address: Docker Hub gets nobody else's login, and nobody else gets Docker Hub's.
*/
const openHubApi = (
	client: HttpClient,
	besides: Besides | undefined,
): HubApi => {
	const opened = besides && known.get(besides);
	if (opened) {
		return opened;
	}

	const origin = client.host === hubHost ? hubOrigin : client.origin;
	const api = createHubApi(
		besides ? besides.open(besides.origin ?? origin) : client,
		async signal => besides?.findLogin(signal),
	);
	if (besides) {
		known.set(besides, api);
	}

	return api;
};

/** Docker Hub's repositories have two parts; what has one is a namespace. */
const divide = (
	path: string,
): {readonly namespace: string; readonly name: string | undefined} => {
	const [namespace = '', name, ...rest] = path.split('/');
	return {namespace, name: rest.length > 0 ? undefined : name};
};

/** A name of one part is that of an official image, as `docker pull` reads it, unless it is that of this machine's login; else it is a namespace, whose repositories are listed from now on. */
const findRepository = async (
	api: HubApi,
	path: string,
	signal: AbortSignal,
): Promise<string | undefined> => {
	const {namespace, name} = divide(path);
	const official = officialName(path);
	if (
		official !== path &&
		namespace !== (await api.findUser(signal)) &&
		(await hasTags(api, official, signal))
	) {
		return official;
	}

	api.namespaces.add(namespace);
	return name !== undefined && (await hasTags(api, path, signal))
		? path
		: undefined;
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
		if (error instanceof HttpError && error.status === 404) {
			return false;
		}

		throw explain(api, error);
	}
};

/** Where the tags of a repository are listed. */
const tagsPath = (repository: string): string => {
	const {namespace, name = ''} = divide(repository);
	return `/v2/namespaces/${namespace}/repositories/${name}/tags`;
};

/** The repositories of the namespaces that this machine's login is at home in, and of those that were asked about: nothing lists all of them. */
async function* listRepositories(
	api: HubApi,
	host: string,
	signal: AbortSignal,
): AsyncGenerator<readonly string[], void, undefined> {
	const namespaces = new Set([
		...api.namespaces,
		...(await listOwnNamespaces(api, signal)),
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

/** The user that this machine is logged in by, and the organisations that it is a member of. */
const listOwnNamespaces = async (
	api: HubApi,
	signal: AbortSignal,
): Promise<readonly string[]> => {
	const user = await api.findUser(signal);
	if (user === undefined) {
		return [];
	}

	const own = [user];
	try {
		const path = '/v2/user/orgs/?page_size=100';
		for await (const {entries} of listHubPages(api, path, signal)) {
			own.push(...entries.map(({orgname}) => String(orgname)));
		}
	} catch (error) {
		// Some tokens may not ask who they are; a namespace can be typed all the same.
		if (!(
			error instanceof HttpError && [401, 403, 404].includes(error.status)
		)) {
			throw explain(api, error);
		}
	}

	return own.filter(name => isRepositoryName(name) && !name.includes('/'));
};

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
