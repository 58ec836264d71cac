import type {BatchRecord, BatchStep} from '../batch.js';
import type {Digest} from '../oci/digest.js';
import {careByRules} from '../plan/care.js';
import {createPlan} from '../plan/create-plan.js';
import {createTagPlan} from '../plan/create-tag-plan.js';
import type {Plan} from '../plan/plan.js';
import {putTagsBack} from '../plan/put-back.js';
import {collectReading} from '../plan/collect-reading.js';
import {repositoryKey} from '../state/state.js';
import type {Journal, RepositoryReading} from '../world.js';
import {addUnlisted} from './add-unlisted.js';
import {findPulls} from './load-pulls.js';
import {findUses, readUses} from './load-uses.js';
import {describeProblem, type Session} from './session.js';
import {findDeleting} from './find-deleting.js';

/** Asks what became of the steps whose delete may have been sent when a batch broke off, and writes what is found into the journal. Throws `UserError`, with exit code 3 where another program is at the batch. */
export const settleInFlight = async (
	session: Session,
	batch: string,
): Promise<BatchRecord> => {
	const {world} = session;
	const record = await world.batches.read(batch);
	if (record.endedAt !== undefined || world.readOnly) {
		return record;
	}

	const journal = await world.batches.reopenJournal(batch);
	const time = (): string => new Date(world.clock.now()).toISOString();
	try {
		for (const step of await findGone(session, record)) {
			const {registry, repository, digest, onlyTag} = step;
			await journal.append({
				kind: 'step-ended',
				time: time(),
				registry,
				repository,
				digest,
				...(onlyTag === undefined ? {} : {onlyTag}),
				outcome: {kind: 'deleted'},
				found: 'afterwards',
			});
		}

		await setTagsAgain(session, {batch, journal});
		const settled = await world.batches.read(batch);
		if (listLeft(settled).length === 0) {
			await journal.append({kind: 'batch-ended', time: time()});
		}
	} finally {
		await journal.close();
	}

	return world.batches.read(batch);
};

/** Safeguard 8: where a registry wants tags removed first, a batch that broke off may have left a digest without them. They are set again before anything is planned, so that what is reviewed is what was reviewed before. */
const setTagsAgain = async (
	{world, openRegistry, signal}: Session,
	{batch, journal}: {batch: string; journal: Journal},
): Promise<void> => {
	const {steps} = await world.batches.read(batch);
	const begun = steps.filter(
		({state, onlyTag, tags}) =>
			['in-flight', 'failed'].includes(state) &&
			onlyTag === undefined &&
			tags.length > 0,
	);
	for (const step of begun) {
		const registry = await openRegistry(step.registry);
		if (!registry.capabilities.removesTagsFirst) {
			continue;
		}

		const outcome = await putTagsBack(
			{...step, mediaType: step.saved[0]?.mediaType ?? '', wentAlong: false},
			{
				registry,
				trash: world.batches.openTrash(batch),
				clock: world.clock,
				movedTags: 'left',
				lost: new Set(),
				signal,
			},
		);
		if (outcome.kind !== 'already-there') {
			await journal.append({
				kind: 'tags-set-again',
				time: new Date(world.clock.now()).toISOString(),
				registry: step.registry,
				repository: step.repository,
				digest: step.digest,
				tags: step.tags,
				outcome,
			});
		}
	}
};

/** Of the steps whose delete may have been sent those whose digest or tag is gone. */
const findGone = async (
	session: Session,
	{steps}: BatchRecord,
): Promise<readonly BatchStep[]> => {
	const gone: BatchStep[] = [];
	for (const step of steps.filter(({state}) => state === 'in-flight')) {
		const registry = await session.openRegistry(step.registry);
		const name = step.onlyTag ?? step.digest;
		const {signal} = session;
		if ((await registry.resolve(step.repository, name, signal)) === undefined) {
			gone.push(step);
		}
	}

	return gone;
};

