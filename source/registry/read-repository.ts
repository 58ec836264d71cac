import type {Digest} from '../oci/digest.js';
import {type DigestRecord, emptyRecord} from '../oci/record.js';
import type {RepositoryPart} from '../world.js';
import {createBatches} from './batches.js';
import type {Dialect} from './dialects/dialect.js';
import {readListing} from './read-listing.js';
import {readTags} from './read-tags.js';
import type {Reading} from './reading.js';

/**
Reads a repository: its tags, then for each the digest that it means and, where that is new, its manifest, its children and its config.

Where the registry lists its digests itself, that list is read instead, which names untagged ones too. Else a tag is asked for by GET, which brings the manifest along, or, where the manifest is likely known, by HEAD.

A part is given out as soon as the reader asks for one. Throws `HttpError` where the tags cannot be listed or the host is lost; what fails for one tag or digest is a
gap or a record's problem.
*/
export async function* readRepository(
	options: Pick<
		Reading,
		'source' | 'cache' | 'repository' | 'signal' | 'isCostly'
	> & {
		readonly listDigests: Dialect['listDigests'] | undefined;
	},
): AsyncGenerator<RepositoryPart, void, undefined> {
	const stop = new AbortController();
	const signal = AbortSignal.any([options.signal, stop.signal]);
	const batches = createBatches<DigestRecord | undefined>();
	const gaps: string[] = [];
	let tagsListed = 0;
	const records = new Map<Digest, DigestRecord>();
	const reading: Reading = {
		...options,
		signal,
		records,
		described: new Map(),
		summed: new Map(),
		configs: new Map(),
		emit(digest, fields) {
			const record = {
				...(records.get(digest) ?? emptyRecord(digest)),
				...fields,
			};
			records.set(digest, record);
			batches.push(record);
		},
		addGap(gap) {
			gaps.push(gap);
			batches.push(undefined);
		},
	};
	const onListed = (count: number): void => {
		tagsListed += count;
		batches.push(undefined);
	};

	const work = options.listDigests
		? readListing(reading, options.listDigests, onListed)
		: readTags(reading, onListed);
	let isWhole = false;
	void work.then(
		() => {
			isWhole = true;
			batches.end();
		},
		(error: unknown) => {
			batches.end(toError(error));
		},
	);

	try {
		for await (const batch of batches.read()) {
			// A record that grew twice since the last part is given out once.
			const latest = new Map(batch.map(record => [record?.digest, record]));
			yield {
				records: [...latest.values()].filter(record => record !== undefined),
				tagsListed,
				gaps: [...gaps],
			};
		}
	} finally {
		stop.abort();
		const used = isWhole ? await listUsed(reading) : undefined;
		await options.cache.save(options.repository, used);
	}
}

// Aborting rejects with whatever reason the signal was given.
const toError = (error: unknown): Error =>
	error instanceof Error ? error : new Error(String(error));

/** What a whole reading found, with the configs that it rests on. */
const listUsed = async ({
	records,
	described,
}: Reading): Promise<ReadonlySet<Digest>> => {
	const descriptions = await Promise.all(described.values());
	const configs = descriptions.flatMap(
		description => description?.config?.digest ?? [],
	);
	return new Set([...records.keys(), ...configs]);
};
