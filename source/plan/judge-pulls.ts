import {matchPulls, type RepositoryPulls} from '../evidence/match-pulls.js';
import type {
	AcceptedPullGap,
	PullEvidence,
	PullsReading,
} from '../evidence/pull.js';
import {formatAge, formatCount} from '../text/quantities.js';
import type {RepositoryReading} from '../world.js';
import type {Finding} from './plan.js';

/** What the sources of pulls of a registry told, and what a plan makes of it. There are such facts only where there is a source. */
export type PullFacts = {
	/** What all of them told of a repository. */
	readonly readingOf: (repository: string) => PullsReading;
	readonly accepted: readonly AcceptedPullGap[];
	/** Days that count. */
	readonly windowDays: number;
};

/** The same over so many days, which a plan rests on; over as many as before where nothing asks for others. */
export const countWithin = (
	facts: PullFacts | undefined,
	days: number | undefined,
): PullFacts | undefined =>
	facts && days !== undefined ? {...facts, windowDays: days} : facts;

/** Who pulled what in a repository, as far as a plan may rest on it. */
export const judgePulls = (
	{readingOf, accepted, windowDays}: PullFacts,
	host: string,
	{reading, now}: {reading: RepositoryReading; now: number},
): RepositoryPulls =>
	matchPulls(
		readingOf(reading.repository),
		{
			host,
			repository: reading.repository,
			records: reading.records,
			incomplete:
				reading.gaps.length > 0 ? 'not everything could be read' : undefined,
		},
		{accepted, windowDays, now},
	);

const countTimes = (
	{count, besides}: PullEvidence & {state: 'yes'},
	windowDays: number,
): string => {
	if (count === 0) {
		return '';
	}

	const least = besides.state === 'unknown' ? 'at least ' : '';
	return `, ${least}${formatCount(count, 'time')} in ${windowDays} days`;
};

/** The evidence on pulls in a few words: `0 pulls in 90 days`. */
export const describePullsShortly = (
	evidence: PullEvidence,
	windowDays: number,
): string => {
	switch (evidence.state) {
		case 'yes': {
			return `pulled${countTimes(evidence, windowDays)}`;
		}

		case 'no': {
			return `0 pulls in ${windowDays} days`;
		}

		case 'unknown': {
			return `pulls unknown: ${evidence.why}`;
		}
	}
};

/** Safeguard 4 for pulls: that it is pulled, or that this is not known, warns. It never blocks: only what needs a digest does. */
export const warnOfPulls = (
	evidence: PullEvidence,
	{windowDays, now}: {windowDays: number; now: number},
): Finding[] => {
	switch (evidence.state) {
		case 'yes': {
			const {last} = evidence;
			const when = last === undefined ? '' : ` ${formatAge(last, now)} ago`;
			return [
				{
					severity: 'warns',
					rule: 'pulled',
					sentence: `Pulled${when}${countTimes(evidence, windowDays)}.`,
				},
			];
		}

		case 'no': {
			return [];
		}

		case 'unknown': {
			return [
				{
					severity: 'warns',
					rule: 'pulls-unknown',
					sentence: `Not known whether it is pulled: ${evidence.why}.`,
				},
			];
		}
	}
};

/** What a plan did not know of the pulls of a digest and is known now, or the other way round; `undefined` where it still rests on what is so. */
export const findNewPull = (
	planned: PullEvidence,
	found: PullEvidence,
	now: number,
): string | undefined => {
	if (planned.state === 'yes' || found.state === planned.state) {
		return undefined;
	}

	switch (found.state) {
		case 'yes': {
			const {last} = found;
			const when = last === undefined ? '' : ` ${formatAge(last, now)} ago`;
			return `it was pulled${when}, and no pull was known when the plan was made`;
		}

		case 'unknown': {
			return `it is not known any more whether it is pulled: ${found.why}`;
		}

		// What was not known before is no worse for it.
		case 'no': {
			return undefined;
		}
	}
};
