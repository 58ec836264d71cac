import {Buffer} from 'node:buffer';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {text} from 'node:stream/consumers';
import type {Intercept} from '../../source/demo/embedded-registry.js';
import type {
	RegistryContent,
	RepositoryContent,
	StoredManifest,
} from '../../source/demo/registry-content.js';
import {findDangling} from './google-registry.js';

/** How Docker Hub behaves, and what goes wrong; everything may be changed at any time. */
export type HubBehaviour = {
	/** Who may log in to the API: passwords by user name. Without anybody everybody may do all. */
	readonly passwords: Map<string, string>;
	/** Organisations that who is logged in is a member of; `undefined` refuses to say. */
	organisations: readonly string[] | undefined;
	/** Whether a login by password wants a second factor. */
	wantsSecondFactor: boolean;
	/** Tokens that hold; the last one given out is the last. */
	readonly tokens: Set<string>;
	/** Repositories and tags of a page at most. */
	mostEntries: number;
	/** What the next pages are called. */
	next: 'own' | 'older' | 'elsewhere' | 'of another list' | 'the same again';
	/** Fields of a tag in the list that are not as usual; `undefined` leaves one out. */
	readonly fields: Map<string, Readonly<Record<string, unknown>>>;
	/** So many tags more are counted than there are. */
	uncounted: number;
	/** The next requests of the API are answered by 429 with these headers, one after the other. */
	busy: Array<Readonly<Record<string, string>>>;
	/** So many answers of the API more break off in their middle. */
	cut: number;
	/** Who may only look. */
	isReadOnly: boolean;
	areImmutable: boolean;
	/** When a tag was pushed last; others at the beginning of 2026. */
	readonly times: Map<string, string>;
	/** Manifests that may still be read; then the pull limit is reached. */
	pulls: number;
	/** Headers of the answer that says so. */
	limit: Readonly<Record<string, string>>;
	/** Digests that something keeps which nobody can see. */
	readonly kept: Set<string>;
	/** Digests whose delete answers 500 and is done so many looks later. */
	readonly late: Map<string, number>;
	/** Digests, or tags, of which the registry says that they are another digest. */
	readonly wrong: Map<string, string>;
};

/** Docker Hub's API and its registry's own rules over the content of an embedded registry, which answers the rest. */
export type HubRegistry = {
	readonly behaviour: HubBehaviour;
	/** Both the registry and the API; `api` answers the API only, and `registry` nothing of it. */
	readonly intercept: Intercept;
	readonly api: Intercept;
	readonly registry: Intercept;
};

const usualTime = '2026-01-01T08:00:00.123456Z';

/** Stands before an embedded registry. */
export const createHubRegistry = (content: RegistryContent): HubRegistry => {
	const behaviour: HubBehaviour = {
		passwords: new Map(),
		organisations: [],
		wantsSecondFactor: false,
		tokens: new Set(),
		mostEntries: 100,
		next: 'own',
		fields: new Map(),
		uncounted: 0,
		busy: [],
		cut: 0,
		isReadOnly: false,
		areImmutable: false,
		times: new Map(),
		pulls: Number.POSITIVE_INFINITY,
		limit: {
			'ratelimit-limit': '100;w=21600',
			'ratelimit-remaining': '0;w=21600',
		},
		kept: new Set(),
		late: new Map(),
		wrong: new Map(),
	};
	const api: Intercept = async ({method, path, headers}, response) => {
		const url = new URL(path, 'http://hub.invalid');
		if (!/^\/v2\/(?:auth|namespaces|repositories|user)\//v.test(url.pathname)) {
			return false;
		}

		const {authorization} = headers;

		const {req} = response as ServerResponse & {req: IncomingMessage};
		const body = method === 'POST' ? await text(req) : '';
		return answerApi(
			{content, behaviour, method, url, response},
			{authorization, body},
		);
	};

	const registry: Intercept = ({method, path}, response) => {
		const url = new URL(path, 'http://hub.invalid');
		return answerRegistry({content, behaviour, method, url, response});
	};

	return {
		behaviour,
		api,
		registry,
		intercept: async (request, response, attempt) =>
			(await api(request, response, attempt)) ||
			registry(request, response, attempt),
	};
};

