import {addUnlisted} from '../effects/add-unlisted.js';
import {findPulls} from '../effects/load-pulls.js';
import {findUses} from '../effects/load-uses.js';
import type {Session} from '../effects/session.js';
import type {PullEvidence} from '../evidence/pull.js';
import type {UseEvidence} from '../evidence/use.js';
import type {Digest} from '../oci/digest.js';
import {notAsked} from '../plain/describe-coverage.js';
import type {PlanDocument} from '../plain/plan-document.js';
import {careByRules} from '../plan/care.js';
import {collectReading} from '../plan/collect-reading.js';
import {createPlan} from '../plan/create-plan.js';
import {countWithin} from '../plan/judge-pulls.js';
import {findAskedDays} from '../retention/rules.js';
import {pickDeleting} from '../plan/deleting.js';
import type {Outcome, Plan} from '../plan/plan.js';
import {spellVerdict} from '../retention/spell-verdict.js';
import {repositoryKey} from '../state/state.js';
import {UserError} from '../user-error.js';
import type {Mark, RepositoryReading} from '../world.js';
import type {Progress} from './progress.js';
import {judgeReading} from './scan-registry.js';

/** A candidate of a plan that was written down. */
export type PlannedDigest = {
	/** The registry's host. */
	readonly registry: string;
	readonly repository: string;
	readonly digest: Digest;
	readonly tags: readonly string[];
	/** What takes it along; `undefined` where it stands for itself. */
	readonly goesWith: Digest | undefined;
	/** What was known of its uses and of its pulls. */
	readonly uses: UseEvidence['state'];
	readonly pulls: PullEvidence['state'];
};

/** What became of a candidate before anything was sent. */
export type Dropped = PlannedDigest & {readonly outcome: Outcome};

/** A plan of now for what a written plan names, and nothing besides. */
export type PlanAnew = {
	readonly plan: Plan;
	readonly dropped: readonly Dropped[];
};

/** The digests that a written plan would delete. */
export const listCandidates = ({
	registry,
	repositories,
}: PlanDocument): readonly PlannedDigest[] =>
	repositories.flatMap(({name, digests}) =>
		digests
			.filter(({verdict}) => verdict === 'candidate')
			.map(({digest, tags, goesWith, uses, pulls}) => ({
				registry,
				repository: name,
				digest,
				tags,
				goesWith: goesWith ?? undefined,
				uses: readState(uses.state),
				pulls: readState(pulls.state),
			})),
	);

const readState = (state: string): UseEvidence['state'] =>
	state === 'no' || state === 'yes' ? state : 'unknown';

const keyOf = ({
	repository,
	digest,
}: Pick<PlannedDigest, 'repository' | 'digest'>): string =>
	`${repository}@${digest}`;

/**
Plans what a written plan names from readings of now: its rules are applied again, so that what changed drops its own step, and nothing that the written plan does not name is taken along.

Safeguard 6 holds besides: each step is looked at once more before its delete. What the sources of uses and of pulls told must be in the session already.
*/
export const planAnew = async (
	session: Session,
	document: PlanDocument,
	createProgress: (total: number) => Pick<Progress, 'advance' | 'end'>,
): Promise<PlanAnew> => {
	const candidates = listCandidates(document);
	const dropped = new Map<string, Dropped>();
	const readings = new Map<string, RepositoryReading>();
	const names = new Set(candidates.map(({repository}) => repository));
	const progress = createProgress(names.size);
	try {
		for (const name of names) {
			const mine = candidates.filter(({repository}) => repository === name);
			try {
				readings.set(
					name,
					await readRepository(session, document, {name, mine}),
				);
			} catch (error) {
				if (!(error instanceof UserError)) {
					throw error;
				}

				drop(dropped, mine, {kind: 'failed', reason: error.sentence});
			}

			progress.advance();
		}
	} finally {
		progress.end();
	}

	await judgeCandidates(session, document, {candidates, readings, dropped});
	return choosePlan(session, document, {candidates, readings, dropped});
};

type Stage = {
	readonly candidates: readonly PlannedDigest[];
	readonly readings: ReadonlyMap<string, RepositoryReading>;
	readonly dropped: Map<string, Dropped>;
};

const drop = (
	dropped: Map<string, Dropped>,
	candidates: readonly PlannedDigest[],
	outcome: Outcome,
): void => {
	for (const candidate of candidates) {
		const key = keyOf(candidate);
		dropped.set(key, dropped.get(key) ?? {...candidate, outcome});
	}
};

const readRepository = async (
	session: Session,
	{registry: host}: PlanDocument,
	{name, mine}: {name: string; mine: readonly PlannedDigest[]},
): Promise<RepositoryReading> => {
	const {world, signal} = session;
	const registry = await session.openRegistry(host);
	const reading = await addUnlisted(
		registry,
		await collectReading(registry, name, {clock: world.clock, signal}),
		{digests: mine.map(({digest}) => digest), signal},
	);
	session.readings.set(repositoryKey(host, name), reading);
	return reading;
};

