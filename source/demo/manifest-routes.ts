import {Buffer} from 'node:buffer';
import {answerError, answerErrors, type Answer} from './answer.js';
import {
	dockerIndex,
	dockerManifest,
	ociIndex,
	ociManifest,
} from './media-types.js';
import {
	computeDigest,
	ensureRepository,
	type RepositoryContent,
} from './registry-content.js';
import type {RouteRequest} from './routes.js';

type ManifestDocument = {
	readonly mediaType?: string;
	readonly config?: {readonly digest: string};
	readonly layers?: ReadonlyArray<{readonly digest: string}>;
	readonly manifests?: ReadonlyArray<{readonly digest: string}>;
	readonly subject?: {readonly digest: string};
};

const ociMediaTypes = new Set([ociManifest, ociIndex]);
const dockerMediaTypes = new Set([dockerManifest, dockerIndex]);
const digestPattern = /^sha256:[\da-f]{64}$/v;

/**
`GET` and `HEAD /v2/<name>/manifests/<reference>`.

As in 2.8 a wildcard in Accept covers nothing, and Docker's types are served by digest to everyone. By tag 2.8 would turn
them into schema 1; this registry, which has no schema 1, answers 404. Types that 2.8 would never have taken are served
to everyone, as registries that know more types do.
*/
export function getManifest(request: RouteRequest): Answer {
	const {name, reference} = request;
	const repository = request.content.repositories.get(name);
	const digest = resolveReference(repository, reference);
	const manifest = repository?.manifests.get(digest);
	if (!manifest || !isAccepted(request, manifest.mediaType)) {
		return answerManifestUnknown(request);
	}

	return {
		status: 200,
		headers: {
			'content-type': manifest.mediaType,
			'docker-content-digest': digest,
			etag: `"${digest}"`,
		},
		body: manifest.bytes,
	};
}

/** `DELETE /v2/<name>/manifests/<reference>`: with a digest every tag on it goes too, and children stay; with a tag, where the dialect has it, just that tag goes. */
export function deleteManifest(request: RouteRequest): Answer {
	const {name, reference, settings} = request;
	if (settings.deletes === 'disabled') {
		return answerError('UNSUPPORTED', null);
	}

	if (settings.tagDeletes === 'untag' && !reference.includes(':')) {
		const tags = request.content.repositories.get(name)?.tags;
		return tags?.delete(reference)
			? {status: 202}
			: answerManifestUnknown(request);
	}

	if (!digestPattern.test(reference)) {
		return answerError('DIGEST_INVALID', null);
	}

	const repository = request.content.repositories.get(name);
	if (!repository?.manifests.delete(reference)) {
		return answerError('MANIFEST_UNKNOWN', undefined);
	}

	for (const [tag, digest] of repository.tags) {
		if (digest === reference) {
			repository.tags.delete(tag);
		}
	}

	return {status: 202};
}

/** `PUT /v2/<name>/manifests/<reference>`: all that the manifest names, but its subject, has to be there. */
export function putManifest(request: RouteRequest): Answer {
	const {content, name, reference, body} = request;
	const digest = computeDigest(body);
	if (reference.includes(':') && reference !== digest) {
		return answerError('DIGEST_INVALID', null);
	}

	const document = parseDocument(body);
	const mediaType = request.headers['content-type'];
	if (!document || !mediaType || !isConsistent(document, mediaType)) {
		return answerError('MANIFEST_INVALID', {});
	}

	const missing = listMissing(request, document);
	if (missing.length > 0) {
		return answerErrors('MANIFEST_BLOB_UNKNOWN', missing);
	}

	const repository = ensureRepository(content, name);
	repository.manifests.set(digest, {bytes: body, mediaType});
	if (reference !== digest) {
		repository.tags.set(reference, digest);
	}

	const {subject} = document;
	return {
		status: 201,
		headers: {
			location: `/v2/${name}/manifests/${digest}`,
			'docker-content-digest': digest,
			// Tells the client that it need not keep the list under the fallback tag (OCI distribution spec, "Pushing Manifests with Subject").
			...(request.settings.referrers === 'served' &&
				subject && {'oci-subject': subject.digest}),
		},
	};
}

function resolveReference(
	repository: RepositoryContent | undefined,
	reference: string,
): string {
	return reference.includes(':')
		? reference
		: (repository?.tags.get(reference) ?? '');
}

function isAccepted(request: RouteRequest, mediaType: string): boolean {
	const accepted = (request.headers.accept ?? '')
		.split(',')
		.map(entry => entry.split(';', 1).join('').trim().toLowerCase());
	const isNegotiated =
		ociMediaTypes.has(mediaType) ||
		(dockerMediaTypes.has(mediaType) && !request.reference.includes(':'));
	return accepted.includes(mediaType) || !isNegotiated;
}

function isConsistent(document: ManifestDocument, mediaType: string): boolean {
	return (document.mediaType ?? mediaType) === mediaType;
}

function parseDocument(body: Uint8Array): ManifestDocument | undefined {
	try {
		const value: unknown = JSON.parse(Buffer.from(body).toString());
		return typeof value === 'object' && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
}

function listMissing(
	request: RouteRequest,
	document: ManifestDocument,
): readonly string[] {
	const {blobs, declaredBlobs, repositories} = request.content;
	const manifests = repositories.get(request.name)?.manifests;
	const {config, layers = [], manifests: children = []} = document;
	return [
		...[...(config ? [config] : []), ...layers]
			.map(({digest}) => digest)
			.filter(digest => !blobs.has(digest) && !declaredBlobs.has(digest)),
		...children
			.map(({digest}) => digest)
			.filter(digest => !manifests?.has(digest)),
	];
}

function answerManifestUnknown({name, reference}: RouteRequest): Answer {
	const detail = reference.includes(':')
		? [
				['Name', name],
				['Revision', reference],
			]
		: [['Tag', reference]];
	return answerError('MANIFEST_UNKNOWN', Object.fromEntries(detail));
}
