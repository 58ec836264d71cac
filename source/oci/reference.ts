import {type Digest, parseDigest} from './digest.js';
import {hubHost, nameHost, officialName, trimPage} from './docker-hub.js';

/**
Where an operator wants to go: a registry, and perhaps a path in it and a tag or a digest.
*/
export type Where = {
	/** `http` or `https` if the address said so. */
	readonly scheme: 'http' | 'https' | undefined;
	/** Host with its port, lower case: `127.0.0.1:5000`; of a registry with several names the one that it is known by. */
	readonly host: string;
	/** A repository or a prefix of repositories; only the registry knows which. */
	readonly path: string | undefined;
	readonly reference: Reference | undefined;
};

/** A tag or a digest: what a manifest is asked for by. */
export type Reference =
	| {readonly kind: 'tag'; readonly tag: string}
	| {readonly kind: 'digest'; readonly digest: Digest};

// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
const repositoryPattern =
	/^[a-z\d]+(?:(?:\.|_|__|-+)[a-z\d]+)*(?:\/[a-z\d]+(?:(?:\.|_|__|-+)[a-z\d]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const hostPattern =
	/^(?:\[[a-f\d:]+]|[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*\.?)(?::\d{1,5})?$/;

/** Whether `text` is a repository name by the grammar of the distribution specification. */
export const isRepositoryName = (text: unknown): text is string =>
	typeof text === 'string' &&
	text.length <= 255 &&
	repositoryPattern.test(text);

/** Whether `text` is a tag by the grammar of the distribution specification. */
export const isTag = (text: unknown): text is string =>
	typeof text === 'string' && tagPattern.test(text);

/** Whether the host is this machine, where plain http gives nothing away. */
export const isLoopback = (host: string): boolean =>
	/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1])(?::\d+)?$/.test(host);

/** Whether a first path segment is a host: it has a dot or a colon, or is `localhost`. */
const looksLikeHost = (segment: string): boolean =>
	segment.includes('.') || segment.includes(':') || segment === 'localhost';

const splitReference = (
	text: string,
): {path: string; reference: Reference | undefined} | undefined => {
	const at = text.indexOf('@');
	if (at !== -1) {
		const digest = parseDigest(text.slice(at + 1));
		// In `name:tag@digest` the digest wins, as it does for the runtimes.
		const path = text.slice(0, at).replace(/:[^/:]*$/, '');
		return digest && {path, reference: {kind: 'digest', digest}};
	}

	const colon = text.indexOf(':', text.lastIndexOf('/') + 1);
	if (colon === -1) {
		return {path: text, reference: undefined};
	}

	const tag = text.slice(colon + 1);
	return isTag(tag)
		? {path: text.slice(0, colon), reference: {kind: 'tag', tag}}
		: undefined;
};

const hasPort = (host: string): boolean => {
	const port = Number(/:(?<port>\d+)$/.exec(host)?.groups?.['port'] ?? 1);
	return port > 0 && port <= 65_535;
};

/** What stands behind a host. */
const trimPath = (host: string, rest: string): string => {
	const path = rest.replace(/\/+$/, '');
	return host === 'hub.docker.com' ? trimPage(path) : path;
};

/** Scheme, host and what follows them; `undefined` where the text does not begin like an address. */
const splitAddress = (
	address: string,
): (Pick<Where, 'scheme' | 'host'> & {rest: string}) | undefined => {
	const {scheme, host, rest} =
		/^(?:(?<scheme>https?):\/\/)?(?<host>[^/@]+)(?:\/(?<rest>.*))?$/i.exec(
			address.trim(),
		)?.groups ?? {};
	const lowerHost = host?.toLowerCase() ?? '';
	const lowerScheme = scheme?.toLowerCase();
	if (
		!hostPattern.test(lowerHost) ||
		!hasPort(lowerHost) ||
		(lowerScheme === undefined && !looksLikeHost(lowerHost))
	) {
		return undefined;
	}

	return {
		scheme:
			lowerScheme === 'http' || lowerScheme === 'https'
				? lowerScheme
				: undefined,
		host: nameHost(lowerHost),
		rest: trimPath(lowerHost, rest ?? ''),
	};
};

/**
The place that an address names: `host`, `host/prefix`, `host/repository`, `host/repository:tag` or `host/repository@sha256:…`, with or without a scheme.
`undefined` if it is no address.
*/
export const parseWhere = (address: string): Where | undefined => {
	const parts = splitAddress(address);
	if (!parts) {
		return undefined;
	}

	const {scheme, host, rest} = parts;
	if (rest === '') {
		return {scheme, host, path: undefined, reference: undefined};
	}

	const split = splitReference(rest);
	if (!split || !isRepositoryName(split.path)) {
		return undefined;
	}

	const {reference} = split;
	// What has a tag is a repository, which never has one part there.
	const path =
		host === hubHost && reference ? officialName(split.path) : split.path;
	return {scheme, host, path, reference};
};
