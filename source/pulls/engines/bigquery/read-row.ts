import {
	normalizeHost,
	parseImageReference,
} from '../../../evidence/image-reference.js';
import type {PulledImage} from '../../../evidence/pull.js';
import {parseDigest} from '../../../oci/digest.js';
import {isRepositoryName, isTag} from '../../../oci/reference.js';
import type {RowImage} from './kinds.js';
import type {Row} from './run-query.js';

/** The text in a column; an empty one where there is none. */
export const readCell = (row: Row, column: string): string => {
	const value = row[column];
	return typeof value === 'string' ? value : '';
};

/** The number in a column; 0 where there is none. */
export const readNumber = (row: Row, column: string): number => {
	const value = row[column];
	return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
};

const decode = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		return '';
	}
};

/** An image's place in Artifact Registry; an empty text for a part that is not named. */
type Place = {
	/** `example.com/project` where it belongs to a domain, as in names of images. */
	readonly project: string;
	readonly repository: string;
	readonly image: string;
};

const readResource = (resource: string): Place => {
	const {
		project = '',
		repository = '',
		image = '',
	} = /^projects\/(?<project>[^/]+)\/locations\/[^/]+\/repositories\/(?<repository>[^/]+)(?:\/(?:dockerImages|packages)\/(?<image>[^@]+))?/.exec(
		resource,
	)?.groups ?? {};
	return {project: project.replace(':', '/'), repository, image: decode(image)};
};

const readAsked = (asked: string): Place & {readonly reference: string} => {
	const {path = '', reference = ''} =
		/^\/v2\/(?<path>.+)\/manifests\/(?<reference>[^/]+)$/.exec(asked)?.groups ??
		{};
	const [first = '', second = '', ...rest] = decode(path).split('/');
	// No project has a dot but one of a domain, which is two segments here.
	const isOfDomain = first.includes('.') && !first.includes(':');
	const [repository = '', ...image] = isOfDomain ? rest : [second, ...rest];
	return {
		project: isOfDomain ? `${first}/${second}` : first.replace(':', '/'),
		repository,
		image: image.join('/'),
		reference: decode(reference),
	};
};

const readReference = (text: string): PulledImage | undefined => {
	const digest = parseDigest(text);
	if (digest !== undefined) {
		return {kind: 'digest', digest};
	}

	return isTag(text) ? {kind: 'tag', tag: text} : undefined;
};

/**
An image of Artifact Registry. The resource and the path that was asked for may differ, for a virtual repository passes on what others hold: then it was pulled under both names.

A repository that stands in for Container Registry is a host of its own, and its name is left out there.
*/
export const readAuditRow = (row: Row, host: string): readonly RowImage[] => {
	const asked = readAsked(readCell(row, 'asked'));
	const image = readReference(asked.reference);
	const names = [readResource(readCell(row, 'resource')), asked]
		.filter(place => place.project !== '' && place.image !== '')
		// Under such a host only what is in its own repository has a name.
		.filter(
			({repository}) => host.endsWith('-docker.pkg.dev') || repository === host,
		)
		.map(place =>
			place.repository === host
				? `${place.project}/${place.image}`
				: `${place.project}/${place.repository}/${place.image}`,
		);
	return image === undefined
		? []
		: [...new Set(names)]
				.filter(name => isRepositoryName(name))
				.map(repository => ({repository, image}));
};

/** A blob of Container Registry. */
export const readUsageRow = (row: Row): readonly RowImage[] => {
	const repository = readCell(row, 'repository');
	const digest = parseDigest(readCell(row, 'digest'));
	return digest !== undefined && isRepositoryName(repository)
		? [{repository, image: {kind: 'blob', digest}}]
		: [];
};

/** An image as a kubelet wrote it: a digest wins over the tag beside it, as runtimes have it. */
export const readEventRow = (row: Row, host: string): readonly RowImage[] => {
	const reference = parseImageReference(readCell(row, 'image'));
	if (reference?.host !== normalizeHost(host)) {
		return [];
	}

	const {repository, digest, tag} = reference;
	return [
		{
			repository,
			image:
				digest === undefined
					? {kind: 'tag', tag: tag ?? 'latest'}
					: {kind: 'digest', digest},
		},
	];
};
