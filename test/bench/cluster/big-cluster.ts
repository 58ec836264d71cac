import {
	describePod,
	describeWorkload,
	type WorkloadSketch,
} from '../../../source/demo/cluster-workloads.js';
import type {StoredObject} from '../../../source/demo/cluster-content.js';
import {
	type Fields,
	getObject,
	getObjects,
} from '../../../source/uses/kubernetes/fields.js';

const digestOf = (number: number): string =>
	`sha256:${number.toString(16).padStart(64, '5')}`;

const padding = (name: string, count: number) =>
	Array.from({length: count}, (_, index) => ({
		name: `${name.toUpperCase()}_SETTING_${index}`,
		value: `https://${name}-${index}.internal.driftwood.example:8443/v1`,
	}));

/** What the API server keeps of who wrote which field; a good part of every real object. */
const managedFields = (name: string) =>
	['kube-controller-manager', 'kubelet'].map(manager => ({
		manager,
		operation: 'Update',
		apiVersion: 'v1',
		time: '2026-11-01T10:00:00Z',
		fieldsType: 'FieldsV1',
		fieldsV1: Object.fromEntries(
			padding(name, 20).map(({name: field}) => [
				`f:${field}`,
				Object.fromEntries(['.', 'f:name', 'f:value'].map(key => [key, {}])),
			]),
		),
	}));

/** As large as a real one. */
const fillOut = (object: StoredObject, name: string): StoredObject => ({
	...object,
	metadata: {
		...object.metadata,
		resourceVersion: '123456',
		annotations: {
			...getObject(object.metadata, 'annotations'),
			checksum: digestOf(name.length),
		},
		managedFields: managedFields(name),
	},
});

const addSettings = (spec: Fields, name: string): Fields => ({
	...spec,
	containers: getObjects(spec, 'containers').map(container => ({
		...container,
		env: padding(name, 40),
		volumeMounts: Array.from({length: 4}, (_, index) => ({
			name: `volume-${index}`,
			readOnly: true,
			mountPath: `/var/run/secrets/${name}/${index}`,
		})),
	})),
	tolerations: ['not-ready', 'unreachable'].map(key => ({
		key: `node.kubernetes.io/${key}`,
		operator: 'Exists',
		effect: 'NoExecute',
		tolerationSeconds: 300,
	})),
});

const getSpec = (object: unknown): Fields => getObject(object, 'spec');

const sketchSet = (number: number): WorkloadSketch => {
	const name = `service-${Math.floor(number / 5)}`;
	return {
		namespace: `team-${Math.floor(number / 5) % 40}`,
		name: `${name}-${(number * 7919).toString(36)}`,
		since: new Date(Date.UTC(2026, 9, 1) + number * 1000),
		owner: {kind: 'Deployment', name},
		revision: 1 + (number % 5),
		replicas: number % 5 === 4 ? 20 : 0,
		containers: [
			{name: 'app', image: `registry.driftwood.example/${name}:v${number}`},
			// One service in four has another container beside it.
			...(Math.floor(number / 5) % 4 === 0
				? [{name: 'proxy', image: 'docker.io/envoyproxy/envoy:v1.33.0'}]
				: []),
		],
	};
};

/** A ReplicaSet: four old ones for each that has Pods. */
export const makeReplicaSet = (number: number): StoredObject => {
	const sketch = sketchSet(number);
	const object = fillOut(describeWorkload('ReplicaSet', sketch), sketch.name);
	const {template} = getSpec(object);
	return {
		...object,
		spec: {
			...getSpec(object),
			template: {spec: addSettings(getSpec(template), sketch.name)},
		},
	};
};

/** A Pod of the newest ReplicaSet of its service; twenty to a set. */
export const makePod = (number: number): StoredObject => {
	const set = Math.floor(number / 20) * 5 + 4;
	const {namespace, name, containers, since} = sketchSet(set);
	const object = fillOut(
		describePod({
			namespace,
			name: `${name}-${(number * 104_729).toString(36)}`,
			since,
			owner: {kind: 'ReplicaSet', name},
			containers: containers.map((container, index) => ({
				...container,
				imageId: `${container.image.replace(/:[^:]*$/v, '')}@${digestOf(index === 0 ? set : 1)}`,
			})),
		}),
		name,
	);
	return {...object, spec: addSettings(getSpec(object), name)};
};
