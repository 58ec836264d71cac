import type {Digest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import {isImageMediaType, isIndexMediaType} from '../oci/manifest.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import {referrersOf} from '../oci/referrers.js';
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

export type DirectMatches = {
	/** By digest; also digests that are not in the repository, where an index or an artifact there is about them. */
	readonly direct: ReadonlyMap<Digest, readonly DirectUses[]>;
	/** Why a digest that nothing names could be used all the same: its manifest does not tell its config. */
	readonly unreadable: ReadonlyMap<Digest, string>;
};

/** The uses that name a digest of a repository: by digest, by a tag that means it now, by its config. */
export const matchDirectly = (
	index: UsesIndex,
	{names, records}: {names: readonly RepositoryName[]; records: DigestRecords},
): DirectMatches => {
	const direct = new Map<Digest, DirectUses[]>();
	const add = (digest: Digest, uses: DirectUses): void => {
		const known = direct.get(digest);
		if (known) {
			known.push(uses);
		} else {
			direct.set(digest, [uses]);
		}
	};

	const unreadable = new Map<Digest, string>();
	const tags = names.flatMap(name => index.findTags(name) ?? []);
	addDigests(index, records, add);
	for (const record of records.values()) {
		addConfig(index, record, add);
		if (tags.length > 0) {
			addTags(tags, record, add);
		}

		const problem = findProblem(record);
		if (problem !== undefined) {
			unreadable.set(record.digest, problem);
		}
	}

	return {direct, unreadable};
};

type Add = (digest: Digest, uses: DirectUses) => void;

const addDigests = (
	{byDigest}: UsesIndex,
	records: DigestRecords,
	add: Add,
): void => {
	const graph = graphOf(records);
	const referrers = referrersOf(records);
	for (const [digest, uses] of byDigest) {
		// The index over a digest, and what is about it, can be here without it.
		if (
			records.has(digest) ||
			graph.parentsOf(digest).length > 0 ||
			referrers.has(digest)
		) {
			add(digest, {rule: 'digest', uses, tag: undefined});
		}
	}
};

const addConfig = (
	{byDigest}: UsesIndex,
	{digest, blobs}: DigestRecord,
	add: Add,
): void => {
	// The config stands before the layers.
	const config = blobs[0]?.digest;
	const found = config === undefined ? undefined : byDigest.get(config);
	// A reference names manifests only.
	const uses = found?.filter(({image}) => image.kind === 'image-id') ?? [];
	if (uses.length > 0) {
		add(digest, {rule: 'config', uses, tag: undefined});
	}
};

const addTags = (
	known: ReadonlyArray<ReadonlyMap<string, readonly Use[]>>,
	{digest, tags}: DigestRecord,
	add: Add,
): void => {
	for (const tag of tags) {
		for (const uses of known) {
			const found = uses.get(tag);
			if (found) {
				add(digest, {rule: 'tag', uses: found, tag});
			}
		}
	}
};

const findProblem = ({state, mediaType}: DigestRecord): string | undefined => {
	switch (state) {
		case 'loading': {
			return 'its manifest is still being read';
		}

		case 'unreadable': {
			return 'its manifest could not be read';
		}

		case 'loaded': {
			// Schema 1 and its kind: a runtime computes an ID that the manifest does not hold.
			return isImageMediaType(mediaType) || isIndexMediaType(mediaType)
				? undefined
				: 'its media type is not known, so its config is not either';
		}

		default: {
			const never: never = state;
			return never;
		}
	}
};
