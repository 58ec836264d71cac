import {HttpError} from '../http/http-error.js';
import {findNextHubPage} from '../oci/docker-hub.js';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';
import type {HubApi} from './api.js';

/** A page of 100 tags with 20 platforms each is about 1 MB. */
const largestPage = 16 * 1024 * 1024;
const mostPages = 10_000;

/** A page of one of Docker Hub's lists. */
export type HubPage = {
	/** Those that no earlier page had. */
	readonly entries: ReadonlyArray<Readonly<Record<string, unknown>>>;
	/** How many there are in all, as the registry counts them; `undefined` where it does not say. */
	readonly count: number | undefined;
	/** Whether another one follows. */
	readonly isLast: boolean;
};

/**
The pages of a list, each entry once, by its name.

Throws `HttpError` where a page names a next one that is not to be followed, or brings nothing new: a list that breaks off, or never ends, has no end to rely on.
@param path - With its query.
*/
export async function* listHubPages(
	api: HubApi,
	path: string,
	signal: AbortSignal,
): AsyncGenerator<HubPage, void, undefined> {
	const seen = new Set<unknown>();
	const {host} = api.client;
	let next: string | undefined = path;
	for (let pages = 0; next !== undefined; pages++) {
		const page = await readPage(api, next, signal);
		const fresh = page.results.filter(entry => !seen.has(nameOf(entry)));
		for (const entry of fresh) {
			seen.add(nameOf(entry));
		}

		const following = findNextHubPage(page.next, {host, path});
		yield {
			entries: fresh,
			count: page.count,
			isLast: following === undefined,
		};
		if (following === 'unsafe') {
			throw malformed(
				api,
				next,
				'it names a next page of its list that is not to be followed',
			);
		}

		if (following !== undefined && (fresh.length === 0 || pages >= mostPages)) {
			throw malformed(api, next, 'its list of pages does not end');
		}

		next = following;
	}
}

/** Organisations are called something else. */
const nameOf = ({name, orgname}: Readonly<Record<string, unknown>>): unknown =>
	name ?? orgname;

const readPage = async (
	api: HubApi,
	path: string,
	signal: AbortSignal,
): Promise<{
	readonly results: ReadonlyArray<Readonly<Record<string, unknown>>>;
	readonly count: number | undefined;
	readonly next: unknown;
}> => {
	const {body} = await api.send({
		method: 'GET',
		path,
		accept: 'application/json',
		signal,
		maxBytes: largestPage,
	});
	const document = parseJson(decodeText(body));
	const {count, next, results} = isJsonObject(document) ? document : {};
	const entries = results === null ? [] : results;
	if (!Array.isArray(entries)) {
		throw malformed(api, path, 'no JSON list of results');
	}

	return {
		results: entries.map(entry => (isJsonObject(entry) ? entry : {})),
		count: typeof count === 'number' ? count : undefined,
		next,
	};
};

const malformed = ({client}: HubApi, path: string, detail: string): HttpError =>
	new HttpError({
		failure: 'malformed',
		method: 'GET',
		url: `${client.origin}${path}`,
		detail,
	});
