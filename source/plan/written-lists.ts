import type {Digest} from '../oci/digest.js';
import type {ReferrersList, Step} from './plan.js';

/** A step whose digest a list of referrers names that stays. */
export type ListedStep = Step & {readonly list: ReferrersList};

/** Whether a step's digest has to leave a list of referrers first. */
export const isListed = (step: Step): step is ListedStep =>
	step.list !== undefined;

/** What has become of the lists of referrers that a run has written anew, by repository and tag. */
export type WrittenLists = Map<
	string,
	{
		/** What the tag means now, unless others have changed it. */
		readonly means: Digest;
		/** All that it has meant: what was found, and what this run has put there. */
		readonly ours: ReadonlySet<Digest>;
	}
>;

const keyOf = ({repository, list: {tag}}: ListedStep): string =>
	`${repository}:${tag}`;

/** What the tag of a step's list has to mean: what it meant when the plan was made, or what a step before has put there. */
export const findListDigest = (lists: WrittenLists, step: ListedStep): Digest =>
	lists.get(keyOf(step))?.means ?? step.list.digest;

/** Notes that a step has put another list under the tag. */
export const noteList = (
	lists: WrittenLists,
	step: ListedStep,
	means: Digest,
): void => {
	const before = lists.get(keyOf(step))?.ours ?? [step.list.digest];
	lists.set(keyOf(step), {means, ours: new Set([...before, means])});
};

/** Whether an index is the list that a step is taken off, or was before this run wrote it anew. */
export const isOwnList = (
	lists: WrittenLists,
	step: ListedStep,
	digest: Digest,
): boolean =>
	digest === step.list.digest ||
	(lists.get(keyOf(step))?.ours.has(digest) ?? false);

/** Whether an index was a list of referrers before this run wrote it anew, in any repository. */
export const wasWritten = (lists: WrittenLists, digest: Digest): boolean =>
	[...lists.values()].some(
		({means, ours}) => ours.has(digest) && means !== digest,
	);
