import type {RepositoryPulls} from '../evidence/match-pulls.js';
import type {RepositoryUses} from '../evidence/match-uses.js';
import {judgePulls} from '../plan/judge-pulls.js';
import {judgeUses, type UseFacts} from '../plan/judge-use.js';
import type {RuleReading, RulesRequest} from '../state/judged.js';
import type {PullsChoice, RepositoryReading} from '../world.js';
import {findPulls} from './load-pulls.js';
import {findUses} from './load-uses.js';
import type {Session} from './session.js';

/** What is known of one repository, as rules look at it. */
export type RuleEvidence = {
	readonly reading: RepositoryReading;
	readonly facts: UseFacts;
	readonly uses: RepositoryUses;
	/** Whether there is no source of uses at all; false while that is not known. */
	readonly hasNoSources: boolean;
	/** `undefined` where there is no source of pulls, or no rule asks for any. */
	readonly pullsWithin: ((days: number) => RepositoryPulls) | undefined;
	/** By pattern, what it finds in each tag. */
	readonly found: Map<string, ReadonlyMap<string, string | undefined>>;
};

/** Finds the evidence, the same as before where nothing of it has changed: at each key only the rules are others. */
export type EvidenceFinder = (
	reading: RuleReading,
	request: RulesRequest,
	choice: PullsChoice | undefined,
) => Promise<RuleEvidence>;

type Known = {
	readonly made: readonly unknown[];
	readonly evidence: RuleEvidence;
};

/** Digests of which the evidence is kept; of more it is found anew each time. */
const mostKept = 300_000;

const hour = 60 * 60 * 1000;

/** Finds evidence, and keeps it. */
export const createEvidenceFinder = (session: Session): EvidenceFinder => {
	const known = new Map<string, Known>();
	let kept = 0;
	const forget = (repository: string): void => {
		kept -= known.get(repository)?.evidence.reading.records.size ?? 0;
		known.delete(repository);
	};

	return async (reading, request, choice) => {
		const {repository, records, gaps} = reading;
		const {host} = request;
		const facts = await findUses(session);
		const asksForPulls = request.sets.some(({minPulls}) => minPulls);
		const pulls = asksForPulls
			? await findPulls(session, {host, repositories: [repository], choice})
			: undefined;
		const asked = session.pulls.get(host);
		const now = session.world.clock.now();
		const made = [
			host,
			records,
			gaps,
			facts.reading,
			session.uses,
			...(pulls
				? [asked?.get('')?.reading, asked?.get(repository)?.reading, choice]
				: []),
			// What was read grows too old in the course of hours.
			Math.floor(now / hour),
		];
		const last = known.get(repository);
		if (
			last?.made.length === made.length &&
			last.made.every((part, index) => part === made[index])
		) {
			return last.evidence;
		}

		const whole = {repository, records, gaps, readAt: now};
		const byDays = new Map<number, RepositoryPulls>();
		const evidence: RuleEvidence = {
			reading: whole,
			facts,
			uses: judgeUses(facts, host, {reading: whole, now}),
			hasNoSources:
				session.uses !== undefined && facts.reading.sources.length === 0,
			pullsWithin:
				pulls &&
				(windowDays => {
					const found =
						byDays.get(windowDays) ??
						judgePulls({...pulls, windowDays}, host, {reading: whole, now});
					byDays.set(windowDays, found);
					return found;
				}),
			found: new Map(),
		};
		forget(repository);
		known.set(repository, {made, evidence});
		kept += records.size;
		for (const oldest of known.keys()) {
			if (kept <= mostKept || oldest === repository) {
				break;
			}

			forget(oldest);
		}

		return evidence;
	};
};
