import {
	type CounterSample,
	formatTimestamp,
	writeCount,
} from '../evidence/counter-sample.js';
import {makeSafe} from '../text/safe-text.js';
import {alignRows} from './align-rows.js';

/** What `jetsam sample` got of one repository. */
export type SampledRepository = {
	/** `namespace/name`. */
	readonly repository: string;
	/** `undefined` where Docker Hub did not give it. */
	readonly sample: CounterSample | undefined;
	/** The sample that was kept before this one. */
	readonly previous: CounterSample | undefined;
	/** Whether a broker acknowledged it; `undefined` where none was asked to. */
	readonly isPublished: boolean | undefined;
	/** One sentence on what went wrong; foreign in part. */
	readonly problem: string | undefined;
};

const formatGrowth = (
	{pulls}: CounterSample,
	previous: CounterSample | undefined,
): string => {
	if (previous === undefined) {
		return 'the first sample';
	}

	const grown = pulls - previous.pulls;
	const since = `since ${new Date(previous.time).toISOString().slice(0, 16)}Z`;
	return grown < 0n
		? `fell by ${(-grown).toLocaleString('en')} ${since}`
		: `+${grown.toLocaleString('en')} ${since}`;
};

/** The samples as text, a line for each repository. */
export const createSampleText = (
	repositories: readonly SampledRepository[],
): string => {
	const rows = repositories.map(({repository, sample, previous, problem}) =>
		sample === undefined
			? [repository, '?', problem ?? '']
			: [
					repository,
					sample.pulls.toLocaleString('en'),
					formatGrowth(sample, previous),
				],
	);
	return `${alignRows([
		['REPOSITORY', 'PULLS', 'CHANGE'],
		...rows.map(row => row.map(cell => makeSafe(cell))),
	]).join('\n')}\n`;
};

const describeCounter = (sample: CounterSample | undefined): unknown =>
	sample
		? {
				timestamp: formatTimestamp(sample.time),
				pullCount: writeCount(sample.pulls),
				starCount: sample.stars ?? null,
			}
		: null;

/** The same as a JSON document. */
export const createSampleDocument = (
	repositories: readonly SampledRepository[],
	now: number,
): unknown => ({
	schemaVersion: 1,
	time: new Date(now).toISOString(),
	repositories: repositories.map(
		({repository, sample, previous, isPublished, problem}) => ({
			repository,
			sample: describeCounter(sample),
			previous: describeCounter(previous),
			published: isPublished ?? null,
			problem: problem ?? null,
		}),
	),
});
