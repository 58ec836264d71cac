import {isJsonObject, parseJson} from '../../oci/json.js';
import type {ApiClient} from './api-client.js';
import {ApiError} from './api-error.js';
import {type Fields, getObject, getText} from './fields.js';
import {ItemSplitter} from './split-items.js';

/** What a whole list held at one moment of the cluster. */
export type ListedObjects<Kept> = {
	readonly kept: readonly Kept[];
	/** From where a watch goes on. */
	readonly resourceVersion: string;
};

/** Objects on a page, as kubectl asks for them. */
const pageSize = 500;
const restarts = 3;
const mostPages = 20_000;

type Page<Kept> = {
	readonly kept: readonly Kept[];
	readonly resourceVersion: string;
	/** An empty text on the last page. */
	readonly next: string;
};

const readPage = async <Kept>(
	body: AsyncIterable<Uint8Array>,
	keep: (object: Fields) => Kept | undefined,
): Promise<Page<Kept>> => {
	const kept: Kept[] = [];
	const splitter = new ItemSplitter(item => {
		const found = keep(getObject(item));
		if (found !== undefined) {
			kept.push(found);
		}
	});
	for await (const chunk of body) {
		splitter.push(chunk);
	}

	const list = splitter.end();
	// Go writes a list without elements as null.
	if (
		!isJsonObject(list) ||
		!('items' in list) ||
		!(list['items'] === null || Array.isArray(list['items']))
	) {
		throw new ApiError('its answer is no list', {failure: 'malformed'});
	}

	const metadata = getObject(list, 'metadata');
	return {
		kept,
		resourceVersion: getText(metadata, 'resourceVersion'),
		next: getText(metadata, 'continue'),
	};
};

const listOnce = async <Kept>(
	client: ApiClient,
	{path, keep, signal}: ListOptions<Kept>,
): Promise<ListedObjects<Kept>> => {
	const kept: Kept[] = [];
	let next = '';
	for (let count = 0; count < mostPages; count++) {
		const query = new URLSearchParams({limit: String(pageSize)});
		if (next !== '') {
			query.set('continue', next);
		}

		const page = await client.get({
			path: `${path}?${query.toString()}`,
			signal,
			read: async body => readPage(body, keep),
		});
		kept.push(...page.kept);
		if (page.next === '') {
			return {kept, resourceVersion: page.resourceVersion};
		}

		next = page.next;
	}

	throw new ApiError('its list does not end', {failure: 'malformed'});
};

/** What to list. */
export type ListOptions<Kept> = {
	/** The collection: `/apis/apps/v1/replicasets`. */
	readonly path: string;
	/** Takes from each object what is needed of it; the object itself is let go. */
	readonly keep: (object: Fields) => Kept | undefined;
	readonly signal: AbortSignal;
};

/**
Lists a collection page by page, as it was at one moment.

A list whose pages have expired (410) begins anew; the token that such an answer holds would go on with what is there now, and leave out what moved. Throws `ApiError` where the list cannot be had whole.
@see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
*/
export const listObjects = async <Kept>(
	client: ApiClient,
	options: ListOptions<Kept>,
): Promise<ListedObjects<Kept>> => {
	for (let count = 0; ; count++) {
		try {
			return await listOnce(client, options);
		} catch (error) {
			const isExpired = error instanceof ApiError && error.status === 410;
			if (!isExpired || count >= restarts) {
				throw error;
			}
		}
	}
};

/** A small answer as JSON. Throws `ApiError` for what is no JSON object. */
export const getJson = async (
	client: ApiClient,
	request: {
		readonly path: string;
		readonly accept?: string;
		readonly signal: AbortSignal;
	},
): Promise<Fields> =>
	client.get({...request, read: async body => readJson(body)});

const largestJson = 32 * 1024 * 1024;

const readJson = async (body: AsyncIterable<Uint8Array>): Promise<Fields> => {
	const decoder = new TextDecoder();
	let text = '';
	for await (const chunk of body) {
		text += decoder.decode(chunk, {stream: true});
		if (text.length > largestJson) {
			throw new ApiError('its answer is larger than the API makes them', {
				failure: 'malformed',
			});
		}
	}

	const value = parseJson(text);
	if (!isJsonObject(value)) {
		throw new ApiError('its answer is no JSON', {failure: 'malformed'});
	}

	return value;
};
