import type {AbsenceProof, PullAction, PulledImage} from '../evidence/pull.js';
import {normalizeHost} from '../evidence/image-reference.js';
import {parseDigest} from '../oci/digest.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {isRepositoryName, isTag} from '../oci/reference.js';
import {findField, findInteger, findText} from './find-field.js';
import type {ReadRecord} from './pull-record.js';
import {readKnownTime} from './known-time.js';

const actions: Readonly<Record<string, PullAction>> = {
	getmanifest: 'pull',
	headmanifest: 'check',
	putmanifest: 'push',
};

/** Repositories of Artifact Registry that answer under a host of their own, as Container Registry did. */
const isOldHost = (name: string): boolean =>
	/^(?:[a-z]+\.)?gcr\.io$/.test(name);

/** A name under which an image can be pulled. */
type ImageName = {readonly host: string; readonly repository: string};

type Place = {
	/** As it stands in names of images: `example.com/project` for `example.com:project`. */
	readonly project: string;
	readonly repository: string;
	/** An empty text where only the repository is named. */
	readonly image: string;
};

const decode = (text: string): string | undefined => {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
};

const readResource = (
	name: string,
): (Place & {readonly location: string}) | undefined => {
	const {
		project = '',
		location = '',
		repository = '',
		image = '',
	} = /^projects\/(?<project>[^/]+)\/locations\/(?<location>[^/]+)\/repositories\/(?<repository>[^/]+)(?:\/(?:dockerImages|packages)\/(?<image>[^@]+))?/.exec(
		name,
	)?.groups ?? {};
	return location === ''
		? undefined
		: {
				project: project.replace(':', '/'),
				location,
				repository,
				image: decode(image) ?? '',
			};
};