type Stage = {
	readonly content: RegistryContent;
	readonly behaviour: HubBehaviour;
	readonly method: string;
	readonly url: URL;
	readonly response: ServerResponse;
};

const send = (
	{response, behaviour, url}: Stage,
	status: number,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): true => {
	const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
	const isCut =
		behaviour.cut > 0 && status === 200 && !url.pathname.includes('/auth/');
	response.writeHead(status, {
		'content-type': 'application/json',
		'content-length': String(bytes.length),
		...headers,
	});
	if (isCut) {
		behaviour.cut--;
		response.write(bytes.subarray(0, bytes.length / 2), () => {
			response.destroy();
		});
		return true;
	}

	// A 204 has no body, and no length of one.
	response.end(bytes);
	return true;
};

const sendMessage = (stage: Stage, status: number, message: string): true =>
	send(stage, status, {message, errinfo: {}});

const answerApi = (
	stage: Stage,
	{authorization = '', body}: {authorization: string | undefined; body: string},
): true => {
	const {behaviour, content, method, url} = stage;
	const busy = behaviour.busy.shift();
	if (busy) {
		return send(stage, 429, {detail: 'Rate limit exceeded'}, busy);
	}

	if (url.pathname === '/v2/auth/token') {
		return giveToken(stage, body);
	}

	const isKnown = behaviour.tokens.has(authorization.replace(/^Bearer /v, ''));
	// A token that does not hold is refused even where none is needed.
	if (authorization !== '' && !isKnown) {
		return sendMessage(stage, 401, 'unauthorized');
	}

	if (url.pathname === '/v2/user/orgs/') {
		return isKnown && behaviour.organisations
			? sendPage(
					stage,
					behaviour.organisations.map(orgname => ({orgname, id: orgname})),
				)
			: sendMessage(stage, 403, 'forbidden');
	}

	const {owner = '', name, list, tag} = readApiPath(url.pathname);
	if (name === undefined) {
		return listRepositories(stage, owner);
	}

	const repository = content.repositories.get(`${owner}/${name}`);
	if (!repository || list === undefined) {
		return sendMessage(stage, 404, 'object not found');
	}

	if (tag === undefined) {
		return sendPage(
			stage,
			[...repository.tags].map(([one, digest]) =>
				describeTag(behaviour, repository, [one, digest]),
			),
		);
	}

	if (method === 'GET') {
		const digest = repository.tags.get(tag);
		return digest === undefined
			? sendMessage(stage, 404, 'object not found')
			: send(stage, 200, describeTag(behaviour, repository, [tag, digest]));
	}

	if (method !== 'DELETE') {
		return sendMessage(stage, 405, 'method not allowed');
	}

	if (behaviour.passwords.size > 0 && !isKnown) {
		return sendMessage(stage, 401, 'authentication required');
	}

	if (behaviour.isReadOnly) {
		return sendMessage(stage, 403, 'access to the resource is forbidden');
	}

	if (behaviour.areImmutable) {
		return sendMessage(stage, 400, 'tag is immutable');
	}

	return repository.tags.delete(tag)
		? send(stage, 204, undefined)
		: sendMessage(stage, 404, 'tag not found');
};

