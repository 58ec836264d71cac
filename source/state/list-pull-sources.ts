import {badLines, isAcceptedPullGap} from '../evidence/judge-pull-sources.js';
import type {AcceptedPullGap, PullGap, PullSource} from '../evidence/pull.js';
import {formatBytes, formatCount} from '../text/quantities.js';
import {formatMinute} from './describe-pulls.js';
import type {SourceEntry} from './select-sources.js';
import {selectPullsReading} from './select-pulls.js';
import type {State} from './state.js';
import {describeProgress, selectPullsPlace} from './summarize-pulls.js';

/** A source of pulls of a registry, as the list of sources shows it. */
export type ListedPullSource = {
	readonly host: string;
	readonly source: PullSource;
	readonly isLoading: boolean;
	readonly accepted: readonly AcceptedPullGap[];
};

/** The sources of pulls of what is open, or of every registry that was opened. */
export const selectPullSources = (
	state: State,
): readonly ListedPullSource[] => {
	const place = selectPullsPlace(state);
	const {choice, registries} = state.pulls;
	const places = place ? [place] : [...registries.keys()].map(host => ({host}));
	return places.flatMap(each => {
		const {reading, isLoading} = selectPullsReading(state, each);
		return reading.sources.map(source => ({
			host: each.host,
			source,
			isLoading,
			accepted: choice?.accepted ?? [],
		}));
	});
};

const proofs: Readonly<Record<PullSource['proves'], string>> = {
	'all-digests': 'says yes and no',
	'tagged-digests': 'says yes, and no of digests with a tag',
	nothing: 'says only yes',
};

/** The gaps of a source, and the records that could not be read as one more. */
const listGaps = ({
	gaps,
	skipped,
	firstProblem,
}: PullSource): readonly PullGap[] => {
	const first = firstProblem === undefined ? '' : ` The first: ${firstProblem}`;
	return skipped === 0
		? gaps
		: [
				...gaps,
				{
					name: badLines,
					message: `${formatCount(skipped, 'record')} could not be read.${first}`,
					span: undefined,
					canBeAccepted: true,
				},
			];
};

const describeCost = ({cost}: PullSource): string => {
	if (!cost) {
		return 'asking costs: Space agrees';
	}

	const bytes = formatBytes(cost.bytes);
	const most = formatBytes(cost.most);
	return cost.bytes > cost.most
		? `would scan ${bytes}, more than the ${most} that it may`
		: `would scan ${bytes} of at most ${most}: Space agrees`;
};

const describeState = (
	source: PullSource,
	{isLoading, openGaps}: {isLoading: boolean; openGaps: number},
): string => {
	if (isLoading && source.readAt === undefined) {
		return `reading… ${describeProgress([source]) ?? ''}`.trimEnd();
	}

	switch (source.state) {
		case 'read': {
			const records = formatCount(source.records, 'record');
			return openGaps > 0
				? `read in part: ${records}, ${formatCount(openGaps, 'gap')}`
				: `read: ${records}`;
		}

		case 'failed': {
			return 'could not be read';
		}

		case 'unasked': {
			return 'not asked';
		}

		case 'costs': {
			return describeCost(source);
		}
	}
};

const describeTold = (source: PullSource): readonly string[] => {
	const {covers, remark, state, proves} = source;
	return [
		...(state === 'read'
			? [
					covers
						? `covers ${formatMinute(covers.from)} to ${formatMinute(covers.to)}; ${proofs[proves]}`
						: `nothing says from when to when it is complete; ${proofs[proves]}`,
				]
			: []),
		...(remark === undefined ? [] : [remark]),
	];
};

// More of the name than the column of names has room for.
const longestName = 24;

/** What there is to say of a source of pulls, before it is laid out. */
export const listPullEntries = (
	source: PullSource,
	{host, isLoading, accepted}: Omit<ListedPullSource, 'source'>,
): readonly SourceEntry[] => {
	const about = {of: 'pulls', host, source} as const;
	const gaps = listGaps(source).map(gap => ({
		gap,
		isAccepted: isAcceptedPullGap(source, gap, accepted),
	}));
	const openGaps = gaps.filter(({isAccepted}) => !isAccepted).length;
	const tell = (text: string): SourceEntry => ({
		kind: 'told',
		subject: {...about, gap: undefined},
		text,
		tone: 'dim',
	});
	return [
		{
			kind: 'source',
			subject: {...about, gap: undefined},
			text: describeState(source, {isLoading, openGaps}),
			tone:
				source.state === 'failed' || source.state === 'costs'
					? 'unknown'
					: 'plain',
		},
		...(source.name.length > longestName ? [tell(source.name)] : []),
		...describeTold(source).map(text => tell(text)),
		...gaps.map(({gap, isAccepted}): SourceEntry => ({
			kind: 'gap',
			subject: {...about, gap},
			text: isAccepted ? `accepted: ${gap.message}` : gap.message,
			tone: isAccepted ? 'dim' : 'unknown',
		})),
	];
};
