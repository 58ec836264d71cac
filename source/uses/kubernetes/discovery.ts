import type {UseGap} from '../../evidence/use.js';
import type {ApiClient} from './api-client.js';
import {ApiError} from './api-error.js';
import {describeGap} from './describe-gap.js';
import {type Fields, getObject, getObjects, getText} from './fields.js';
import {type WorkloadKind, workloadKinds} from './kinds.js';
import {getJson} from './list-objects.js';

/** A kind that the cluster has, and the version to ask for it in. */
export type ServedKind = WorkloadKind & {readonly version: string};

/** What a cluster has of the kinds that name images. */
export type Discovery = {
	readonly kinds: readonly ServedKind[];
	readonly gaps: readonly UseGap[];
};

/** What one API group serves: the first version, in the server's order, that has a resource; or why that is not known. */
type Group = {
	readonly versions: ReadonlyMap<string, string>;
	readonly problem: unknown;
};

const aggregated = ['v2', 'v2beta1']
	.map(
		version =>
			`application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
	)
	.join(',');

const wantedGroups: readonly string[] = [
	...new Set(workloadKinds.map(({group}) => group)),
];

const failed = (problem: unknown): Group => ({versions: new Map(), problem});

// https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
const readAggregated = (document: Fields): ReadonlyMap<string, Group> =>
	new Map(
		getObjects(document, 'items').map(item => {
			const versions = new Map<string, string>();
			let problem: unknown;
			for (const entry of getObjects(item, 'versions')) {
				const version = getText(entry, 'version');
				// The group's own server did not answer the API server.
				if (getText(entry, 'freshness') === 'Stale') {
					problem = new ApiError('the API server could not ask its group', {
						failure: 'status',
					});
				}

				for (const resource of getObjects(entry, 'resources')) {
					const name = getText(resource, 'resource');
					if (!versions.has(name)) {
						versions.set(name, version);
					}
				}
			}

			return [
				getText(getObject(item, 'metadata'), 'name'),
				{versions, problem},
			] as const;
		}),
	);

/** What is not the API's may look empty, and would pass for a cluster that has nothing. */
const expectKind = (document: Fields, kind: string): void => {
	if (getText(document, 'kind') !== kind) {
		throw new ApiError(`its answer is no ${kind}`, {failure: 'malformed'});
	}
};

/** What the versions of a group serve, asked one by one as older servers have it. */
const readVersions = async (
	client: ApiClient,
	base: string,
	{
		versions,
		signal,
	}: {readonly versions: readonly string[]; readonly signal: AbortSignal},
): Promise<Group> => {
	const found = new Map<string, string>();
	let problem: unknown;
	for (const version of versions) {
		try {
			const document = await getJson(client, {
				path: `${base}/${version}`,
				signal,
			});
			expectKind(document, 'APIResourceList');
			for (const resource of getObjects(document, 'resources')) {
				const name = getText(resource, 'name');
				if (!found.has(name)) {
					found.set(name, version);
				}
			}
		} catch (error) {
			signal.throwIfAborted();
			problem = error;
		}
	}

	return {versions: found, problem};
};

const readTexts = (document: Fields, key: string): readonly string[] => {
	const list = document[key];
	return Array.isArray(list)
		? list.filter(entry => typeof entry === 'string')
		: [];
};

const isAggregated = (document: Fields): boolean =>
	getText(document, 'kind') === 'APIGroupDiscoveryList';

const discoverCore = async (
	client: ApiClient,
	signal: AbortSignal,
): Promise<ReadonlyMap<string, Group>> => {
	const document = await getJson(client, {
		path: '/api',
		accept: `${aggregated},application/json`,
		signal,
	});
	if (isAggregated(document)) {
		return readAggregated(document);
	}

	expectKind(document, 'APIVersions');
	const versions = readTexts(document, 'versions');
	return new Map([
		['', await readVersions(client, '/api', {versions, signal})],
	]);
};

/** The versions of a group, the preferred one first. */
const listVersions = (group: Fields): readonly string[] => {
	const preferred = getText(getObject(group, 'preferredVersion'), 'version');
	const all = getObjects(group, 'versions').map(entry =>
		getText(entry, 'version'),
	);
	return [...new Set([preferred, ...all])].filter(version => version !== '');
};

const discoverGroups = async (
	client: ApiClient,
	signal: AbortSignal,
): Promise<ReadonlyMap<string, Group>> => {
	const document = await getJson(client, {
		path: '/apis',
		accept: `${aggregated},application/json`,
		signal,
	});
	if (isAggregated(document)) {
		return readAggregated(document);
	}

	expectKind(document, 'APIGroupList');
	const groups = getObjects(document, 'groups').filter(group =>
		wantedGroups.includes(getText(group, 'name')),
	);
	return new Map(
		await Promise.all(
			groups.map(async group => {
				const name = getText(group, 'name');
				const versions = listVersions(group);
				return [
					name,
					await readVersions(client, `/apis/${name}`, {versions, signal}),
				] as const;
			}),
		),
	);
};

const orFailed = async (
	groups: Promise<ReadonlyMap<string, Group>>,
	names: readonly string[],
): Promise<ReadonlyMap<string, Group>> => {
	try {
		return await groups;
	} catch (error) {
		if (error instanceof ApiError) {
			return new Map(names.map(name => [name, failed(error)]));
		}

		throw error;
	}
};

const nameGroup = (group: string): string =>
	group === '' ? 'the core API group' : `the API group ${group}`;

/**
Asks a cluster which of the kinds that name images it has.

A group that a working discovery does not list holds nothing; one whose discovery failed leaves a gap, and its built-in kinds are asked for all the same, for what they may say. Groups that hold no such kind are
not asked. Throws `ApiError` where nothing at all could be discovered.
*/
export const discover = async (
	client: ApiClient,
	{context, signal}: {readonly context: string; readonly signal: AbortSignal},
): Promise<Discovery> => {
	const core = discoverCore(client, signal);
	const others = discoverGroups(client, signal);
	const answers = await Promise.allSettled([core, others]);
	if (answers.every(({status}) => status === 'rejected')) {
		await core;
	}

	const groups = new Map([
		...(await orFailed(core, [''])),
		...(await orFailed(
			others,
			wantedGroups.filter(group => group !== ''),
		)),
	]);
	return {
		kinds: workloadKinds.flatMap(kind => {
			const group = groups.get(kind.group);
			const version =
				group?.versions.get(kind.resource) ??
				(group?.problem === undefined ? undefined : kind.builtIn);
			return version === undefined ? [] : [{...kind, version}];
		}),
		gaps: wantedGroups.flatMap(name => {
			const group = groups.get(name);
			return group?.problem === undefined || isComplete(name, group)
				? []
				: [
						describeGap(group.problem, {
							context,
							what: `what ${nameGroup(name)} serves`,
							kind: '',
							namespace: '',
						}),
					];
		}),
	};
};

/** Whether what failed in a group cannot have been about the kinds that are read. */
const isComplete = (name: string, group: Group): boolean =>
	workloadKinds.every(
		kind => kind.group !== name || group.versions.has(kind.resource),
	);
