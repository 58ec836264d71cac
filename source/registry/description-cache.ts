import type {Digest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {type ImageConfig, parseImageConfig} from '../oci/manifest.js';
import type {Content, ContentCache} from '../caches.js';
import {
	describeManifest,
	type ManifestDescription,
} from './describe-manifest.js';
import type {ManifestBytes} from './manifest-source.js';

/** Bytes of contents that wait to be kept; when there are more they are written while the reading goes on. */
const mostWaiting = 8 * 1024 * 1024;

/**
What is known of one registry's manifests and configs by digest, from this run and, where contents are kept, from earlier ones.

What a digest names never changes, so a description holds for every repository. That a repository has the digest is another fact: a tag's is asked for each time, a child's is known
only where this repository has served it.
*/
export type DescriptionCache = {
	/** Takes in, once, what earlier runs kept of a repository; resolves to whether anything of it is known. */
	readonly load: (repository: string) => Promise<boolean>;
	readonly findManifest: (digest: Digest) => ManifestDescription | undefined;
	readonly findConfig: (digest: Digest) => ImageConfig | undefined;
	/** Whether the repository has served this digest or said that it has it, in this run or an earlier one. */
	readonly isServed: (repository: string, digest: Digest) => boolean;
	readonly confirm: (repository: string, digest: Digest) => void;
	/** What the bytes of a served content say, remembered; `undefined` where they are no manifest. */
	readonly keepManifest: (
		repository: string,
		content: Content & {readonly mediaType: string},
	) => ManifestDescription | undefined;
	readonly keepConfig: (repository: string, content: Content) => ImageConfig;
	/**
	Keeps for later runs what was served since the last time. Never rejects.
	@param used - All digests of the repository, after a whole reading; what is kept besides may go.
	*/
	readonly save: (
		repository: string,
		used: ReadonlySet<Digest> | undefined,
	) => Promise<void>;
};

/** What is known of one repository. */
type Shelf = {
	readonly served: Set<Digest>;
	/** Digests that lie among the kept contents. */
	readonly stored: Set<Digest>;
	waiting: Content[];
	waitingBytes: number;
	loaded: Promise<boolean> | undefined;
};

const createShelf = (): Shelf => ({
	served: new Set(),
	stored: new Set(),
	waiting: [],
	waitingBytes: 0,
	loaded: undefined,
});

/** An empty cache for the registry at a host, over the contents that earlier runs kept, if any are. */
export const createDescriptionCache = (
	host: string,
	contents: ContentCache | undefined,
): DescriptionCache => {
	const descriptions = new Map<Digest, ManifestDescription>();
	const configs = new Map<Digest, ImageConfig>();
	const shelves = new Map<string, Shelf>();

	const shelfOf = (repository: string): Shelf => {
		const shelf = shelves.get(repository) ?? createShelf();
		shelves.set(repository, shelf);
		return shelf;
	};

	const describe = (
		digest: Digest,
		manifest: ManifestBytes,
	): ManifestDescription | undefined => {
		const description = describeManifest(manifest);
		if (description) {
			descriptions.set(digest, description);
		}

		return description;
	};

	const readConfig = (digest: Digest, bytes: Uint8Array): ImageConfig => {
		const config = parseImageConfig(decodeText(bytes));
		configs.set(digest, config);
		return config;
	};

	const loadShelf = async (repository: string): Promise<boolean> => {
		const {served, stored} = shelfOf(repository);
		for await (const content of contents?.read(host, repository) ?? []) {
			const {digest, mediaType, bytes} = content;
			stored.add(digest);
			if (mediaType === undefined) {
				readConfig(digest, bytes);
			} else if (describe(digest, {bytes, mediaType})) {
				served.add(digest);
			}
		}

		return stored.size > 0;
	};

	const write = async (
		repository: string,
		keep: ReadonlySet<Digest> | undefined,
	): Promise<void> => {
		const shelf = shelfOf(repository);
		const {waiting} = shelf;
		shelf.waiting = [];
		shelf.waitingBytes = 0;
		await contents?.write(host, repository, {contents: waiting, keep});
	};

	const put = (repository: string, content: Content): void => {
		const shelf = shelfOf(repository);
		if (shelf.stored.has(content.digest)) {
			return;
		}

		shelf.stored.add(content.digest);
		shelf.waiting.push(content);
		shelf.waitingBytes += content.bytes.length;
		if (shelf.waitingBytes > mostWaiting) {
			void write(repository, undefined);
		}
	};

	return {
		async load(repository) {
			const shelf = shelfOf(repository);
			shelf.loaded ??= loadShelf(repository);
			return (await shelf.loaded) || shelf.served.size > 0;
		},
		findManifest: digest => descriptions.get(digest),
		findConfig: digest => configs.get(digest),
		isServed: (repository, digest) => shelfOf(repository).served.has(digest),
		confirm(repository, digest) {
			shelfOf(repository).served.add(digest);
		},
		keepManifest(repository, content) {
			const description = describe(content.digest, content);
			if (description) {
				shelfOf(repository).served.add(content.digest);
				put(repository, content);
			}

			return description;
		},
		keepConfig(repository, content) {
			put(repository, content);
			return readConfig(content.digest, content.bytes);
		},
		async save(repository, used) {
			const {stored, waiting} = shelfOf(repository);
			const unused = used
				? [...stored].filter(digest => !used.has(digest))
				: [];
			const isMostlyUnused = unused.length > stored.size / 2;
			if (isMostlyUnused) {
				for (const digest of unused) {
					stored.delete(digest);
				}
			}

			if (waiting.length > 0 || isMostlyUnused) {
				await write(repository, isMostlyUnused ? used : undefined);
			}
		},
	};
};
