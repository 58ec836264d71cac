import {normalizeHost} from '../evidence/image-reference.js';
import type {PullSource} from '../evidence/pull.js';
import type {CounterSample} from '../evidence/counter-sample.js';
import type {Clock} from '../world.js';
import {countDeltas, describeResets} from './count-deltas.js';
import {type CounterLine, readCounterLines} from './counter-lines.js';
import {blankSource, type PullReader, type ReadReply} from './pull-reader.js';
import {createTallyBook} from './tally-book.js';

/** What a reader of samples is opened with. */
export type HubCountersOptions = {
	/** `hub-counters:samples`, or with a file in place of `samples`. */
	readonly name: string;
	readonly clock: Clock;
	/** The lines of jetsam's own samples, or of the files that were named. Throws `UserError` where there is nothing to read. */
	readonly readLines: (signal: AbortSignal) => AsyncIterable<CounterLine>;
};

/** Whether a host is Docker Hub, which alone has these counters. */
export const isDockerHub = (host: string): boolean =>
	normalizeHost(host) === 'docker.io';

/**
Docker Hub's cumulative counters, from samples that lie on this machine.

They count pulls of a repository, by anyone, and know of no digest: they only say *yes*, and only of the repository.
*/
export const createHubCountersReader = ({
	name,
	clock,
	readLines,
}: HubCountersOptions): PullReader => ({
	name,
	scope: 'registry',
	isFor: isDockerHub,
	async read(_request, {signal}) {
		const readAt = clock.now();
		const {samples, others, ...read} = await readCounterLines(
			readLines(signal),
		);
		signal.throwIfAborted();
		return replyWithSamples(samples, {...read, name, readAt});
	},
});

/** What samples come to as a source. */
export const replyWithSamples = (
	samples: readonly CounterSample[],
	source: Pick<PullSource, 'name' | 'readAt'> &
		Partial<Pick<PullSource, 'skipped' | 'firstProblem' | 'gaps' | 'remark'>>,
): ReadReply => {
	const {records, resets, span, repeated} = countDeltas(samples);
	// Nobody's user agent is behind a counter.
	const book = createTallyBook({source: source.name, apartAgents: []});
	for (const record of records) {
		book.add(record);
	}

	const remarks = [source.remark, describeResets(resets)].filter(
		remark => remark !== undefined,
	);
	return {
		tallies: book.tallies(),
		source: {
			...blankSource(source.name),
			...source,
			state: 'read',
			covers: span,
			records: samples.length - repeated,
			remark: remarks.length === 0 ? undefined : remarks.join(' '),
		},
	};
};
