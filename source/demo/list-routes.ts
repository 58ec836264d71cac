import {answerError, answerJson, type Answer} from './answer.js';
import type {RouteRequest} from './routes.js';

type Page = {
	readonly entries: readonly string[];
	readonly headers: Readonly<Record<string, string>>;
};

// `catalog.maxentries` of docker-registry, and the page it gives when `n` is absent.
const mostCatalogEntries = 1000;
const usualCatalogEntries = 100;

/** `GET /v2/_catalog?n=&last=`: every repository's name, emptied ones too. */
export function listCatalog(request: RouteRequest): Answer {
	if (request.settings.catalog === 'denied') {
		return answerError('DENIED', [
			{type: 'registry', name: 'catalog', action: '*'},
		]);
	}

	// 2.8 takes a number it cannot read for none at all; only too large a one is an error.
	const asked = readCount(request.query);
	const count = asked === 'invalid' ? undefined : asked;
	if (count !== undefined && count > mostCatalogEntries) {
		return answerError('PAGINATION_NUMBER_INVALID', {n: count});
	}

	const page = takePage(
		request,
		'/v2/_catalog',
		[...request.content.repositories.keys()],
		count ?? usualCatalogEntries,
	);
	return answerJson({repositories: page.entries}, page.headers);
}

/** `GET /v2/<name>/tags/list?n=&last=`, paged as the OCI distribution spec asks ("Content Discovery") and 2.8 does not. */
export function listTags(request: RouteRequest): Answer {
	const {content, name} = request;
	const repository = content.repositories.get(name);
	if (!repository) {
		return answerError('NAME_UNKNOWN', {name});
	}

	const count = readCount(request.query);
	if (count === 'invalid') {
		return answerError('PAGINATION_NUMBER_INVALID', {
			n: request.query.get('n'),
		});
	}

	if (repository.tags.size === 0) {
		return answerJson({name, tags: null}, {});
	}

	const page = takePage(
		request,
		`/v2/${name}/tags/list`,
		[...repository.tags.keys()],
		count ?? Number.POSITIVE_INFINITY,
	);
	return answerJson({name, tags: page.entries}, page.headers);
}

function readCount(query: URLSearchParams): number | 'invalid' | undefined {
	const text = query.get('n');
	if (text === null || text === '') {
		return undefined;
	}

	return /^\d{1,15}$/v.test(text) ? Number(text) : 'invalid';
}

function takePage(
	request: RouteRequest,
	path: string,
	all: readonly string[],
	count: number,
): Page {
	const last = request.query.get('last') ?? '';
	const size = Math.min(count, request.settings.pageSize ?? count);
	const rest = all.filter(entry => entry > last).toSorted();
	const entries = rest.slice(0, size);
	const lastEntry = entries.at(-1);
	if (lastEntry === undefined || entries.length === rest.length) {
		return {entries, headers: {}};
	}

	const next = `${path}?last=${encodeURIComponent(lastEntry)}&n=${size}`;
	return {entries, headers: {link: `<${next}>; rel="next"`}};
}
