import type {Digest} from '../oci/digest.js';
import type {MatchedRepository} from './match-uses.js';
import type {
	AcceptedPullGap,
	PullAbsence,
	PullEvidence,
	PullsReading,
	PullTally,
} from './pull.js';

export type PullHistory = {
	readonly pulls: ReadonlyMap<number, number>;
	readonly checks: ReadonlyMap<number, number>;
	readonly pushes: ReadonlyMap<number, number>;
	readonly apart: ReadonlyMap<number, number>;
	readonly undated: number;
	readonly last: number | undefined;
	readonly bySource: ReadonlyMap<string, number>;
	readonly byClient: ReadonlyMap<string, number>;
};

export type RepositoryPulls = {
	readonly evidenceOf: (digest: Digest) => PullEvidence;
	readonly absence: PullAbsence;
	readonly historyOf: (digest: Digest) => PullHistory;
	readonly total: PullHistory;
};

const day = 86_400_000;

/** STAND-IN. */
export const matchPulls = (
	reading: PullsReading,
	{host, repository, incomplete, records}: MatchedRepository,
	{
		windowDays,
		now,
	}: {
		accepted: readonly AcceptedPullGap[];
		windowDays: number;
		now: number;
	},
): RepositoryPulls => {
	const from = now - windowDays * day;
	const mine = reading.tallies.filter(
		tally => tally.host === host && tally.repository === repository,
	);
	const add = (map: Map<string, number>, key: string, n: number) =>
		map.set(key, (map.get(key) ?? 0) + n);
	const sum = (tallies: readonly PullTally[]): PullHistory => {
		const history = {
			pulls: new Map<number, number>(),
			checks: new Map<number, number>(),
			pushes: new Map<number, number>(),
			apart: new Map<number, number>(),
			undated: 0,
			last: undefined as number | undefined,
			bySource: new Map<string, number>(),
			byClient: new Map<string, number>(),
		};
		for (const tally of tallies) {
			const into = tally.isApart
				? history.apart
				: tally.action === 'check'
					? history.checks
					: tally.action === 'push'
						? history.pushes
						: history.pulls;
			for (const [d, n] of tally.days) {
				into.set(d, (into.get(d) ?? 0) + n);
				if (into === history.pulls) add(history.bySource, tally.source, n);
			}

			if (into === history.pulls) {
				history.last =
					tally.last === undefined
						? history.last
						: Math.max(history.last ?? 0, tally.last);
				for (const [client, n] of tally.clients) add(history.byClient, client, n);
			}
		}

		return history;
	};

	const proof = reading.sources.find(
		source => source.proves === 'all-digests' && source.covers,
	);
	const absence: PullAbsence =
		incomplete !== undefined
			? {state: 'unknown', why: incomplete}
			: proof?.covers
				? {
						state: 'no',
						from: Math.max(from, proof.covers.from),
						to: proof.covers.to,
						sources: [proof.name],
					}
				: {state: 'unknown', why: 'no source covers this repository'};
	const of = (digest: Digest) =>
		sum(
			mine.filter(
				({image}) =>
					(image.kind === 'digest' && image.digest === digest) ||
					(image.kind === 'tag' &&
						records.get(digest)?.tags.includes(image.tag)),
			),
		);
	return {
		absence,
		total: sum(mine),
		historyOf: of,
		evidenceOf(digest) {
			const history = of(digest);
			let count = 0;
			for (const [d, n] of history.pulls) if (d * day >= from) count += n;
			return {
				...(count > 0
					? ({
							state: 'yes',
							count,
							certainty: 'digest',
							through: digest,
							from,
							to: now,
							sources: [...history.bySource.keys()],
							besides: absence,
						} as const)
					: absence),
				last: history.last,
				lastAccess: history.last,
			};
		},
	};
};
