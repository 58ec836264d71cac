import type {IncomingHttpHeaders} from 'node:http';
import {answerPageNotFound, type Answer} from './answer.js';
import {cancelUpload, getBlob, putUpload, startUpload} from './blob-routes.js';
import {listCatalog, listTags} from './list-routes.js';
import {deleteManifest, getManifest, putManifest} from './manifest-routes.js';
import {listReferrers} from './referrer-routes.js';
import type {RegistryContent} from './registry-content.js';

/** What the operator of the embedded registry has set. */
export type RegistrySettings = {
	readonly deletes: 'enabled' | 'disabled';
	readonly catalog: 'listed' | 'denied';
	/** The most entries a page of a list holds, whatever `n` asks for. */
	readonly pageSize: number | undefined;
	readonly tagDeletes: 'refused' | 'untag';
	readonly referrers: 'absent' | 'served';
};

/** One request as a route sees it. */
export type RouteRequest = {
	readonly content: RegistryContent;
	readonly settings: RegistrySettings;
	/** Identifiers of uploads that were started and not finished. */
	readonly uploads: Set<string>;
	/** Repository name, empty where the route has none. */
	readonly name: string;
	/** Tag, digest or upload identifier, empty where the route has none. */
	readonly reference: string;
	/** A HEAD request, answered by the route of GET. */
	readonly isHead: boolean;
	readonly query: URLSearchParams;
	readonly headers: IncomingHttpHeaders;
	readonly body: Uint8Array;
};

/** Everything of a request that routing adds to. */
export type UnroutedRequest = Omit<
	RouteRequest,
	'name' | 'reference' | 'isHead'
> & {
	readonly method: string;
	/** Decoded path without query. */
	readonly path: string;
};

type Route = (request: RouteRequest) => Answer;

// `docker/distribution/reference`: path components in lower case, joined by `/`.
const component = String.raw`[a-z\d]+(?:(?:\.|_{1,2}|-+)[a-z\d]+)*`;
const name = `(?<name>${component}(?:/${component})*)`;
const reference = String.raw`(?<reference>\w[\w.+:\-]*)`;

const manifest = `/v2/${name}/manifests/${reference}`;
const uploads = `/v2/${name}/blobs/uploads/`;

const routes: ReadonlyArray<readonly [string, string, Route]> = [
	['GET', '/v2/', answerVersion],
	['GET', '/v2/_catalog', listCatalog],
	['GET', `/v2/${name}/tags/list`, listTags],
	['GET', manifest, getManifest],
	['PUT', manifest, putManifest],
	['DELETE', manifest, deleteManifest],
	['POST', uploads, startUpload],
	['PUT', `${uploads}${reference}`, putUpload],
	['DELETE', `${uploads}${reference}`, cancelUpload],
	['GET', `/v2/${name}/blobs/${reference}`, getBlob],
	['GET', `/v2/${name}/referrers/${reference}`, listReferrers],
];

const table = routes.map(([method, path, answer]) => ({
	method,
	pattern: new RegExp(`^${path}$`, 'v'),
	answer,
}));

/** Finds the route of a request and answers it once its repository is built; HEAD goes where GET does. */
export async function answerRequest(request: UnroutedRequest): Promise<Answer> {
	const isHead = request.method === 'HEAD';
	const method = isHead ? 'GET' : request.method;
	const found = table.filter(({pattern}) => pattern.test(request.path));
	const route = found.find(candidate => candidate.method === method);
	if (!route) {
		return found.length > 0
			? answerNotAllowed(found.map(candidate => candidate.method))
			: answerPageNotFound();
	}

	const {groups} = route.pattern.exec(request.path) ?? {};
	const repositoryName = groups?.['name'] ?? '';
	await request.content.repositories.get(repositoryName)?.prepare?.();
	return route.answer({
		...request,
		isHead,
		name: repositoryName,
		reference: groups?.['reference'] ?? '',
	});
}

function answerNotAllowed(methods: readonly string[]): Answer {
	return {
		status: 405,
		headers: {
			allow: methods.join(', '),
			'content-type': 'text/plain; charset=utf-8',
		},
		body: 'Method not allowed\n',
	};
}

function answerVersion(): Answer {
	return {
		status: 200,
		headers: {'content-type': 'application/json; charset=utf-8'},
		body: '{}',
	};
}
