import type {HttpClient, HttpReply, HttpRequest} from './client.js';
import {HttpError} from './http-error.js';

/** More pages than any registry has; a server that never ends is stopped. */
const mostPages = 100_000;

/**
The path and query of the next page that a Link header names, `undefined` if it names none.

Only the query is taken from the link, and the request stays at the origin and the path that it was meant for: registries send other hosts, other ports and links
without angle brackets, and none of them is to be followed.
@see https://www.rfc-editor.org/rfc/rfc8288
*/
export const nextPage = (
	link: string | undefined,
	current: string,
): string | undefined => {
	const entry = findNextLink(link);
	const {inside, bare} =
		/^\s*(?:<(?<inside>[^>]*)>|(?<bare>[^;]*))/.exec(entry ?? '')?.groups ?? {};
	const target = (inside ?? bare)?.trim();
	if (!target || !URL.canParse(target, 'http://page.invalid')) {
		return undefined;
	}

	const {search} = new URL(target, 'http://page.invalid');
	return search === '' ? undefined : current.replace(/\?.*$/s, '') + search;
};

const findNextLink = (link: string | undefined): string | undefined =>
	link
		?.split(/,(?=\s*<)/)
		.find(part => /;\s*rel\s*=\s*(?:next\b|"[^"]*\bnext\b)/i.test(part));

/**
The replies to a request and to all pages that follow it.

Ends where no next page is named or where the same page is named again. Throws `HttpError`, also where a next page is named in words that cannot be read: a list that ends too soon would hide
tags, and what they need would look unneeded.
*/
export async function* requestPages(
	client: HttpClient,
	first: HttpRequest,
): AsyncGenerator<HttpReply, void, undefined> {
	const seen = new Set<string>();
	let next: string | undefined = first.path;
	while (next !== undefined && !seen.has(next)) {
		if (seen.size >= mostPages) {
			throw new HttpError({
				failure: 'malformed',
				method: first.method,
				url: `https://${client.host}${next}`,
				detail: `its list did not end after ${mostPages} pages`,
			});
		}

		seen.add(next);
		const reply: HttpReply = await client.send({...first, path: next});
		yield reply;
		// Several headers mean the same as one with all their links.
		const link = [reply.headers['link'] ?? []].flat().join(', ');
		const following = nextPage(link, next);
		if (following === undefined && findNextLink(link) !== undefined) {
			throw new HttpError({
				failure: 'malformed',
				method: first.method,
				url: `https://${client.host}${next}`,
				detail: 'it names a next page of its list in a way that cannot be read',
			});
		}

		next = following;
	}
}
