import {normalizeHost} from './image-reference.js';

/** A repository under one of its names. */
export type RepositoryName = {
	readonly host: string;
	readonly repository: string;
};

/**
Where Artifact Registry serves what a Container Registry host held.
@see https://cloud.google.com/artifact-registry/docs/transition/transition-from-gcr
*/
const artifactRegistryHosts: ReadonlyMap<string, string> = new Map([
	['gcr.io', 'us-docker.pkg.dev'],
	['us.gcr.io', 'us-docker.pkg.dev'],
	['eu.gcr.io', 'europe-docker.pkg.dev'],
	['asia.gcr.io', 'asia-docker.pkg.dev'],
]);

// A project of a domain is two segments: `acme.com/project`.
const projectPattern = /^(?<project>[^/]+\.[^/]+\/[^/]+|[^/]+)\/(?<rest>.+)$/;

const findTwin = ({
	host,
	repository,
}: RepositoryName): RepositoryName | undefined => {
	const {project, rest} = projectPattern.exec(repository)?.groups ?? {};
	if (project === undefined || rest === undefined) {
		return undefined;
	}

	const served = artifactRegistryHosts.get(host);
	if (served !== undefined) {
		return {host: served, repository: `${project}/${host}/${rest}`};
	}

	const slash = rest.indexOf('/');
	const old = rest.slice(0, Math.max(slash, 0));
	return artifactRegistryHosts.get(old) === host
		? {host: old, repository: `${project}/${rest.slice(slash + 1)}`}
		: undefined;
};

const withPorts = (name: RepositoryName): readonly RepositoryName[] => {
	const {host} = name;
	if (host.endsWith(':443')) {
		return [name, {...name, host: host.slice(0, -':443'.length)}];
	}

	return /:\d+$/.test(host) ? [name] : [name, {...name, host: `${host}:443`}];
};

/**
Every name under which a reference can mean this repository: aliases of the host, the port that https has anyway, and for Google's two hosts the other one.

The name itself, normalised, comes first.
*/
export const listNames = (name: RepositoryName): readonly RepositoryName[] => {
	const host = normalizeHost(name.host);
	const own = {host, repository: name.repository};
	const twin = findTwin({...own, host: host.replace(/:443$/, '')});
	return [own, ...(twin ? [twin] : [])].flatMap(entry => withPorts(entry));
};

/** Whether a pattern, in which `*` stands for any text, matches the whole text. */
const matches = (pattern: string, text: string): boolean => {
	const [first = '', ...rest] = pattern.split('*');
	const last = rest.pop();
	if (last === undefined) {
		return pattern === text;
	}

	if (!text.startsWith(first)) {
		return false;
	}

	let position = first.length;
	for (const part of rest) {
		const found = text.indexOf(part, position);
		if (found === -1) {
			return false;
		}

		position = found + part.length;
	}

	return position + last.length <= text.length && text.endsWith(last);
};

/** Whether one of `patterns`, of the form of `UseGap.repositories`, is about the repository under any of its names. */
export const isAbout = (
	patterns: readonly string[] | undefined,
	names: readonly RepositoryName[],
): boolean =>
	patterns === undefined ||
	patterns.some(pattern =>
		names.some(({host, repository}) =>
			matches(pattern, `${host}/${repository}`),
		),
	);
