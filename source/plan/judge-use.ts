import {matchUses, type RepositoryUses} from '../evidence/match-uses.js';
import {describeNeed} from '../evidence/name-uses.js';
import type {RepositoryName} from '../evidence/repository-names.js';
import type {
	AcceptedGap,
	UseEvidence,
	Need,
	UsesReading,
} from '../evidence/use.js';
import {type Digest, shortenDigest} from '../oci/digest.js';
import type {RepositoryReading} from '../world.js';
import type {Finding} from './plan.js';

/** What the sources of uses told, and what a plan makes of it. */
export type UseFacts = {
	readonly reading: UsesReading;
	readonly accepted: readonly AcceptedGap[];
	/** Whether another repository has been seen to hold a digest. */
	readonly isHeldBy: (name: RepositoryName, digest: Digest) => boolean;
	/** During a batch: the source that tells less than when the plan was made. A few words, foreign in part. */
	readonly lost?: string | undefined;
};

/** Who needs what in a repository, as far as a plan or a step may rest on it. */
export const judgeUses = (
	facts: UseFacts,
	host: string,
	{reading, now}: {reading: RepositoryReading; now: number},
): RepositoryUses =>
	matchUses(
		facts.reading,
		{
			host,
			repository: reading.repository,
			records: reading.records,
			incomplete:
				reading.gaps.length > 0 ? 'not everything could be read' : undefined,
		},
		{accepted: facts.accepted, isHeldBy: facts.isHeldBy, now},
	);

/** Names what a lift is about: a digest, or a tag, in a repository. */
export const liftKey = (repository: string, name: string): string =>
	`${repository}@${name}`;

// A use that comes through an index over a digest is that index's too, and goes with it. One that comes by what the digest
// is about, such as the image that it signs, is not: the index may be unused.
const isThroughIndex = ({rule}: Need): boolean =>
	rule === 'index' || rule === 'child';

/** The uses that stand in the way of a delete, the strongest first. */
export const listBlocks = (evidence: UseEvidence): readonly Need[] =>
	evidence.state === 'yes' ? evidence.needs.filter(need => need.blocks) : [];

/** Those of them that the indexes over the digest do not share: they name the digest itself, or reach it by what it is about. */
export const listOwnBlocks = (evidence: UseEvidence): readonly Need[] =>
	listBlocks(evidence).filter(need => !isThroughIndex(need));

/** Those of them that come neither through an index over the digest nor by what it is about: they name it, or something below it. */
export const listDirectBlocks = (evidence: UseEvidence): readonly Need[] =>
	listBlocks(evidence).filter(
		({rule}) => rule !== 'child' && rule !== 'referrer',
	);

const describeNeeds = (needs: readonly Need[]): string => {
	const [first] = needs;
	if (!first) {
		return 'something needs it';
	}

	return `${describeNeed(first)}${needs.length > 1 ? ` and ${needs.length - 1} more` : ''}`;
};

/** Safeguard 3: the finding that keeps a digest in use. */
export const blockByUse = (
	digest: Digest,
	needs: readonly Need[],
): Finding => ({
	severity: 'blocks',
	rule: 'in-use',
	sentence: `${describeNeeds(needs)}. To delete it all the same, type: lift ${shortenDigest(digest)}`,
});

/** The uses that name a digest by this tag and stand in the way of removing it. */
export const listTagBlocks = (
	tag: string,
	evidence: UseEvidence,
): readonly Need[] => listBlocks(evidence).filter(need => need.tag === tag);

/** How the use of a tag bears on its removal. */
export const judgeTag = (
	tag: string,
	evidence: UseEvidence,
	isLifted: boolean,
): UseVerdict => {
	if (isLifted && listTagBlocks(tag, evidence).length > 0) {
		return 'lifted';
	}

	const rest = evidence.state === 'yes' ? evidence.besides : evidence;
	return rest.state;
};

/** Safeguards 3 and 4 on a tag that goes all the same. */
export const warnOfTagUse = (
	tag: string,
	evidence: UseEvidence,
	verdict: UseVerdict,
): Finding[] => {
	if (verdict === 'lifted') {
		const names = describeNeeds(listTagBlocks(tag, evidence));
		const sentence = `In use, and lifted: ${names}.`;
		return [{severity: 'warns', rule: 'in-use', sentence}];
	}

	const rest = evidence.state === 'yes' ? evidence.besides : evidence;
	return rest.state === 'unknown'
		? [
				{
					severity: 'warns',
					rule: 'use-unknown',
					sentence: `Not known whether the tag is used: ${rest.why}.`,
				},
			]
		: [];
};

/** The finding that keeps a tag in use. */
export const blockTagByUse = (
	tag: string,
	needs: readonly Need[],
): Finding => ({
	severity: 'blocks',
	rule: 'in-use',
	sentence: `${describeNeeds(needs)}. To remove the tag all the same, type: lift ${tag}`,
});

/** How the use of a digest bears on its step: what the phrase counts. */
export type UseVerdict = 'no' | 'unknown' | 'lifted';

/** How much a plan knows of the use of a digest that goes. */
export const judgeGoing = (
	evidence: UseEvidence,
	isLifted: boolean,
): UseVerdict => {
	if (isLifted && listBlocks(evidence).length > 0) {
		return 'lifted';
	}

	const rest = evidence.state === 'yes' ? evidence.besides : evidence;
	return rest.state;
};

/** Safeguards 3 and 4 on the digests that go all the same: what is lifted, what has ended, what is not known. */
export const warnOfUse = (
	evidence: UseEvidence,
	verdict: UseVerdict,
): Finding[] => {
	const warnings: Finding[] = [];
	if (evidence.state === 'yes') {
		const names = describeNeeds(evidence.needs);
		warnings.push({
			severity: 'warns',
			rule: verdict === 'lifted' ? 'in-use' : 'was-used',
			sentence:
				verdict === 'lifted' ? `In use, and lifted: ${names}.` : `${names}.`,
		});
	}

	const rest = evidence.state === 'yes' ? evidence.besides : evidence;
	if (rest.state === 'unknown') {
		warnings.push({
			severity: 'warns',
			rule: 'use-unknown',
			sentence: `Not known whether it is used: ${rest.why}.`,
		});
	}

	return warnings;
};

const userOf = ({use: {context, namespace, owner, kind, name}}: Need): string =>
	JSON.stringify([
		context,
		namespace,
		owner?.kind ?? kind,
		owner?.name ?? name,
	]);

/**
Safeguard 6 for uses: what has changed since the plan that the operator confirmed; `undefined` where it still holds.

A lift covers the uses that were shown, and no later ones.
*/
export const findNewUse = (
	planned: {readonly evidence: UseEvidence; readonly isLifted: boolean},
	now: UseEvidence,
	/** The uses that bear on the step: all, its own where it is taken along, or those of one tag. */
	list: (evidence: UseEvidence) => readonly Need[],
): string | undefined => {
	const shown = new Set(
		planned.isLifted ? list(planned.evidence).map(need => userOf(need)) : [],
	);
	const fresh = list(now).filter(need => !shown.has(userOf(need)));
	if (fresh.length > 0) {
		return `it is in use now: ${describeNeeds(fresh)}`;
	}

	const was = judgeGoing(planned.evidence, false);
	const is = judgeGoing(now, false);
	const rest = now.state === 'yes' ? now.besides : now;
	return was === 'no' && is === 'unknown' && rest.state === 'unknown'
		? `whether it is used is not known any more: ${rest.why}`
		: undefined;
};
