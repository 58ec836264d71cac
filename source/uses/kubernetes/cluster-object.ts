/** An image that an object names, in its spec or in its status. */
export type Mention = {
	/** An empty text for an image volume. */
	readonly container: string;
	readonly kind: 'reference' | 'image-id';
	readonly written: string;
};

/** A controller, by its kind and its name in the object's own namespace. */
export type Owner = {readonly kind: string; readonly name: string};

/** What is kept of an object of the cluster: what its images are, and what tells how strongly it holds them. */
export type ClusterObject = {
	readonly kind: string;
	readonly namespace: string;
	readonly name: string;
	/** The controller, as `ownerReferences` name it. */
	readonly owner: Owner | undefined;
	readonly state: 'running' | 'template' | 'revision' | 'finished';
	readonly mentions: readonly Mention[];
	/** The rollout's number, by which a Deployment's or Rollout's current ReplicaSet is known. */
	readonly revision: string | undefined;
	readonly replicas: number | undefined;
	/** Milliseconds since 1970. */
	readonly since: number | undefined;
	/** Where the template lies, if a Rollout says that it lies elsewhere. */
	readonly templateOf: Owner | undefined;
};

/** What tells an object from all others of a reading. */
export const keyOf = (
	kind: string,
	{namespace, name}: {readonly namespace: string; readonly name: string},
): string => `${kind}/${namespace}/${name}`;
