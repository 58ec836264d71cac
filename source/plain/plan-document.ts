import type {RepositoryPulls} from '../evidence/match-pulls.js';
import type {RepositoryUses} from '../evidence/match-uses.js';
import {type Digest, hashBytes} from '../oci/digest.js';
import {planLifetime} from '../plan/create-plan.js';
import type {UseFacts} from '../plan/judge-use.js';
import type {Plan, Step} from '../plan/plan.js';
import type {Rules} from '../retention/rules.js';
import {spellVerdict} from '../retention/spell-verdict.js';
import type {Verdicts} from '../retention/verdict.js';
import type {PullsChoice, RepositoryReading, UsesChoice} from '../world.js';
import type {NamedSources} from '../keepers.js';
import {describeCoverage, type ListedPulls} from './describe-coverage.js';
import {describeDigest} from './list-document.js';

/** A repository to which rules were applied, or the sentence why it could not be read. */
export type JudgedRepository =
	| {
			readonly name: string;
			readonly reading: RepositoryReading;
			readonly uses: RepositoryUses;
			/** `undefined` where there is no source of pulls. */
			readonly pulls: RepositoryPulls | undefined;
			readonly verdicts: Verdicts;
	  }
	| {readonly name: string; readonly problem: string};

/** The sources that a plan rests on, which `apply` asks again: as they were asked for. */
export type PlanSources = {
	readonly uses: UsesChoice & Omit<NamedSources, 'pulls'>;
	readonly pulls: PullsChoice & {readonly sources: readonly string[]};
};

export const describeSources = (
	{namespaces, files, snapshots, pulls: sources}: NamedSources,
	{uses, pulls}: {readonly uses: UsesChoice; readonly pulls: PullsChoice},
): PlanSources => ({
	uses: {...uses, namespaces, files, snapshots},
	pulls: {...pulls, sources},
});

/** The rules of a plan whose marks were set by hand: none. */
export const noRules: Rules = {
	sets: [],
	allowUnknownUses: false,
	allowEmpty: false,
};

/** Steps by repository and digest. Maps in maps, because joining a hundred thousand names costs more than two looks. */
const groupSteps = (
	steps: readonly Step[],
): ReadonlyMap<string, ReadonlyMap<Digest, Step>> => {
	const groups = new Map<string, Map<Digest, Step>>();
	for (const step of steps) {
		const group = groups.get(step.repository) ?? new Map<Digest, Step>();
		groups.set(step.repository, group);
		group.set(step.digest, step);
	}

	return groups;
};

/**
Finds what was decided on each digest, with the one sentence that says why and the digest that takes it along. The sentence is foreign in part.

The plan's word goes before that of the rules, for its safeguards see more than one digest.
*/
const createDecider = (
	{steps, blocked}: Plan,
	{now, isByHand}: {readonly now: number; readonly isByHand: boolean},
) => {
	const going = groupSteps(steps);
	const held = groupSteps(blocked);
	return (repository: string, digest: Digest, verdicts: Verdicts) => {
		const step = going.get(repository)?.get(digest);
		const verdict = verdicts.get(digest);
		if (step) {
			return {
				verdict: 'candidate' as const,
				reason:
					step.goesWith === undefined
						? verdict
							? spellVerdict(verdict, now)
							: `candidate: ${isByHand ? 'marked by hand' : 'goes with others'}`
						: `candidate: goes with ${step.goesWith}`,
				goesWith: step.goesWith ?? null,
			};
		}

		const finding = held.get(repository)?.get(digest)?.findings[0];
		if (finding) {
			return {
				verdict: 'blocked' as const,
				reason: `blocked: ${finding.sentence}`,
				goesWith: null,
			};
		}

		return {
			verdict: 'keep' as const,
			reason: verdict
				? spellVerdict(verdict, now)
				: `kept: it was not ${isByHand ? 'marked' : 'judged'}`,
			goesWith: null,
		};
	};
};

const describeRepository = (
	repository: JudgedRepository,
	decide: ReturnType<typeof createDecider>,
) => {
	if ('problem' in repository) {
		const {name, problem} = repository;
		return {name, complete: false, problems: [problem], digests: []};
	}

	const {name, reading, uses, pulls, verdicts} = repository;
	return {
		name,
		complete: reading.gaps.length === 0,
		problems: reading.gaps,
		digests: [...reading.records.values()].map(record => ({
			...describeDigest(
				record,
				uses.evidenceOf(record.digest),
				pulls?.evidenceOf(record.digest),
			),
			...decide(name, record.digest, verdicts),
		})),
	};
};

/** What names a plan: the hash of all that it says. A change of white space is none. */
export const takeFingerprint = (
	document: Readonly<Record<string, unknown>>,
): string => {
	const {fingerprint: _, ...rest} = document;
	const text = JSON.stringify(rest);
	return hashBytes(new TextEncoder().encode(text), 'sha256');
};

/** The document of `jetsam plan`, schema version 1: that of `jetsam list` with a verdict and its reason on each digest, and at its top what `jetsam apply` needs. Fields are added, never renamed. */
export const createPlanDocument = (
	plan: Plan,
	repositories: readonly JudgedRepository[],
	facts: {
		/** What the registry is, `OCI registry`: a plan for one kind says nothing of another. */
		readonly registryKind: string;
		/** `undefined` where the marks were set by hand. */
		readonly rules: Rules | undefined;
		readonly sources: PlanSources;
		readonly uses: UseFacts;
		readonly pulls: ListedPulls | undefined;
		/** Milliseconds since 1970. */
		readonly now: number;
	},
) => {
	const {registryKind, rules, sources, uses, pulls, now} = facts;
	const isByHand = rules === undefined;
	const decide = createDecider(plan, {now, isByHand});
	const document = {
		schemaVersion: 1,
		kind: 'plan',
		registry: plan.registry,
		registryKind,
		readAt: new Date(now).toISOString(),
		expiresAt: new Date(now + planLifetime).toISOString(),
		phrase: plan.phrase,
		digestCount: plan.steps.length,
		tagCount: plan.tagCount,
		bytesAtMost: plan.bytesAtMost,
		bytesAreExact: plan.isExact ?? false,
		depletions: plan.depletions,
		findings: plan.findings.map(({sentence}) => sentence),
		// Whoever does not know what it means has no rule that lets anything go.
		byHand: isByHand,
		rules: rules ?? noRules,
		sources,
		coverage: describeCoverage({uses, pulls}),
		repositories: repositories.map(repository =>
			describeRepository(repository, decide),
		),
	};
	return {...document, fingerprint: takeFingerprint(document)};
};

/** A plan as it is written down. */
export type PlanDocument = ReturnType<typeof createPlanDocument>;
