import {parseArtifactTag} from './detail.js';
import type {Digest} from './digest.js';
import type {DigestRecord} from './record.js';

/** What a digest is that is neither an image nor an index for its own sake. */
export type ArtifactName = {
	/** `signature`, `attestation`, `SBOM`, `metadata`, `list of referrers`, or else its artifact type, which is foreign. */
	readonly kind: string;
	/** The digest that it is about; `undefined` where it says none. */
	readonly subject: Digest | undefined;
};

/** The type under which jetsam files BuildKit's attestations, which call themselves images and are told by the annotation of their index. */
export const attestationManifest = 'attestation-manifest';

const kindsByType: ReadonlyMap<string, string> = new Map([
	[attestationManifest, 'attestation'],
	['application/vnd.in-toto+json', 'attestation'],
	['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
	['application/vnd.cncf.notary.signature', 'signature'],
	['application/vnd.dev.cosign.artifact.sbom.v1+json', 'SBOM'],
	['application/spdx+json', 'SBOM'],
	['application/vnd.cyclonedx+json', 'SBOM'],
]);

/** Names what is about another digest; `undefined` for images, indexes, and artifacts that stand for themselves. A tag that files it says it best. */
export const nameArtifact = ({
	tags,
	subject,
	artifactType,
}: DigestRecord): ArtifactName | undefined => {
	const [first, ...others] = tags.map(tag => parseArtifactTag(tag));
	if (first && others.every(other => other !== undefined)) {
		return {
			kind: first.kind === 'referrers' ? 'list of referrers' : first.kind,
			subject: first.subject,
		};
	}

	if (subject === undefined && artifactType !== attestationManifest) {
		return undefined;
	}

	return {
		kind: kindsByType.get(artifactType ?? '') ?? artifactType ?? 'referrer',
		subject,
	};
};
