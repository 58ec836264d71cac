import type {PullGap, PullSource} from '../../evidence/pull.js';
import {formatCount} from '../../text/quantities.js';
import {coverDeclared, coverHours} from './cover-time.js';
import type {LogFormat} from './log-format.js';
import {listFileGaps, placeProblem, type ReadFile} from './log-gaps.js';

/** Other registries that a remark names. */
const mostNamed = 3;

type Judged = Pick<
	PullSource,
	'covers' | 'gaps' | 'skipped' | 'firstProblem' | 'remark'
>;

type Question = {
	/** The registry that is asked about. */
	readonly host: string;
	readonly format: LogFormat;
	/** As the operator wrote it. */
	readonly where: string;
	readonly declared: {
		readonly from: number | undefined;
		readonly to: number | undefined;
	};
	/** Files and folders that could not be read. */
	readonly refused: readonly PullGap[];
};

type Span = {readonly oldest: number; readonly newest: number};

/** The times of all records that a file has of a registry; a record that names none counts for each. `undefined` where there are none. */
const findTimes = (
	{summary: {hosts}}: ReadFile,
	host: string,
): Span | undefined => {
	const own = hosts.filter(entry => entry.host === host || entry.host === '');
	return own.length === 0 ? undefined : joinTimes(own);
};

/** From the oldest to the newest; from and to infinity where there are no times. */
const joinTimes = (
	spans: ReadonlyArray<{
		readonly oldest: number | undefined;
		readonly newest: number | undefined;
	}>,
): Span => {
	let oldest = Number.POSITIVE_INFINITY;
	let newest = Number.NEGATIVE_INFINITY;
	for (const span of spans) {
		oldest = Math.min(oldest, span.oldest ?? oldest);
		newest = Math.max(newest, span.newest ?? newest);
	}

	return {oldest, newest};
};

const joinNames = (names: readonly string[]): string =>
	names.length < 2
		? names.join('')
		: `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

/** What to say of files in which nothing is about the registry. */
const describeNothing = (
	files: readonly ReadFile[],
	{format, where}: Question,
): string => {
	const counts = new Map<string, number>();
	let records = 0;
	let skipped = 0;
	for (const {summary} of files) {
		skipped += summary.skipped;
		for (const {host, records: more} of summary.hosts) {
			records += more;
			counts.set(host, (counts.get(host) ?? 0) + more);
		}
	}

	const names = [...counts]
		.toSorted(([, one], [, other]) => other - one)
		.map(([name]) => name);
	const named =
		names.length > mostNamed
			? [...names.slice(0, mostNamed), `${names.length - mostNamed} others`]
			: names;
	if (records > 0) {
		return records === 1
			? `Its 1 record is not about this registry; it is about ${joinNames(named)}.`
			: `None of its ${formatCount(records, 'record')} is about this registry; they are about ${joinNames(named)}.`;
	}

	if (skipped > 0) {
		return `None of its ${formatCount(skipped, 'line')} is a record of ${format.kind}.`;
	}

	return files.length === 0
		? `There are no files in ${where}.`
		: `There are no records of ${format.kind} in its ${formatCount(files.length, 'file')}.`;
};

const describeTimes = ({oldest, newest}: Span): string | undefined =>
	Number.isFinite(oldest) && Number.isFinite(newest)
		? `Its records of this registry are from ${new Date(oldest).toISOString().slice(0, 10)} to ${new Date(newest).toISOString().slice(0, 10)}.`
		: undefined;

const cover = (
	own: ReadonlyArray<{readonly file: ReadFile; readonly times: Span}>,
	times: Span,
	{format, declared}: Question,
) =>
	format.spanOf
		? coverHours(
				own.flatMap(({file: {span}, times: {newest}}) =>
					span ? [{span, newest}] : [],
				),
				times.oldest,
			)
		: coverDeclared(declared, times);

/** What files cover of a registry, what is missing in them, and what is worth saying. Without a record of the registry nothing is covered. */
export const judgeFiles = (
	files: readonly ReadFile[],
	question: Question,
): Judged => {
	const {host, format, refused} = question;
	const own = files.flatMap(file => {
		const times = findTimes(file, host);
		return times ? [{file, times}] : [];
	});
	let skipped = 0;
	for (const {summary} of files) {
		skipped += summary.skipped;
	}

	const firstProblem = files.map(file => placeProblem(file)).find(Boolean);
	if (own.length === 0) {
		const remark = describeNothing(files, question);
		return {covers: undefined, gaps: refused, skipped, firstProblem, remark};
	}

	const times = joinTimes(own.map(entry => entry.times));
	const {covers, gaps} = cover(own, times, question);
	// A file of nothing but what cannot be read may be about this registry too.
	const concerned = files.filter(
		file =>
			file.summary.hosts.length === 0 || findTimes(file, host) !== undefined,
	);
	let last = Number.NEGATIVE_INFINITY;
	for (const {file} of own) {
		last = Math.max(last, file.span?.from ?? last);
	}

	return {
		covers,
		gaps:
			format.proves === 'nothing'
				? refused
				: [...refused, ...listFileGaps(concerned, last), ...gaps],
		skipped,
		firstProblem,
		remark: covers ? undefined : describeTimes(times),
	};
};
