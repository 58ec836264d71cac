import PQueue from 'p-queue';
import type {Digest} from '../oci/digest.js';
import {isTag} from '../oci/reference.js';
import type {Dialect, ListedDigest} from './dialects/dialect.js';
import {readBelow, readCreated, readManifest} from './read-manifest.js';
import type {Reading} from './reading.js';

// More than the host's connections, so that none of them ever waits for work.
const workers = 32;
const mostWaitingDigests = 2000;

/**
Reads what a registry's own list of digests names, and everything below it.
@param onListed - Told how many more tags were listed.
*/
export const readListing = async (
	reading: Reading,
	listDigests: NonNullable<Dialect['listDigests']>,
	onListed: (count: number) => void,
): Promise<void> => {
	const {repository, signal, cache} = reading;
	const queue = new PQueue({concurrency: workers});
	let lost: {error: unknown} | undefined;
	const add = async (task: () => Promise<void>): Promise<void> =>
		queue.add(async () => {
			try {
				await (lost ? undefined : task());
			} catch (error) {
				lost = {error};
			}
		});

	const loading = cache.load(repository);
	const listed = new Map<Digest, ListedDigest>();
	const work: Array<Promise<void>> = [];
	for await (const {digests, gaps} of listDigests(repository, signal)) {
		await loading;
		for (const gap of gaps) {
			reading.addGap(gap);
		}

		let tagsMore = 0;
		for (const entry of digests) {
			const known = listed.get(entry.digest);
			tagsMore += entry.tags.length - (known?.tags.length ?? 0);
			listed.set(entry.digest, {...known, ...entry});
			work.push(add(async () => readEntry(reading, entry)));
		}

		onListed(tagsMore);
		await queue.onSizeLessThan(mostWaitingDigests);
	}

	await Promise.all(work);
	// What an index adds up to is known when all manifests are: a child stands in the list by itself.
	await Promise.all(
		[...listed.values()].map(async entry =>
			add(async () => finishEntry(reading, entry)),
		),
	);
	if (lost) {
		throw lost.error;
	}
};

const readEntry = async (
	reading: Reading,
	{digest, tags, mediaType, isPlain, ...known}: ListedDigest,
): Promise<void> => {
	const wrong: readonly string[] = tags.filter(tag => !isTag(tag));
	for (const tag of wrong) {
		reading.addGap(
			`A tag of ${reading.repository} has a name that no tag may have (${tag.slice(0, 40)}); what it means was not read.`,
		);
	}

	reading.emit(digest, {
		...known,
		tags: tags.filter(tag => isTag(tag)).toSorted(),
		mediaType,
	});
	if (
		isPlain &&
		known.size !== undefined &&
		!reading.cache.findManifest(digest)
	) {
		// An index over it asks for it too: what the list told is all that is needed.
		reading.described.set(digest, Promise.resolve(undefined));
		reading.emit(digest, {state: 'loaded'});
		return;
	}

	await readManifest(reading, digest, {
		mediaType,
		platform: undefined,
		isThere: true,
		manifest: undefined,
	});
};

/** What the list told of times and platforms needs no config. */
const finishEntry = async (
	reading: Reading,
	{digest, created, uploaded, platforms}: ListedDigest,
): Promise<void> => {
	await readBelow(reading, digest);
	if (created === undefined && uploaded === undefined) {
		await readCreated(reading, digest);
	}

	if (platforms !== undefined && platforms.length > 0) {
		const found = reading.records.get(digest);
		if (found?.platforms.length === 0) {
			reading.emit(digest, {platforms});
		}
	}
};
