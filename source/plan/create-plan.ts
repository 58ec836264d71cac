import type {PullEvidence} from '../evidence/pull.js';
import type {UseEvidence} from '../evidence/use.js';
import type {Digest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import {nameArtifact} from '../oci/name-artifact.js';
import type {DigestRecord} from '../oci/record.js';
import type {Care, Mark, RepositoryReading} from '../world.js';
import {usualCare} from './care.js';
import {
	chooseDigests,
	findLifts,
	type MarkedRepository,
	orderParentsFirst,
} from './choose-digests.js';
import {judgePulls, type PullFacts, warnOfPulls} from './judge-pulls.js';
import {
	judgeGoing,
	judgeUses,
	type UseFacts,
	type UseVerdict,
	warnOfUse,
} from './judge-use.js';
import {findList, warnOfList} from './judge-staying.js';
import {type Depletion, findDepletion, spellDepletions} from './depletion.js';
import {type Deleting, plainDeleting} from './deleting.js';
import {measureFreed} from './measure-freed.js';
import type {Finding, Plan, Step} from './plan.js';
import {listAllAbout} from './take-along.js';
import {warnOfSubjects} from './warn-of-subjects.js';

/** How long a plan holds before it has to be made anew, in milliseconds. */
export const planLifetime = 24 * 60 * 60 * 1000;

/**
Turns the marks of one registry into ordered steps and finds what must not go.

Pure. Safeguard 2 lives here: a child of an index that stays is never among the steps, and an index takes along the untagged children that nothing else needs.
Digests of a repository whose reading has gaps all stay: what could not be read may need them.
@param readings - A complete reading of every repository that has marks; a repository without one blocks its marks.
*/
export const createPlan = (
	marks: readonly Mark[],
	options: {
		registry: string;
		readings: ReadonlyMap<string, RepositoryReading>;
		/** By repository, why it could not be read. */
		problems: ReadonlyMap<string, string>;
		/** What the operator's settings say of the registry, if they say anything. */
		care?: Care;
		/** What the sources of uses told. */
		uses: UseFacts;
		/** What the sources of pulls told; `undefined` where there is none for this registry, and then nobody is warned that pulls are not known. */
		pulls?: PullFacts | undefined;
		/** How the registry deletes; plainly, where left out. */
		deleting?: Deleting;
		/** By `liftKey`: digests whose block by use the operator has lifted, one by one. */
		lifts: ReadonlySet<string>;
		/** Fresh readings of repositories without marks: what they hold does not come back. */
		others?: readonly RepositoryReading[];
		/** Whether `readings` and `others` together hold every digest of the registry, untagged ones too. */
		isAllListed?: boolean;
		/** By repository, what `planRepository` made of the same marks and facts while others were still read. */
		planned?: ReadonlyMap<string, PlannedRepository>;
		now: number;
	},
): Plan => {
	const steps: Step[] = [];
	const blocked: Step[] = [];
	const depletions: Depletion[] = [];
	const going = new Map<string, ReadonlySet<Digest>>();
	const {neverTouch, maxShare, mayEmpty} = options.care ?? usualCare;
	const mine = groupMarks(marks, options.registry);
	for (const [repository, marked] of mine) {
		const reading = options.readings.get(repository);
		const planned =
			options.planned?.get(repository) ??
			planRepository(marked, {
				registry: options.registry,
				repository,
				reading,
				problem: options.problems.get(repository),
				neverTouch,
				uses: options.uses,
				pulls: options.pulls,
				lifts: options.lifts,
				deleting: options.deleting ?? plainDeleting,
				now: options.now,
			});
		steps.push(...planned.steps);
		blocked.push(...planned.blocked);
		const leaving = planned.steps.map(({digest}) => digest);
		going.set(repository, new Set(leaving));
		const depletion =
			reading && findDepletion(leaving, {reading, maxShare, mayEmpty});
		if (depletion) {
			depletions.push(depletion);
		}
	}

	const freed = measureFreed(going, {
		readings: [...options.readings.values(), ...(options.others ?? [])],
		isAllListed: options.isAllListed ?? false,
	});

	return {
		registry: options.registry,
		...shareUnknown(steps),
		blocked,
		depletions,
		phrase: writePhrase(steps, {...options, depletions}),
		createdAt: options.now,
		bytesAtMost: freed.bytes,
		savedBytes: freed.held,
		isExact: freed.isExact,
		unmeasured: freed.unmeasured,
		tagCount: steps.reduce((sum, step) => sum + step.tags.length, 0),
	};
};

/** The marked digests of one registry by repository, in the order of the repositories' names. */
const groupMarks = (
	marks: readonly Mark[],
	registry: string,
): ReadonlyArray<readonly [string, readonly Digest[]]> => {
	const groups = new Map<string, Digest[]>();
	for (const mark of marks) {
		if (mark.registry !== registry) {
			continue;
		}

		const group = groups.get(mark.repository);
		if (group) {
			group.push(mark.digest);
		} else {
			groups.set(mark.repository, [mark.digest]);
		}
	}

	return [...groups.keys()]
		.toSorted()
		.map(repository => [repository, groups.get(repository) ?? []]);
};

/** The more is at stake, the longer it is: the place, what is not known to be unused, what is in use, what would be left of a repository. */
const writePhrase = (
	steps: readonly Step[],
	{
		registry,
		care,
		depletions,
	}: {registry: string; care?: Care; depletions: readonly Depletion[]},
): string => {
	const count = (verdict: UseVerdict): number =>
		steps.filter(step => judgeGoing(step.evidence, step.isLifted) === verdict)
			.length;
	const unknown = count('unknown');
	const lifted = count('lifted');
	const unpulled = steps.filter(({pulls}) => pulls?.state === 'unknown').length;
	return [
		`delete ${steps.length} from ${care?.isProtected ? 'protected ' : ''}${registry}`,
		...(unknown > 0 ? [`${unknown} of unknown use`] : []),
		...(unpulled > 0 ? [`${unpulled} of unknown pulls`] : []),
		...(lifted > 0 ? [`${lifted} in use`] : []),
		...spellDepletions(depletions),
	].join(', ');
};

const sharedRules: ReadonlyArray<Finding['rule']> = [
	'use-unknown',
	'pulls-unknown',
];

/** A reason for not knowing that all steps share is a finding on the plan, so that what differs is seen. */
const shareUnknown = (
	steps: readonly Step[],
): Pick<Plan, 'steps' | 'findings'> => {
	const shared = sharedRules.flatMap(rule => {
		const [first, ...others] = steps.map(({findings}) =>
			findings.find(finding => finding.rule === rule),
		);
		return first &&
			others.length > 0 &&
			others.every(other => other?.sentence === first.sentence)
			? [first]
			: [];
	});
	return shared.length === 0
		? {steps, findings: []}
		: {
				steps: steps.map(step => ({
					...step,
					findings: step.findings.filter(
						({rule}) => !shared.some(finding => finding.rule === rule),
					),
				})),
				findings: shared,
			};
};

/** What becomes of the marks in one repository. */
export type PlannedRepository = {
	readonly steps: readonly Step[];
	readonly blocked: readonly Step[];
};

/** Plans one repository: `createPlan` does so for each that was not planned before. */
export const planRepository = (
	marked: readonly Digest[],
	source: MarkedRepository,
): PlannedRepository => {
	const {registry, repository, reading} = source;
	const records = reading?.records ?? new Map<Digest, DigestRecord>();
	const graph = graphOf(records);
	const evidenceOf = findEvidence(source);
	const {going, blocked} = chooseDigests(marked, {
		...source,
		graph,
		evidenceOf,
	});
	const aboutOf = listAllAbout(going, records);
	const pulls = findPulls(source);
	const isLifted = findLifts(going, {...source, graph, evidenceOf});
	const listStaying = (digest: Digest): readonly Digest[] =>
		graph.parentsOf(digest).filter(parent => !going.has(parent));
	const describe = (digest: Digest, findings: readonly Finding[]): Step => {
		const record = records.get(digest);
		const about = aboutOf.get(digest);
		const list = going.has(digest)
			? findList(listStaying(digest), records)
			: undefined;
		const artifact = record && nameArtifact(record)?.kind;
		const subject = source.deleting.deletesReferrers
			? record?.subject
			: undefined;
		return {
			registry,
			repository,
			digest,
			tags: record?.tags ?? [],
			mediaType: record?.mediaType ?? '',
			size: record?.size,
			platforms: record?.platforms ?? [],
			goesWith: going.get(digest),
			parents: list
				? graph.parentsOf(digest).filter(parent => parent !== list.digest)
				: graph.parentsOf(digest),
			...(list && {list}),
			...(about && {about}),
			...(subject && going.has(subject) && {subject}),
			...(artifact !== undefined && {artifact}),
			findings,
			evidence: evidenceOf(digest),
			isLifted: isLifted(digest),
			...(pulls && source.pulls
				? {
						pulls: pulls(digest),
						windowDays: source.pulls.windowDays,
					}
				: {}),
		};
	};

	const listWarnings = (digest: Digest): Finding[] => {
		const evidence = evidenceOf(digest);
		return [
			...findWarnings(records.get(digest)),
			...warnOfList(findList(listStaying(digest), records)),
			...warnOfSubjects(records.get(digest), {going, records}),
			...warnOfUse(evidence, judgeGoing(evidence, isLifted(digest))),
			...(pulls && source.pulls
				? warnOfPulls(pulls(digest), {
						now: source.now,
						windowDays: source.pulls.windowDays,
					})
				: []),
		];
	};

	const parentsOf = (digest: Digest): readonly Digest[] => {
		const about = aboutOf.get(digest);
		const parents = graph.parentsOf(digest);
		return about ? [...parents, ...about] : parents;
	};

	return {
		steps: orderParentsFirst([...going.keys()], {parentsOf}).map(digest =>
			describe(digest, listWarnings(digest)),
		),
		blocked: [...blocked].map(([digest, finding]) =>
			describe(digest, [finding]),
		),
	};
};

const findEvidence = ({
	registry,
	reading,
	uses,
	now,
}: MarkedRepository): ((digest: Digest) => UseEvidence) =>
	reading
		? judgeUses(uses, registry, {reading, now}).evidenceOf
		: () => ({state: 'unknown', why: 'the repository could not be read'});

const findPulls = ({
	registry,
	reading,
	pulls,
	now,
}: MarkedRepository): ((digest: Digest) => PullEvidence) | undefined =>
	pulls && reading
		? judgePulls(pulls, registry, {reading, now}).evidenceOf
		: undefined;

const findWarnings = (record: DigestRecord | undefined): Finding[] =>
	record?.problem === undefined
		? []
		: [
				{
					severity: 'warns',
					rule: 'unreadable-manifest',
					sentence: record.problem,
				},
			];
