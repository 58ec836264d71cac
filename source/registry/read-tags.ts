import PQueue from 'p-queue';
import {describeHttpError} from '../http/describe-error.js';
import type {Digest} from '../oci/digest.js';
import {isTag} from '../oci/reference.js';
import type {Resolved, TaggedManifest} from './manifest-source.js';
import {readBelow, readCreated, readManifest} from './read-manifest.js';
import {isLocal, type Reading} from './reading.js';
import {createTagMethod, type TagMethod} from './tag-method.js';

// More than the host's connections, so that none of them ever waits for work.
const workers = 32;
const mostWaitingTags = 2000;
/** Tags that are read before what is below their indexes: a child often has a tag of its own, mostly with a name near by, and that brings it along. */
const tagsTogether = 250;

type Work = {
	readonly reading: Reading;
	readonly method: TagMethod;
	/** Does a task when its turn comes, unless the host was lost before. */
	readonly add: (task: () => Promise<void>, priority: number) => Promise<void>;
};

/**
Reads what the tags of a repository mean and everything below it.
@param onListed - Told how many more tags were listed.
*/
export const readTags = async (
	reading: Reading,
	onListed: (count: number) => void,
): Promise<void> => {
	const {source, repository, signal, cache} = reading;
	const queue = new PQueue({concurrency: workers});
	let lost: {error: unknown} | undefined;
	const add: Work['add'] = async (task, priority) => {
		const doUnlessLost = async (): Promise<void> => {
			try {
				await (lost ? undefined : task());
			} catch (error) {
				lost = {error};
			}
		};

		await queue.add(doUnlessLost, {priority});
	};

	const loading = cache.load(repository);
	const path = `/v2/${repository}/tags/list?n=1000`;
	const groups: Array<Promise<void>> = [];
	let method: TagMethod | undefined;
	for await (const names of source.listNames(path, 'tags', signal)) {
		onListed(names.length);
		method ??= createTagMethod(await loading, {
			isCostly: reading.isCostly ?? false,
		});
		for (let start = 0; start < names.length; start += tagsTogether) {
			const group = names.slice(start, start + tagsTogether);
			groups.push(readGroup({reading, method, add}, group));
		}

		await queue.onSizeLessThan(mostWaitingTags);
	}

	await Promise.all(groups);
	if (lost) {
		throw lost.error;
	}
};

const readGroup = async (
	{reading, method, add}: Work,
	tags: readonly unknown[],
): Promise<void> => {
	const indexes = new Set<Digest>();
	const readOne = async (tag: unknown): Promise<void> => {
		const digest = await readTag(reading, method, tag);
		const description = digest && (await reading.described.get(digest));
		if (description && description.descriptors.length > 0) {
			indexes.add(digest);
		} else if (description) {
			await readCreated(reading, digest);
		}
	};

	await Promise.all(tags.map(async tag => add(async () => readOne(tag), 0)));
	const readIndex = async (digest: Digest): Promise<void> => {
		await readBelow(reading, digest);
		await readCreated(reading, digest);
	};

	await Promise.all(
		[...indexes].map(async digest => add(async () => readIndex(digest), 1)),
	);
};

/** Emits what a tag means and what its manifest itself says; resolves to its digest. */
const readTag = async (
	reading: Reading,
	method: TagMethod,
	tag: unknown,
): Promise<Digest | undefined> => {
	const {source, repository, records} = reading;
	if (!isTag(tag)) {
		reading.addGap(
			`A tag of ${repository} has a name that no tag may have (${String(tag).slice(0, 40)}); what it means was not read.`,
		);
		return undefined;
	}

	let found: Resolved | TaggedManifest | undefined;
	try {
		found = await askForTag(reading, method, tag);
	} catch (error) {
		if (!isLocal(error)) {
			throw error;
		}

		reading.addGap(
			`What ${repository}:${tag} means could not be read: ${describeHttpError(error, source.host).message}`,
		);
		return undefined;
	}

	// A tag may go between the list and this look.
	if (!found) {
		return undefined;
	}

	const {digest, mediaType} = found;
	const known = records.get(digest);
	reading.emit(digest, {
		tags: [...new Set([...(known?.tags ?? []), tag])].toSorted(),
		...(known ? {} : {mediaType}),
	});
	await readManifest(reading, digest, {
		mediaType,
		platform: undefined,
		isThere: true,
		manifest: 'bytes' in found ? found : undefined,
	});
	return digest;
};

/** What a tag means, with its manifest or without. */
const askForTag = async (
	{source, repository, signal, cache, described}: Reading,
	method: TagMethod,
	tag: string,
): Promise<Resolved | TaggedManifest | undefined> => {
	const byGet = async (): Promise<TaggedManifest | undefined> => {
		try {
			return await source.getTagged(repository, tag, signal);
		} catch (error) {
			if (!isLocal(error)) {
				throw error;
			}

			return undefined;
		}
	};

	// What GET cannot bring, because it is missing, damaged or too large, may have a digest all the same, and could be an index.
	const found =
		(method.bringsManifest() ? await byGet() : undefined) ??
		(await source.resolve(repository, tag, signal));
	if (found && !described.has(found.digest)) {
		method.note(cache.findManifest(found.digest) !== undefined);
	}

	return found;
};
