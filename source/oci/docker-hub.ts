/** The name that Docker Hub is known by in marks, plans and references. */
export const hubHost = 'docker.io';

/** Its other names: where its registry, its older ones and its own API answer. */
export const hubAliases: readonly string[] = [
	'index.docker.io',
	'registry-1.docker.io',
	'registry.hub.docker.com',
	'hub.docker.com',
];

/** The one name of a host that has several; any other host as it is. */
export const nameHost = (host: string): string =>
	hubAliases.includes(host) ? hubHost : host;

/** Where the registry API of a host answers: Docker Hub's is not at the name that it is known by. */
export const registryHostOf = (host: string): string =>
	host === hubHost ? 'registry-1.docker.io' : host;

/** The repository that a name of Docker Hub is short for: `alpine` is `library/alpine`. */
export const officialName = (name: string): string =>
	name.includes('/') ? name : `library/${name}`;

/** What the address of one of Docker Hub's pages is about; anything else as it is. */
export const trimPage = (path: string): string =>
	path
		.replace(/^_\//, 'library/')
		.replace(/^(?:r|u|repositories|repository\/docker)\/(?=.)/, '')
		.replace(/\/(?:tags|general)$/, '');

/** Where Docker Hub's own API answers, which is not its registry. */
export const hubOrigin = 'https://hub.docker.com';

/** Docker Hub names its next pages on either; they are asked where the first one was. */
const apiHosts: ReadonlySet<string> = new Set([
	'hub.docker.com',
	'registry.hub.docker.com',
]);

/**
The path of the next page of a list of Docker Hub's API, at the origin that the first one came from; `undefined` where the list has ended, `unsafe` where it names another list or another host.
@param next - The field of that name, foreign.
@param from.host - Where the first page came from.
@param from.path - The path of the list, with its query or without.
*/
export const findNextHubPage = (
	next: unknown,
	{host, path}: {readonly host: string; readonly path: string},
): string | 'unsafe' | undefined => {
	if (next === null || next === undefined) {
		return undefined;
	}

	const base = `https://${host}`;
	if (typeof next !== 'string' || !URL.canParse(next, base)) {
		return 'unsafe';
	}

	const url = new URL(next, base);
	return (apiHosts.has(url.host) || url.host === host) &&
		nameList(url.pathname) === nameList(path)
		? url.pathname + url.search
		: 'unsafe';
};

/** What a path lists: the older paths do without `namespaces`. */
const nameList = (path: string): string =>
	path
		.replace(/\?.*$/s, '')
		.replace(/\/$/, '')
		.replace(
			/^\/v2\/namespaces\/(?<namespace>[^/]+)\/repositories(?=\/|$)/,
			'/v2/repositories/$<namespace>',
		);
