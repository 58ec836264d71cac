import {Buffer} from 'node:buffer';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {text} from 'node:stream/consumers';
import type {Intercept} from '../../source/demo/embedded-registry.js';
import type {
	RegistryContent,
	RepositoryContent,
	StoredManifest,
} from '../../source/demo/registry-content.js';

/** What a lock says; the registry refuses to delete for either. */
export type AzureLock = 'deleteEnabled' | 'writeEnabled';

/** How the registry behaves; everything may be changed at any time. */
export type AzureBehaviour = {
	/** What is locked: `REPOSITORY`, `REPOSITORY:TAG` or `REPOSITORY@DIGEST`. */
	readonly locks: Map<string, AzureLock>;
	/** When a digest was pushed first; others at the beginning of 2026. */
	readonly times: Map<string, string>;
	/** Tags of a digest that its entry names at most: there were registries that left further ones out. */
	mostTags: number;
	/** Entries of a page at most, whatever is asked for. */
	mostEntries: number;
	/** `n` from which on the catalog answers 502, as for a registry too large for it. */
	catalogLimit: number;
	catalog: 'listed' | 'denied';
	link: 'relative' | 'absolute' | 'elsewhere' | 'malformed' | 'none';
	/** Whether a list without entries is null. */
	isEmptyNull: boolean;
	/** Whether every page is the first one again, with a link to one more. */
	repeats: boolean;
	/** So many requests of the API of its own answer 429 first. */
	busy: number;
	/** Who wants a token; `undefined` lets everybody in. */
	tokens: AzureTokens | undefined;
};

/** Gives out tokens as Azure does. */
export type AzureTokens = {
	/** Access tokens of Microsoft Entra that are taken in return for a refresh token. */
	readonly entra: ReadonlySet<string>;
	readonly refresh: Set<string>;
	/** By user name. */
	readonly passwords: ReadonlyMap<string, string>;
	/** Whether every repository has permissions of its own: then a scope that stands for many or for all actions grants nothing. */
	readonly isByRepository: boolean;
	/** The scopes of each token that holds. */
	readonly granted: Map<string, readonly string[]>;
	/** What was asked for, in order: the path and the fields that are no secret. */
	readonly asked: string[];
};

/** An Azure registry's own API over the content of an embedded registry, which answers the rest. */
export type AzureRegistry = {
	readonly behaviour: AzureBehaviour;
	readonly intercept: Intercept;
};

const usualTime = '2026-01-01T08:00:00.1234567Z';

export const createAzureTokens = (
	options: Partial<AzureTokens> = {},
): AzureTokens => ({
	entra: new Set(),
	refresh: new Set(),
	passwords: new Map(),
	isByRepository: false,
	granted: new Map(),
	asked: [],
	...options,
});

/** Stands before an embedded registry. */
export const createAzureRegistry = (
	content: RegistryContent,
): AzureRegistry => {
	const behaviour: AzureBehaviour = {
		locks: new Map(),
		times: new Map(),
		mostTags: Number.POSITIVE_INFINITY,
		mostEntries: 1000,
		catalogLimit: Number.POSITIVE_INFINITY,
		catalog: 'listed',
		link: 'relative',
		isEmptyNull: false,
		repeats: false,
		busy: 0,
		tokens: undefined,
	};
	return {
		behaviour,
		async intercept({method, path, headers}, response) {
			const stage: Stage = {
				content,
				behaviour,
				method,
				url: new URL(path, 'http://azure.invalid'),
				response,
			};
			if (stage.url.pathname.startsWith('/oauth2/')) {
				await answerTokens(stage);
				return true;
			}

			if (behaviour.tokens && !mayPass(stage, headers.authorization)) {
				challenge(stage);
				return true;
			}

			return stage.url.pathname.startsWith('/acr/v1/')
				? answerOwn(stage)
				: method === 'DELETE' && deleteDigest(stage);
		},
	};
};

type Stage = {
	readonly content: RegistryContent;
	readonly behaviour: AzureBehaviour;
	readonly method: string;
	readonly url: URL;
	readonly response: ServerResponse & {readonly req: IncomingMessage};
};

const send = (
	{response}: Stage,
	status: number,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): true => {
	response.writeHead(status, {'content-type': 'application/json', ...headers});
	response.end(body === undefined ? undefined : JSON.stringify(body));
	return true;
};