const readApiPath = (path: string): Partial<Record<string, string>> =>
	/^(?<owner>[^\/]+)(?:\/(?<name>[^\/]+)(?:\/(?<list>tags)(?:\/(?<tag>[^\/]+))?)?)?\/?$/v.exec(
		path
			.replace(/^\/v2\/namespaces\/(?<owner>[^\/]+)\/repositories/v, '$<owner>')
			.replace(/^\/v2\/repositories\//v, ''),
	)?.groups ?? {};

const giveToken = (stage: Stage, body: string): true => {
	const {passwords, tokens, wantsSecondFactor} = stage.behaviour;
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what jetsam sends
	const {identifier, secret} = JSON.parse(body) as Record<string, string>;
	if (passwords.get(identifier ?? '') !== secret || secret === undefined) {
		return sendMessage(stage, 401, 'incorrect credentials');
	}

	if (wantsSecondFactor) {
		return send(
			stage,
			401,
			Object.fromEntries([['login_2fa_token', 'second-step']]),
		);
	}

	const token = `api-token-${tokens.size + 1}`;
	tokens.add(token);
	return send(stage, 200, Object.fromEntries([['access_token', token]]));
};

const listRepositories = (stage: Stage, namespace: string): true => {
	const names = [...stage.content.repositories.keys()].filter(name =>
		name.startsWith(`${namespace}/`),
	);
	return names.length === 0
		? sendMessage(stage, 404, 'object not found')
		: sendPage(
				stage,
				names.map(name =>
					nameAsHub({
						name: name.slice(namespace.length + 1),
						namespace,
						pullCount: 5_000_000_000,
					}),
				),
			);
};

type Entry = Readonly<Record<string, unknown>>;

/** Docker Hub's fields are `named_so`. */
export const nameAsHub = (entry: Entry): Entry =>
	Object.fromEntries(
		Object.entries(entry).map(([name, value]) => [
			name.replaceAll(/[A-Z]/gv, letter => `_${letter.toLowerCase()}`),
			value,
		]),
	);

const sendPage = (stage: Stage, all: readonly Entry[]): true => {
	const {behaviour, url} = stage;
	const {next, mostEntries, uncounted} = behaviour;
	const size = Math.min(
		Number(url.searchParams.get('page_size') ?? 10),
		mostEntries,
	);
	const page = Number(url.searchParams.get('page') ?? 1);
	const from = next === 'the same again' ? 0 : (page - 1) * size;
	const query = `page=${page + 1}&page_size=${size}`;
	const links = {
		own: `https://hub.docker.com${url.pathname}?${query}`,
		older: `https://registry.hub.docker.com${url.pathname.replace(/namespaces\/(?<owner>[^\/]+)\/repositories/v, 'repositories/$<owner>')}?${query}`,
		elsewhere: `https://elsewhere.invalid${url.pathname}?${query}`,
		'of another list': `https://hub.docker.com/v2/repositories/other/list/tags?${query}`,
		'the same again': `${url.pathname}?${query}`,
	};
	const hasMore = next === 'the same again' || all.length > from + size;
	return send(stage, 200, {
		count: all.length + uncounted,
		next: hasMore ? links[next] : null,
		previous: null,
		results: all.slice(from, from + size),
	});
};

type Document = {
	readonly config?: {readonly digest: string; readonly size: number};
	readonly layers?: ReadonlyArray<{readonly size: number}>;
	readonly manifests?: ReadonlyArray<{
		readonly digest: string;
		readonly platform?: Entry;
	}>;
};

const parse = ({bytes}: StoredManifest): Document =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the test made it
	JSON.parse(Buffer.from(bytes).toString()) as Document;

const linux = {os: 'linux', architecture: 'amd64'};

const describeImage = (
	repository: RepositoryContent,
	digest: string,
	{os, architecture, variant = null}: Entry,
): readonly Entry[] => {
	const manifest = repository.manifests.get(digest);
	if (!manifest) {
		return [];
	}

	const {config, layers = []} = parse(manifest);
	return [
		nameAsHub({
			architecture,
			features: '',
			variant,
			digest,
			os,
			osFeatures: '',
			osVersion: null,
			size: layers.reduce((sum, {size}) => sum + size, config?.size ?? 0),
			status: 'active',
			lastPulled: null,
			lastPushed: usualTime,
		}),
	];
};

const describeTag = (
	{times, fields}: HubBehaviour,
	repository: RepositoryContent,
	[name, digest]: readonly [string, string],
): Entry => {
	const manifest = repository.manifests.get(digest)!;
	const {manifests, config} = parse(manifest);
	const images = manifests
		? manifests.flatMap(child =>
				describeImage(
					repository,
					child.digest,
					child.platform ?? {os: '', architecture: ''},
				),
			)
		: describeImage(
				repository,
				digest,
				config ? linux : {os: '', architecture: ''},
			);
	const time = times.get(name) ?? usualTime;
	const usual = nameAsHub({
		creator: 1,
		id: 1,
		images,
		lastUpdated: time,
		lastUpdaterUsername: 'ann',
		name,
		repository: 1,
		fullSize: images[0]?.['size'] ?? 0,
		v2: true,
		tagStatus: 'active',
		tagLastPulled: null,
		tagLastPushed: time,
		mediaType: manifest.mediaType,
		contentType: (config ?? manifests) ? 'image' : 'unrecognized',
		digest,
	});
	return {...usual, ...fields.get(name)};
};

const sendError = (
	stage: Stage,
	[status, code]: readonly [number, string],
	message: string,
	headers: Readonly<Record<string, string>> = {},
): true => send(stage, status, {errors: [{code, message}]}, headers);

/** What the embedded registry does not do as Docker Hub's does. */
const answerRegistry = (stage: Stage): boolean => {
	const {content, behaviour, method, url} = stage;
	if (url.pathname === '/v2/_catalog') {
		return sendError(stage, [401, 'UNAUTHORIZED'], 'not for anybody');
	}

	const {name = '', reference = ''} =
		/^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^\/]+)$/v.exec(url.pathname)
			?.groups ?? {};
	if (name === 'ratelimitpreview/test' && Number.isFinite(behaviour.pulls)) {
		return tellPulls(stage);
	}

	const repository = content.repositories.get(name);
	if (reference === '' || !repository) {
		return false;
	}

	if (method === 'DELETE') {
		return deleteDigest(stage, repository, reference);
	}

	const digest = repository.tags.get(reference) ?? reference;
	if (method === 'HEAD') {
		doLate(stage, repository, digest);
		return sayWrong(stage, repository, {reference, digest});
	}

	if (method === 'GET' && repository.manifests.has(digest)) {
		if (behaviour.pulls <= 0) {
			return sendError(
				stage,
				[429, 'TOOMANYREQUESTS'],
				'You have reached your pull rate limit.',
				behaviour.limit,
			);
		}

		behaviour.pulls--;
	}

	return false;
};

