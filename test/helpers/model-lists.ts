import {Buffer} from 'node:buffer';
import type {RepositoryContent} from '../../source/demo/registry-content.js';
import type {Plan} from '../../source/plan/plan.js';

/** A list of referrers that the run has written anew. */
type Rewritten = {
	/** What its tag meant before the first time. */
	readonly first: string;
	/** What the run has put there last. */
	readonly last: string;
};

/** What has to be true of the lists of referrers of a model. */
export type ModelLists = {
	/** Learns which lists may change. */
	readonly plan: (plans: readonly Plan[]) => void;
	/** A PUT of ours is on its way, which may arrive or not. */
	readonly expectPut: (reference: string) => void;
	/** Looks whether it has arrived, and what it was; to be called before anything else happens. */
	readonly settle: () => void;
	/** Whether an index is a list that was written anew and that nothing names any more: only that may lose a child. */
	readonly isLeft: (digest: string) => boolean;
	/** What every tag has to mean after an undo that was to go well. */
	readonly expectAfterUndo: (
		before: ReadonlyMap<string, string>,
	) => ReadonlyMap<string, string>;
	/** How many were written anew. */
	readonly count: () => number;
};

type IndexDocument = {
	readonly manifests?: ReadonlyArray<{readonly digest: string}>;
};

/**
@param expectedTags - What the tags mean without our hand; what a list's tag rightly means by our hand is put there.
*/
export const createModelLists = (
	{manifests, tags}: RepositoryContent,
	{
		expectedTags,
		wrong,
	}: {readonly expectedTags: Map<string, string>; readonly wrong: string[]},
): ModelLists => {
	const planned = new Map<string, Set<string>>();
	const rewritten = new Map<string, Rewritten>();
	const left = new Set<string>();
	const sent = new Set<string>();

	const parse = (digest: string): IndexDocument =>
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the test made it
		JSON.parse(
			Buffer.from(manifests.get(digest)?.bytes ?? '{}').toString(),
		) as IndexDocument;

	/** Whether an index is another without some of the digests that were to leave it. */
	const isShorter = (
		digest: string,
		earlier: string,
		going: ReadonlySet<string>,
	): boolean => {
		const {manifests: before = [], ...rest} = parse(earlier);
		const {manifests: after = [], ...others} = parse(digest);
		const kept = before.filter(one =>
			after.some(other => other.digest === one.digest),
		);
		return (
			JSON.stringify([rest, kept]) === JSON.stringify([others, after]) &&
			manifests.get(digest)?.mediaType === manifests.get(earlier)?.mediaType &&
			before.every(one => kept.includes(one) || going.has(one.digest))
		);
	};

	const settle = (): void => {
		for (const tag of sent) {
			const before = expectedTags.get(tag) ?? '';
			const now = tags.get(tag) ?? '';
			if (now === before) {
				continue;
			}

			const going = planned.get(tag);
			if (going && isShorter(now, before, going)) {
				left.add(before);
				const first = rewritten.get(tag);
				rewritten.set(tag, {
					first: first?.last === before ? first.first : before,
					last: now,
				});
				expectedTags.set(tag, now);
			} else {
				wrong.push(`(c) the list ${tag} is ${now} and was ${before}`);
			}
		}

		sent.clear();
	};

	return {
		plan(plans) {
			for (const {digest, list} of plans.flatMap(({steps}) => steps)) {
				if (list) {
					const going = planned.get(list.tag) ?? new Set();
					planned.set(list.tag, going.add(digest));
				}
			}
		},
		expectPut(reference) {
			sent.add(reference);
		},
		settle,
		isLeft: digest =>
			left.has(digest) &&
			![...tags.values()].includes(digest) &&
			![...manifests.keys()].some(over =>
				parse(over).manifests?.some(child => child.digest === digest),
			),
		expectAfterUndo(before) {
			const after = new Map(before);
			for (const [tag, {first, last}] of rewritten) {
				const isBack = parse(first).manifests?.every(child =>
					manifests.has(child.digest),
				);
				const now = tags.get(tag) ?? '';
				if (before.get(tag) === last) {
					// What is lost is not named.
					const isShort =
						!isBack &&
						isShorter(
							now,
							first,
							new Set(
								parse(first)
									.manifests?.map(({digest}) => digest)
									.filter(digest => !manifests.has(digest)),
							),
						);
					after.set(tag, isShort ? now : first);
				}
			}

			return after;
		},
		count: () => rewritten.size,
	};
};
