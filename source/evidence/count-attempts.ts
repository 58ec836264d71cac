import type {ForeignReference} from './elsewhere.js';
import {indexPulls} from './index-pulls.js';
import {dayLength, dayOf} from './pull-window.js';
import type {PulledImage, PullsReading, PullTally} from './pull.js';
import {listNames, type RepositoryName} from './repository-names.js';

/** The days in which attempts count. */
export type AttemptWindow = {
	readonly windowDays: number;
	/** Milliseconds since 1970. */
	readonly now: number;
};

const isSameImage = (image: PulledImage, {text}: ForeignReference): boolean => {
	switch (image.kind) {
		case 'digest': {
			return text.endsWith(`@${image.digest}`);
		}

		case 'tag': {
			return text.endsWith(`:${image.tag}`) && !text.includes('@');
		}

		default: {
			return false;
		}
	}
};

const sumSince = (tallies: readonly PullTally[], firstDay: number): number => {
	let sum = 0;
	for (const {days} of tallies) {
		for (const [day, count] of days) {
			sum += day >= firstDay ? count : 0;
		}
	}

	return sum;
};

/** How many days of the window a source covers; all of it where it does not say. */
const countDays = (
	{sources}: PullsReading,
	name: string,
	{windowDays, now}: AttemptWindow,
): number => {
	const covers = sources.find(source => source.name === name)?.covers;
	if (!covers) {
		return windowDays;
	}

	const from = Math.max(covers.from, now - windowDays * dayLength);
	const to = Math.min(covers.to, now);
	return Math.max(1, (to - from) / dayLength);
};

/**
How often a day kubelets set out to pull an image, by the source that tells of it most: two sources may tell of the same attempts. Where a source keeps no attempts its pulls are taken for them.

`undefined` where no source tells of the image, which says nothing: such sources only say yes.
*/
export const countAttempts = (
	reading: PullsReading,
	name: RepositoryName,
	{
		reference,
		...window
	}: AttemptWindow & {readonly reference: ForeignReference},
): number | undefined => {
	const firstDay = dayOf(window.now - window.windowDays * dayLength);
	const about = indexPulls(reading)
		.findTallies(listNames(name))
		.filter(
			({image, isApart, repository}) =>
				repository !== '' && !isApart && isSameImage(image, reference),
		);
	let most: number | undefined;
	for (const source of new Set(about.map(tally => tally.source))) {
		const of = (action: PullTally['action']): number =>
			sumSince(
				about.filter(
					tally => tally.source === source && tally.action === action,
				),
				firstDay,
			);
		const count = Math.max(of('attempt'), of('pull'));
		const rate = count / countDays(reading, source, window);
		most = Math.max(most ?? 0, rate);
	}

	return most;
};

/** Manifests that Docker Hub hands out in six hours to an address without a login, and what that is a day. */
export const hubLimit = {count: 100, hours: 6, perDay: 400} as const;
