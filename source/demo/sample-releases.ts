import type {StoredObject} from './cluster-content.js';
import {
	type ContainerSketch,
	describePod,
	describeWorkload,
} from './cluster-workloads.js';

/** The time so many days ago. */
export type Since = (days: number) => Date;

/** A Deployment with its current ReplicaSet, the Pods of that, and the ReplicaSets that a rollback would start. */
export const describeRelease = (
	name: string,
	{
		namespace,
		replicas,
		since,
		current,
		earlier,
	}: {
		readonly namespace: string;
		readonly replicas: number;
		readonly since: Since;
		readonly current: ContainerSketch;
		/** The oldest first. */
		readonly earlier: readonly ContainerSketch[];
	},
): readonly StoredObject[] => {
	const revision = earlier.length + 1;
	const owner = {kind: 'Deployment', name};
	const set = `${name}-r${revision}`;
	const started = since(1);
	return [
		describeWorkload('Deployment', {
			namespace,
			name,
			replicas,
			revision,
			since: since(200),
			containers: [current],
		}),
		...earlier.map((container, index) =>
			describeWorkload('ReplicaSet', {
				namespace,
				name: `${name}-r${index + 1}`,
				replicas: 0,
				revision: index + 1,
				since: since(30 - index),
				owner,
				containers: [container],
			}),
		),
		describeWorkload('ReplicaSet', {
			namespace,
			name: set,
			replicas,
			revision,
			since: started,
			owner,
			containers: [current],
		}),
		...Array.from({length: replicas}, (_, index) =>
			describePod({
				namespace,
				name: `${set}-${['k2m4v', 'p9x7d', 'w5t8z'][index] ?? String(index)}`,
				since: started,
				owner: {kind: 'ReplicaSet', name: set},
				containers: [current],
			}),
		),
	];
};
