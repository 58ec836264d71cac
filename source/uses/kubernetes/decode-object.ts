import type {ClusterObject, Mention, Owner} from './cluster-object.js';
import {
	type Fields,
	getNumber,
	getObject,
	getObjects,
	getText,
	readTime,
} from './fields.js';
import {
	readPodSpec,
	readPodStatus,
	readResolvedDigests,
} from './read-mentions.js';

type Draft = Pick<ClusterObject, 'state' | 'mentions'> & Partial<ClusterObject>;

const decodePod = (object: Fields): Draft => {
	const status = getObject(object, 'status');
	const specified = readPodSpec(getObject(object, 'spec'));
	const phase = getText(status, 'phase');
	return {
		state: phase === 'Succeeded' || phase === 'Failed' ? 'finished' : 'running',
		mentions: [...specified, ...readPodStatus(status, specified)],
		since: readTime(getText(status, 'startTime')),
	};
};

const readTemplate = (spec: Fields): readonly Mention[] =>
	readPodSpec(getObject(spec, 'template', 'spec'));

/** A workload that keeps a number of Pods; the API means 1 where it says none. */
const decodeScaled = (object: Fields): Draft => {
	const spec = getObject(object, 'spec');
	return {
		state: 'template',
		mentions: readTemplate(spec),
		replicas: getNumber(spec, 'replicas') ?? 1,
	};
};

const decodeDaemonSet = (object: Fields): Draft => ({
	state: 'template',
	mentions: readTemplate(getObject(object, 'spec')),
	replicas: getNumber(getObject(object, 'status'), 'desiredNumberScheduled'),
});

const decodeJob = (object: Fields): Draft => {
	const isFinished = getObjects(getObject(object, 'status'), 'conditions').some(
		condition =>
			['Complete', 'Failed'].includes(getText(condition, 'type')) &&
			getText(condition, 'status') === 'True',
	);
	return {
		state: isFinished ? 'finished' : 'template',
		mentions: readTemplate(getObject(object, 'spec')),
	};
};

const decodeCronJob = (object: Fields): Draft => ({
	state: 'template',
	mentions: readTemplate(getObject(object, 'spec', 'jobTemplate', 'spec')),
});

/** What a StatefulSet or a DaemonSet can be rolled back to. */
const decodeControllerRevision = (object: Fields): Draft => ({
	state: 'revision',
	mentions: readTemplate(getObject(object, 'data', 'spec')),
});

// https://argo-rollouts.readthedocs.io/en/stable/features/specification/
const decodeRollout = (object: Fields): Draft => {
	const reference = getObject(object, 'spec', 'workloadRef');
	const name = getText(reference, 'name');
	return {
		...decodeScaled(object),
		templateOf:
			name === '' ? undefined : {kind: getText(reference, 'kind'), name},
	};
};

const decodeKnativeService = (object: Fields): Draft => ({
	state: 'template',
	mentions: readTemplate(getObject(object, 'spec')),
});

const decodeKnativeRevision = (object: Fields): Draft => ({
	state: 'revision',
	mentions: [
		...readPodSpec(getObject(object, 'spec')),
		...readResolvedDigests(getObject(object, 'status')),
	],
});

const decoders: Readonly<Record<string, (object: Fields) => Draft>> =
	Object.fromEntries([
		['Pod', decodePod],
		['Deployment', decodeScaled],
		['ReplicaSet', decodeScaled],
		['StatefulSet', decodeScaled],
		['ReplicationController', decodeScaled],
		['DaemonSet', decodeDaemonSet],
		['Job', decodeJob],
		['CronJob', decodeCronJob],
		['ControllerRevision', decodeControllerRevision],
		['Rollout', decodeRollout],
		['Service', decodeKnativeService],
		['Revision', decodeKnativeRevision],
	]);

const readOwner = (metadata: Fields): Owner | undefined => {
	const controller = getObjects(metadata, 'ownerReferences').find(
		reference => reference['controller'] === true,
	);
	return controller === undefined
		? undefined
		: {kind: getText(controller, 'kind'), name: getText(controller, 'name')};
};

const revisionAnnotations = [
	'deployment.kubernetes.io/revision',
	'rollout.argoproj.io/revision',
];

const readRevision = (metadata: Fields): string | undefined => {
	const annotations = getObject(metadata, 'annotations');
	return revisionAnnotations
		.map(name => getText(annotations, name))
		.find(revision => revision !== '');
};

/** Takes from an object what is needed of it, as one of a kind: items of a list do not name theirs. */
export type DecodeObject = (kind: string, object: Fields) => ClusterObject;

/**
A decoder that holds texts and lists that come again and again only once: the Pods of a ReplicaSet all name the same images.
*/
export const createDecoder = (): DecodeObject => {
	const texts = new Map<string, string>();
	const lists = new Map<string, readonly Mention[]>();
	const owners = new Map<string, Owner>();
	const share = <Value>(
		known: Map<string, Value>,
		key: string,
		value: Value,
	): Value => {
		const found = known.get(key);
		if (found !== undefined) {
			return found;
		}

		known.set(key, value);
		return value;
	};

	const shareOwner = (owner: Owner | undefined): Owner | undefined =>
		owner && share(owners, `${owner.kind}/${owner.name}`, owner);
	return (kind, object) => {
		const metadata = getObject(object, 'metadata');
		const draft = decoders[kind]?.(object) ?? {
			state: 'template' as const,
			mentions: [],
		};
		const namespace = getText(metadata, 'namespace');
		return {
			kind,
			namespace: share(texts, namespace, namespace),
			name: getText(metadata, 'name'),
			owner: shareOwner(readOwner(metadata)),
			state: draft.state,
			mentions: share(lists, JSON.stringify(draft.mentions), draft.mentions),
			revision: readRevision(metadata),
			replicas: draft.replicas,
			since: draft.since ?? readTime(getText(metadata, 'creationTimestamp')),
			templateOf: draft.templateOf,
		};
	};
};
