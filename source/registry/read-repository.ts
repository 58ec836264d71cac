import PQueue from 'p-queue';
import {describeHttpError} from '../http/describe-error.js';
import type {Digest} from '../oci/digest.js';
import {type DigestRecord, emptyRecord} from '../oci/record.js';
import {isTag} from '../oci/reference.js';
import type {RepositoryPart} from '../world.js';
import {createBatches} from './batches.js';
import type {Resolved} from './manifest-source.js';
import {readCreated, readManifest} from './read-manifest.js';
import {isLocal, type Reading} from './reading.js';

// More than the host's connections, so that none of them ever waits for work.
const workers = 32;
const mostWaitingTags = 2000;

/**
Reads a repository: its tags, then for each the digest by HEAD, then for each digest not seen before its manifest, its children and its config.

A part is given out as soon as the reader asks for one. Throws `HttpError` where the tags cannot be listed or the host is lost; what fails for one tag or digest is a
gap or a record's problem.
*/
export async function* readRepository(
	options: Pick<Reading, 'source' | 'cache' | 'repository' | 'signal'>,
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
	const work = readTags(reading, count => {
		tagsListed += count;
		batches.push(undefined);
	});
	void work.then(
		() => {
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
	}
}

// Aborting rejects with whatever reason the signal was given.
const toError = (error: unknown): Error =>
	error instanceof Error ? error : new Error(String(error));

const readTags = async (
	reading: Reading,
	onListed: (count: number) => void,
): Promise<void> => {
	const {source, repository, signal} = reading;
	const queue = new PQueue({concurrency: workers});
	let lost: {error: unknown} | undefined;
	const readUnlessLost = async (name: unknown): Promise<void> => {
		if (lost) {
			return;
		}

		try {
			await readTag(reading, name);
		} catch (error) {
			lost = {error};
		}
	};

	const pages = source.listNames(
		`/v2/${repository}/tags/list?n=1000`,
		'tags',
		signal,
	);
	for await (const names of pages) {
		onListed(names.length);
		for (const name of names) {
			void queue.add(async () => readUnlessLost(name));
		}

		await queue.onSizeLessThan(mostWaitingTags);
	}

	await queue.onIdle();
	if (lost) {
		throw lost.error;
	}
};

const readTag = async (reading: Reading, tag: unknown): Promise<void> => {
	const {source, repository, signal, records} = reading;
	if (!isTag(tag)) {
		reading.addGap(
			`A tag of ${repository} has a name that no tag may have (${String(tag).slice(0, 40)}); what it means was not read.`,
		);
		return;
	}

	let resolved: Resolved | undefined;
	try {
		resolved = await source.resolve(repository, tag, signal);
	} catch (error) {
		if (!isLocal(error)) {
			throw error;
		}

		reading.addGap(
			`What ${repository}:${tag} means could not be read: ${describeHttpError(error, source.host).message}`,
		);
		return;
	}

	// A tag may go between the list and this look.
	if (!resolved) {
		return;
	}

	const {digest, mediaType} = resolved;
	const known = records.get(digest);
	reading.emit(digest, {
		tags: [...new Set([...(known?.tags ?? []), tag])].toSorted(),
		...(known ? {} : {mediaType}),
	});
	await readManifest(reading, digest, {mediaType, platform: undefined});
	await readCreated(reading, digest);
};
