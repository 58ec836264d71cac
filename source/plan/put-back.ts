import {type Digest, hashLike, parseDigest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {
	type Descriptor,
	type Manifest,
	manifestMediaTypes,
	parseManifest,
} from '../oci/manifest.js';
import {removeDescriptors} from '../oci/remove-descriptors.js';
import type {Trash} from '../batch.js';
import type {PutReply} from '../contents.js';
import type {Clock, Registry} from '../world.js';
import {
	findDoubt,
	hasManifest,
	listBlobs,
	preparePut,
	pushBlob,
	pushTag,
	type Target,
} from '../push/push-content.js';
import {
	hasMoved,
	type MovedTag,
	undoKey,
	type UndoItem,
	type UndoOutcome,
} from './undo.js';

/** What putting something back works with. */
export type PuttingBack = {
	readonly registry: Registry;
	readonly trash: Trash;
	readonly clock: Clock;
	/** Whether tags that mean something else by now are moved back: only where the operator has said so on seeing them. */
	readonly movedTags: 'left' | 'taken-back';
	/** By `undoKey`: digests of this undo that could not be put back. */
	readonly lost: ReadonlySet<string>;
	readonly signal: AbortSignal;
};

/**
Puts one digest back and believes it only after reading it back.

A registry whose garbage was collected may answer 201 to the manifest and 200 to a HEAD of what it has lost, so every blob is asked for its first byte before anything is sent, and the manifest and the config are read afterwards.
*/
export const putBack = async (
	item: UndoItem,
	context: PuttingBack,
): Promise<UndoOutcome> => {
	const bytes = await context.trash.read(item, item.digest);
	return bytes ? putContent(item, bytes, context) : notInTrash;
};

/** A list of referrers without those that are lost, so that those that are back can be found by it. */
export type ShortList = {
	readonly digest: Digest;
	readonly bytes: Uint8Array;
	readonly without: readonly Digest[];
};

/** The list that goes back in place of an item; `undefined` where that goes back as it was, and where it is no list. */
export const shortenList = async (
	item: UndoItem,
	{trash, lost: all}: Pick<PuttingBack, 'trash' | 'lost'>,
): Promise<ShortList | undefined> => {
	const bytes = item.replacedBy && (await trash.read(item, item.digest));
	if (!bytes) {
		return undefined;
	}

	const text = decodeText(bytes);
	const manifest = parseManifest(text, item.mediaType);
	const without = listLostChildren(item, manifest, all);
	const shorter =
		without.length > 0 ? removeDescriptors(text, new Set(without)) : undefined;
	const left = new TextEncoder().encode(shorter);
	const digest = parseDigest(hashLike(item.digest, left));
	return shorter !== undefined && digest
		? {digest, bytes: left, without}
		: undefined;
};

/** Puts a list under its tag that is shorter than it was. */
export const putListBack = async (
	item: UndoItem,
	{digest, bytes, without}: ShortList,
	context: PuttingBack,
): Promise<UndoOutcome> => {
	const outcome = await putContent({...item, digest}, bytes, context);
	return outcome.kind === 'restored' || outcome.kind === 'already-there'
		? {...outcome, without}
		: outcome;
};

const putContent = async (
	item: UndoItem,
	bytes: Uint8Array,
	context: PuttingBack,
): Promise<UndoOutcome> => {
	const {manifest, put} = prepare(item, bytes, context);
	const gone = [
		...listLostChildren(item, manifest, context.lost),
		...(await bringBlobs(item, manifest, context)),
	];
	if (gone.length > 0) {
		return {kind: 'blob-gone', digests: gone};
	}

	const target = targetOf(item, context);
	const wasThere = await hasManifest(target, item.digest);
	if (!wasThere) {
		const end = explainReply(await put(item.digest));
		if (end) {
			return end;
		}
	}

	const tagged = await putTags(item, context, put);
	if ('kind' in tagged) {
		return tagged;
	}

	const doubt = await findDoubt(target, item.digest, manifest);
	return doubt === undefined
		? {
				kind: wasThere && tagged.count === 0 ? 'already-there' : 'restored',
				moved: tagged.moved,
			}
		: {kind: 'failed', reason: doubt};
};

/** Sets tags again that a digest had which is still there; one that means another by now stays where it is. */
export const putTagsBack = async (
	item: UndoItem,
	context: PuttingBack,
): Promise<UndoOutcome> => {
	const {registry, signal} = context;
	const {repository, digest} = item;
	// Sending its manifest would bring a digest back that is gone, perhaps without its children.
	if ((await registry.resolve(repository, digest, signal)) !== digest) {
		return {kind: 'refused', reason: 'the digest is gone by now.'};
	}

	const bytes = await context.trash.read(item, digest);
	if (!bytes) {
		return notInTrash;
	}

	const {put} = prepare(item, bytes, context);
	const tagged = await putTags(item, context, put);
	if ('kind' in tagged) {
		return tagged;
	}

	const {count, moved} = tagged;
	return {kind: count === 0 ? 'already-there' : 'restored', moved};
};

const notInTrash: UndoOutcome = {
	kind: 'refused',
	reason: 'its manifest is not in the trash, or it is damaged there.',
};

const targetOf = (
	{repository}: Pick<UndoItem, 'repository'>,
	{registry, clock, signal}: PuttingBack,
): Target => ({registry, repository, clock, signal});

/** What a manifest says, and how its bytes are sent under its digest or a tag. */
const prepare = (
	item: UndoItem,
	bytes: Uint8Array,
	context: PuttingBack,
): {
	readonly manifest: Manifest | undefined;
	readonly put: (reference: string) => Promise<PutReply>;
} => {
	const manifest = parseManifest(decodeText(bytes), item.mediaType);
	const mediaType =
		[item.mediaType, manifest?.mediaType].find(Boolean) ??
		manifestMediaTypes.image;
	return {
		manifest,
		put: preparePut(targetOf(item, context), {bytes, mediaType}),
	};
};

/** How a reply ends the item; `undefined` where the registry took it. */
const explainReply = (reply: PutReply): UndoOutcome | undefined => {
	switch (reply.kind) {
		case 'accepted': {
			return undefined;
		}

		case 'held': {
			return {kind: 'would-restore'};
		}

		case 'refused': {
			return {kind: 'refused', reason: reply.reason};
		}

		case 'unclear': {
			return {kind: 'failed', reason: reply.reason};
		}
	}
};

const listLostChildren = (
	{registry, repository}: UndoItem,
	manifest: Manifest | undefined,
	lost: PuttingBack['lost'],
): readonly Digest[] =>
	(manifest?.children ?? [])
		.map(({digest}) => digest)
		.filter(digest => lost.has(undoKey({registry, repository, digest})));

/** Sends what the trash has of the blobs that the registry has lost; resolves to those that neither has. */
const bringBlobs = async (
	item: UndoItem,
	manifest: Manifest | undefined,
	context: PuttingBack,
): Promise<readonly Digest[]> => {
	const {registry, signal} = context;
	const gone: Digest[] = [];
	for (const blob of listBlobs(manifest)) {
		const isWhole =
			(await registry.hasBlob(item.repository, blob, signal)) ||
			(await bringBlob(item, blob, context));
		if (!isWhole) {
			gone.push(blob.digest);
		}
	}

	return gone;
};

const bringBlob = async (
	item: UndoItem,
	blob: Descriptor,
	context: PuttingBack,
): Promise<boolean> => {
	const content = await context.trash.open(item, blob.digest);
	if (!content) {
		return false;
	}

	const {kind} = await pushBlob(targetOf(item, context), {
		descriptor: blob,
		content,
	});
	return kind === 'accepted' || kind === 'held';
};

/** Sets each tag that means nothing now. One that means another digest has moved, and stays there unless the operator has said otherwise. */
const putTags = async (
	item: UndoItem,
	context: PuttingBack,
	put: (reference: string) => Promise<PutReply>,
): Promise<
	{readonly count: number; readonly moved: readonly MovedTag[]} | UndoOutcome
> => {
	const {registry, signal, movedTags} = context;
	const {repository, digest, tags} = item;
	const moved: MovedTag[] = [];
	let count = 0;
	for (const tag of tags) {
		const means = await registry.resolve(repository, tag, signal);
		if (hasMoved(item, means) && movedTags === 'left') {
			moved.push({tag, means});
			continue;
		}

		if (means !== digest) {
			const end = explainReply(
				await pushTag(targetOf(item, context), {tag, digest}, put),
			);
			if (end) {
				return end;
			}

			count++;
		}
	}

	return {count, moved};
};
