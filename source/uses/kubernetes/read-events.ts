import {isJsonObject, parseJson} from '../../oci/json.js';
import {ApiError} from './api-error.js';
import {type Fields, getNumber, getObject, getText} from './fields.js';

/** What a watch tells. */
export type WatchEvent =
	| {readonly type: 'changed' | 'deleted'; readonly object: Fields}
	/** Nothing happened up to here. */
	| {readonly type: 'bookmark'; readonly object: Fields};

const largestEvent = 16 * 1024 * 1024;

const toEvent = (line: string): WatchEvent => {
	const value = parseJson(line);
	if (!isJsonObject(value)) {
		throw new ApiError('its watch tells what is no JSON', {
			failure: 'malformed',
		});
	}

	const object = getObject(value, 'object');
	switch (getText(value, 'type')) {
		case 'ADDED':
		case 'MODIFIED': {
			return {type: 'changed', object};
		}

		case 'DELETED': {
			return {type: 'deleted', object};
		}

		case 'BOOKMARK': {
			return {type: 'bookmark', object};
		}

		case 'ERROR': {
			const status = getNumber(object, 'code') ?? 0;
			throw new ApiError(`its watch ended with ${status}`, {
				failure: 'status',
				status,
			});
		}

		default: {
			throw new ApiError('its watch tells what the API does not know', {
				failure: 'malformed',
			});
		}
	}
};

/**
Reads the events of a watch, one JSON object per line, until it ends. Throws `ApiError` for what is no event, and for the one that says that the watch cannot go on.
@see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
*/
export const readEvents = async (
	body: AsyncIterable<Uint8Array>,
	onEvent: (event: WatchEvent) => void,
): Promise<void> => {
	const decoder = new TextDecoder();
	let unfinished = '';
	for await (const chunk of body) {
		const lines = (unfinished + decoder.decode(chunk, {stream: true})).split(
			'\n',
		);
		unfinished = lines.pop() ?? '';
		for (const line of lines) {
			if (line.trim() !== '') {
				onEvent(toEvent(line));
			}
		}

		if (unfinished.length > largestEvent) {
			throw new ApiError('its watch tells more than the API does at once', {
				failure: 'malformed',
			});
		}
	}

	if (unfinished.trim() !== '') {
		throw new ApiError('its watch ends within an event', {
			failure: 'malformed',
		});
	}
};