/** What was asked for: the image's place and the tag or digest. */
const readUrl = (
	url: string,
): (Place & {readonly reference: string}) | undefined => {
	const {path = '', reference = ''} =
		/\/v2\/(?<path>.+)\/manifests\/(?<reference>[^/?#]+)/.exec(url)?.groups ??
		{};
	const decoded = decode(path)?.split('/') ?? [];
	// A project of a domain is two segments, or one with a colon; no other has a dot.
	const [first = '', second = '', ...rest] = decoded;
	const isOfDomain = first.includes('.') && !first.includes(':');
	const [repository = '', ...image] = isOfDomain ? rest : [second, ...rest];
	return image.length === 0
		? undefined
		: {
				project: isOfDomain ? `${first}/${second}` : first.replace(':', '/'),
				repository,
				image: image.join('/'),
				reference: decode(reference) ?? '',
			};
};

/** All names of one image: a repository that stands in for Container Registry answers under two hosts. */
const namesOf = (
	{project, repository, image}: Place,
	location: string,
): readonly ImageName[] => {
	const names = [
		{
			host: `${location}-docker.pkg.dev`,
			repository: `${project}/${repository}/${image}`,
		},
	];
	return isOldHost(repository)
		? [{host: repository, repository: `${project}/${image}`}, ...names]
		: names;
};

const readImage = (reference: string): PulledImage | undefined => {
	const digest = parseDigest(reference);
	if (digest !== undefined) {
		return {kind: 'digest', digest};
	}

	return isTag(reference) ? {kind: 'tag', tag: reference} : undefined;
};

/** The audit record of an entry of Cloud Logging or of a row of a sink's table. */
const findPayload = (entry: unknown): unknown => {
	const nested =
		findField(entry, 'protoPayload') ??
		findField(entry, 'protopayload_auditlog');
	if (isJsonObject(nested)) {
		return nested;
	}

	const prefix = /^protopayload(?:_auditlog)?[._]/i;
	const flat = isJsonObject(entry)
		? Object.entries(entry).filter(([name]) => prefix.test(name))
		: [];
	return flat.length === 0
		? undefined
		: Object.fromEntries(
				flat.map(([name, value]) => [name.replace(prefix, ''), value]),
			);
};

const findUrl = (payload: unknown): string =>
	findText(payload, 'request.requestUrl') ||
	// Tables keep the request as a text.
	findText(parseJson(findText(payload, 'requestJson')), 'requestUrl');

const isRefused = (payload: unknown): boolean =>
	(findInteger(payload, 'status.code') ?? 0) !== 0;

/** Where an entry's image is: what the resource says and what was asked for may differ (a virtual repository), and then both were pulled. */
const readNames = (
	payload: unknown,
): {names: readonly ImageName[]; image: PulledImage | undefined} => {
	const resource = readResource(findText(payload, 'resourceName'));
	const asked = readUrl(findUrl(payload));
	if (resource === undefined || asked === undefined) {
		return {names: [], image: undefined};
	}

	const all = [
		...(resource.image === '' ? [] : namesOf(resource, resource.location)),
		...namesOf(asked, resource.location),
	].map(({host, repository}) => ({host: normalizeHost(host), repository}));
	return {
		names: [
			...new Map(
				all.map(name => [`${name.host}/${name.repository}`, name]),
			).values(),
		].filter(({repository}) => isRepositoryName(repository)),
		image: readImage(asked.reference),
	};
};

const hostOf = (payload: unknown): string => {
	const resource = readResource(findText(payload, 'resourceName'));
	if (resource === undefined) {
		return '';
	}

	return isOldHost(resource.repository)
		? resource.repository
		: `${resource.location}-docker.pkg.dev`;
};

const bad = (problem: string): readonly ReadRecord[] => [
	{kind: 'bad', problem},
];

const readRequest = (
	entry: unknown,
	payload: unknown,
	{action, time}: {action: PullAction; time: number},
): readonly ReadRecord[] => {
	const {names, image} = readNames(payload);
	if (names.length === 0 || image === undefined) {
		return bad(
			'The entry does not say which image was asked for: its resourceName or its requestUrl is missing or of another form.',
		);
	}

	const insertId = findText(entry, 'insertId');
	return names.map(({host, repository}) => ({
		kind: 'record',
		record: {
			time,
			host,
			repository,
			image,
			tag: undefined,
			action,
			count: 1,
			id:
				insertId === ''
					? undefined
					: `${insertId} ${time} ${host}/${repository}`,
			agent: findText(payload, 'requestMetadata.callerSuppliedUserAgent'),
			client: [
				findText(payload, 'requestMetadata.callerIp'),
				findText(payload, 'authenticationInfo.principalEmail') ||
					findText(payload, 'authenticationInfo.principalSubject'),
			]
				.join(' ')
				.trim(),
		},
	}));
};

/**
Reads one element of Artifact Registry's audit log of data access: an entry of Cloud Logging, or a row of the BigQuery table of its sink.

A request that was refused or found nothing, and whatever else was logged, is `other`. An image of a repository that stands in for Container Registry is told under both of its hosts.
@see https://cloud.google.com/artifact-registry/docs/audit-logging
*/
export const readArtifactRegistryEntry = (
	entry: unknown,
): readonly ReadRecord[] => {
	const payload = findPayload(entry);
	if (payload === undefined) {
		return isJsonObject(entry) && findText(entry, 'logName') !== ''
			? [
					{
						kind: 'other',
						time: readKnownTime(findField(entry, 'timestamp')),
						host: '',
					},
				]
			: bad('It is no entry of an audit log.');
	}

	const time = readKnownTime(findField(entry, 'timestamp'));
	if (time === undefined) {
		return bad('The entry tells no time.');
	}

	const isOurs =
		findText(payload, 'serviceName') === 'artifactregistry.googleapis.com';
	const method = /^docker-(?<method>[a-z]+)$/i
		.exec(findText(payload, 'methodName'))
		?.groups?.['method']?.toLowerCase();
	const action = actions[method ?? ''];
	if (!isOurs || action === undefined || isRefused(payload)) {
		return [{kind: 'other', time, host: isOurs ? hostOf(payload) : ''}];
	}

	return readRequest(entry, payload, {action, time});
};

/**
What the audit log can say no about. Pulls without credentials are not logged: only where the registry refuses them does the log name every pull.
*/
export const proveByAuditLog = ({
	anonymousReadsAreRefused,
}: {
	readonly anonymousReadsAreRefused: boolean;
}): AbsenceProof => (anonymousReadsAreRefused ? 'all-digests' : 'nothing');
