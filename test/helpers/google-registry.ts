import type {ServerResponse} from 'node:http';
import type {Intercept} from '../../source/demo/embedded-registry.js';
import type {
	RegistryContent,
	RepositoryContent,
} from '../../source/demo/registry-content.js';

/** What of Google's registry differs or goes wrong; change it at any time. */
export type GoogleFaults = {
	/** So many digests of an image are listed, the lowest first; all where undefined. */
	cut: number | undefined;
	/** What a list says of a next page: the rest of the digests; their tags only; the first page again; words that are no link. */
	pages: 'one' | 'two' | 'tags only' | 'the same again' | 'unreadable';
	/** Lists without anything in them are null. */
	areNull: boolean;
	/** So many requests more are answered by 429. */
	busy: number;
	/** Tags cannot be removed. */
	areImmutable: boolean;
	/** Digests that the API beside the registry names besides those that are there. */
	onlyInApi: readonly string[];
	api: 'open' | 'forbidden';
	/** Fields of a digest in the list that are not as usual; `undefined` leaves one out. */
	readonly fields: Map<string, Readonly<Record<string, unknown>>>;
	/** Tags in the list that no digest has. */
	moreTags: readonly string[];
	/** Asked before anything else. */
	before: Intercept | undefined;
};

/** The time at which the list says that digests were uploaded: the first of a repository at it, each further one a minute later. */
export const firstUpload = Date.UTC(2026, 9, 1);

type Document = {
	readonly config?: {readonly size: number};
	readonly layers?: ReadonlyArray<{readonly size: number}>;
	readonly manifests?: ReadonlyArray<{readonly digest: string}>;
};

/** A registry that answers as Artifact Registry does, over the content of an embedded one: its `intercept`. */
export const createGoogleRegistry = (
	content: RegistryContent,
): {readonly faults: GoogleFaults; readonly intercept: Intercept} => {
	const faults: GoogleFaults = {
		cut: undefined,
		pages: 'one',
		areNull: false,
		busy: 0,
		areImmutable: false,
		onlyInApi: [],
		api: 'open',
		fields: new Map(),
		moreTags: [],
		before: undefined,
	};
	return {
		faults,
		async intercept(request, response, attempt) {
			if (await faults.before?.(request, response, attempt)) {
				return true;
			}

			if (faults.busy > 0) {
				faults.busy--;
				response.writeHead(429, {'retry-after': '0'});
				response.end();
				return true;
			}

			const {method} = request;
			const [path = '', query = ''] = request.path.split('?');
			const list = /^\/v2\/(?<name>.+)\/tags\/list$/v.exec(path)?.groups;
			const manifest =
				/^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^\/]+)$/v.exec(
					path,
				)?.groups;
			if (method === 'GET' && list) {
				return answerList({content, faults}, response, {
					name: list['name']!,
					isSecond: query.includes('last='),
				});
			}

			if (method === 'DELETE' && manifest) {
				const repository = content.repositories.get(manifest['name']!);
				const {reference = ''} = manifest;
				return reference.includes(':')
					? deleteDigest(repository, reference, response)
					: deleteTag(repository, reference, {faults, response});
			}

			return (
				path.startsWith('/v1/') &&
				answerImages({content, faults}, response, path)
			);
		},
	};
};

type Google = {
	readonly content: RegistryContent;
	readonly faults: GoogleFaults;
};

const send = (
	response: ServerResponse,
	status: number,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): true => {
	response.writeHead(status, {'content-type': 'application/json', ...headers});
	response.end(JSON.stringify(body));
	return true;
};

const sendError = (
	response: ServerResponse,
	[status, code]: readonly [number, string],
	message: string,
): true => send(response, status, {errors: [{code, message}]});

const answerList = (
	{content, faults}: Google,
	response: ServerResponse,
	{name, isSecond}: {name: string; isSecond: boolean},
): boolean => {
	const children = new Set(
		[...content.repositories.keys()]
			.filter(other => other.startsWith(`${name}/`))
			.map(other => other.slice(name.length + 1).split('/')[0]!),
	);
	const repository = content.repositories.get(name);
	if (!repository && children.size === 0) {
		return sendError(response, [404, 'NAME_UNKNOWN'], `no image ${name}`);
	}

	const tags = [...(repository?.tags.keys() ?? []), ...faults.moreTags];
	const rows = repository ? listRows(repository, faults) : [];
	const {shown, link} = turnPage(rows, {pages: faults.pages, name, isSecond});
	const nothing = faults.areNull ? null : undefined;
	return send(
		response,
		200,
		{
			child: children.size > 0 ? [...children] : (nothing ?? []),
			...(!(isSecond && faults.pages === 'tags only') && {
				manifest:
					shown.length > 0 || !faults.areNull
						? Object.fromEntries(shown)
						: nothing,
			}),
			name,
			tags: tags.length > 0 ? tags : (nothing ?? []),
		},
		link === '' ? {} : {link},
	);
};

