import {
	addDays,
	countFrom,
	isSince,
	type SourceDays,
	sumFrom,
	takeMost,
} from './count-pulls.js';
import type {Credit} from './credit-pulls.js';
import type {PullCertainty} from './pull.js';
import type {CountedWindow} from './pull-window.js';

/** What the tallies say of one digest, without its family. */
export type OwnPulls = {
	/** Whether it was pulled in the window, and how sure it is that it was this digest. */
	readonly certainty: PullCertainty | undefined;
	/** In the window; 0 where only the time of a last pull is known. */
	readonly count: number;
	/** Milliseconds since 1970, also before the window. */
	readonly last: number | undefined;
	readonly lastAccess: number | undefined;
	/** Pulls without a time. */
	readonly undated: number;
	/** Whether it was checked, pushed or the like without a time. */
	readonly isTouched: boolean;
	/** The sources that tell of the pulls in the window. */
	readonly sources: readonly string[];
};

/** How sure a certainty is: a tag may have meant another digest altogether. */
export const rankCertainty: Readonly<Record<PullCertainty, number>> = {
	digest: 0,
	config: 1,
	tag: 2,
};

/** The surer one. */
const takeSurer = (
	one: PullCertainty | undefined,
	other: PullCertainty,
): PullCertainty =>
	one === undefined || rankCertainty[other] < rankCertainty[one] ? other : one;

/** The later of two times, of which none may be known. */
export const takeLater = (
	one: number | undefined,
	other: number | undefined,
): number | undefined =>
	one === undefined ? other : other === undefined ? one : Math.max(one, other);

const countCredits = (first: Credit, {firstDay}: CountedWindow): number => {
	if (!first.next) {
		return first.standing === 'pull' ? countFrom(first.tally, firstDay) : 0;
	}

	const days: SourceDays = new Map();
	for (let credit: Credit | undefined = first; credit; credit = credit.next) {
		if (credit.standing === 'pull') {
			addDays(days, credit.tally);
		}
	}

	return sumFrom(takeMost(days.values()), firstDay);
};

/** Adds up what a digest is credited with. */
export const sumCredits = (first: Credit, window: CountedWindow): OwnPulls => {
	let certainty: PullCertainty | undefined;
	let last: number | undefined;
	let lastAccess: number | undefined;
	let undated = 0;
	let isTouched = false;
	const sources = new Set<string>();
	for (let credit: Credit | undefined = first; credit; credit = credit.next) {
		const {tally, standing} = credit;
		if (standing === 'apart') {
			continue;
		}

		if (standing === 'pull') {
			last = takeLater(last, tally.last);
			undated += tally.undated;
			if (isSince(tally, window.firstDay)) {
				certainty = takeSurer(certainty, credit.certainty);
				sources.add(tally.source);
			}
		} else {
			lastAccess = takeLater(lastAccess, tally.last);
			isTouched ||= tally.undated > 0;
		}
	}

	return {
		certainty,
		count: countCredits(first, window),
		last,
		lastAccess,
		undated,
		isTouched,
		sources: [...sources].toSorted(),
	};
};
