import type {HttpClient, HttpReply} from '../../http/client.js';
import {HttpError} from '../../http/http-error.js';
import {nextPage} from '../../http/pages.js';
import {decodeText, isJsonObject, parseJson} from '../../oci/json.js';

/** Entries to ask for, the most that the registry gives first. What is too much for it answers 400, or 502 where it takes too long to find so many. */
const pageSizes = [1000, 100, 10] as const;
/** What the registry gives at most whatever is asked for may be as few as these: a page with less is the last, where nothing says what follows. */
const usualPage = 100;
const tooMuch: readonly number[] = [400, 500, 502, 503, 504];
/** More pages than any registry has. */
const mostPages = 100_000;
const largestPage = 64 * 1024 * 1024;

/** A list of Azure's own API, which leads from page to page by a Link header, or by the last entry. */
export type AzureList = {
	/** Without a query. */
	readonly path: string;
	/** The name of the array in the reply; it may be null or missing. */
	readonly field: 'repositories' | 'manifests' | 'tags';
	/** What the API goes on after; `undefined` where an entry has nothing to name it. */
	readonly keyOf: (entry: unknown) => string | undefined;
	readonly signal: AbortSignal;
};

/**
The entries of a list, page by page, each once.

It ends with a page that names no next one and is not full, or with an empty one. Throws `HttpError` where a page brings nothing but what was there before: a list that never ends has no end to rely on.
@see https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
*/
export async function* listAzurePages(
	client: HttpClient,
	list: AzureList,
): AsyncGenerator<readonly unknown[], void, undefined> {
	const seen = new Set<string>();
	const asked = new Set<string>();
	let next: string | undefined = `${list.path}?n=${pageSizes[0]}`;
	while (next !== undefined) {
		if (asked.has(next) || asked.size >= mostPages) {
			throw malformed(client, next, 'its list of pages does not end');
		}

		asked.add(next);
		const page = await askForPage(client, list, next);
		const entries = readEntries(client, list, page.reply);
		const fresh = entries.filter(entry => {
			const key = list.keyOf(entry);
			const isFresh = key === undefined || !seen.has(key);
			seen.add(key ?? '');
			return isFresh;
		});
		if (entries.length > 0 && fresh.length === 0) {
			throw malformed(client, next, 'it gives the same page of its list again');
		}

		yield fresh;
		next = findNext(list, entries, {...page, path: next});
	}
}

type Page = {
	readonly reply: HttpReply;
	/** Entries that were asked for. */
	readonly size: number;
};

const readSize = (path: string): number => {
	const said = new URL(path, 'http://page.invalid').searchParams.get('n');
	return Number(said) || usualPage;
};

const withSize = (path: string, size: number): string => {
	const url = new URL(path, 'http://page.invalid');
	url.searchParams.set('n', String(size));
	return url.pathname + url.search;
};

/** A page, of fewer entries where so many are too much. */
const askForPage = async (
	client: HttpClient,
	{signal}: AzureList,
	path: string,
): Promise<Page> => {
	const asked = readSize(path);
	const smaller = pageSizes.filter(size => size < asked);
	for (const size of [asked, ...smaller]) {
		const isLast = size === smaller.at(-1) || smaller.length === 0;
		const reply = await client.send({
			method: 'GET',
			path: size === asked ? path : withSize(path, size),
			accept: 'application/json',
			signal,
			maxBytes: largestPage,
			...(!isLast && {expect: tooMuch}),
		});
		if (reply.status < 400) {
			return {reply, size};
		}
	}

	throw malformed(client, path, 'it gives no page of its list, however small');
};

const readEntries = (
	client: HttpClient,
	{field, path}: AzureList,
	{body}: HttpReply,
): readonly unknown[] => {
	const document = parseJson(decodeText(body));
	const entries = isJsonObject(document) ? (document[field] ?? []) : undefined;
	if (!Array.isArray(entries)) {
		throw malformed(client, path, `no JSON list of ${field}`);
	}

	return entries;
};

const findNext = (
	{path, keyOf}: AzureList,
	entries: readonly unknown[],
	{reply, size, path: current}: Page & {readonly path: string},
): string | undefined => {
	const link = [reply.headers['link'] ?? []].flat().join(', ');
	const linked = nextPage(link, current);
	if (linked !== undefined) {
		// A link repeats what was asked for, or what the server makes of it.
		return withSize(linked, size);
	}

	const last = keyOf(entries.at(-1));
	const isFull = entries.length >= Math.min(size, usualPage);
	// What a Link header names in words that cannot be read goes on after the last entry too.
	return last !== undefined && (isFull || link !== '')
		? `${path}?${new URLSearchParams({n: String(size), last}).toString()}`
		: undefined;
};

const malformed = (
	client: HttpClient,
	path: string,
	detail: string,
): HttpError =>
	new HttpError({
		failure: 'malformed',
		method: 'GET',
		url: `${client.origin}${path}`,
		detail,
	});
