import type {Digest} from '../oci/digest.js';
import type {BatchStep, RepositoryPlace, SavedManifest} from '../batch.js';
import {listUndoLists} from './undo-lists.js';

/** A digest that an earlier batch deleted, and the tags that it had. */
export type UndoItem = RepositoryPlace & {
	readonly digest: Digest;
	/** What it has to be sent as; an empty text where the journal does not say. */
	readonly mediaType: string;
	readonly tags: readonly string[];
	/** Whether it only went along with an index: where it is still there, nothing of it is to be put back. */
	readonly wentAlong: boolean;
	/** Where it is a list of referrers that the batch wrote anew: what it put in its place. A tag that means one of these has not moved. */
	readonly replacedBy?: readonly Digest[];
};

/** A tag that an item had, and that means something else now. */
export type MovedTag = {
	readonly tag: string;
	readonly means: Digest;
};

/** What is found before an undo. */
export type UndoPreview = {
	readonly item: UndoItem;
	readonly isThere: boolean;
	readonly moved: readonly MovedTag[];
	/** Its tags that mean nothing now; there only where the digest is. */
	readonly missing?: readonly string[];
};

/** How the undo of a digest ended. */
export type UndoOutcome =
	/** It was put back and read back; a list of referrers perhaps without those that are not back. */
	| {
			readonly kind: 'restored' | 'already-there';
			readonly moved: readonly MovedTag[];
			readonly without?: readonly Digest[];
	  }
	/** `--read-only` kept the request back. */
	| {readonly kind: 'would-restore'}
	/** The registry has collected what it is made of, and the trash has not got it. */
	| {readonly kind: 'blob-gone'; readonly digests: readonly Digest[]}
	| {readonly kind: 'refused'; readonly reason: string}
	| {readonly kind: 'failed'; readonly reason: string}
	| {readonly kind: 'not-reached'; readonly reason: string};

/** An item and how its undo ended. */
export type UndoResult = {
	readonly item: UndoItem;
	readonly outcome: UndoOutcome;
};

/** Names a digest among all registries. */
export const undoKey = ({
	registry,
	repository,
	digest,
}: RepositoryPlace & {readonly digest: Digest}): string =>
	`${registry}/${repository}@${digest}`;

/** Whether a step of an earlier batch has taken, or may have taken, something that can be put back. */
export const canBeUndone = ({state}: BatchStep): boolean =>
	state === 'deleted' || state === 'in-flight' || state === 'failed';

/** What the undo of a batch is about, each digest once; then the lists of referrers that it wrote anew. */
export const listUndoItems = (
	steps: readonly BatchStep[],
): readonly UndoItem[] => {
	const items = new Map<string, UndoItem>();
	const add = (
		{registry, repository}: RepositoryPlace,
		{digest, mediaType, tags}: SavedManifest,
		wentAlong: boolean,
	): void => {
		const item = {registry, repository, digest, mediaType, tags, wentAlong};
		const known = items.get(undoKey(item));
		items.set(
			undoKey(item),
			known
				? {
						...known,
						mediaType: known.mediaType || mediaType,
						tags: [...new Set([...known.tags, ...tags])],
						wentAlong: known.wentAlong && wentAlong,
					}
				: item,
		);
	};

	for (const step of steps.filter(one => canBeUndone(one))) {
		const [own, ...others] = step.saved;
		const tags = step.onlyTag === undefined ? step.tags : [step.onlyTag];
		const {digest} = step;
		add(step, {digest, mediaType: own?.mediaType ?? '', tags}, false);
		for (const other of others) {
			add(step, other, true);
		}
	}

	return [...items.values(), ...listUndoLists(steps)];
};

/** Whether a tag of an item means something by now that neither the item is nor the batch put there; nothing has moved where it means nothing. */
export const hasMoved = (
	{digest, replacedBy = []}: UndoItem,
	means: Digest | undefined,
): means is Digest =>
	means !== undefined && means !== digest && !replacedBy.includes(means);

/** 0 all is back, 1 something failed or is lost, 3 nothing failed but something was refused or a tag was left where it is. */
export const chooseUndoExitCode = (
	results: readonly UndoResult[],
): 0 | 1 | 3 => {
	const kinds = new Set(results.map(({outcome}) => outcome.kind));
	if (
		kinds.has('failed') ||
		kinds.has('blob-gone') ||
		kinds.has('not-reached')
	) {
		return 1;
	}

	return kinds.has('refused') ||
		results.some(({outcome}) => 'moved' in outcome && outcome.moved.length > 0)
		? 3
		: 0;
};

const words: ReadonlyArray<readonly [UndoOutcome['kind'], string]> = [
	['restored', 'put back'],
	['already-there', 'already there'],
	['would-restore', 'would be put back'],
	['blob-gone', 'lost'],
	['refused', 'refused'],
	['failed', 'failed'],
	['not-reached', 'not reached'],
];

/** How many ended in which way, for the journal. */
export const countUndo = (
	results: readonly UndoResult[],
): Readonly<Record<string, number>> => {
	const counts: Record<string, number> = {};
	for (const {outcome} of results) {
		counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1;
	}

	return counts;
};

/** For example `put back 11, lost 1`. */
export const describeUndo = (results: readonly UndoResult[]): string => {
	const counts = countUndo(results);
	return (
		words
			.flatMap(([kind, word]) =>
				counts[kind] === undefined ? [] : [`${word} ${counts[kind]}`],
			)
			.join(', ') || 'nothing to put back'
	);
};

/** What became of tags that were not put back. */
export const describeMovedTags = (
	moved: readonly MovedTag[],
): readonly string[] =>
	moved.map(
		({tag, means}) => `the tag ${tag} means ${means} now and was left there`,
	);

/** What came of one item, in a sentence. */
export const describeUndoOutcome = (outcome: UndoOutcome): string => {
	switch (outcome.kind) {
		case 'restored':
		case 'already-there': {
			const what =
				outcome.kind === 'restored' ? 'put back' : 'it was already there';
			const {moved, without = []} = outcome;
			return [
				without.length === 0 ? what : `${what} without ${without.join(', ')}`,
				...describeMovedTags(moved),
			].join('; ');
		}

		case 'would-restore': {
			return 'would be put back; nothing was sent';
		}

		case 'blob-gone': {
			return `lost: the registry has not got ${outcome.digests.join(', ')} any more, and the trash has not either`;
		}

		case 'refused':
		case 'failed':
		case 'not-reached': {
			return `${outcome.kind === 'not-reached' ? 'not reached' : outcome.kind}: ${outcome.reason}`;
		}
	}
};
