import {collectReading} from '../plan/collect-reading.js';
import {createPlan} from '../plan/create-plan.js';
import type {PullFacts} from '../plan/judge-pulls.js';
import {liftKey, type UseFacts} from '../plan/judge-use.js';
import type {Plan} from '../plan/plan.js';
import {createTagPlan, type TagRemoval} from '../plan/create-tag-plan.js';
import {oldestReading} from '../plan/recheck-step.js';
import {repositoryKey} from '../state/state.js';
import type {
	Capabilities,
	Mark,
	PullsChoice,
	RepositoryReading,
} from '../world.js';
import {addUnlisted} from './add-unlisted.js';
import {findAllListed} from './find-all-listed.js';
import {findPulls} from './load-pulls.js';
import {findUses} from './load-uses.js';
import {describeProblem, type Dispatch, type Session} from './session.js';
import {findDeleting} from './find-deleting.js';

/** Reads every marked repository again whose reading is not fresh, and tells one plan for each registry. */
export const makePlans = async (
	session: Session,
	{
		marks,
		lifts,
		pulls: choice,
	}: {
		marks: readonly Mark[];
		lifts: ReadonlySet<string>;
		pulls: PullsChoice | undefined;
	},
	dispatch: Dispatch,
): Promise<void> => {
	const uses = await findUses(session);
	const registries = [...new Set(marks.map(mark => mark.registry))];
	const made = await Promise.all(
		registries.map(async registry =>
			planMarks(session, registry, {marks, lifts, uses, choice}),
		),
	);
	dispatch({kind: 'plans-made', marks, plans: made.map(({plan}) => plan)});
};

/** The plan of one registry, and what it rests on. */
export type PlanWithFacts = {
	readonly plan: Plan;
	/** Of the marked repositories, as far as they could be read. */
	readonly readings: ReadonlyMap<string, RepositoryReading>;
	/** By repository, why it could not be read. */
	readonly problems: ReadonlyMap<string, string>;
	/** `undefined` where there is no source for the registry. */
	readonly pulls: PullFacts | undefined;
};

/** Plans the marks in one registry; their repositories are read again where their reading is not fresh. */
export const planMarks = async (
	session: Session,
	registry: string,
	{
		marks,
		lifts,
		uses,
		choice,
	}: {
		marks: readonly Mark[];
		lifts: ReadonlySet<string>;
		uses: UseFacts;
		choice: PullsChoice | undefined;
	},
): Promise<PlanWithFacts> => {
	const names = new Set(
		marks
			.filter(mark => mark.registry === registry)
			.map(mark => mark.repository),
	);
	const readings = new Map<string, RepositoryReading>();
	const problems = new Map<string, string>();
	await Promise.all(
		[...names].map(async repository => {
			try {
				readings.set(
					repository,
					await findMarked(session, registry, {repository, marks}),
				);
			} catch (error) {
				problems.set(repository, describeProblem(error).message);
			}
		}),
	);
	const now = session.world.clock.now();
	const pulls = await findPulls(session, {
		host: registry,
		repositories: [...names],
		choice,
	});
	const others = listOthers(session, registry, {names, now});
	const plan = createPlan(marks, {
		registry,
		readings,
		problems,
		care: await session.world.careFor(registry),
		uses,
		pulls,
		lifts,
		deleting: await findDeleting(session, registry),
		others,
		isAllListed: await findAllListed(session, registry, [
			...readings.values(),
			...others,
		]),
		now,
	});
	return {plan, readings, problems, pulls};
};

/** What is known of the registry's other repositories, as far as it is fresh: what they hold does not come back. */
const listOthers = (
	{readings}: Session,
	registry: string,
	{names, now}: {readonly names: ReadonlySet<string>; readonly now: number},
): readonly RepositoryReading[] =>
	[...readings]
		.filter(
			([key, {repository, readAt}]) =>
				key === repositoryKey(registry, repository) &&
				!names.has(repository) &&
				now - readAt < oldestReading,
		)
		.map(([, reading]) => reading);

/** Reads the repository of a tag again where its reading is not fresh, and tells the plan that removes the tag. */
export const makeTagPlan = async (
	session: Session,
	{
		removal,
		marks,
		lifts,
		pulls: choice,
	}: {
		removal: TagRemoval;
		marks: readonly Mark[];
		lifts: ReadonlySet<string>;
		pulls: PullsChoice | undefined;
	},
	dispatch: Dispatch,
): Promise<void> => {
	const {registry, repository} = removal;
	let reading: RepositoryReading | undefined;
	let problem: string | undefined;
	let capabilities: Capabilities | undefined;
	try {
		({capabilities} = await session.openRegistry(registry));
		reading = await findFreshReading(session, registry, repository);
	} catch (error) {
		problem = describeProblem(error).message;
	}

	const plan = createTagPlan(removal, {
		reading,
		problem,
		capabilities,
		care: await session.world.careFor(registry),
		uses: await findUses(session),
		pulls: await findPulls(session, {
			host: registry,
			repositories: [repository],
			choice,
		}),
		isLifted: lifts.has(liftKey(repository, removal.tag)),
		now: session.world.clock.now(),
	});
	dispatch({kind: 'plans-made', marks, plans: [plan]});
};

/** A fresh reading with the marked digests that the registry does not list: what failed after its index was gone stays marked. */
const findMarked = async (
	session: Session,
	host: string,
	{repository, marks}: {repository: string; marks: readonly Mark[]},
): Promise<RepositoryReading> => {
	const listed = await findFreshReading(session, host, repository);
	const reading = await addUnlisted(await session.openRegistry(host), listed, {
		digests: marks
			.filter(mark => mark.registry === host && mark.repository === repository)
			.map(({digest}) => digest),
		signal: session.signal,
	});
	session.readings.set(repositoryKey(host, repository), reading);
	return reading;
};

const findFreshReading = async (
	{world, openRegistry, readings, signal}: Session,
	host: string,
	repository: string,
): Promise<RepositoryReading> => {
	const {clock} = world;
	const key = repositoryKey(host, repository);
	const known = readings.get(key);
	if (known && clock.now() - known.readAt < oldestReading) {
		return known;
	}

	const registry = await openRegistry(host);
	const reading = await collectReading(registry, repository, {clock, signal});
	readings.set(key, reading);
	return reading;
};
