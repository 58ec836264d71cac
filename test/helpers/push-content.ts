import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import {buffer} from 'node:stream/consumers';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar';

/** The `Accept` a registry wants to see before it hands out OCI manifests and indexes. */
export const acceptedTypes = [
	manifestType,
	indexType,
	'application/vnd.docker.distribution.manifest.v2+json',
	'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** A pointer to content, as the OCI specs write it. */
export type PushedDescriptor = {
	digest: string;
	mediaType: string;
	size: number;
	platform?: {os: string; architecture: string; variant?: string};
};

/** What a registry answered, whatever the status. */
export type Answer = {
	status: number;
	headers: http.IncomingHttpHeaders;
	body: Uint8Array;
};

type RequestOptions = {
	method?: string;
	headers?: http.OutgoingHttpHeaders;
	body?: Uint8Array;
	authorization?: string | undefined;
	/** The certificate that is shown to the server, with its key. */
	client?: {readonly cert: string; readonly key: string};
};

async function waitForResponse(
	request: http.ClientRequest,
): Promise<http.IncomingMessage> {
	return new Promise((resolve, reject) => {
		request.once('response', resolve);
		request.once('error', reject);
	});
}

/** Sends one request and resolves with the answer; it throws only when there is no answer. A self-signed certificate is accepted on the loopback address. */
export async function sendRequest(
	url: string | URL,
	options: RequestOptions = {},
): Promise<Answer> {
	const {protocol, hostname} = new URL(url);
	const {method = 'GET', headers = {}, body, authorization, client} = options;
	const isLoopback = hostname === '127.0.0.1' || hostname === 'localhost';
	const requestOptions = {
		method,
		headers: {
			...(authorization && {authorization}),
			...(body && {'content-length': body.length}),
			...headers,
		},
		...(isLoopback && {rejectUnauthorized: false}),
		...client,
	};
	const send = protocol === 'https:' ? https.request : http.request;
	const request = send(url, requestOptions);
	request.end(body);
	const response = await waitForResponse(request);
	return {
		status: response.statusCode ?? 0,
		headers: response.headers,
		body: await buffer(response),
	};
}

/** The text of an answer's body. */
export function readText({body}: Answer): string {
	return Buffer.from(body).toString();
}

async function sendExpecting(
	status: number,
	url: string | URL,
	options: RequestOptions,
): Promise<Answer> {
	const answer = await sendRequest(url, options);
	if (answer.status !== status) {
		throw new Error(
			`${options.method ?? 'GET'} ${String(url)} answered ${answer.status}, not ${status}: ${readText(answer)}`,
		);
	}

	return answer;
}

function computeDigest(bytes: Uint8Array): string {
	return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

type Target = {
	url: string;
	repository: string;
	authorization: string | undefined;
};

async function pushBlob(
	{url, repository, authorization}: Target,
	bytes: Uint8Array,
	mediaType: string,
): Promise<PushedDescriptor> {
	const digest = computeDigest(bytes);
	const started = await sendExpecting(
		202,
		new URL(`/v2/${repository}/blobs/uploads/`, url),
		{method: 'POST', authorization},
	);
	const location = new URL(started.headers.location ?? '', url);
	location.searchParams.set('digest', digest);
	await sendExpecting(201, location, {
		method: 'PUT',
		authorization,
		body: bytes,
		headers: {'content-type': 'application/octet-stream'},
	});
	return {digest, mediaType, size: bytes.length};
}

/** Sends manifest bytes under each tag, or under their digest when there is no tag. */
export async function pushManifest(
	url: string,
	repository: string,
	options: {
		tags: string[];
		bytes: Uint8Array;
		mediaType: string;
		authorization?: string | undefined;
	},
): Promise<PushedDescriptor> {
	const {tags, bytes, mediaType, authorization} = options;
	const digest = computeDigest(bytes);
	for (const reference of tags.length > 0 ? tags : [digest]) {
		await sendExpecting(
			201,
			new URL(`/v2/${repository}/manifests/${reference}`, url),
			{
				method: 'PUT',
				authorization,
				body: bytes,
				headers: {'content-type': mediaType},
			},
		);
	}

	return {digest, mediaType, size: bytes.length};
}

/** Pushes an image made of the given layers, which is about another digest where a subject is given, and returns its descriptor, platform included, ready to be a child of an index. */
export async function pushImage(
	url: string,
	repository: string,
	options: {
		tags: string[];
		layers: Uint8Array[];
		created: string;
		platform: {os: string; architecture: string; variant?: string};
		subject?: {digest: string; mediaType: string; size: number};
		authorization?: string | undefined;
	},
): Promise<PushedDescriptor> {
	const {tags, platform, created, subject, authorization} = options;
	const target = {url, repository, authorization};
	const layers = await Promise.all(
		options.layers.map(async layer => pushBlob(target, layer, layerType)),
	);
	const config = await pushBlob(
		target,
		Buffer.from(
			JSON.stringify({
				created,
				...platform,
				config: {},
				// eslint-disable-next-line @typescript-eslint/naming-convention -- the image spec's name
				rootfs: {type: 'layers', diff_ids: layers.map(({digest}) => digest)},
			}),
		),
		configType,
	);
	const bytes = Buffer.from(
		JSON.stringify({
			schemaVersion: 2,
			mediaType: manifestType,
			config,
			layers,
			subject,
		}),
	);
	const pushed = await pushManifest(url, repository, {
		tags,
		bytes,
		mediaType: manifestType,
		authorization,
	});
	return {...pushed, platform};
}

/** Pushes an index of children that are in the repository already. */
export async function pushIndex(
	url: string,
	repository: string,
	options: {
		tags: string[];
		children: PushedDescriptor[];
		authorization?: string;
	},
): Promise<PushedDescriptor> {
	const {tags, children, authorization} = options;
	const bytes = Buffer.from(
		JSON.stringify({
			schemaVersion: 2,
			mediaType: indexType,
			manifests: children,
		}),
	);
	return pushManifest(url, repository, {
		tags,
		bytes,
		mediaType: indexType,
		authorization,
	});
}

/** Says whether the registry still hands out a manifest. */
export async function manifestExists(
	url: string,
	repository: string,
	reference: string,
	authorization?: string,
): Promise<boolean> {
	const {status} = await sendRequest(
		new URL(`/v2/${repository}/manifests/${reference}`, url),
		{authorization, headers: {accept: acceptedTypes}},
	);
	if (status !== 200 && status !== 404) {
		throw new Error(`${repository} ${reference} answered ${status}`);
	}

	return status === 200;
}

/** Asks the registry itself which tags there are and which digest each one names; the truth a test compares with. An unknown repository has no tags. */
export async function listTruth(
	url: string,
	repository: string,
	authorization?: string,
): Promise<Map<string, string>> {
	const list = await sendRequest(new URL(`/v2/${repository}/tags/list`, url), {
		authorization,
	});
	if (list.status === 404) {
		return new Map();
	}

	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	const {tags} = JSON.parse(readText(list)) as {tags?: string[]};
	const entries = await Promise.all(
		// A repository that lost its last tag answers null. The order is the registry's own, and ava compares it.
		(tags ?? []).toSorted().map(async (tag): Promise<[string, string]> => {
			const {headers} = await sendExpecting(
				200,
				new URL(`/v2/${repository}/manifests/${tag}`, url),
				{method: 'HEAD', authorization, headers: {accept: acceptedTypes}},
			);
			return [tag, String(headers['docker-content-digest'])];
		}),
	);
	return new Map(entries);
}