/** What of the digests is on a page, and what it says of the next one. */
const turnPage = <T>(
	rows: readonly T[],
	{
		pages,
		name,
		isSecond,
	}: {pages: GoogleFaults['pages']; name: string; isSecond: boolean},
): {readonly shown: readonly T[]; readonly link: string} => {
	const next = `</v2/${name}/tags/list?last=half&n=10000>; rel="next"`;
	switch (pages) {
		case 'one': {
			return {shown: rows, link: ''};
		}

		case 'unreadable': {
			return {shown: rows, link: '<>; rel="next"'};
		}

		case 'the same again': {
			return {shown: rows, link: next};
		}

		case 'two':
		case 'tags only': {
			const half = Math.ceil(rows.length / 2);
			return isSecond
				? {shown: rows.slice(half), link: ''}
				: {shown: rows.slice(0, half), link: next};
		}
	}
};

const listRows = (
	repository: RepositoryContent,
	{cut, fields, areNull}: GoogleFaults,
): ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>]> =>
	[...repository.manifests]
		.map(([digest, {bytes, mediaType}], index) => {
			const document = parse(bytes);
			const tag = [...repository.tags]
				.filter(([, means]) => means === digest)
				.map(([name]) => name);
			const row: Readonly<Record<string, unknown>> = {
				imageSizeBytes: document.manifests ? '0' : String(measure(document)),
				mediaType,
				tag: tag.length > 0 || !areNull ? tag : null,
				timeCreatedMs: String(firstUpload - 1000),
				timeUploadedMs: String(firstUpload + index * 60_000),
				...fields.get(digest),
			};
			return [digest, row] as const;
		})
		.toSorted(([one], [other]) => (one < other ? -1 : 1))
		.slice(0, cut);

const parse = (bytes: Uint8Array): Document =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the test made it
	JSON.parse(new TextDecoder().decode(bytes)) as Document;

const measure = ({config, layers = []}: Document): number =>
	layers.reduce((sum, {size}) => sum + size, config?.size ?? 0);

const deleteTag = (
	repository: RepositoryContent | undefined,
	tag: string,
	{faults, response}: {faults: GoogleFaults; response: ServerResponse},
): true => {
	if (!repository?.tags.has(tag)) {
		return sendError(response, [404, 'MANIFEST_UNKNOWN'], `no tag ${tag}`);
	}

	if (faults.areImmutable) {
		return sendError(
			response,
			[400, 'DENIED'],
			`cannot delete tag ${tag}. The repository has enabled tag immutability`,
		);
	}

	repository.tags.delete(tag);
	return send(response, 202, {});
};

const deleteDigest = (
	repository: RepositoryContent | undefined,
	digest: string,
	response: ServerResponse,
): true => {
	if (!repository?.manifests.has(digest)) {
		return sendError(response, [404, 'MANIFEST_UNKNOWN'], 'no such manifest');
	}

	const refusal = findDangling(repository, digest);
	if (refusal) {
		return sendError(response, [400, refusal.code], refusal.message);
	}

	repository.manifests.delete(digest);
	return send(response, 202, {});
};

/** Why Google would keep a digest; `undefined` where nothing means it. */
export const findDangling = (
	{tags, manifests}: RepositoryContent,
	digest: string,
): {readonly code: string; readonly message: string} | undefined => {
	const tag = [...tags].find(([, means]) => means === digest);
	if (tag) {
		return {
			code: 'GOOGLE_MANIFEST_DANGLING_TAG',
			message: `Manifest is still referenced by tag: ${tag[0]}`,
		};
	}

	const parent = [...manifests].find(([, {bytes}]) =>
		parse(bytes).manifests?.some(child => child.digest === digest),
	);
	return (
		parent && {
			code: 'GOOGLE_MANIFEST_DANGLING_PARENT_IMAGE',
			message: `Manifest is still referenced by one or more parent images: ${parent[0]}`,
		}
	);
};

/** Artifact Registry's own API, one image on each page. */
const answerImages = (
	{content, faults}: Google,
	response: ServerResponse,
	path: string,
): boolean => {
	const place =
		/^\/v1\/(?<parent>projects\/(?<project>[^\/]+)\/locations\/[^\/]+\/repositories\/(?<name>[^\/]+))\/dockerImages$/v.exec(
			path,
		)?.groups;
	if (!place || faults.api === 'forbidden') {
		return sendError(response, [403, 'PERMISSION_DENIED'], 'not allowed');
	}

	const prefix = `${place['project']}/${place['name']}/`;
	const dockerImages = [...content.repositories]
		.filter(([name]) => name.startsWith(prefix))
		.flatMap(([name, {manifests}]) =>
			[...manifests.keys(), ...faults.onlyInApi].map(digest => ({
				name: `${place['parent']}/dockerImages/${encodeURIComponent(name.slice(prefix.length))}@${digest}`,
				imageSizeBytes: '1',
			})),
		);
	return send(response, 200, {dockerImages});
};
