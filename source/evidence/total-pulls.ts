import type {Digest} from '../oci/digest.js';
import {
	addDays,
	isSince,
	type SourceDays,
	sumFrom,
	takeMost,
} from './count-pulls.js';
import type {Credit, Credits} from './credit-pulls.js';
import type {Relations} from './find-family.js';
import {
	createLedger,
	enter,
	type Ledger,
	type PullHistory,
	writeHistory,
} from './pull-history.js';
import {takeLater} from './own-pulls.js';
import type {PullAbsence, PullTally} from './pull.js';
import type {CountedWindow} from './pull-window.js';

/** The pulls of a whole repository, whatever digest they were of. */
export type PullTotal = PullHistory & {
	/** In the window, also by tags that are gone and as counters tell. A pull through an index is one, though its child was pulled too. */
	readonly count: number;
	/** Milliseconds since 1970 of the newest pull, also before the window. */
	readonly last: number | undefined;
	/** The newest check, push or attempt. */
	readonly lastAccess: number | undefined;
	readonly state: 'yes' | 'no' | 'unknown';
	/** What can be said besides the pulls, or where there are none: then it is the state. */
	readonly besides: PullAbsence;
	/** The window that was counted; milliseconds since 1970. */
	readonly from: number;
	readonly to: number;
};

/** Digests that were pulled, by their place among those that were: what has a pulled index over it, and what has something pulled below it. */
type Places = {
	readonly below: ReadonlySet<Digest>;
	readonly above: ReadonlySet<Digest>;
};

const isPulled = (first: Credit): boolean => {
	for (let credit: Credit | undefined = first; credit; credit = credit.next) {
		if (credit.standing === 'pull') {
			return true;
		}
	}

	return false;
};

const findPlaces = ({byDigest}: Credits, {graph}: Relations): Places => {
	const below = new Set<Digest>();
	const above = new Set<Digest>();
	for (const [digest, first] of byDigest) {
		if (graph.parentsOf(digest).length === 0 || !isPulled(first)) {
			continue;
		}

		const indexes = new Set(graph.parentsOf(digest));
		for (const index of indexes) {
			const credit = byDigest.get(index);
			if (credit && index !== digest && isPulled(credit)) {
				below.add(digest);
				above.add(index);
			}

			for (const next of graph.parentsOf(index)) {
				indexes.add(next);
			}
		}
	}

	return {below, above};
};

/** Sources that mark what was fetched as the child of an index: of those the rest can be added. */
const findMarking = ({byDigest}: Credits): ReadonlySet<string> => {
	const sources = new Set<string>();
	for (const first of byDigest.values()) {
		for (let credit: Credit | undefined = first; credit; credit = credit.next) {
			if (credit.tally.isPart) {
				sources.add(credit.tally.source);
			}
		}
	}

	return sources;
};

/**
The pulls of all digests. Where a source tells of an index and of its child, nobody knows any more which pulls were the same: counted is what lies on top, or what lies below, whichever is more on a day.
*/
type Sides = {
	readonly ledger: Ledger;
	readonly tops: SourceDays;
	readonly leaves: SourceDays;
	last: number | undefined;
	lastAccess: number | undefined;
	isPulled: boolean;
	isUndated: boolean;
};

/** Notes the times of a tally, whether or not it is counted. */
const note = (
	sides: Sides,
	{tally, standing}: Pick<Credit, 'tally' | 'standing'>,
	{firstDay}: CountedWindow,
): void => {
	// A counter says when it was read.
	const last = hasCounted(tally) ? tally.last : undefined;
	if (standing === 'pull') {
		sides.last = takeLater(sides.last, last);
		sides.isPulled ||= isSince(tally, firstDay);
		sides.isUndated ||= tally.undated > 0;
	}

	if (standing === 'access') {
		sides.lastAccess = takeLater(sides.lastAccess, last);
	}
};

const hasCounted = ({image, days}: PullTally): boolean =>
	image.kind !== 'repository' || [...days.values()].some(count => count > 0);

const addSides = (
	credits: Credits,
	relations: Relations,
	window: CountedWindow,
): Sides => {
	const sides: Sides = {
		ledger: createLedger(),
		tops: new Map(),
		leaves: new Map(),
		last: undefined,
		lastAccess: undefined,
		isPulled: false,
		isUndated: false,
	};
	const {below, above} = findPlaces(credits, relations);
	const marking = findMarking(credits);
	for (const [digest, first] of credits.byDigest) {
		for (let credit: Credit | undefined = first; credit; credit = credit.next) {
			const {tally, standing, isRepeated} = credit;
			note(sides, credit, window);
			if (isRepeated || tally.isPart) {
				continue;
			}

			enter(sides.ledger, credit, window);
			if (standing === 'pull') {
				const isMarked = marking.has(tally.source);
				if (isMarked || !below.has(digest)) {
					addDays(sides.tops, tally);
				}

				if (isMarked || !above.has(digest)) {
					addDays(sides.leaves, tally);
				}
			}
		}
	}

	for (const entry of credits.loose) {
		note(sides, entry, window);
		enter(sides.ledger, entry, window);
		if (entry.standing === 'pull') {
			addDays(sides.tops, entry.tally);
			addDays(sides.leaves, entry.tally);
		}
	}

	return sides;
};

const none: ReadonlyMap<number, number> = new Map();

/** The pulls of one repository together. */
export const totalPulls = (
	credits: Credits,
	{
		relations,
		window,
		absence,
	}: {
		readonly relations: Relations;
		readonly window: CountedWindow;
		/** What the sources say of a digest that no tally names. */
		readonly absence: PullAbsence;
	},
): PullTotal => {
	const sides = addSides(credits, relations, window);
	const days: SourceDays = new Map();
	for (const source of new Set([
		...sides.tops.keys(),
		...sides.leaves.keys(),
	])) {
		days.set(
			source,
			new Map(
				takeMost([
					sides.tops.get(source) ?? none,
					sides.leaves.get(source) ?? none,
				]),
			),
		);
	}

	const {last, lastAccess} = sides;
	const ledger = {...sides.ledger, days};
	const besides: PullAbsence =
		sides.isUndated && absence.state === 'no'
			? {state: 'unknown', why: 'pulled at an unknown time'}
			: absence;
	return {
		...writeHistory(ledger, {of: undefined, window, besides: [ledger]}),
		count: sumFrom(takeMost(days.values()), window.firstDay),
		last,
		lastAccess,
		state: sides.isPulled ? 'yes' : besides.state,
		besides,
		from: window.from,
		to: window.to,
	};
};
