import {hash} from 'node:crypto';

/** A manifest or an index as the registry keeps it: the exact bytes that its digest names. */
export type StoredManifest = {
	readonly bytes: Uint8Array;
	readonly mediaType: string;
};

/** One repository. A repository without manifests stays, as docker-registry lists it for ever. */
export type RepositoryContent = {
	readonly manifests: Map<string, StoredManifest>;
	readonly tags: Map<string, string>;
	/** Of a repository that is built when it is first asked for (`declareRepository`): builds it with pauses. Not needed before reading the maps, which build what is left at once. */
	readonly prepare?: (() => Promise<void>) | undefined;
};

/** All that an embedded registry holds. Change it at any time, also while a registry serves it. */
export type RegistryContent = {
	/** Repository name → its manifests and tags. */
	readonly repositories: Map<string, RepositoryContent>;
	/** Digest → bytes, of repositories that are built. Shared by all; the embedded registry does not track who linked a blob. */
	readonly blobs: Map<string, Uint8Array>;
	/** Digest → size in bytes of layers that descriptors name although there are no bytes: HEAD finds them, GET does not. */
	readonly declaredBlobs: Map<string, number>;
};

/** Creates a registry's content without any repository. */
export function createRegistryContent(): RegistryContent {
	return {
		repositories: new Map(),
		blobs: new Map(),
		declaredBlobs: new Map(),
	};
}

/** Returns `sha256:<hex>` of exactly these bytes (OCI image spec, descriptor, "Digests"). */
export function computeDigest(bytes: Uint8Array | string): string {
	return `sha256:${hash('sha256', bytes)}`;
}

/** Returns the repository, created empty when it is new. */
export function ensureRepository(
	content: RegistryContent,
	name: string,
): RepositoryContent {
	let repository = content.repositories.get(name);
	if (!repository) {
		repository = {manifests: new Map(), tags: new Map()};
		content.repositories.set(name, repository);
	}

	return repository;
}
