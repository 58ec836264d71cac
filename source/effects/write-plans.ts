import {
	createPlanDocument,
	describeSources,
	type JudgedRepository,
} from '../plain/plan-document.js';
import {judgePulls, type PullFacts} from '../plan/judge-pulls.js';
import {judgeUses, type UseFacts} from '../plan/judge-use.js';
import {stringifySafely} from '../text/safe-text.js';
import type {Mark, PullsChoice} from '../world.js';
import {findUses} from './load-uses.js';
import {planMarks, type PlanWithFacts} from './make-plans.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Writes the plan of each registry to a file that `jetsam apply` takes, and tells their names. Nothing is lifted in it: nobody is there to say why. */
export const writePlans = async (
	session: Session,
	{
		hosts,
		marks,
		pulls: choice,
		hasLifts,
	}: {
		hosts: readonly string[];
		marks: readonly Mark[];
		pulls: PullsChoice | undefined;
		/** Whether something was lifted, which is said to stay. */
		hasLifts: boolean;
	},
	dispatch: Dispatch,
): Promise<void> => {
	const uses = await findUses(session);
	const files: string[] = [];
	try {
		for (const host of hosts) {
			const made = await planMarks(session, host, {
				marks,
				lifts: new Set(),
				uses,
				choice,
			});
			const text = await spellPlan(session, made, {uses, choice});
			files.push(await session.world.plans.write(host, text));
		}

		dispatch({kind: 'plans-written', files, hasLifts});
	} catch (error) {
		dispatch({kind: 'plans-written', files, hasLifts});
		const {message, remedy} = describeProblem(error);
		dispatch({kind: 'notice-given', text: `${message} ${remedy}`});
	}
};

const spellPlan = async (
	session: Session,
	{plan, readings, problems, pulls}: PlanWithFacts,
	{uses, choice}: {uses: UseFacts; choice: PullsChoice | undefined},
): Promise<string> => {
	const {world} = session;
	const {registry: host, createdAt: now} = plan;
	const {capabilities} = await session.openRegistry(host);
	const document = createPlanDocument(
		plan,
		[
			...[...readings].map(([name, reading]): JudgedRepository => ({
				name,
				reading,
				uses: judgeUses(uses, host, {reading, now}),
				pulls: pulls && judgePulls(pulls, host, {reading, now}),
				verdicts: new Map(),
			})),
			...[...problems].map(([name, problem]) => ({name, problem})),
		],
		{
			registryKind: capabilities.name,
			rules: undefined,
			sources: describeSources(world.plans.named, {
				uses: session.uses?.choice ?? (await world.uses.readChoice()),
				pulls: choice ?? (await world.pulls.readChoice()),
			}),
			uses,
			pulls: pulls && listSources(pulls, [...readings.keys()]),
			now,
		},
	);
	return `${stringifySafely(document)}\n`;
};

/** Each source once, of which several repositories may have heard. */
const listSources = (
	{readingOf, accepted}: PullFacts,
	repositories: readonly string[],
) => ({
	sources: [...new Set(repositories.flatMap(name => readingOf(name).sources))],
	accepted,
});
