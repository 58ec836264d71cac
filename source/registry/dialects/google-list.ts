import {HttpError} from '../../http/http-error.js';
import type {HttpClient, HttpReply} from '../../http/client.js';
import {nextPage, requestPages} from '../../http/pages.js';
import {type Digest, parseDigest} from '../../oci/digest.js';
import {decodeText, isJsonObject, parseJson} from '../../oci/json.js';
import type {ListedDigest} from './dialect.js';

/** What Google's `tags/list` says of a path. */
export type GoogleList = {
	/** Names of what lies directly below the path. */
	readonly children: readonly string[];
	readonly tags: readonly string[];
	readonly digests: readonly ListedDigest[];
	/** Sentences on what of it could not be read, the path left out. */
	readonly problems: readonly string[];
};

// Without a number the answer is cut at about a thousand entries.
const query = '?n=10000';
const largestPage = 64 * 1024 * 1024;

const dockerImage = 'application/vnd.docker.distribution.manifest.v2+json';

/**
Lists a path: the digests of an image, untagged ones too, and what lies below it, over all pages.

Throws `HttpError`, also where a page is no list.
*/
export const readGoogleList = async (
	client: HttpClient,
	path: string,
	signal: AbortSignal,
): Promise<GoogleList> => {
	const listPath = `/v2/${path}/tags/list${query}`;
	const found = new Found();
	const pages = requestPages(client, {
		method: 'GET',
		path: listPath,
		accept: 'application/json',
		signal,
		maxBytes: largestPage,
	});
	let isNamed = false;
	for await (const reply of pages) {
		found.add(readPage(client, listPath, reply), {isFirst: !isNamed});
		isNamed = isNextNamed(reply, listPath);
	}

	if (isNamed) {
		found.problems.add('it names a page again that was read already');
	}

	return {
		children: [...found.children],
		tags: [...found.tags],
		digests: [...found.digests.values()],
		problems: [...found.problems],
	};
};

const isNextNamed = ({headers}: HttpReply, path: string): boolean =>
	nextPage([headers['link'] ?? []].flat().join(', '), path) !== undefined;

const readPage = (
	{host}: HttpClient,
	path: string,
	{body}: HttpReply,
): Readonly<Record<string, unknown>> => {
	const page = parseJson(decodeText(body));
	if (!isJsonObject(page)) {
		throw new HttpError({
			failure: 'malformed',
			method: 'GET',
			url: `https://${host}${path}`,
			detail: 'its list of digests is not JSON',
		});
	}

	return page;
};

/** What the pages of a list have told so far. */
class Found {
	readonly children = new Set<string>();
	readonly tags = new Set<string>();
	readonly digests = new Map<Digest, ListedDigest>();
	readonly problems = new Set<string>();

	add(
		page: Readonly<Record<string, unknown>>,
		{isFirst}: {isFirst: boolean},
	): void {
		const {manifest} = page;
		this.#addNames(this.children, page['child'], 'what lies below it');
		this.#addNames(this.tags, page['tags'], 'its tags');
		if (isJsonObject(manifest)) {
			for (const [digest, value] of Object.entries(manifest)) {
				this.#addDigest(digest, value);
			}
		} else if (!isFirst) {
			// What is on it besides tags is not told.
			this.problems.add('a further page of it names no digests');
		} else if ((manifest ?? undefined) !== undefined) {
			this.problems.add('its digests could not be read');
		}
	}

	#addNames(into: Set<string>, value: unknown, what: string): void {
		// An empty list is null for some.
		if ((value ?? undefined) === undefined) {
			return;
		}

		const names: readonly unknown[] = Array.isArray(value) ? value : [];
		const texts = names.filter(name => typeof name === 'string');
		if (!Array.isArray(value) || texts.length < names.length) {
			this.problems.add(`${what} could not be read whole`);
		}

		for (const name of texts) {
			into.add(name);
		}
	}

	#addDigest(text: string, value: unknown): void {
		const digest = parseDigest(text);
		if (!digest) {
			this.problems.add(
				`it names ${JSON.stringify(text.slice(0, 40))}, which is no digest`,
			);
			return;
		}

		const known = this.digests.get(digest);
		const tags = new Set(known?.tags);
		const fields = isJsonObject(value) ? value : {};
		this.#addNames(tags, fields['tag'], 'the tags of a digest');
		this.digests.set(digest, {
			...describe(digest, fields),
			tags: [...tags],
		});
	}
}

/** Numbers stand in texts. */
const describe = (
	digest: Digest,
	fields: Readonly<Record<string, unknown>>,
): Omit<ListedDigest, 'tags'> => {
	const mediaType =
		typeof fields['mediaType'] === 'string' ? fields['mediaType'] : '';
	const size = readNumber(fields['imageSizeBytes']);
	const created = readTime(fields['timeCreatedMs']);
	const uploaded = readTime(fields['timeUploadedMs']);
	return {
		digest,
		mediaType,
		// Of an index it is 0.
		...(size !== undefined && size > 0 && {size}),
		...(created !== undefined && {created}),
		...(uploaded !== undefined && {uploaded}),
		// An OCI manifest may be about another; this type cannot.
		isPlain: mediaType === dockerImage,
	};
};

const readNumber = (value: unknown): number | undefined => {
	const number =
		typeof value === 'string' && /^-?\d{1,16}$/.test(value)
			? Number(value)
			: value;
	return typeof number === 'number' && Number.isSafeInteger(number)
		? number
		: undefined;
};

/** Builders that want the same bytes each time write 0, the year 1 or 1980, the first year of zip files, and none of it is a time. */
const firstTime = Date.UTC(1981, 0);
const lastTime = 8.64e15;

const readTime = (value: unknown): string | undefined => {
	const time = readNumber(value);
	return time !== undefined && time >= firstTime && time <= lastTime
		? new Date(time).toISOString()
		: undefined;
};
