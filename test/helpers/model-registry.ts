import {Buffer} from 'node:buffer';
import {
	addImage,
	addIndex,
	type ContentDescriptor,
} from '../../source/demo/build-content.js';
import {
	addCosignSignature,
	addReferrer,
} from '../../source/demo/build-referrers.js';
import type {
	RegistryContent,
	StoredManifest,
} from '../../source/demo/registry-content.js';

/** The one repository of a model. */
export const modelRepository = 'shop/app';

/** A digest of a random registry: an image, or an index over digests that stand before it. */
export type ModelNode = {
	/** Numbers of layers, which others may have too. */
	readonly layers: readonly number[];
	/** Numbers of nodes; those that do not stand before it are left out. None: an image. */
	readonly children: readonly number[];
	readonly tags: number;
	readonly about: 'nothing' | 'a referrer' | 'three referrers' | 'a signature';
};

/** What somebody else does to it. */
export type ModelChange = {
	/** The moment: the plan was made, a step is about to be saved, jetsam waits for its next look, a step has ended. */
	readonly at: 'planned' | 'saving' | 'waiting' | 'ended';
	/** At which time that this moment comes, from 1. */
	readonly time: number;
	readonly what:
		| 'move a tag'
		| 'add a tag'
		| 'remove a tag'
		| 'add an index'
		| 'delete'
		| 'push again'
		| 'write a list'
		| 'tag a list'
		| 'use';
	/** The node that it is about, and one more. */
	readonly node: number;
	readonly other: number;
};

/** Fills the repository, with lists of referrers unless the registry tells of them itself; returns the descriptors of the nodes, in their order, and of the referrers that lists name. */
export const buildModel = (
	content: RegistryContent,
	nodes: readonly ModelNode[],
	{hasLists = true}: {readonly hasLists?: boolean} = {},
): {
	readonly built: readonly ContentDescriptor[];
	readonly referrers: readonly ContentDescriptor[];
} => {
	const referrers: ContentDescriptor[] = [];
	const named = new Set(
		nodes.flatMap(({children}, number) =>
			children.filter(child => child < number),
		),
	);
	const built: ContentDescriptor[] = [];
	for (const [number, {layers, children, tags, about}] of nodes.entries()) {
		const below = [...new Set(children)]
			.filter(child => child < number)
			.map(child => built[child]!);
		// An index that has neither tag nor parent is told by no registry of this kind.
		const count = below.length > 0 && !named.has(number) ? tags || 1 : tags;
		const names = Array.from(
			{length: count},
			(_, tag) => `v${number}.${tag + 1}`,
		);
		const annotations = {number: String(number)};
		const made =
			below.length > 0
				? addIndex(content, modelRepository, {
						tags: names,
						children: below,
						annotations,
					})
				: addImage(content, modelRepository, {
						tags: names,
						annotations,
						layers: layers.map(layer => ({size: 1000, seed: `layer ${layer}`})),
					});
		built.push(made);
		const bills =
			about === 'a referrer' ? 1 : about === 'three referrers' ? 3 : 0;
		for (let bill = 1; bill <= bills; bill++) {
			referrers.push(
				addReferrer(content, modelRepository, {
					subject: made,
					artifactType: 'application/spdx+json',
					payload: `bill ${bill} of node ${number}`,
					...(!hasLists && {list: 'untagged'}),
				}),
			);
		}

		if (about === 'a signature') {
			addCosignSignature(content, modelRepository, {
				subject: made,
				reference: `registry.example/${modelRepository}`,
			});
		}
	}

	return {built, referrers};
};

type Document = {
	readonly config?: {readonly digest: string};
	readonly layers?: ReadonlyArray<{readonly digest: string}>;
	readonly manifests?: ReadonlyArray<{readonly digest: string}>;
};

const parse = ({bytes}: StoredManifest): Document =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the test made it
	JSON.parse(Buffer.from(bytes).toString()) as Document;

/** The digests of the manifests below a manifest. */
export const listChildren = (manifest: StoredManifest): readonly string[] =>
	parse(manifest).manifests?.map(({digest}) => digest) ?? [];

/** The layers of a manifest; its config lies in the trash, and is no question. */
export const listLayers = (manifest: StoredManifest): readonly string[] =>
	parse(manifest).layers?.map(({digest}) => digest) ?? [];
