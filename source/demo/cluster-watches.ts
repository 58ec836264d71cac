import type {ServerResponse} from 'node:http';
import type {ClusterContent, ClusterEvent} from './cluster-content.js';
import {describeStatus} from './cluster-documents.js';
import {apiVersionOf} from './cluster-resources.js';
import type {
	ClusterAccess,
	ClusterServing,
	OpenWatch,
} from './embedded-cluster.js';

const line = (type: string, object: unknown): string =>
	`${JSON.stringify({type, object})}\n`;

const expired = line(
	'ERROR',
	describeStatus(410, {
		reason: 'Expired',
		message: 'too old resource version',
	}),
);

/** Tells what happens to a collection from a version on, until the time that was asked for is over. */
export const serveWatch = (
	serving: ClusterServing,
	{
		content,
		access: {resource, namespace},
		url,
		response,
	}: {
		readonly content: ClusterContent;
		readonly access: ClusterAccess;
		readonly url: URL;
		readonly response: ServerResponse;
	},
): void => {
	response.writeHead(200, {'content-type': 'application/json'});
	response.flushHeaders();
	const earlier = content.since(
		Number(url.searchParams.get('resourceVersion') ?? 0),
	);
	if (!earlier) {
		response.end(expired);
		return;
	}

	let held = '';
	const tell = (text: string): void => {
		held += text;
		if (!serving.isHeld && held !== '') {
			response.write(held);
			held = '';
		}
	};

	const tellEvent = (event: ClusterEvent): void => {
		if (
			event.resource === resource &&
			(namespace === '' || event.object.metadata.namespace === namespace)
		) {
			tell(line(event.type, event.object));
		}
	};

	const unsubscribe = content.subscribe(tellEvent);
	const seconds = Number(url.searchParams.get('timeoutSeconds') ?? 0);
	const timer =
		seconds > 0
			? setTimeout(() => {
					watch.end();
				}, seconds * 1000).unref()
			: undefined;
	const watch: OpenWatch = {
		tell,
		flush() {
			tell('');
		},
		bookmark() {
			tell(
				line('BOOKMARK', {
					kind: resource.kind,
					apiVersion: apiVersionOf(resource),
					metadata: {resourceVersion: String(content.version())},
				}),
			);
		},
		end() {
			response.end();
		},
		cut() {
			response.destroy();
		},
	};
	response.on('close', () => {
		clearTimeout(timer);
		unsubscribe();
		serving.watches.delete(watch);
	});
	serving.watches.add(watch);
	for (const event of earlier) {
		tellEvent(event);
	}
};
