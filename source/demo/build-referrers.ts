import {Buffer} from 'node:buffer';
import {
	addBlob,
	addImage,
	addIndex,
	addManifest,
	describeRootfs,
	pointTo,
	type ContentDescriptor,
} from './build-content.js';
import {ociConfig, ociEmpty, ociManifest} from './media-types.js';
import {ensureRepository, type RegistryContent} from './registry-content.js';

/** An artifact about another manifest; `payload` becomes its only layer, really stored. */
export type ReferrerOptions = {
	readonly subject: ContentDescriptor;
	readonly artifactType: string;
	readonly payload: Uint8Array | string;
	readonly annotations?: Readonly<Record<string, string>> | undefined;
	/** Untagged: only the referrers API can find it, as after a push to a registry that has it. Tagged when left out. */
	readonly list?: 'tagged' | 'untagged' | undefined;
};

/** What a cosign v2 signature signs. */
export type SignatureOptions = {
	readonly subject: ContentDescriptor;
	/** Host and repository as the signer named them. */
	readonly reference: string;
};

/** Returns the tag `sha256-<hex>` under which clients look for referrers or, with a suffix, for cosign's files. */
export function nameFallbackTag(digest: string): string {
	return digest.replace(':', '-');
}

/**
Stores an OCI artifact manifest with a `subject` and, unless it is to stay untagged, lists it in the index under the tag
`sha256-<hex>`, as clients do on a registry without the referrers API (OCI distribution spec, "Referrers Tag Schema").

The index that had the tag before is removed, as oras does.
*/
export function addReferrer(
	content: RegistryContent,
	repository: string,
	options: ReferrerOptions,
): ContentDescriptor {
	const {subject, artifactType, payload, annotations} = options;
	const bytes = JSON.stringify({
		schemaVersion: 2,
		mediaType: ociManifest,
		artifactType,
		config: addBlob(content, '{}', ociEmpty),
		layers: [addBlob(content, payload, artifactType)],
		subject: pointTo(subject),
		annotations,
	});
	const mediaType = ociManifest;
	const referrer = addManifest(content, repository, {bytes, mediaType});
	if (options.list !== 'untagged') {
		listReferrer(content, repository, subject, {
			...referrer,
			artifactType,
			...(annotations && {annotations}),
		});
	}

	return referrer;
}

/** Stores a signature as cosign v2 does: an image under the tag `sha256-<hex>.sig`, without `subject`. */
export function addCosignSignature(
	content: RegistryContent,
	repository: string,
	options: SignatureOptions,
): ContentDescriptor {
	const {subject, reference} = options;
	const payload = JSON.stringify({
		critical: {
			identity: {'docker-reference': reference},
			image: {'docker-manifest-digest': subject.digest},
			type: 'cosign container image signature',
		},
		optional: null,
	});
	const layer = {
		...addBlob(
			content,
			payload,
			'application/vnd.dev.cosign.simplesigning.v1+json',
		),
		annotations: Object.fromEntries([
			[
				'dev.cosignproject.cosign/signature',
				Buffer.from(`signature of ${subject.digest}`).toString('base64'),
			],
		]),
	};
	const config = addBlob(
		content,
		JSON.stringify({
			architecture: '',
			created: '0001-01-01T00:00:00Z',
			os: '',
			rootfs: describeRootfs([layer.digest]),
			config: {},
		}),
		ociConfig,
	);
	return addManifest(content, repository, {
		bytes: JSON.stringify({
			schemaVersion: 2,
			mediaType: ociManifest,
			config,
			layers: [layer],
		}),
		mediaType: ociManifest,
		tags: [`${nameFallbackTag(subject.digest)}.sig`],
	});
}

/** Stores BuildKit's attestation of a child and returns the descriptor to list beside it, platform unknown/unknown. */
export function addAttestation(
	content: RegistryContent,
	repository: string,
	subject: ContentDescriptor,
): ContentDescriptor {
	const platform = {os: 'unknown', architecture: 'unknown'};
	const attestation = addImage(content, repository, {
		platform,
		layers: [{size: 9216, seed: `in-toto ${subject.digest}`}],
	});
	return {
		...attestation,
		annotations: Object.fromEntries([
			['vnd.docker.reference.digest', subject.digest],
			['vnd.docker.reference.type', 'attestation-manifest'],
		]),
		platform,
	};
}

function listReferrer(
	content: RegistryContent,
	repository: string,
	subject: ContentDescriptor,
	referrer: ContentDescriptor,
): void {
	const {tags, manifests} = ensureRepository(content, repository);
	const tag = nameFallbackTag(subject.digest);
	const earlierDigest = tags.get(tag) ?? '';
	const earlier = manifests.get(earlierDigest);
	const listed = earlier ? readChildren(earlier.bytes) : [];
	manifests.delete(earlierDigest);
	addIndex(content, repository, {
		tags: [tag],
		children: [...listed, referrer],
	});
}

function readChildren(bytes: Uint8Array): readonly ContentDescriptor[] {
	const document: unknown = JSON.parse(Buffer.from(bytes).toString());
	return isIndexDocument(document) ? document.manifests : [];
}

function isIndexDocument(
	document: unknown,
): document is {manifests: ContentDescriptor[]} {
	return (
		typeof document === 'object' && document !== null && 'manifests' in document
	);
}
