import type {HttpRequest} from './client.js';

/** What a request is about, as far as a token has to allow it. */
export type Asked = Pick<HttpRequest, 'method' | 'path'>;

const repositoryPattern =
	/^\/v2\/(?<repository>.+)\/(?:manifests|blobs|tags|referrers)(?:\/|$|\?)/;
/** Azure's own API, of which a repository itself is a part; no part of its name begins with an underscore. */
const azurePattern = /^\/acr\/v1\/(?<repository>[^_?][^?]*?)(?:\/_|$|\?)/;

/** The repository that a request is about; `undefined` where it is about the registry. */
export const repositoryOf = ({path}: Asked): string | undefined =>
	(repositoryPattern.exec(path) ?? azurePattern.exec(path))?.groups?.[
		'repository'
	];

const isReading = ({method}: Asked): boolean =>
	method === 'GET' || method === 'HEAD';

/** Requests with the same area get along with the same token: reading, deleting, and all that pushes. */
export const areaOf = (asked: Asked): string => {
	const kind = isReading(asked)
		? 'GET'
		: asked.method === 'DELETE'
			? 'DELETE'
			: 'PUT';
	return `${kind} ${repositoryOf(asked) ?? asked.path.replace(/\?.*/s, '')}`;
};

/**
The scopes to ask for, one after the other until a token is good enough: what the challenge says, and for a change what registries want that say too little.
@see https://distribution.github.io/distribution/spec/auth/scope/
*/
export const listScopes = (
	asked: Asked,
	challenged: string | undefined,
): readonly string[] => {
	const repository = repositoryOf(asked);
	const said = challenged ?? '';
	if (repository !== undefined && azurePattern.test(asked.path)) {
		return listAzureScopes(asked, {repository, said});
	}

	if (repository === undefined || isReading(asked)) {
		return [
			said === '' && repository !== undefined
				? `repository:${repository}:pull`
				: said,
		];
	}

	const wider =
		asked.method === 'DELETE'
			? ['pull,push,delete', '*', 'delete']
			: ['pull,push', '*'];
	return [
		...new Set([
			...(said === '' ? [] : [said]),
			...wider.map(actions => `repository:${repository}:${actions}`),
		]),
	];
};

/**
One token is to be good for the lists and for the manifests, or each would be refused with the other's. Every repository is asked for by its name, since where each has permissions of its own nothing else is granted; the right to delete only for a delete.
@see https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
*/
const listAzureScopes = (
	asked: Asked,
	{repository, said}: {readonly repository: string; readonly said: string},
): readonly string[] => {
	const actions = isReading(asked)
		? ['pull,metadata_read']
		: ['delete', 'pull,delete,metadata_read,metadata_write', '*'];
	const scopes = actions.map(each => `repository:${repository}:${each}`);
	return [...new Set([...scopes, ...(said === '' ? [] : [said])])];
};
