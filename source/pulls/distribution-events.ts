import {normalizeHost} from '../evidence/image-reference.js';
import type {AbsenceProof, PullAction, TimeSpan} from '../evidence/pull.js';
import {type Digest, parseDigest} from '../oci/digest.js';
import {isJsonObject} from '../oci/json.js';
import {isImageMediaType, isIndexMediaType} from '../oci/manifest.js';
import {isRepositoryName, isTag} from '../oci/reference.js';
import {clientOf} from './client-of.js';
import {findField, findText} from './find-field.js';
import type {ReadRecord} from './pull-record.js';
import {readKnownTime} from './known-time.js';

/** Whether an event is about a manifest: the registry tells of every layer and config, too. */
const isOfManifest = (event: unknown): boolean => {
	const mediaType = findText(event, 'target.mediaType');
	return (
		isImageMediaType(mediaType) ||
		isIndexMediaType(mediaType) ||
		// Manifests of the first schema, and of types that the registry may learn.
		mediaType.startsWith('application/vnd.docker.distribution.manifest.v1') ||
		/\/manifests\/[^/]+$/.test(findText(event, 'target.url'))
	);
};

const hostOf = (event: unknown): string => {
	const {host} =
		/^https?:\/\/(?<host>[^/?#]+)/i.exec(findText(event, 'target.url'))
			?.groups ?? {};
	return normalizeHost(host ?? findText(event, 'request.host'));
};

const actionOf = (event: unknown): PullAction | undefined => {
	const action = findText(event, 'action');
	if (action === 'push') {
		return 'push';
	}

	if (action !== 'pull') {
		return undefined;
	}

	return findText(event, 'request.method') === 'HEAD' ? 'check' : 'pull';
};

type Target = {
	readonly time: number;
	readonly action: PullAction;
	readonly digest: Digest;
	readonly repository: string;
};

const describe = (
	event: unknown,
	{time, action, digest, repository}: Target,
): ReadRecord => {
	const tag = findText(event, 'target.tag');
	const id = findText(event, 'id');
	return {
		kind: 'record',
		record: {
			time,
			host: hostOf(event),
			repository,
			image: {kind: 'digest', digest},
			tag: isTag(tag) ? tag : undefined,
			action,
			count: 1,
			id: id === '' ? undefined : id,
			agent: findText(event, 'request.useragent'),
			client: clientOf(
				findText(event, 'request.addr'),
				findText(event, 'actor.name'),
			),
			mediaType: findText(event, 'target.mediaType'),
		},
	};
};

const readEvent = (event: unknown): ReadRecord => {
	const time = readKnownTime(findField(event, 'timestamp'));
	if (!isJsonObject(event) || time === undefined) {
		return {
			kind: 'bad',
			problem: 'It is no notification of a registry: it tells no time.',
		};
	}

	const action = actionOf(event);
	if (action === undefined || !isOfManifest(event)) {
		return isJsonObject(event['target'])
			? {kind: 'other', time, host: hostOf(event)}
			: {
					kind: 'bad',
					problem: 'It is no notification of a registry: it has no target.',
				};
	}

	const digest = parseDigest(findField(event, 'target.digest'));
	const repository = findField(event, 'target.repository');
	return digest === undefined || !isRepositoryName(repository)
		? {
				kind: 'bad',
				problem: 'The notification names no digest or no repository.',
			}
		: describe(event, {time, action, digest, repository});
};

/**
Reads one element of what a receiver of a registry's notifications has kept: an envelope `{"events": […]}`, or one event.

Only manifests and indexes count; a HEAD, of which the registry tells as of a pull, is a `check`. The same event may be sent again and has its `id` then.
@see https://distribution.github.io/distribution/about/notifications/
*/
export const readDistributionEvent = (
	value: unknown,
): readonly ReadRecord[] => {
	const events = isJsonObject(value) ? value['events'] : undefined;
	return Array.isArray(events)
		? events.map(event => readEvent(event))
		: [readEvent(value)];
};

/** What notifications can say no about: a registry sends them and keeps none, so that only the operator knows the time in which all of them were received. */
export const proveByEvents = ({
	declared,
}: {
	readonly declared: TimeSpan | undefined;
}): AbsenceProof => (declared === undefined ? 'nothing' : 'all-digests');
