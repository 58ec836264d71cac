import type {HttpClient, HttpReply} from '../../http/client.js';
import {HttpError} from '../../http/http-error.js';
import {decodeText, isJsonObject, parseJson} from '../../oci/json.js';
import {isIndexMediaType} from '../../oci/manifest.js';
import type {PullsLeft} from '../../contents.js';
import type {HubApi} from '../../docker-hub/api.js';
import {readHubTag} from './hub-entries.js';

const largestReply = 1024 * 1024;

const readHeader = (
	{headers}: HttpReply,
	name: string,
):
	| {readonly count: number; readonly seconds: number | undefined}
	| undefined => {
	const {count, seconds} =
		/^(?<count>\d{1,9})(?:;w=(?<seconds>\d{1,9}))?/.exec(
			[headers[name] ?? ''].flat()[0] ?? '',
		)?.groups ?? {};
	return count === undefined
		? undefined
		: {
				count: Number(count),
				seconds: seconds === undefined ? undefined : Number(seconds),
			};
};

/**
How many pulls are left; a HEAD that costs none tells it. Nothing where there is no limit, as for some who pay.
@see https://docs.docker.com/docker-hub/usage/pulls/
*/
export const readPullsLeft = async (
	client: HttpClient,
	signal: AbortSignal,
): Promise<PullsLeft | undefined> => {
	try {
		const reply = await client.send({
			method: 'HEAD',
			path: '/v2/ratelimitpreview/test/manifests/latest',
			signal,
			maxBytes: largestReply,
			expect: [401, 403, 404],
		});
		const limit = readHeader(reply, 'ratelimit-limit');
		const remaining = readHeader(reply, 'ratelimit-remaining');
		return limit && remaining
			? {
					limit: limit.count,
					remaining: remaining.count,
					seconds: remaining.seconds ?? limit.seconds,
				}
			: undefined;
	} catch (error) {
		// It is nice to know, and nothing rests on it.
		if (error instanceof HttpError && !signal.aborted) {
			return undefined;
		}

		throw error;
	}
};

/** How many manifests a tag comes to, by Docker Hub's own list: its index and one for each platform, attestations too. */
export const countHubManifests = async (
	api: HubApi,
	{path, signal}: {path: string; signal: AbortSignal},
): Promise<number | undefined> => {
	try {
		const reply = await api.send({
			method: 'GET',
			path,
			accept: 'application/json',
			signal,
			maxBytes: largestReply,
			expect: [400, 401, 403, 404],
		});
		const fields =
			reply.status < 400 ? parseJson(decodeText(reply.body)) : undefined;
		const tag = isJsonObject(fields) ? readHubTag(fields) : undefined;
		const isIndex = tag !== undefined && isIndexMediaType(tag.mediaType);
		return tag && tag.images.length > 0
			? tag.images.length + (isIndex || tag.images.length > 1 ? 1 : 0)
			: undefined;
	} catch (error) {
		if (error instanceof HttpError && !signal.aborted) {
			return undefined;
		}

		throw error;
	}
};
