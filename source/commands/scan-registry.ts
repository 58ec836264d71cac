import {matchPattern} from '../effects/match-pattern.js';
import type {JudgedRepository} from '../plain/plan-document.js';
import {collectReading} from '../plan/collect-reading.js';
import {judgePulls, type PullFacts} from '../plan/judge-pulls.js';
import {judgeUses, type UseFacts} from '../plan/judge-use.js';
import {evaluate} from '../retention/evaluate.js';
import {chooseSets, type Rules} from '../retention/rules.js';
import {UserError} from '../user-error.js';
import type {Registry, RepositoryReading, World} from '../world.js';

/** What the rules make of a reading, with everything that is known besides. */
export const judgeReading = (
	reading: RepositoryReading,
	{
		host,
		rules,
		uses,
		pulls,
		now,
	}: {
		readonly host: string;
		readonly rules: Rules;
		readonly uses: UseFacts;
		readonly pulls: PullFacts | undefined;
		readonly now: number;
	},
): Extract<JudgedRepository, {reading: unknown}> => {
	const {repository: name} = reading;
	const useOf = judgeUses(uses, host, {reading, now});
	const hasSources = uses.reading.sources.length > 0;
	return {
		name,
		reading,
		uses: useOf,
		pulls: pulls && judgePulls(pulls, host, {reading, now}),
		verdicts: evaluate(reading, {
			sets: chooseSets(rules, {registry: host, repository: name}),
			usesOf: useOf.evidenceOf,
			allowUnknownUses: rules.allowUnknownUses && !hasSources,
			pullsWithin:
				pulls &&
				(windowDays =>
					judgePulls({...pulls, windowDays}, host, {reading, now})),
			match: matchPattern,
			now,
		}),
	};
};

/** Reads a repository and applies the rules to it. */
export const scanRepository = async (
	{clock}: World,
	registry: Registry,
	{
		name,
		rules,
		uses,
		pulls,
		signal,
	}: {
		readonly name: string;
		readonly rules: Rules;
		readonly uses: UseFacts;
		readonly pulls: PullFacts | undefined;
		readonly signal: AbortSignal;
	},
): Promise<JudgedRepository> => {
	try {
		const reading = await collectReading(registry, name, {clock, signal});
		return judgeReading(reading, {
			host: registry.host,
			rules,
			uses,
			pulls,
			now: clock.now(),
		});
	} catch (error) {
		if (error instanceof UserError && error.exitCode !== 2) {
			return {name, problem: error.sentence};
		}

		throw error;
	}
};