/** Drops what is gone, what has other tags now, and what the rules keep now. */
const judgeCandidates = async (
	session: Session,
	{registry: host, rules, byHand}: PlanDocument,
	{candidates, readings, dropped}: Stage,
): Promise<void> => {
	const now = session.world.clock.now();
	const uses = await findUses(session);
	const pulls = await findPulls(session, {
		host,
		repositories: [...readings.keys()],
		choice: undefined,
	});
	for (const [repository, reading] of readings) {
		const judged = judgeReading(reading, {host, rules, uses, pulls, now});
		for (const candidate of candidates.filter(
			one => one.repository === repository,
		)) {
			const record = reading.records.get(candidate.digest);
			const change = byHand
				? findMoreKnown(candidate, judged)
				: findKeep(candidate, judged, now);
			if (!record) {
				drop(dropped, [candidate], {kind: 'absent'});
			} else if (record.tags.join(' ') !== candidate.tags.join(' ')) {
				const reason = `Its tags are ${record.tags.join(' ') || 'none'} now, and were ${candidate.tags.join(' ') || 'none'} when the plan was made.`;
				drop(dropped, [candidate], {kind: 'refused', reason});
			} else if (change !== undefined) {
				drop(dropped, [candidate], {kind: 'refused', reason: change});
			}
		}
	}
};

type Judged = ReturnType<typeof judgeReading>;

/** Why the rules keep it now, if they do. */
const findKeep = (
	{digest, goesWith}: PlannedDigest,
	{verdicts}: Judged,
	now: number,
): string | undefined => {
	const verdict = verdicts.get(digest);
	return goesWith === undefined && verdict?.kind === 'keep'
		? `The rules keep it now: ${spellVerdict(verdict, now).replace(/^kept: /, '')}.`
		: undefined;
};

const weights = {no: 0, unknown: 1, yes: 2} as const;

/** What speaks against a mark that was set by hand and was not known to whoever confirmed the plan. */
const findMoreKnown = (
	{digest, uses: usedBefore, pulls: pulledBefore}: PlannedDigest,
	{uses, pulls}: Judged,
): string | undefined => {
	const used = uses.evidenceOf(digest);
	if (weights[used.state] > weights[usedBefore]) {
		return used.state === 'unknown'
			? `Whether it is in use is not known now: ${used.why}.`
			: 'It is in use now, and was not known to be when the plan was made.';
	}

	const pulled = pulls?.evidenceOf(digest) ?? {state: 'unknown', why: notAsked};
	if (weights[pulled.state] > weights[pulledBefore]) {
		return pulled.state === 'unknown'
			? `Whether it was pulled is not known now: ${pulled.why}.`
			: 'It was pulled, which was not known when the plan was made.';
	}

	return undefined;
};

/** The plan of what is left. Whoever would take along what the written plan does not name is dropped, until nobody would. */
const choosePlan = async (
	session: Session,
	document: PlanDocument,
	stage: Stage,
): Promise<PlanAnew> => {
	const {candidates, dropped} = stage;
	const named = new Set(candidates.map(candidate => keyOf(candidate)));
	const known = new Map(
		candidates.map(candidate => [keyOf(candidate), candidate]),
	);
	for (;;) {
		const left = candidates.filter(one => !dropped.has(keyOf(one)));
		const plan = await makePlan(session, document, {...stage, left});
		const uninvited = plan.steps.filter(step => !named.has(keyOf(step)));
		for (const {repository, digest, goesWith} of uninvited) {
			const head = goesWith && known.get(keyOf({repository, digest: goesWith}));
			if (!head) {
				throw new Error(`${digest} is planned and was not asked for`);
			}

			drop(dropped, [head], {
				kind: 'refused',
				reason: `It would take ${digest} along, which the plan does not name.`,
			});
		}

		if (uninvited.length === 0) {
			const going = new Set(plan.steps.map(step => keyOf(step)));
			for (const {repository, digest, findings} of plan.blocked) {
				const candidate = known.get(keyOf({repository, digest}));
				drop(dropped, candidate ? [candidate] : [], {
					kind: 'refused',
					reason: findings[0]?.sentence ?? 'It may not go.',
				});
			}

			drop(
				dropped,
				candidates.filter(one => !going.has(keyOf(one))),
				{kind: 'refused', reason: 'It goes with what stays.'},
			);
			return {plan, dropped: [...dropped.values()]};
		}
	}
};

const makePlan = async (
	session: Session,
	{registry: host, rules}: PlanDocument,
	{readings, dropped, left}: Stage & {readonly left: readonly PlannedDigest[]},
): Promise<Plan> => {
	const {world} = session;
	const registry = await session.openRegistry(host);
	const now = world.clock.now();
	// What went along goes along again; what lost its head meanwhile is asked for by itself.
	const marks = left
		.filter(({repository, goesWith}) => {
			const head = goesWith && keyOf({repository, digest: goesWith});
			return !head || dropped.get(head)?.outcome.kind === 'absent';
		})
		.map(({repository, digest}): Mark => ({
			registry: host,
			repository,
			digest,
		}));
	return createPlan(marks, {
		registry: host,
		readings,
		problems: new Map(),
		care: careByRules(await world.careFor(host), rules),
		uses: await findUses(session),
		pulls: countWithin(
			await findPulls(session, {
				host,
				repositories: [...readings.keys()],
				choice: undefined,
			}),
			findAskedDays(rules, now),
		),
		deleting: pickDeleting(registry.capabilities),
		lifts: new Set(),
		now,
	});
};
