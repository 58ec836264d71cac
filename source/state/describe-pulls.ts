import type {PullHistory} from '../evidence/pull-history.js';
import type {
	PullAbsence,
	PullCertainty,
	PullEvidence,
} from '../evidence/pull.js';
import type {PullTotal} from '../evidence/total-pulls.js';
import {type Digest, shortenDigest} from '../oci/digest.js';
import {formatAge, formatCount} from '../text/quantities.js';
import {type Entry, labelWidth} from './detail-lines.js';
import {drawPullChart} from './pull-chart.js';

const mostClients = 6;

/** What the sentences on pulls are counted from and drawn in. */
type Options = {
	readonly windowDays: number;
	/** Milliseconds since 1970. */
	readonly now: number;
	readonly columns: number;
	/** Whether the sources are still being read. */
	readonly isComing: boolean;
};

const certainties: Readonly<Record<PullCertainty, string>> = {
	digest: 'by its digest',
	tag: 'by a tag, which is credited to what it means today',
	config: 'by its config, which other digests may share',
};

/** A moment to the minute: `2026-11-25 12:04 UTC`. */
export const formatMinute = (time: number): string =>
	`${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const formatDay = (time: number): string =>
	new Date(time).toISOString().slice(0, 10);

const describeLast = (last: number | undefined, now: number): string[] =>
	last === undefined
		? []
		: [`last ${formatMinute(last)} (${formatAge(last, now)} ago)`];

const describeAbsence = (
	absence: PullAbsence,
	{windowDays, isComing}: Options,
): string => {
	if (absence.state === 'no') {
		const {from, to, sources} = absence;
		return `none in ${windowDays} days, from ${formatDay(from)} to ${formatMinute(to)}, says ${sources.join(', ')}`;
	}

	return isComing
		? `not known yet: ${absence.why}`
		: `not known: ${absence.why}`;
};

const describeYes = (
	evidence: PullEvidence & {state: 'yes'},
	digest: Digest,
	options: Options,
): string[] => {
	const {count, certainty, through, sources, besides, from} = evidence;
	const isLeast = besides.state === 'unknown' && !options.isComing;
	const often =
		count === 0
			? `pulled since ${formatDay(from)}, how often nobody counts`
			: `${isLeast ? 'at least ' : ''}${count.toLocaleString('en')} in ${options.windowDays} days, since ${formatDay(from)}`;
	const by =
		through === digest
			? certainties[certainty]
			: `as one of the family of ${shortenDigest(through)}, ${certainties[certainty]}`;
	return [
		often,
		...describeLast(evidence.last, options.now),
		`${by}; seen by ${sources.join(', ')}`,
		...(isLeast && besides.state === 'unknown'
			? [`more than that is not known: ${besides.why}`]
			: []),
	];
};

const rank = (counts: ReadonlyMap<string, number>): string[] =>
	[...counts].map(
		([name, count]) => `${count.toLocaleString('en').padStart(8)}  ${name}`,
	);

const describeBesides = ({
	checks,
	pushes,
	attempts,
	presents,
	apart,
	undated,
}: PullHistory): string =>
	[
		checks > 0 ? formatCount(checks, 'check') : '',
		pushes > 0 ? formatCount(pushes, 'push', 'pushes') : '',
		attempts > 0 ? `${formatCount(attempts, 'attempt')} of kubelets` : '',
		presents > 0
			? `${formatCount(presents, 'time')} there already on a node`
			: '',
		apart > 0 ? `${apart.toLocaleString('en')} by scanners and mirrors` : '',
		undated > 0 ? `${formatCount(undated, 'pull')} at an unknown time` : '',
	]
		.filter(Boolean)
		.join(', ');

/** The chart of a history and what it is made of; nothing where there is nothing to draw. */
const describeHistory = (history: PullHistory, options: Options): Entry[] => {
	const {days, bySource, byClient} = history;
	const besides = describeBesides(history);
	const isEmpty = days.every(count => count === 0);
	const clients = rank(byClient);
	return [
		{
			label: '',
			tone: 'chart',
			texts: isEmpty
				? []
				: drawPullChart(history, options.columns - labelWidth),
		},
		{label: 'by source', texts: bySource.size > 1 ? rank(bySource) : []},
		{
			label: 'by client',
			texts: [
				...clients.slice(0, mostClients),
				...(clients.length > mostClients
					? [`and ${clients.length - mostClients} more`]
					: []),
			],
		},
		{label: 'besides', texts: besides === '' ? [] : [besides], tone: 'dim'},
	];
};

/** Who pulled a digest, how often, when and as what, or that nobody did and who says so, or why that is not known; with a chart by day. */
export const describeDigestPulls = (
	digest: Digest,
	{evidence, history}: {evidence: PullEvidence; history: PullHistory},
	options: Options,
): Entry[] => [
	{
		label: 'pulls',
		texts:
			evidence.state === 'yes'
				? describeYes(evidence, digest, options)
				: [
						describeAbsence(evidence, options),
						...describeLast(evidence.last, options.now),
					],
		...(evidence.state === 'unknown' && !options.isComing
			? {tone: 'unknown' as const}
			: {}),
	},
	...describeHistory(history, options),
];

/** The same of a whole repository. */
export const describeTotalPulls = (
	total: PullTotal,
	options: Options,
): Entry[] => {
	const {state, count, besides, last} = total;
	const isLeast = besides.state === 'unknown' && !options.isComing;
	return [
		{
			label: 'pulls',
			texts: [
				state === 'yes'
					? `${isLeast ? 'at least ' : ''}${count.toLocaleString('en')} in ${options.windowDays} days`
					: describeAbsence(besides, options),
				...describeLast(last, options.now),
				...(state === 'yes' && besides.state === 'unknown' && isLeast
					? [`more than that is not known: ${besides.why}`]
					: []),
			],
			...(state === 'unknown' && !options.isComing
				? {tone: 'unknown' as const}
				: {}),
		},
		...describeHistory(total, options),
	];
};
