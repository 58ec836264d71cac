import {type Digest, parseDigest} from '../oci/digest.js';
import {
	hubAliases,
	hubHost,
	nameHost,
	officialName,
} from '../oci/docker-hub.js';
import {isRepositoryName, isTag} from '../oci/reference.js';
import type {UsedImage} from './use.js';

/** An image as a spec or a file names it. */
export type ImageReference = Extract<UsedImage, {kind: 'reference'}>;

/** An image as a runtime reports it. */
export type ImageId = Extract<UsedImage, {kind: 'image-id'}>;

/** All names of a host, the one that it is known by first. */
export const hostAliases = (host: string): readonly string[] => {
	const name = normalizeHost(host);
	return name === hubHost ? [hubHost, ...hubAliases] : [name];
};

const hostPattern =
	/^(?:\[[a-f\d:]+]|[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*)(?::(?<port>\d{1,5}))?$/;

/** The one name of a host among its aliases, lower case. */
export const normalizeHost = (host: string): string =>
	nameHost(host.toLowerCase());

/** Whether a first path segment is a host: docker's rule, by which one with a capital letter is a host too. */
const isHostSegment = (segment: string): boolean =>
	segment.includes('.') ||
	segment.includes(':') ||
	segment === 'localhost' ||
	segment !== segment.toLowerCase();

const isHost = (text: string): boolean => {
	const match = hostPattern.exec(text);
	return match !== null && Number(match.groups?.['port'] ?? 1) <= 65_535;
};

/** Splits a name without tag and digest into its host and its repository, with docker's defaults for what is left out. */
export const splitName = (
	name: string,
): {readonly host: string; readonly repository: string} => {
	const slash = name.indexOf('/');
	const first = name.slice(0, Math.max(slash, 0));
	const isNamed = slash !== -1 && isHostSegment(first);
	const host = isNamed ? normalizeHost(first) : hubHost;
	const rest = isNamed ? name.slice(slash + 1) : name;
	return {
		host,
		repository: host === hubHost ? officialName(rest) : rest,
	};
};

/** Whatever stands before the tag: the first colon after the last slash begins it. */
const splitTag = (text: string): {name: string; tag: string | undefined} => {
	const colon = text.indexOf(':', text.lastIndexOf('/') + 1);
	return colon === -1
		? {name: text, tag: undefined}
		: {name: text.slice(0, colon), tag: text.slice(colon + 1)};
};

/**
The image that a spec or a file names; `undefined` for what breaks the grammar, and for a bare digest (which `parseImageId` takes).

Names are normalised as docker and the kubelet do: `nginx` is `docker.io/library/nginx:latest`. Where both a tag and a digest are written both are kept, and the digest is what counts.
@see https://github.com/distribution/reference
*/
export const parseImageReference = (
	text: string,
): ImageReference | undefined => {
	const bare = text.replace(/^https?:\/\//i, '');
	const at = bare.indexOf('@');
	const digest = at === -1 ? undefined : parseDigest(bare.slice(at + 1));
	if (at !== -1 && digest === undefined) {
		return undefined;
	}

	const {name, tag} = splitTag(at === -1 ? bare : bare.slice(0, at));
	if ((tag !== undefined && !isTag(tag)) || isDigestLike(bare, name)) {
		return undefined;
	}

	const {host, repository} = splitName(name);
	return isHost(host) && isRepositoryName(repository)
		? {
				kind: 'reference',
				host,
				repository,
				tag: tag ?? (digest === undefined ? 'latest' : undefined),
				digest,
			}
		: undefined;
};

// Docker takes a bare digest, and 64 hexadecimal digits, for the ID of an image and never for a name.
const isDigestLike = (text: string, name: string): boolean =>
	parseDigest(text) !== undefined || /^[a-f\d]{64}$/.test(name);

const readBareDigest = (text: string): Digest | undefined =>
	parseDigest(text) ??
	// CRI-O leaves the algorithm out.
	(/^[a-f\d]{64}$/.test(text) ? parseDigest(`sha256:${text}`) : undefined);

/**
What a container status reports as `imageID`; `undefined` for what names no digest, which an empty text does not either: nothing has been pulled yet.

The forms are those of dockershim (`docker-pullable://name@digest`, `docker://digest`), containerd (`name@digest`, or the bare digest of a config) and CRI-O (`name@digest`, or the config's
hexadecimal digits alone). The digest is that of an index, a manifest or a config; a name that breaks the grammar is left out, for the digest is what counts.
*/
export const parseImageId = (text: string): ImageId | undefined => {
	const bare = text.replace(/^[a-z][a-z\d+.-]*:\/\//i, '');
	const at = bare.lastIndexOf('@');
	const digest = readBareDigest(bare.slice(at + 1));
	if (digest === undefined) {
		return undefined;
	}

	const name = at === -1 ? undefined : parseImageReference(bare);
	return {
		kind: 'image-id',
		digest,
		host: name?.host,
		repository: name?.repository,
	};
};
