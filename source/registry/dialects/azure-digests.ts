import type {HttpClient} from '../../http/client.js';
import type {Digest} from '../../oci/digest.js';
import {HttpError} from '../../http/http-error.js';
import {
	type AzureTag,
	readField,
	readListed,
	readTag,
} from './azure-entries.js';
import {listAzurePages} from './azure-pages.js';
import type {ListedDigest, Listing} from './dialect.js';

type Source = {
	readonly repository: string;
	/** The attribute that locks the repository and all in it. */
	readonly readRepositoryLock: () => Promise<string | undefined>;
	readonly signal: AbortSignal;
};

/** What is said of a digest in `_manifests`. */
type Entry = NonNullable<ReturnType<typeof readListed>>;

/** What is said of all tags together, once all have been listed. */
type Names = {
	readonly byDigest: ReadonlyMap<Digest, readonly AzureTag[]>;
	readonly byName: ReadonlyMap<string, Digest>;
	readonly repositoryLock: string | undefined;
	/** Sentences on entries that could not be read. */
	readonly gaps: readonly string[];
};

/**
All digests of a repository, from the list of its manifests, which names untagged ones too.

Tags may be locked one by one, and only their own list says so, and names every one of them. Both lists are read at a time: a page of digests is told as it comes, and again where the tags change what was said of them.
*/
export async function* listAzureDigests(
	client: HttpClient,
	source: Source,
): AsyncGenerator<Listing, void, undefined> {
	const {repository, signal} = source;
	const naming = readNames(client, source);
	// Where the other list fails first, that is what is told.
	naming.catch(() => undefined);
	const told = new Map<Digest, Entry>();
	const pages = listAzurePages(client, {
		path: `/acr/v1/${repository}/_manifests`,
		field: 'manifests',
		keyOf: entry => readField(entry, 'digest'),
		signal,
	});
	for await (const page of pages) {
		const entries = page.map(entry => readListed(entry));
		const found = entries.filter(entry => entry !== undefined);
		for (const entry of found) {
			told.set(entry.listed.digest, entry);
		}

		yield {
			digests: found.map(({listed, lock}) => ({
				...listed,
				locked: describeLocks({own: lock}),
			})),
			gaps: describeUnread(repository, entries, 'manifest'),
		};
	}

	yield* tellNames(told, await naming);
}

/** What the list of tags, and the repository's lock, change of what was told. */
function* tellNames(
	told: ReadonlyMap<Digest, Entry>,
	names: Names,
): Generator<Listing, void, undefined> {
	const {byDigest, byName, repositoryLock, gaps} = names;
	const digests: ListedDigest[] = [];
	for (const digest of new Set([...told.keys(), ...byDigest.keys()])) {
		const entry = told.get(digest);
		const mine = byDigest.get(digest) ?? [];
		const before = entry?.listed.tags ?? [];
		// A tag that only one list has was made or moved between the two: it stays where either says.
		const tags = new Set([
			...before.filter(tag => (byName.get(tag) ?? digest) === digest),
			...mine.map(({name}) => name),
		]);
		const locked = describeLocks({
			own: entry?.lock,
			tag: mine.find(({lock}) => lock !== undefined),
			repository: repositoryLock,
		});
		if (
			locked !== describeLocks({own: entry?.lock}) ||
			tags.size !== before.length ||
			before.some(tag => !tags.has(tag)) ||
			!entry
		) {
			const {mediaType = ''} = entry?.listed ?? {};
			digests.push({digest, mediaType, tags: [...tags], locked});
		}
	}

	if (digests.length > 0 || gaps.length > 0) {
		yield {digests, gaps};
	}
}

const readNames = async (
	client: HttpClient,
	{repository, readRepositoryLock, signal}: Source,
): Promise<Names> => {
	const locking = readRepositoryLock().catch((error: unknown) => {
		// Then a lock shows when the registry refuses.
		if (error instanceof HttpError) {
			return undefined;
		}

		throw error;
	});
	locking.catch(() => undefined);
	const byDigest = new Map<Digest, AzureTag[]>();
	const byName = new Map<string, Digest>();
	const gaps: string[] = [];
	const pages = listAzurePages(client, {
		path: `/acr/v1/${repository}/_tags`,
		field: 'tags',
		keyOf: entry => readField(entry, 'name'),
		signal,
	});
	for await (const page of pages) {
		const tags = page.map(entry => readTag(entry));
		gaps.push(...describeUnread(repository, tags, 'tag'));
		for (const tag of tags.filter(one => one !== undefined)) {
			byName.set(tag.name, tag.digest);
			byDigest.set(tag.digest, [...(byDigest.get(tag.digest) ?? []), tag]);
		}
	}

	return {byDigest, byName, gaps, repositoryLock: await locking};
};

const describeUnread = (
	repository: string,
	entries: readonly unknown[],
	what: 'manifest' | 'tag',
): readonly string[] => {
	const count = entries.filter(entry => entry === undefined).length;
	return count === 0
		? []
		: [
				`The registry's list of ${what}s of ${repository} has ${count === 1 ? 'an entry' : `${count} entries`} that cannot be read.`,
			];
};

/** One sentence on what locks a digest; the nearest of several. */
const describeLocks = ({
	own,
	tag,
	repository,
}: {
	readonly own: string | undefined;
	readonly tag?: AzureTag | undefined;
	readonly repository?: string | undefined;
}): string | undefined => {
	if (own !== undefined) {
		return `The registry has locked it (${own} is false).`;
	}

	if (tag?.lock !== undefined) {
		return `The registry has locked its tag ${tag.name} (${tag.lock} is false).`;
	}

	return repository === undefined
		? undefined
		: `The registry has locked the whole repository (${repository} is false).`;
};
