import {computeDigest} from './registry-content.js';

/** What a notification of the sample world is made of, before it is written. */
export type PullEvent = {
	/** Milliseconds since 1970. */
	readonly time: number;
	readonly method: 'GET' | 'HEAD';
	readonly repository: string;
	readonly digest: string;
	readonly mediaType: string;
	readonly tag: string | undefined;
	readonly client: Client;
};

/** Who pulls. */
export type Client = {readonly address: string; readonly agent: string};

/** An envelope with one notification, as distribution posts it. */
export const writeNotification = (
	{time, method, repository, digest, mediaType, tag, client}: PullEvent,
	{index, host}: {index: number; host: string},
): string => {
	const id = computeDigest(`${index} ${time}`).slice(7, 43);
	return JSON.stringify({
		events: [
			{
				id,
				timestamp: new Date(time).toISOString(),
				action: 'pull',
				target: {
					mediaType,
					digest,
					repository,
					url: `http://${host}/v2/${repository}/manifests/${digest}`,
					...(tag === undefined ? {} : {tag}),
				},
				request: {
					id: `${id}-request`,
					addr: `${client.address}:${30_000 + (index % 20_000)}`,
					host,
					method,
					useragent: client.agent,
				},
				actor: {},
				source: {addr: 'registry:5000'},
			},
		],
	});
};