/** The steps of a batch that are left to do. What a safeguard or the registry refused needs a new review. */
export const listLeft = ({steps}: BatchRecord): readonly BatchStep[] =>
	steps.filter(({state}) =>
		['not-begun', 'in-flight', 'failed'].includes(state),
	);

/** What the operator allows of what is left: `maxShare`, in percent, as in a first review. */
export type ResumeLimits = {readonly maxShare: number | undefined};

/** Plans what is left of a batch anew, from readings and uses of now, so that every safeguard holds as in a first review. */
export const planLeft = async (
	session: Session,
	left: readonly BatchStep[],
	limits: ResumeLimits,
): Promise<readonly Plan[]> => {
	const {world, signal} = session;
	const choice = await world.uses.readChoice();
	await readUses(session, {choice, signal}, () => undefined);
	const plans: Plan[] = [];
	for (const registry of new Set(left.map(step => step.registry))) {
		const mine = left.filter(step => step.registry === registry);
		const digests = mine.filter(({onlyTag}) => onlyTag === undefined);
		if (digests.length > 0) {
			plans.push(
				await planDigests(session, {host: registry, steps: digests, limits}),
			);
		}

		for (const step of mine) {
			if (step.onlyTag !== undefined) {
				plans.push(
					await planTag(session, {...step, onlyTag: step.onlyTag}, limits),
				);
			}
		}
	}

	return plans;
};

const planDigests = async (
	session: Session,
	{
		host,
		steps,
		limits,
	}: {host: string; steps: readonly BatchStep[]; limits: ResumeLimits},
): Promise<Plan> => {
	const readings = new Map<string, RepositoryReading>();
	const problems = new Map<string, string>();
	for (const repository of new Set(steps.map(step => step.repository))) {
		const digests = steps
			.filter(step => step.repository === repository)
			.map(({digest}) => digest);
		try {
			const reading = await readWith(session, {host, repository, digests});
			readings.set(repository, reading);
			session.readings.set(repositoryKey(host, repository), reading);
		} catch (error) {
			problems.set(repository, describeProblem(error).message);
		}
	}

	return createPlan(steps, {
		registry: host,
		readings,
		problems,
		care: careByRules(await session.world.careFor(host), limits),
		uses: await findUses(session),
		pulls: await findPulls(session, {
			host,
			repositories: [...readings.keys()],
			choice: undefined,
		}),
		lifts: new Set(),
		deleting: await findDeleting(session, host),
		now: session.world.clock.now(),
	});
};

const planTag = async (
	session: Session,
	{
		registry,
		repository,
		digest,
		onlyTag,
	}: BatchStep & {readonly onlyTag: string},
	limits: ResumeLimits,
): Promise<Plan> => {
	let reading: RepositoryReading | undefined;
	let problem: string | undefined;
	const opened = await session.openRegistry(registry);
	try {
		reading = await readWith(session, {
			host: registry,
			repository,
			digests: [],
		});
		session.readings.set(repositoryKey(registry, repository), reading);
	} catch (error) {
		problem = describeProblem(error).message;
	}

	return createTagPlan(
		{registry, repository, digest, tag: onlyTag},
		{
			reading,
			problem,
			capabilities: opened.capabilities,
			care: careByRules(await session.world.careFor(registry), limits),
			uses: await findUses(session),
			pulls: await findPulls(session, {
				host: registry,
				repositories: [repository],
				choice: undefined,
			}),
			isLifted: false,
			now: session.world.clock.now(),
		},
	);
};

/** A reading with digests that are there and that the registry does not list: children whose index is gone already. */
const readWith = async (
	{world, openRegistry, signal}: Session,
	{
		host,
		repository,
		digests,
	}: {host: string; repository: string; digests: readonly Digest[]},
): Promise<RepositoryReading> => {
	const registry = await openRegistry(host);
	const {clock} = world;
	const reading = await collectReading(registry, repository, {clock, signal});
	return addUnlisted(registry, reading, {digests, signal});
};
