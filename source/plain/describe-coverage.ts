import {isAccepted} from '../evidence/judge-sources.js';
import {isAcceptedPullGap} from '../evidence/judge-pull-sources.js';
import type {AcceptedPullGap, PullGap, PullSource} from '../evidence/pull.js';
import type {AcceptedGap, UsesSource} from '../evidence/use.js';
import type {UseFacts} from '../plan/judge-use.js';
import {formatBytes, formatCount} from '../text/quantities.js';

/** What is said of pulls where there is no source of them. */
export const notAsked = 'not asked';

/** A time as documents write it; null where there is none. */
export const describeTime = (time: number | undefined) =>
	time === undefined ? null : new Date(time).toISOString();

/** How far each source of uses was read. */
const describeSource = (
	source: UsesSource,
	accepted: readonly AcceptedGap[],
) => {
	const open = source.gaps.filter(gap => !isAccepted(source, gap, accepted));
	return {
		source: `uses: ${source.kind} ${source.name}`,
		state:
			source.state === 'read'
				? open.length > 0
					? 'partial'
					: 'complete'
				: source.state,
		from: null,
		to: describeTime(source.readAt),
		message: source.gaps
			.map(gap => (open.includes(gap) ? '' : 'accepted: ') + gap.message)
			.join(' '),
	};
};

const notToldOf = (source: string, message: string) => ({
	source,
	state: 'unknown',
	from: null,
	to: null,
	message,
});

const pullStates: Readonly<Record<PullSource['state'], string>> = {
	read: 'complete',
	failed: 'failed',
	unasked: 'unasked',
	costs: 'unasked',
};

/** How far each source of pulls was read. */
const describePullSource = (
	source: PullSource,
	accepted: readonly AcceptedPullGap[],
) => {
	const {name, state, covers, gaps, skipped, firstProblem, remark, cost} =
		source;
	const isOpen = (gap: PullGap): boolean =>
		!isAcceptedPullGap(source, gap, accepted);
	const isPartial =
		state === 'read' && (gaps.some(gap => isOpen(gap)) || skipped > 0);
	return {
		source: `pulls: ${name}`,
		state: isPartial ? 'partial' : pullStates[state],
		from: describeTime(covers?.from),
		to: describeTime(covers?.to),
		message: [
			...(state === 'costs' && cost
				? [
						`It would scan ${formatBytes(cost.bytes)}, and may scan ${formatBytes(cost.most)}.`,
					]
				: []),
			...(remark === undefined ? [] : [remark]),
			...gaps.map(gap => (isOpen(gap) ? '' : 'accepted: ') + gap.message),
			...(skipped > 0
				? [
						`${formatCount(skipped, 'record')} could not be read${firstProblem === undefined ? '' : `; the first: ${firstProblem}`}.`,
					]
				: []),
		].join(' '),
	};
};

/** What was read of the sources of pulls. */
export type ListedPulls = {
	readonly sources: readonly PullSource[];
	readonly accepted: readonly AcceptedPullGap[];
};

/** How far one source was read, as the document of a list says it. */
export type Coverage = ReturnType<typeof describePullSource>;

/** How far each source of uses and of pulls was read. */
export const describeCoverage = ({
	uses,
	pulls,
}: {
	readonly uses: UseFacts;
	readonly pulls: ListedPulls | undefined;
}): readonly Coverage[] => [
	...(uses.reading.sources.length === 0
		? [notToldOf('uses', 'no cluster or snapshot to ask')]
		: uses.reading.sources.map(source =>
				describeSource(source, uses.accepted),
			)),
	...(pulls
		? pulls.sources.map(source => describePullSource(source, pulls.accepted))
		: [notToldOf('pulls', notAsked)]),
];

const complete = new Set(['complete', 'left-out']);

/** What is missing of the sources that were asked, a line for each; nothing of what nobody named. */
export const describeMissing = (
	coverage: readonly Coverage[],
): readonly string[] => [
	...new Set(
		coverage
			.filter(({state}) => state !== 'unknown' && !complete.has(state))
			.map(({source, state, message}) =>
				`${source} (${words[state] ?? state}) ${message}`.trimEnd(),
			),
	),
];

const words: Readonly<Record<string, string>> = {
	failed: 'could not be read',
	partial: 'read in part',
	unasked: 'not asked',
};