const sendError = (stage: Stage, status: number, code: string): true =>
	send(stage, status, {errors: [{code, message: code.toLowerCase()}]});

const answerOwn = (stage: Stage): true => {
	const {behaviour, content, method, url} = stage;
	if (behaviour.busy > 0) {
		behaviour.busy--;
		return send(stage, 429, undefined, {'retry-after': '0'});
	}

	const rest = decodeURIComponent(url.pathname.slice('/acr/v1/'.length));
	if (rest === '_catalog') {
		return answerCatalog(stage);
	}

	const {
		name = '',
		list,
		tag,
	} = /^(?<name>.+?)(?:\/(?<list>_manifests|_tags)(?:\/(?<tag>.+))?)?$/v.exec(
		rest,
	)?.groups ?? {};
	const repository = content.repositories.get(name);
	if (!repository || repository.manifests.size === 0) {
		return sendError(stage, 404, 'NAME_UNKNOWN');
	}

	if (list === undefined) {
		return send(stage, 200, {
			registry: 'azure.invalid',
			imageName: name,
			manifestCount: repository.manifests.size,
			tagCount: repository.tags.size,
			changeableAttributes: describeLock(behaviour, name),
		});
	}

	if (tag !== undefined) {
		return method === 'DELETE'
			? deleteTag(stage, {name, tag, repository})
			: sendError(stage, 405, 'UNSUPPORTED');
	}

	return list === '_manifests'
		? sendPage(stage, 'manifests', listManifests(behaviour, name, repository))
		: sendPage(stage, 'tags', listTags(behaviour, name, repository));
};

const answerCatalog = (stage: Stage): true => {
	const {behaviour, content, url} = stage;
	if (behaviour.catalog === 'denied') {
		return sendError(stage, 403, 'DENIED');
	}

	if (Number(url.searchParams.get('n')) >= behaviour.catalogLimit) {
		return send(stage, 502, undefined);
	}

	return sendPage(
		stage,
		'repositories',
		[...content.repositories]
			.filter(([, {manifests}]) => manifests.size > 0)
			.map(([name]) => ({key: name, entry: name})),
	);
};

type Entry = {readonly key: string; readonly entry: unknown};

const describeLock = (
	{locks}: AzureBehaviour,
	key: string,
): Record<string, unknown> => ({
	deleteEnabled: locks.get(key) !== 'deleteEnabled',
	writeEnabled: locks.get(key) !== 'writeEnabled',
	readEnabled: true,
	listEnabled: true,
});

const readDocument = ({bytes}: StoredManifest) =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the test made it
	JSON.parse(Buffer.from(bytes).toString()) as {
		readonly config?: {readonly mediaType: string; readonly size: number};
		readonly layers?: ReadonlyArray<{readonly size: number}>;
		readonly subject?: {readonly digest: string};
	};

const listManifests = (
	behaviour: AzureBehaviour,
	name: string,
	{manifests, tags}: RepositoryContent,
): readonly Entry[] =>
	[...manifests].map(([digest, manifest]) => {
		const mine = [...tags]
			.filter(([, means]) => means === digest)
			.map(([tag]) => tag);
		const {config, layers = []} = readDocument(manifest);
		const time = behaviour.times.get(digest) ?? usualTime;
		return {
			key: digest,
			entry: {
				digest,
				imageSize: layers.reduce(
					(sum, {size}) => sum + size,
					config?.size ?? manifest.bytes.length,
				),
				createdTime: time,
				lastUpdateTime: time,
				...(config && {
					architecture: 'amd64',
					os: 'linux',
					configMediaType: config.mediaType,
				}),
				mediaType: manifest.mediaType,
				// One that no tag means has no such field.
				...(mine.length > 0 && {tags: mine.slice(0, behaviour.mostTags)}),
				changeableAttributes: describeLock(behaviour, `${name}@${digest}`),
			},
		};
	});

const listTags = (
	behaviour: AzureBehaviour,
	name: string,
	{tags}: RepositoryContent,
): readonly Entry[] =>
	[...tags].map(([tag, digest]) => ({
		key: tag,
		entry: {
			name: tag,
			digest,
			createdTime: usualTime,
			lastUpdateTime: usualTime,
			signed: false,
			changeableAttributes: describeLock(behaviour, `${name}:${tag}`),
		},
	}));

