import type {ClusterContent} from './cluster-content.js';
import {describeList, describeStatus} from './cluster-documents.js';
import type {ClusterAccess, ClusterServing} from './embedded-cluster.js';
import type {ClusterAnswer} from './serve-cluster-request.js';

const expired: ClusterAnswer = {
	status: 410,
	document: describeStatus(410, {
		reason: 'Expired',
		message:
			'The provided continue parameter is too old to display a consistent list result.',
		metadata: {continue: 'AN-INCONSISTENT-REST'},
	}),
};

const badToken: ClusterAnswer = {
	status: 400,
	document: describeStatus(400, {
		reason: 'BadRequest',
		message: 'continue key is not valid',
	}),
};

/** One page of a collection, as it was when its first page was asked for. */
export const answerList = (
	serving: ClusterServing,
	{
		content,
		access: {resource, namespace},
		url,
	}: {
		readonly content: ClusterContent;
		readonly access: ClusterAccess;
		readonly url: URL;
	},
): ClusterAnswer => {
	const token = url.searchParams.get('continue') ?? '';
	if (token !== '' && serving.pagesToExpire > 0) {
		serving.pagesToExpire--;
		return expired;
	}

	const known = token === '' ? undefined : serving.pages.get(token);
	if (token !== '' && !known) {
		return badToken;
	}

	const objects = known?.rest ?? content.list(resource, namespace);
	const version = known?.version ?? content.version();
	const asked = Number(url.searchParams.get('limit') ?? 0);
	const limit = Math.min(
		asked > 0 ? asked : Number.POSITIVE_INFINITY,
		serving.options.pageSize ?? Number.POSITIVE_INFINITY,
	);
	const rest = objects.slice(limit);
	const next = rest.length > 0 ? `page-${serving.pages.size + 1}` : '';
	if (next !== '') {
		serving.pages.set(next, {rest, version});
	}

	return {
		status: 200,
		document: describeList(resource, {
			objects: objects.slice(0, limit),
			metadata: {
				resourceVersion: String(version),
				...(next === ''
					? {}
					: {continue: next, remainingItemCount: rest.length}),
			},
		}),
	};
};
