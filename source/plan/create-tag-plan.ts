import type {UseEvidence} from '../evidence/use.js';
import {parseArtifactTag} from '../oci/detail.js';
import type {Digest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import type {Capabilities, Care, RepositoryReading} from '../world.js';
import {isNeverTouched, usualCare} from './care.js';
import {type Depletion, findDepletion, spellDepletions} from './depletion.js';
import {judgePulls, type PullFacts, warnOfPulls} from './judge-pulls.js';
import {blockByLock} from './keep-by-registry.js';
import {
	blockTagByUse,
	judgeTag,
	judgeUses,
	listTagBlocks,
	type UseFacts,
	warnOfTagUse,
} from './judge-use.js';
import type {Finding, Plan, Step} from './plan.js';

/** A tag that is to go while its digest stays. */
export type TagRemoval = {
	/** The registry's host. */
	readonly registry: string;
	readonly repository: string;
	readonly digest: Digest;
	readonly tag: string;
};

const block = (rule: Finding['rule'], sentence: string): Finding => ({
	severity: 'blocks',
	rule,
	sentence,
});

const warn = (rule: Finding['rule'], sentence: string): Finding => ({
	severity: 'warns',
	rule,
	sentence,
});

/**
The plan that removes one tag: the same phrase, journal and looks before and after as for digests.

Pure. It blocks where the registry is not known to leave the digest in place.
*/
export const createTagPlan = (
	removal: TagRemoval,
	options: {
		reading: RepositoryReading | undefined;
		/** Why the repository could not be read. */
		problem: string | undefined;
		capabilities: Capabilities | undefined;
		care?: Care;
		/** What the sources of uses told. */
		uses: UseFacts;
		/** What the sources of pulls told; `undefined` where there is none for this registry. */
		pulls?: PullFacts | undefined;
		/** Whether the operator has lifted the block by use of this tag. */
		isLifted: boolean;
		now: number;
	},
): Plan => {
	const {registry, repository, digest, tag} = removal;
	const {reading, isLifted, now} = options;
	const record = reading?.records.get(digest);
	const evidence: UseEvidence = reading
		? judgeUses(options.uses, registry, {reading, now}).evidenceOf(digest)
		: {state: 'unknown', why: 'the repository could not be read'};
	const pulls =
		reading && options.pulls
			? {
					pulls: judgePulls(options.pulls, registry, {
						reading,
						now,
					}).evidenceOf(digest),
					windowDays: options.pulls.windowDays,
				}
			: undefined;
	const blocks = findBlocks(removal, record, {...options, evidence});
	const goes = blocks.length === 0;
	const verdict = judgeTag(tag, evidence, isLifted);
	const step: Step = {
		registry,
		repository,
		digest,
		onlyTag: tag,
		tags: [tag],
		mediaType: record?.mediaType ?? '',
		size: undefined,
		platforms: record?.platforms ?? [],
		goesWith: undefined,
		parents: [],
		findings: goes
			? [
					...findWarnings(removal, record, options),
					...warnOfTagUse(tag, evidence, verdict),
					...(pulls ? warnOfPulls(pulls.pulls, {...pulls, now}) : []),
				]
			: blocks,
		evidence,
		...pulls,
		isLifted,
	};
	const depletions = findDepletions(removal, record, {...options, goes});
	return {
		registry,
		steps: goes ? [step] : [],
		blocked: goes ? [] : [step],
		findings: [],
		depletions,
		phrase: [
			`remove ${tag} from ${options.care?.isProtected ? 'protected ' : ''}${registry}`,
			...(verdict === 'unknown' ? ['unknown use'] : []),
			...(pulls?.pulls.state === 'unknown' ? ['unknown pulls'] : []),
			...(verdict === 'lifted' ? ['in use'] : []),
			...spellDepletions(depletions),
		].join(', '),
		createdAt: now,
		bytesAtMost: 0,
		tagCount: goes ? 1 : 0,
	};
};

/** Safeguard 9: where the registry lists no untagged digests, a digest whose last tag goes is out of sight as if it went itself. */
const findDepletions = (
	{digest}: TagRemoval,
	record: DigestRecord | undefined,
	{
		reading,
		capabilities,
		care = usualCare,
		goes,
	}: Parameters<typeof createTagPlan>[1] & {goes: boolean},
): readonly Depletion[] => {
	const hides =
		goes && record?.tags.length === 1 && !capabilities?.listsUntagged;
	const depletion =
		hides && reading
			? findDepletion([digest], {
					reading,
					maxShare: care.maxShare,
					mayEmpty: care.mayEmpty,
				})
			: undefined;
	return depletion ? [depletion] : [];
};

const findBlocks = (
	{repository, tag}: TagRemoval,
	record: DigestRecord | undefined,
	{
		reading,
		problem,
		capabilities,
		care = usualCare,
		evidence,
		isLifted,
	}: Parameters<typeof createTagPlan>[1] & {evidence: UseEvidence},
): Finding[] => {
	const why = capabilities
		? capabilities.whyNoTagRemoval
		: 'The registry is not open, so it is not known whether it can remove a tag.';
	if (why !== undefined) {
		return [block('tag-cannot-be-removed', why)];
	}

	if (!reading) {
		return [
			block(
				'reading-has-gaps',
				`${repository} could not be read: ${problem ?? 'it was not asked.'}`,
			),
		];
	}

	if (!record?.tags.includes(tag)) {
		return [block('tag-moved', `${tag} is not a tag of this digest any more.`)];
	}

	if (isNeverTouched(care.neverTouch, repository, [tag])) {
		return [block('never-touch', 'neverTouch in the settings keeps it.')];
	}

	// Of which tag a lock is, the registry knows better than a plan should guess.
	if (record.locked !== undefined) {
		return [blockByLock(record.locked)];
	}

	const needs = isLifted ? [] : listTagBlocks(tag, evidence);
	return needs.length > 0 ? [blockTagByUse(tag, needs)] : [];
};

const findWarnings = (
	{tag}: TagRemoval,
	record: DigestRecord | undefined,
	{capabilities}: Parameters<typeof createTagPlan>[1],
): Finding[] => {
	const isLast = record?.tags.length === 1;
	const artifact = parseArtifactTag(tag);
	return [
		...(isLast && !capabilities?.listsUntagged
			? [
					warn(
						'last-tag',
						'It is the last tag: this registry lists no untagged digests, so the digest will not be seen any more, nor what it needs.',
					),
				]
			: []),
		...(artifact
			? [
					warn(
						'last-tag',
						`By this tag the ${artifact.kind} of another digest is found.`,
					),
				]
			: []),
	];
};
