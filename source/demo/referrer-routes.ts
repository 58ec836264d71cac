import {Buffer} from 'node:buffer';
import {
	answerError,
	answerJson,
	answerPageNotFound,
	type Answer,
} from './answer.js';
import type {ContentDescriptor} from './build-content.js';
import {ociIndex} from './media-types.js';
import type {StoredManifest} from './registry-content.js';
import type {RouteRequest} from './routes.js';

/** What a manifest says of itself as an artifact. */
type ArtifactDocument = {
	readonly artifactType?: string;
	readonly config?: {readonly mediaType?: string};
	readonly subject?: {readonly digest?: string};
	readonly annotations?: Readonly<Record<string, string>>;
};

const digestPattern = /^sha256:[\da-f]{64}$/v;
const documents = new WeakMap<StoredManifest, ArtifactDocument>();

/**
`GET /v2/<name>/referrers/<digest>?artifactType=`: an index of the manifests whose subject is that digest, empty where
there are none, also for a repository that is not there (OCI distribution spec, "Listing Referrers").
*/
export function listReferrers(request: RouteRequest): Answer {
	const {content, name, reference, settings, query} = request;
	if (settings.referrers === 'absent') {
		return answerPageNotFound();
	}

	if (!digestPattern.test(reference)) {
		return answerError('DIGEST_INVALID', null);
	}

	const asked = query.get('artifactType');
	const stored = [...(content.repositories.get(name)?.manifests ?? [])];
	const manifests = stored
		.filter(([, one]) => readArtifact(one).subject?.digest === reference)
		.map(([digest, manifest]) => describeReferrer(digest, manifest))
		.filter(({artifactType}) => !asked || artifactType === asked);
	return answerJson(
		{schemaVersion: 2, mediaType: ociIndex, manifests},
		{
			'content-type': ociIndex,
			...(asked && {'oci-filters-applied': 'artifactType'}),
		},
	);
}

function describeReferrer(
	digest: string,
	manifest: StoredManifest,
): ContentDescriptor {
	const {artifactType, config, annotations} = readArtifact(manifest);
	// The config's media type stands in for a type that the manifest does not tell, as the spec says.
	const type = artifactType ?? config?.mediaType;
	return {
		mediaType: manifest.mediaType,
		digest,
		size: manifest.bytes.length,
		...(type !== undefined && {artifactType: type}),
		...(annotations && {annotations}),
	};
}

function readArtifact(manifest: StoredManifest): ArtifactDocument {
	let document = documents.get(manifest);
	if (!document) {
		document = parseArtifact(manifest.bytes);
		documents.set(manifest, document);
	}

	return document;
}

function parseArtifact(bytes: Uint8Array): ArtifactDocument {
	try {
		const value: unknown = JSON.parse(Buffer.from(bytes).toString());
		return typeof value === 'object' && value !== null ? value : {};
	} catch {
		return {};
	}
}