const sendPage = (stage: Stage, field: string, all: readonly Entry[]): true => {
	const {behaviour, url, response} = stage;
	const {repeats, link, mostEntries, isEmptyNull} = behaviour;
	const last = repeats ? '' : (url.searchParams.get('last') ?? '');
	const size = Math.min(Number(url.searchParams.get('n') ?? 100), mostEntries);
	const rest = all
		.filter(({key}) => key > last)
		.toSorted((one, two) => (one.key < two.key ? -1 : 1));
	const page = rest.slice(0, size);
	const query = new URLSearchParams({
		last: page.at(-1)?.key ?? '',
		n: String(size),
		orderby: '',
		...(repeats && {page: String(Math.random())}),
	});
	const targets = {
		relative: `<${url.pathname}?${query.toString()}>; rel="next"`,
		absolute: `<http://${response.req.headers.host}${url.pathname}?${query.toString()}>; rel="next"`,
		elsewhere: `<https://elsewhere.invalid${url.pathname}?${query.toString()}>; rel="next"`,
		malformed: '<http://[>; rel="next"',
	};
	const hasMore = repeats || rest.length > page.length;
	return send(
		stage,
		200,
		{
			registry: 'azure.invalid',
			[field]:
				page.length === 0 && isEmptyNull ? null : page.map(({entry}) => entry),
		},
		hasMore && link !== 'none' ? {link: targets[link]} : {},
	);
};

const deleteTag = (
	stage: Stage,
	{
		name,
		tag,
		repository: {tags},
	}: {name: string; tag: string; repository: RepositoryContent},
): true => {
	if (!tags.has(tag)) {
		return sendError(stage, 404, 'TAG_UNKNOWN');
	}

	if (isLocked(stage.behaviour, [name, `${name}:${tag}`])) {
		return sendError(stage, 405, 'METHOD_NOT_ALLOWED');
	}

	tags.delete(tag);
	return send(stage, 202, undefined);
};

const isLocked = ({locks}: AzureBehaviour, keys: readonly string[]): boolean =>
	keys.some(key => locks.has(key));

/** What the embedded registry does not know: locks, and referrers that go with what they are about. */
const deleteDigest = (stage: Stage): boolean => {
	const {content, behaviour, url} = stage;
	const {name = '', digest = ''} =
		/^\/v2\/(?<name>.+)\/manifests\/(?<digest>.+)$/v.exec(url.pathname)
			?.groups ?? {};
	const repository = content.repositories.get(name);
	if (!repository?.manifests.has(digest)) {
		return false;
	}

	const tags = [...repository.tags]
		.filter(([, means]) => means === digest)
		.map(([tag]) => `${name}:${tag}`);
	if (isLocked(behaviour, [name, `${name}@${digest}`, ...tags])) {
		return sendError(stage, 405, 'METHOD_NOT_ALLOWED');
	}

	for (const referrer of listReferrers(repository, digest)) {
		removeDigest(repository, referrer);
	}

	return false;
};

/** What is about a digest by its subject, and about that, and so on. */
export const listReferrers = (
	{manifests}: RepositoryContent,
	digest: string,
): ReadonlySet<string> => {
	const found = new Set<string>();
	const waiting = [digest];
	for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
		for (const [referrer, manifest] of manifests) {
			const {subject} = readDocument(manifest);
			if (subject?.digest === next && !found.has(referrer)) {
				found.add(referrer);
				waiting.push(referrer);
			}
		}
	}

	return found;
};

const removeDigest = (
	{manifests, tags}: RepositoryContent,
	digest: string,
): void => {
	manifests.delete(digest);
	for (const [tag, means] of tags) {
		if (means === digest) {
			tags.delete(tag);
		}
	}
};

