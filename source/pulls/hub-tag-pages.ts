import type {HttpClient} from '../http/client.js';
import {findNextHubPage} from '../oci/docker-hub.js';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import {explainHubError, type HubRepository} from './hub-repository.js';

/** A page of 100 tags with 20 platforms each is about 1 MB. */
const largestPage = 16 * 1024 * 1024;
const mostPages = 10_000;

type Page = {
	readonly count: unknown;
	readonly next: unknown;
	readonly results: readonly unknown[];
};

type PageOptions = {
	readonly token: string | undefined;
	readonly signal: AbortSignal;
};

/**
Reads all tags of a repository as Docker Hub's own API lists them, `onTag` for each.

Resolves to one sentence if the list broke off or changed while it was read: tags may be missing then. Throws `UserError` where not even the first page can be read.
@see https://docs.docker.com/reference/api/hub/latest/
*/
export const readTagPages = async (
	client: HttpClient,
	repository: HubRepository,
	options: PageOptions & {readonly onTag: (tag: unknown) => void},
): Promise<string | undefined> => {
	const path = `/v2/namespaces/${repository.namespace}/repositories/${repository.name}/tags?page_size=100`;
	const what = `${repository.namespace}/${repository.name}`;
	const seen = new Set<string>();
	const names = new Set<unknown>();
	let page = await readPage(client, path, {...options, what});
	const {count} = page;
	for (;;) {
		for (const tag of page.results) {
			names.add(isJsonObject(tag) ? tag['name'] : tag);
			options.onTag(tag);
		}

		if (page.count !== count) {
			return `The list of tags of ${what} changed while Docker Hub was asked for it; ask again.`;
		}

		const next = findNextHubPage(page.next, {host: client.host, path});
		if (next === undefined) {
			return tellMissing(what, {count, listed: names.size});
		}

		if (next === 'unsafe' || seen.has(next) || seen.size >= mostPages) {
			return `Docker Hub's list of tags of ${what} broke off after ${names.size}: it names a next page that is not to be followed.`;
		}

		seen.add(next);
		try {
			page = await readPage(client, next, {...options, what});
		} catch (error) {
			if (error instanceof UserError) {
				return `Docker Hub's list of tags of ${what} broke off after ${names.size}: ${error.sentence}`;
			}

			throw error;
		}
	}
};

const tellMissing = (
	what: string,
	{count, listed}: {count: unknown; listed: number},
): string | undefined =>
	typeof count === 'number' && count !== listed
		? `Docker Hub counts ${count} tags of ${what} and listed ${listed}; ask again.`
		: undefined;

const readPage = async (
	client: HttpClient,
	path: string,
	{token, signal, what}: PageOptions & {readonly what: string},
): Promise<Page> => {
	const reply = await client
		.send({
			method: 'GET',
			path,
			accept: 'application/json',
			...(token === undefined ? {} : {authorization: `Bearer ${token}`}),
			signal,
			maxBytes: largestPage,
		})
		.catch((error: unknown) => {
			throw explainHubError(error, what);
		});
	const body = parseJson(decodeText(reply.body));
	const {count, next, results} = isJsonObject(body) ? body : {};
	if (!Array.isArray(results)) {
		throw new UserError(
			`Docker Hub's answer about the tags of ${what} is no list of tags.`,
			{remedy: 'Try again later.'},
		);
	}

	return {count, next, results};
};
