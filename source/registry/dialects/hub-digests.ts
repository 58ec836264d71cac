import type {HubApi} from '../../docker-hub/api.js';
import {listHubPages} from '../../docker-hub/pages.js';
import type {HttpClient} from '../../http/client.js';
import {describeHttpError} from '../../http/describe-error.js';
import type {Digest} from '../../oci/digest.js';
import {
	isImageMediaType,
	isIndexMediaType,
	manifestMediaTypes,
} from '../../oci/manifest.js';
import {isTag} from '../../oci/reference.js';
import {createManifestSource} from '../manifest-source.js';
import {isLocal} from '../reading.js';
import type {ListedDigest, Listing} from './dialect.js';
import {type HubImage, type HubTag, readHubTag} from './hub-entries.js';

type Source = {
	readonly repository: string;
	readonly signal: AbortSignal;
};

/**
What the tags of a repository mean, from Docker Hub's own list, which names the images of each platform too.

Only what it leaves out is asked of the registry: by HEAD, which is no pull, what an old tag means. An index has to be read for its children.
*/
export async function* listHubDigests(
	client: HttpClient,
	api: HubApi,
	{repository, path, signal}: Source & {readonly path: string},
): AsyncGenerator<Listing, void, undefined> {
	const source = createManifestSource(client);
	const told = new Map<Digest, ListedDigest>();
	let listed = 0;
	let count: number | undefined;
	let hasChanged = false;
	for await (const page of listHubPages(api, path, signal)) {
		listed += page.entries.length;
		hasChanged ||= count !== undefined && count !== page.count;
		count = page.count;
		const tags = page.entries.map(entry => readHubTag(entry));
		const unresolved: string[] = [];
		const found = await Promise.all(
			tags
				.filter(tag => tag !== undefined)
				.map(async tag => {
					try {
						return tag.digest !== undefined || !isTag(tag.name)
							? tag
							: {
									...tag,
									...(await source.resolve(repository, tag.name, signal)),
								};
					} catch (error) {
						if (!isLocal(error)) {
							throw error;
						}

						unresolved.push(
							`What ${repository}:${tag.name} means could not be read: ${describeHttpError(error, client.host).message}`,
						);
						return tag;
					}
				}),
		);
		const changed = new Map<Digest, ListedDigest>();
		for (const entry of found.flatMap(tag => listEntries(tag))) {
			const merged = merge(told.get(entry.digest), entry);
			told.set(entry.digest, merged);
			changed.set(entry.digest, merged);
		}

		const isWhole = !page.isLast || count === undefined || count === listed;
		yield {
			digests: [...changed.values()],
			gaps: [
				...describeUnread(repository, tags),
				...unresolved,
				...(page.isLast && (hasChanged || !isWhole)
					? [
							`Docker Hub counts ${count} ${count === 1 ? 'tag' : 'tags'} of ${repository} and listed ${listed}, so that some may be missing; read it again.`,
						]
					: []),
			],
		};
	}
}

const describeUnread = (
	repository: string,
	tags: readonly unknown[],
): readonly string[] => {
	const unread = tags.filter(tag => tag === undefined).length;
	return unread === 0
		? []
		: [
				`Docker Hub's list of tags of ${repository} has ${unread === 1 ? 'an entry' : `${unread} entries`} that cannot be read.`,
			];
};

/** A digest has the tags of all its entries, and the time of the last push of any of them. */
const merge = (
	known: ListedDigest | undefined,
	entry: ListedDigest,
): ListedDigest => {
	if (!known) {
		return entry;
	}

	const uploaded = [known.uploaded, entry.uploaded]
		.filter(time => time !== undefined)
		.toSorted((one, other) => Date.parse(one) - Date.parse(other))
		.at(-1);
	// One tag of it that somebody pulls is enough.
	const status = [known.status, entry.status].includes('active')
		? 'active'
		: (entry.status ?? known.status);
	const {tags, ...rest} = entry;
	return {
		...known,
		// What is both a tag's and an index's image is described by its tag.
		...(known.tags.length === 0 && {
			...rest,
			mediaType: rest.mediaType || known.mediaType,
		}),
		isPlain: (known.isPlain ?? false) && (entry.isPlain ?? false),
		tags: [...new Set([...known.tags, ...tags])],
		...(uploaded !== undefined && {uploaded}),
		...(status !== undefined && {status}),
	};
};

/** Whether a tag names a list of referrers, a signature and the like of a digest, whose hexadecimal digits it holds. */
const isReferrersTag = (tag: string): boolean =>
	/^[a-z\d]+-[a-f\d]{32,}/.test(tag);

/** What a tag tells of its digest, and of those below it. */
const listEntries = (tag: HubTag): readonly ListedDigest[] => {
	const {digest, mediaType, name, uploaded, status, images} = tag;
	// The tag was taken off between the list and this look.
	if (digest === undefined) {
		return [];
	}

	const own: ListedDigest = {
		digest,
		tags: [name],
		mediaType,
		...(uploaded !== undefined && {uploaded}),
		...(status !== undefined && {status}),
	};
	if (isIndexMediaType(mediaType)) {
		const childType =
			mediaType === manifestMediaTypes.index
				? manifestMediaTypes.image
				: manifestMediaTypes.dockerImage;
		const children = images.flatMap(image =>
			image.digest === undefined || image.digest === digest
				? []
				: [describeImage(image, image.digest, childType)],
		);
		return [
			// What a list of referrers names is about something, and its manifest says what.
			...children.map(child =>
				isReferrersTag(name) ? {...child, isPlain: false} : child,
			),
			own,
		];
	}

	const [image, ...others] = images;
	const isOne =
		isImageMediaType(mediaType) &&
		tag.isImage &&
		!isReferrersTag(name) &&
		image?.digest === digest &&
		image.platform !== 'unknown/unknown' &&
		others.length === 0;
	return isOne ? [{...describeImage(image, digest, mediaType), ...own}] : [own];
};

/** An image whose platform is told is one image, and its manifest tells nothing that is needed before it goes. */
const describeImage = (
	{platform, size, uploaded, status}: HubImage,
	digest: Digest,
	mediaType: string,
): ListedDigest => ({
	digest,
	tags: [],
	mediaType,
	...(platform !== undefined && {platforms: [platform], isPlain: true}),
	...(size !== undefined && {size}),
	...(status !== undefined && {status}),
	...(uploaded !== undefined && {uploaded}),
});
