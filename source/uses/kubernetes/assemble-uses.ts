import {
	parseImageId,
	parseImageReference,
} from '../../evidence/image-reference.js';
import type {Use, UsedImage, UseGap, UseRole} from '../../evidence/use.js';
import {
	type ClusterObject,
	keyOf,
	type Mention,
	type Owner,
} from './cluster-object.js';
import {quoteName} from './quote-foreign.js';

/** What the objects of a cluster come to. */
export type AssembledUses = {
	readonly uses: readonly Use[];
	/** What could not be read of them. */
	readonly gaps: readonly UseGap[];
};

// An owner of an owner of …: CronJob, Job, Pod; Knative has six. Names that go round would never end.
const longestLine = 8;

const parseMention = ({kind, written}: Mention): UsedImage | undefined =>
	kind === 'image-id'
		? parseImageId(written)
		: (parseImageReference(written) ?? parseImageId(written));

/** What a name that breaks the grammar may still mean: the repository before its tag or digest. */
const guessRepositories = (written: string): readonly string[] | undefined => {
	const name = written.replace(/@.*$/v, '').replace(/:[^:\/]*$/v, '');
	const image = parseImageReference(name);
	return image && [`${image.host}/${image.repository}`];
};

class Assembly {
	readonly #context: string;
	readonly #lists: ReadonlyArray<Iterable<ClusterObject>>;
	/** What others may name as their owner or their template, which is never a Pod. */
	readonly #workloads = new Map<string, ClusterObject>();
	readonly #images = new Map<string, UsedImage | undefined>();
	readonly #tops = new Map<string, Owner>();
	readonly #uses: Use[] = [];
	readonly #gaps: UseGap[] = [];

	constructor(context: string, lists: ReadonlyArray<Iterable<ClusterObject>>) {
		this.#context = context;
		this.#lists = lists;
	}

	assemble(): AssembledUses {
		for (const list of this.#lists) {
			for (const object of list) {
				if (object.kind !== 'Pod') {
					this.#workloads.set(keyOf(object.kind, object), object);
				}
			}
		}

		for (const list of this.#lists) {
			for (const object of list) {
				this.#addObject(object);
			}
		}

		return {uses: this.#uses, gaps: this.#gaps};
	}

	#addObject(object: ClusterObject): void {
		const role = this.#findRole(object);
		const owner = this.#findTop(object);
		for (const mention of this.#listMentions(object)) {
			const image = this.#parse(mention);
			if (image === undefined) {
				this.#addGap(object, mention);
				continue;
			}

			this.#uses.push({
				image,
				written: mention.written,
				role,
				kind: object.kind,
				context: this.#context,
				namespace: object.namespace,
				name: object.name,
				container: mention.container,
				owner,
				replicas: object.replicas,
				since: object.since,
			});
		}
	}

	/** Its own mentions, and those of the workload that a Rollout takes its template from. */
	#listMentions(object: ClusterObject): readonly Mention[] {
		const {templateOf, mentions, namespace, kind, name} = object;
		if (templateOf === undefined) {
			return mentions;
		}

		const found = this.#workloads.get(
			keyOf(templateOf.kind, {namespace, name: templateOf.name}),
		);
		if (found) {
			return [...mentions, ...found.mentions];
		}

		this.#gaps.push({
			message: `${kind} ${quoteName(namespace)}/${quoteName(name)} of the context ${this.#context} takes its template from ${quoteName(`${templateOf.kind} ${templateOf.name}`)}, which was not read.`,
			kind,
			namespace,
			isRefusal: false,
			repositories: undefined,
		});
		return mentions;
	}

	#parse(mention: Mention): UsedImage | undefined {
		const key = `${mention.kind} ${mention.written}`;
		if (!this.#images.has(key)) {
			this.#images.set(key, parseMention(mention));
		}

		return this.#images.get(key);
	}

	/** What has ended holds nothing; an ID that tells no digest leaves open what runs of the image that the spec names. */
	#addGap(object: ClusterObject, mention: Mention): void {
		if (object.state === 'finished') {
			return;
		}

		const {kind, namespace, name, mentions} = object;
		const specified =
			mention.kind === 'reference'
				? mention
				: mentions.find(
						other =>
							other.kind === 'reference' &&
							other.container === mention.container,
					);
		this.#gaps.push({
			message: `${kind} ${quoteName(namespace)}/${quoteName(name)} of the context ${this.#context} names an image that cannot be read: “${quoteName(mention.written)}”.`,
			kind,
			namespace,
			isRefusal: false,
			repositories: specified && guessRepositories(specified.written),
		});
	}

	/** A ReplicaSet without replicas that is not its owner's current one is what a rollback would start. */
	#findRole(object: ClusterObject): UseRole {
		const {kind, owner, replicas, state, namespace, revision} = object;
		if (
			kind !== 'ReplicaSet' ||
			replicas !== 0 ||
			!(owner?.kind === 'Deployment' || owner?.kind === 'Rollout')
		) {
			return state;
		}

		const current = this.#workloads.get(
			keyOf(owner.kind, {namespace, name: owner.name}),
		);
		return current?.revision === revision ? 'template' : 'revision';
	}

	#findTop({namespace, owner}: ClusterObject): Owner | undefined {
		let top = owner;
		const first = owner && keyOf(owner.kind, {namespace, name: owner.name});
		const known = first === undefined ? undefined : this.#tops.get(first);
		if (known) {
			return known;
		}

		for (let count = 0; top && count < longestLine; count++) {
			const above: Owner | undefined = this.#workloads.get(
				keyOf(top.kind, {namespace, name: top.name}),
			)?.owner;
			if (above === undefined) {
				break;
			}

			top = above;
		}

		if (first !== undefined && top) {
			this.#tops.set(first, top);
		}

		return top;
	}
}

/** Makes uses of what was kept of a cluster's objects, kind by kind: roles and owners show only once all of them are known. */
export const assembleUses = (
	context: string,
	lists: ReadonlyArray<Iterable<ClusterObject>>,
): AssembledUses => new Assembly(context, lists).assemble();
