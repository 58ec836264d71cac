import type {HttpRequest} from './client.js';

/** What a request is about, as far as a token has to allow it. */
export type Asked = Pick<HttpRequest, 'method' | 'path'>;

const repositoryPattern =
	/^\/(?:v2|acr\/v1)\/(?<repository>.+)\/(?:manifests|blobs|tags|referrers|_manifests|_tags)(?:\/|$|\?)/;

/** The repository that a request is about; `undefined` where it is about the registry. */
export const repositoryOf = ({path}: Asked): string | undefined =>
	repositoryPattern.exec(path)?.groups?.['repository'];

const isReading = ({method}: Asked): boolean =>
	method === 'GET' || method === 'HEAD';

/** Requests with the same area get along with the same token. */
export const areaOf = (asked: Asked): string =>
	`${isReading(asked) ? 'GET' : asked.method} ${repositoryOf(asked) ?? asked.path.replace(/\?.*/s, '')}`;

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
