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

const kindsByType: ReadonlyMap<string, string> = new Map([
	['application/vnd.in-toto+json', 'attestation'],
	['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
	['application/vnd.cncf.notary.signature', 'signature'],
	['application/vnd.dev.cosign.artifact.sbom.v1+json', 'SBOM'],
	['application/spdx+json', 'SBOM'],
	['application/vnd.cyclonedx+json', 'SBOM'],
]);

// BuildKit's attestations call themselves images; their index files them for a platform that there is not.
const isAttestation = ({
	artifactType,
	platforms,
	children,
}: DigestRecord): boolean =>
	artifactType === undefined &&
	children.length === 0 &&
	platforms.length === 1 &&
	platforms[0] === 'unknown/unknown';

/** Names what is about another digest; `undefined` for images, indexes, and artifacts that stand for themselves. A tag that files it says it best. */
export const nameArtifact = (
	record: DigestRecord,
): ArtifactName | undefined => {
	const {tags, subject, artifactType} = record;
	const first = tags[0] === undefined ? undefined : parseArtifactTag(tags[0]);
	if (first && tags.every(tag => parseArtifactTag(tag) !== undefined)) {
		return {
			kind: first.kind === 'referrers' ? 'list of referrers' : first.kind,
			subject: first.subject,
		};
	}

	if (isAttestation(record)) {
		return {kind: 'attestation', subject};
	}

	return subject === undefined
		? undefined
		: {
				kind: kindsByType.get(artifactType ?? '') ?? artifactType ?? 'referrer',
				subject,
			};
};
