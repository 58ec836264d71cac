import PQueue from 'p-queue';
import {type Digest, shortenDigest} from '../oci/digest.js';
import {UserError} from '../user-error.js';
import type {Run} from './execution.js';
import type {StepOutcome} from './plan.js';
import {wasWritten} from './written-lists.js';

/** What a look at the indexes that stay found amiss after a run. */
export type IndexAlarm = {
	readonly kind: 'child-gone' | 'not-checked';
	readonly repository: string;
	/** In full, for operators. */
	readonly sentence: string;
	/** The index; absent where a whole repository could not be checked. */
	readonly index?: Digest;
	/** The child that does not answer any more. */
	readonly child?: Digest;
};

/** What a look at the indexes that stay came to. */
export type IndexCheck = {
	/** How many children were asked for. */
	readonly asked: number;
	readonly alarms: readonly IndexAlarm[];
};

/** So many children are asked for at once; the host's limiter holds them back further. */
const looksAtOnce = 16;

/** An index that stays, and a child that was there before the run. */
type Look = {
	readonly repository: string;
	readonly child: Digest;
	readonly indexes: readonly Digest[];
};

/**
Safeguard 12: looks whether the children of every index that stays in a touched repository still answer, by HEAD.

A repository is touched when a delete may have been done in it. A child that was missing before the run is no alarm, and neither is one whose indexes are all gone by now: others may have deleted them. Never rejects for what a registry answers.
*/
export const checkIndexes = async (
	run: Run,
	outcomes: readonly StepOutcome[],
): Promise<IndexCheck> => {
	const touched = new Set(
		outcomes
			.filter(({outcome}) => ['deleted', 'failed'].includes(outcome.kind))
			.map(({step}) => step.repository)
			.filter(repository => run.touched.has(repository)),
	);
	const looks = [...touched].flatMap(repository => listLooks(run, repository));
	const queue = new PQueue({concurrency: looksAtOnce});
	const found = await Promise.all(
		looks.map(async look => queue.add(async () => lookAtChild(run, look))),
	);
	return {asked: looks.length, alarms: joinUnchecked(found.flat())};
};

/** From the readings before the run and the newest one: an index pushed meanwhile counts too. */
const listLooks = (run: Run, repository: string): readonly Look[] => {
	const gone = run.gone.get(repository);
	const indexesOf = new Map<Digest, Set<Digest>>();
	const readings = [
		run.readings.get(repository),
		run.fresh.get(repository),
	].filter(reading => reading !== undefined);
	for (const {records} of readings) {
		for (const {digest, children} of records.values()) {
			// What was missing before is no loss.
			const present = gone?.has(digest)
				? []
				: children.filter(child =>
						readings.some(({records: known}) => known.has(child)),
					);
			// A list of referrers that was written anew needs what it still names.
			const needed = wasWritten(run.lists, digest)
				? present.filter(child => !gone?.has(child))
				: present;
			for (const child of needed) {
				const indexes = indexesOf.get(child) ?? new Set();
				indexesOf.set(child, indexes.add(digest));
			}
		}
	}

	return [...indexesOf].map(([child, indexes]) => ({
		repository,
		child,
		indexes: [...indexes],
	}));
};

const lookAtChild = async (
	{registry, abort}: Run,
	{repository, child, indexes}: Look,
): Promise<readonly IndexAlarm[]> => {
	try {
		abort.throwIfAborted();
		if ((await registry.resolve(repository, child, abort)) !== undefined) {
			return [];
		}

		const alarms: IndexAlarm[] = [];
		for (const index of indexes) {
			if ((await registry.resolve(repository, index, abort)) !== undefined) {
				alarms.push({
					kind: 'child-gone',
					repository,
					index,
					child,
					sentence: `The index ${shortenDigest(index)} in ${repository} stays, but its child ${shortenDigest(child)}, which was there before, is gone.`,
				});
			}
		}

		return alarms;
	} catch (error) {
		if (!abort.aborted && !(error instanceof UserError)) {
			throw error;
		}

		const why =
			abort.aborted || !(error instanceof UserError)
				? 'The run was broken off.'
				: error.sentence;
		return [{kind: 'not-checked', repository, sentence: why}];
	}
};

/** What could not be checked is said once for each repository, with how many children it is about. */
const joinUnchecked = (found: readonly IndexAlarm[]): readonly IndexAlarm[] => {
	const gone = found.filter(({kind}) => kind === 'child-gone');
	const unchecked = found.filter(({kind}) => kind === 'not-checked');
	const repositories = new Set(unchecked.map(({repository}) => repository));
	return [
		...gone,
		...[...repositories].map((repository): IndexAlarm => {
			const mine = unchecked.filter(alarm => alarm.repository === repository);
			return {
				kind: 'not-checked',
				repository,
				sentence: `Whether the children of the indexes that stay in ${repository} still answer could not be checked for ${mine.length} of them: ${mine[0]?.sentence ?? ''}`,
			};
		}),
	];
};
