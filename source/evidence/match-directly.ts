import type {Digest} from '../oci/digest.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import type {Relations} from './find-family.js';
import type {UsesIndex} from './index-uses.js';
import type {RepositoryName} from './repository-names.js';
import type {Use} from './use.js';

/** Uses that name a digest itself. */
export type DirectUses = {
	/** `digest` for references by digest and for what runtimes report. */
	readonly rule: 'digest' | 'tag' | 'config';
	readonly uses: readonly Use[];
	readonly tag: string | undefined;
};

/** What is found goes here. */
export type AddDirect = (digest: Digest, uses: DirectUses) => void;

/** Uses by digest; also of digests that are not in the repository, where an index or an artifact there is about them. */
export const matchDigests = (
	{byDigest}: UsesIndex,
	{records, graph, referrers}: Relations,
	add: AddDirect,
): void => {
	for (const [digest, uses] of byDigest) {
		if (
			records.has(digest) ||
			graph.parentsOf(digest).length > 0 ||
			referrers.has(digest)
		) {
			add(digest, {rule: 'digest', uses, tag: undefined});
		}
	}
};

/** What runtimes report without a name and no manifest of the repository has: it may be the digest of a config. What is reported with a name is a manifest's. */
export const listPossibleConfigs = (
	{byDigest}: UsesIndex,
	records: DigestRecords,
): ReadonlyMap<Digest, readonly Use[]> => {
	const found = new Map<Digest, readonly Use[]>();
	for (const [digest, uses] of byDigest) {
		if (uses.some(use => isNameless(use)) && !records.has(digest)) {
			found.set(
				digest,
				uses.filter(use => isNameless(use)),
			);
		}
	}

	return found;
};

// A reference always has a name.
const isNameless = ({image}: Use): boolean => image.host === undefined;

/** Running images that are reported by the digest of this manifest's config. */
export const matchConfig = (
	configs: ReadonlyMap<Digest, readonly Use[]>,
	{digest, blobs}: DigestRecord,
	add: AddDirect,
): void => {
	// The config stands before the layers.
	const config = blobs[0]?.digest;
	const uses = config === undefined ? undefined : configs.get(config);
	if (uses) {
		add(digest, {rule: 'config', uses, tag: undefined});
	}
};

/** Uses by one of the tags that mean this digest now. */
export const matchTags = (
	known: ReadonlyArray<ReadonlyMap<string, readonly Use[]>>,
	{digest, tags}: DigestRecord,
	add: AddDirect,
): void => {
	for (const uses of known) {
		for (const tag of tags) {
			const found = uses.get(tag);
			if (found) {
				add(digest, {rule: 'tag', uses: found, tag});
			}
		}
	}
};

/** The references by tag that mean a repository, under each of its names. */
export const findTags = (
	index: UsesIndex,
	names: readonly RepositoryName[],
): ReadonlyArray<ReadonlyMap<string, readonly Use[]>> =>
	names.flatMap(name => index.findTags(name) ?? []);
