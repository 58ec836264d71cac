import {Buffer} from 'node:buffer';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {setTimeout as delay} from 'node:timers/promises';
import {TLSSocket} from 'node:tls';
import {gzipSync} from 'node:zlib';
import {
	type ClusterDocument,
	describeAggregated,
	describeCore,
	describeGroups,
	describeStatus,
	describeVersion,
} from './cluster-documents.js';
import {answerList} from './cluster-lists.js';
import {apiVersionOf, type ClusterResource} from './cluster-resources.js';
import {serveWatch} from './cluster-watches.js';
import type {ClusterAccess, ClusterServing} from './embedded-cluster.js';

/** An answer that is one document. */
export type ClusterAnswer = {
	readonly status: number;
	readonly document: ClusterDocument;
};

const readCertificate = (request: IncomingMessage): string | undefined => {
	const {socket} = request;
	const name =
		socket instanceof TLSSocket && socket.authorized
			? socket.getPeerCertificate().subject.CN
			: undefined;
	return Array.isArray(name) ? name[0] : name;
};

const isKnown = (
	{options: {tokens, tls}}: ClusterServing,
	{
		authorization,
		certificate,
	}: {
		readonly authorization: string | undefined;
		readonly certificate: string | undefined;
	},
): boolean =>
	(tokens === undefined && tls?.ca === undefined) ||
	certificate !== undefined ||
	(tokens ?? []).some(token => authorization === `Bearer ${token}`);

const unauthorized: ClusterAnswer = {
	status: 401,
	document: describeStatus(401, {
		reason: 'Unauthorized',
		message: 'Unauthorized',
	}),
};

const notFound: ClusterAnswer = {
	status: 404,
	document: describeStatus(404, {
		reason: 'NotFound',
		message: 'the server could not find the requested resource',
		details: {},
	}),
};

const refuse = ({verb, resource, namespace}: ClusterAccess): ClusterAnswer => {
	const place =
		namespace === ''
			? 'at the cluster scope'
			: `in the namespace "${namespace}"`;
	return {
		status: 403,
		document: describeStatus(403, {
			reason: 'Forbidden',
			message: `${resource.resource} is forbidden: User "visitor" cannot ${verb} resource "${resource.resource}" in API group "${resource.group}" ${place}`,
			details: {kind: resource.resource, group: resource.group},
		}),
	};
};

const send = (
	{options: {gzipFrom = 128 * 1024}}: ClusterServing,
	request: IncomingMessage,
	{
		response,
		answer: {status, document},
	}: {readonly response: ServerResponse; readonly answer: ClusterAnswer},
): void => {
	const text = JSON.stringify(document);
	const isZipped =
		text.length >= gzipFrom &&
		String(request.headers['accept-encoding'] ?? '').includes('gzip');
	const body = isZipped ? gzipSync(text, {level: 1}) : text;
	response.writeHead(status, {
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(body),
		...(isZipped ? {'content-encoding': 'gzip'} : {}),
	});
	response.end(body);
};

const answerDiscovery = (
	{options: {discovery = 'aggregated', staleGroups = []}}: ClusterServing,
	{
		path,
		accept,
		resources,
	}: {
		readonly path: string;
		readonly accept: string;
		readonly resources: readonly ClusterResource[];
	},
): ClusterAnswer | undefined => {
	const isAggregated =
		discovery === 'aggregated' && accept.includes('apidiscovery.k8s.io');
	if (path === '/api' || path === '/apis') {
		const members = resources.filter(
			({group}) => (group === '') === (path === '/api'),
		);
		const plain = path === '/api' ? describeCore() : describeGroups(resources);
		return {
			status: 200,
			document: isAggregated ? describeAggregated(members, staleGroups) : plain,
		};
	}

	const groupVersion = /^\/apis?\/(?<name>.+)$/v.exec(path)?.groups?.['name'];
	const members = resources.filter(
		resource => apiVersionOf(resource) === groupVersion,
	);
	if (groupVersion === undefined || members.length === 0) {
		return undefined;
	}

	return staleGroups.includes(members[0]?.group ?? '')
		? {
				status: 503,
				document: describeStatus(503, {
					reason: 'ServiceUnavailable',
					message: 'service unavailable',
				}),
			}
		: {status: 200, document: describeVersion(groupVersion, members)};
};

const findAccess = (
	resources: readonly ClusterResource[],
	url: URL,
): ClusterAccess | undefined => {
	const {
		group = '',
		version,
		namespace = '',
		resource,
	} = /^\/api(?:s\/(?<group>[^\/]+))?\/(?<version>v[^\/]+)(?:\/namespaces\/(?<namespace>[^\/]+))?\/(?<resource>[^\/]+)$/v.exec(
		url.pathname,
	)?.groups ?? {};
	const found = resources.find(
		entry =>
			entry.group === group &&
			entry.version === version &&
			entry.resource === resource,
	);
	return (
		found && {
			verb: ['1', 'true'].includes(url.searchParams.get('watch') ?? '')
				? 'watch'
				: 'list',
			resource: found,
			namespace: decodeURIComponent(namespace),
		}
	);
};

const serve = async (
	serving: ClusterServing,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> => {
	const {headers} = request;
	const url = new URL(request.url ?? '/', 'http://cluster');
	const identity = {
		authorization: headers.authorization,
		certificate: readCertificate(request),
	};
	if (!isKnown(serving, identity)) {
		send(serving, request, {response, answer: unauthorized});
		return;
	}

	const content = await serving.findContent();
	const {resources} = content;
	const access = findAccess(resources, url);
	if (access && serving.options.refuses?.(access)) {
		send(serving, request, {response, answer: refuse(access)});
		return;
	}

	if (access?.verb === 'watch') {
		serveWatch(serving, {content, access, url, response});
		return;
	}

	const answer = access
		? answerList(serving, {content, access, url})
		: answerDiscovery(serving, {
				path: url.pathname,
				accept: headers.accept ?? '',
				resources,
			});
	send(serving, request, {response, answer: answer ?? notFound});
};

/** Logs a request, waits, lets the interceptor have it or answers it. Never rejects. */
export const serveClusterRequest = async (
	serving: ClusterServing,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> => {
	const {method = '', url: path = '', headers} = request;
	const attempt = (serving.attempts.get(path) ?? 0) + 1;
	serving.attempts.set(path, attempt);
	serving.requests.push({
		path,
		authorization: headers.authorization,
		acceptEncoding: headers['accept-encoding'],
		accept: headers.accept,
		certificate: readCertificate(request),
		userAgent: headers['user-agent'],
	});
	serving.onRequest();
	try {
		const {latency = 0, intercept} = serving.options;
		if (latency > 0) {
			await delay(latency, undefined, {ref: false});
		}

		if (!intercept?.({method, path, headers}, response, attempt)) {
			await serve(serving, request, response);
		}
	} catch (error) {
		// A fault that throws has to end in an answer, or its test hangs instead of failing.
		response.statusCode = 500;
		response.end(String(error));
	}
};
