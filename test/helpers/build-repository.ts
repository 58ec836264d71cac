import {
	addImage,
	addIndex,
	type ContentDescriptor,
} from '../../source/demo/build-content.js';
import {
	computeDigest,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {manifestMediaTypes} from '../../source/oci/manifest.js';
import {type DigestRecord, emptyRecord} from '../../source/oci/record.js';
import type {RepositoryReading} from '../../source/world.js';

/** What a test says of one digest. With `children` it is an index, else an image; left out, it has no tag. */
export type Entry = {
	readonly tags?: readonly string[];
	/** Names in the same table; a name that is not there is a child that was never pushed. */
	readonly children?: readonly string[];
	/** Bytes without children: 100 for an image and 10 for an index when left out. */
	readonly size?: number;
	/** Why its manifest could not be read. */
	readonly problem?: string;
	/** The name of what it is about. */
	readonly subject?: string;
	/** What it says that it is for; nothing when left out. */
	readonly platforms?: readonly string[];
	/** Layers by name, with the bytes of each; they are beside `size`. */
	readonly layers?: Readonly<Record<string, number>>;
};

/** The digests of a repository under readable names. A name means the same digest in every table of one kind. */
export type Entries = Readonly<Record<string, Entry>>;

const names = new Map<string, string>();

const remember = (digest: string, name: string): Digest => {
	const parsed = parseDigest(digest);
	if (!parsed) {
		throw new Error(`${digest} is no digest`);
	}

	names.set(digest, name);
	return parsed;
};

/** The digest that a name has in readings that were built. */
export const digestOf = (name: string): Digest =>
	remember(computeDigest(name), name);

/** The name under which a digest was built or pushed; the digest itself where it has none. */
export const nameOf = (digest: string): string => names.get(digest) ?? digest;

/** The names of whatever has a digest, in its order. */
export const namesOf = (
	items: ReadonlyArray<{readonly digest: string}>,
): string[] => items.map(({digest}) => nameOf(digest));

/** Builds the reading of a repository without any registry. Loops are possible. */
export const buildReading = (
	repository: string,
	entries: Entries,
	options: {gaps?: readonly string[]; readAt?: number} = {},
): RepositoryReading => {
	const measure = (name: string, over: readonly string[]): number => {
		const {size, children} = entries[name] ?? {size: 0};
		const own = size ?? (children ? 10 : 100);
		return (children ?? [])
			.filter(child => child !== name && !over.includes(child))
			.reduce((sum, child) => sum + measure(child, [...over, name]), own);
	};

	const records = Object.entries(entries).map(
		([
			name,
			{tags = [], children, problem, subject, platforms = [], layers = {}},
		]): DigestRecord => ({
			...emptyRecord(digestOf(name)),
			tags,
			mediaType: children ? manifestMediaTypes.index : manifestMediaTypes.image,
			platforms,
			children: (children ?? []).map(child => digestOf(child)),
			size: problem === undefined ? measure(name, []) : undefined,
			manifestSize:
				problem === undefined
					? (entries[name]?.size ?? (children ? 10 : 100))
					: 0,
			subject: subject === undefined ? undefined : digestOf(subject),
			blobs: Object.entries(layers).map(([layer, bytes]) => ({
				digest: digestOf(`layer ${layer}`),
				size: bytes,
			})),
			state: problem === undefined ? 'loaded' : 'unreadable',
			problem,
		}),
	);
	return {
		repository,
		records: new Map(records.map(record => [record.digest, record])),
		gaps: options.gaps ?? [],
		readAt: options.readAt ?? 0,
	};
};

/** Puts real images and indexes into a registry's content and returns their digests by name. */
export const addEntries = <Name extends string>(
	content: RegistryContent,
	repository: string,
	entries: Readonly<Record<Name, Entry>>,
): Readonly<Record<Name, Digest>> => {
	const all: Entries = entries;
	const added = new Map<string, ContentDescriptor>();
	const add = (name: string): ContentDescriptor => {
		const known = added.get(name);
		if (known) {
			return known;
		}

		const {tags, children} = all[name] ?? {};
		const descriptor = children
			? addIndex(content, repository, {
					tags,
					children: children.map(child => ({
						...add(child),
						platform: {os: 'linux', architecture: child},
					})),
					// Two indexes over the same children are still two.
					annotations: {name},
				})
			: addImage(content, repository, {
					tags,
					layers: [{size: 100, seed: name}],
					labels: {name},
				});
		added.set(name, descriptor);
		return descriptor;
	};

	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it has the names of `entries`
	return Object.fromEntries(
		Object.keys(entries).map(name => [name, remember(add(name).digest, name)]),
	) as Record<Name, Digest>;
};