/** What a request needs, in the words of a scope. */
const listNeeded = ({method, url}: Stage): string | undefined => {
	const {pathname} = url;
	if (pathname === '/v2/') {
		return undefined;
	}

	if (pathname.endsWith('/_catalog')) {
		return 'registry:catalog:*';
	}

	const name = pathname
		.replace(/^\/(?:v2|acr\/v1)\//v, '')
		.replace(
			/\/(?:manifests|blobs|tags|referrers|_manifests|_tags)(?:\/.*)?$/v,
			'',
		);
	const isOwn = pathname.startsWith('/acr/');
	const action =
		method === 'DELETE'
			? 'delete'
			: ['GET', 'HEAD'].includes(method)
				? isOwn
					? 'metadata_read'
					: 'pull'
				: 'push';
	return `repository:${name}:${action}`;
};

const covers = (
	granted: string,
	needed: string,
	isByRepository: boolean,
): boolean => {
	const split = (scope: string) => {
		const parts = scope.split(':');
		return {
			place: parts.slice(0, -1).join(':'),
			actions: parts.at(-1)?.split(',') ?? [],
		};
	};

	const has = split(granted);
	const wants = split(needed);
	return (
		has.place === wants.place &&
		wants.actions.every(
			action =>
				has.actions.includes(action) ||
				(!isByRepository && has.actions.includes('*')),
		)
	);
};

const mayPass = (stage: Stage, authorization: string | undefined): boolean => {
	const {tokens} = stage.behaviour;
	const scopes = tokens?.granted.get(
		authorization?.replace(/^Bearer /v, '') ?? '',
	);
	const needed = listNeeded(stage);
	return (
		scopes !== undefined &&
		(needed === undefined ||
			scopes.some(scope => covers(scope, needed, tokens!.isByRepository)))
	);
};

const challenge = (stage: Stage): void => {
	const {host} = stage.response.req.headers;
	const needed = listNeeded(stage);
	const scope = needed === undefined ? '' : `,scope="${needed}"`;
	send(
		stage,
		401,
		{errors: [{code: 'UNAUTHORIZED', message: 'authentication required'}]},
		{
			'www-authenticate': `Bearer realm="http://${host}/oauth2/token",service="azure.invalid"${scope}`,
		},
	);
};

const encode = (value: unknown): string =>
	Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of which nobody checks the signature; its claims say how long it holds. */
const writeToken = (count: number, life: number): string => {
	const issued = 1_700_000_000;
	return [
		encode({alg: 'RS256', typ: 'JWT'}),
		encode({jti: count, iat: issued, nbf: issued, exp: issued + life}),
		'signature',
	].join('.');
};

const answerTokens = async (stage: Stage): Promise<void> => {
	const {behaviour, method, url, response} = stage;
	const {tokens} = behaviour;
	if (!tokens) {
		sendError(stage, 404, 'NOT_FOUND');
		return;
	}

	const fields =
		method === 'POST'
			? new URLSearchParams(await text(response.req))
			: url.searchParams;
	const scopes = fields
		.getAll('scope')
		.flatMap(scope => scope.split(' '))
		.filter(Boolean);
	tokens.asked.push(
		`${method} ${url.pathname} ${[fields.get('grant_type') ?? '', fields.get('service') ?? '', ...scopes].join(' ')}`,
	);
	if (url.pathname === '/oauth2/exchange') {
		if (!tokens.entra.has(fields.get('access_token') ?? '')) {
			sendError(stage, 401, 'UNAUTHORIZED');
			return;
		}

		const refresh = writeToken(tokens.asked.length, 3 * 3600);
		tokens.refresh.add(refresh);
		send(stage, 200, Object.fromEntries([['refresh_token', refresh]]));
		return;
	}

	if (!isKnown(tokens, fields, response.req.headers.authorization)) {
		sendError(stage, 401, 'UNAUTHORIZED');
		return;
	}

	const token = writeToken(tokens.asked.length, 3600);
	tokens.granted.set(token, scopes);
	// It does not say for how long.
	send(stage, 200, Object.fromEntries([['access_token', token]]));
};

const isKnown = (
	{refresh, passwords}: AzureTokens,
	fields: URLSearchParams,
	authorization: string | undefined,
): boolean => {
	if (fields.get('grant_type') === 'refresh_token') {
		return refresh.has(fields.get('refresh_token') ?? '');
	}

	const [user = '', password] = Buffer.from(
		authorization?.replace(/^Basic /v, '') ?? '',
		'base64',
	)
		.toString()
		.split(':');
	return password !== undefined && passwords.get(user) === password;
};