/** What Docker Hub answers to a HEAD on the manifest that is there for it. */
const tellPulls = ({behaviour, response, method}: Stage): true => {
	if (method === 'GET') {
		behaviour.pulls--;
	}

	response.writeHead(200, {
		'content-type': 'application/vnd.docker.distribution.manifest.v2+json',
		'ratelimit-limit': '100;w=21600',
		'ratelimit-remaining': `${behaviour.pulls};w=21600`,
	});
	response.end();
	return true;
};

const sayWrong = (
	{behaviour, response}: Stage,
	{manifests}: RepositoryContent,
	{reference, digest}: {reference: string; digest: string},
): boolean => {
	const said = behaviour.wrong.get(reference);
	const manifest = manifests.get(digest);
	if (said === undefined || !manifest) {
		return false;
	}

	response.writeHead(200, {
		'content-type': manifest.mediaType,
		'docker-content-digest': said,
	});
	response.end();
	return true;
};

/** What was accepted to be done later is done when it was looked at often enough. */
const doLate = (
	{behaviour: {late}}: Stage,
	{manifests}: RepositoryContent,
	digest: string,
): void => {
	const looks = late.get(digest) ?? Number.NaN;
	if (looks < 0) {
		late.set(digest, looks + 1);
		if (looks === -1) {
			manifests.delete(digest);
		}
	}
};

const deleteDigest = (
	stage: Stage,
	repository: RepositoryContent,
	digest: string,
): true => {
	const {kept, late} = stage.behaviour;
	if (!digest.includes(':')) {
		return sendError(stage, [405, 'UNSUPPORTED'], 'not by tag');
	}

	if (!repository.manifests.has(digest)) {
		return sendError(stage, [404, 'MANIFEST_UNKNOWN'], 'no such manifest');
	}

	if (kept.has(digest) || findDangling(repository, digest)) {
		return sendError(stage, [403, 'DENIED'], 'manifest is referenced');
	}

	const looks = late.get(digest);
	if (looks !== undefined) {
		// Counted down by the looks that follow.
		late.set(digest, -Math.abs(looks));
		return sendError(stage, [500, 'UNKNOWN'], 'internal error');
	}

	repository.manifests.delete(digest);
	return send(stage, 202, undefined);
};
