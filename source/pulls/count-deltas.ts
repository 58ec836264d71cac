import type {CounterSample} from '../evidence/counter-sample.js';
import type {PullRecord} from './pull-record.js';

/** What a row of samples comes to. */
export type CountedDeltas = {
	/** One for each span between two samples in which the counter grew. */
	readonly records: readonly PullRecord[];
	/** Repositories whose counter fell, with how often; a fall is a reset or a correction, and the span before it counts as no pulls. */
	readonly resets: ReadonlyMap<string, number>;
	/** The first and the last sample's time, milliseconds since 1970; `undefined` where there is none. */
	readonly span: {readonly from: number; readonly to: number} | undefined;
	/** Samples that were met again. */
	readonly repeated: number;
};

/**
Samples of a cumulative counter as pulls: what it grew by from each sample to the next, by repository and in the order of time. The first sample of a repository is where counting begins.

What was pulled in a span is credited to the moment of the sample that ends it, also where the span is long: nobody knows when in it the pulls were, and a late date only ever keeps an image.
*/
export const countDeltas = (
	samples: Iterable<CounterSample>,
): CountedDeltas => {
	const {byRepository, repeated} = group(samples);
	const records: PullRecord[] = [];
	const resets = new Map<string, number>();
	const times: number[] = [];
	for (const [repository, counts] of byRepository) {
		let before: bigint | undefined;
		for (const [time, pulls] of sortByTime(counts)) {
			times.push(time);
			if (before !== undefined && pulls > before) {
				records.push(describe(repository, {time, grown: pulls - before}));
			} else if (before !== undefined && pulls < before) {
				resets.set(repository, (resets.get(repository) ?? 0) + 1);
			}

			before = pulls;
		}
	}

	return {records, resets, span: spanOf(times), repeated};
};

const sortByTime = (
	counts: ReadonlyMap<number, bigint>,
): ReadonlyArray<[number, bigint]> =>
	[...counts].toSorted(([one], [other]) => one - other);

const spanOf = (times: readonly number[]): CountedDeltas['span'] => {
	let from = Number.POSITIVE_INFINITY;
	let to = Number.NEGATIVE_INFINITY;
	for (const time of times) {
		from = Math.min(from, time);
		to = Math.max(to, time);
	}

	return times.length === 0 ? undefined : {from, to};
};

/** Retained messages come again at every subscription: of one time the first sample counts. */
const group = (
	samples: Iterable<CounterSample>,
): {
	byRepository: ReadonlyMap<string, ReadonlyMap<number, bigint>>;
	repeated: number;
} => {
	const byRepository = new Map<string, Map<number, bigint>>();
	let repeated = 0;
	for (const {namespace, name, time, pulls} of samples) {
		const repository = `${namespace}/${name}`;
		const counts = byRepository.get(repository) ?? new Map<number, bigint>();
		byRepository.set(repository, counts);
		if (counts.has(time)) {
			repeated++;
		} else {
			counts.set(time, pulls);
		}
	}

	return {byRepository, repeated};
};

const describe = (
	repository: string,
	{time, grown}: {time: number; grown: bigint},
): PullRecord => ({
	time,
	host: 'docker.io',
	repository,
	image: {kind: 'repository'},
	tag: undefined,
	action: 'pull',
	count: Number(grown),
	id: undefined,
	agent: '',
	client: '',
});

/** One sentence on the counters that fell; `undefined` where none did. */
export const describeResets = (
	resets: CountedDeltas['resets'],
): string | undefined => {
	const [first] = resets;
	if (first === undefined) {
		return undefined;
	}

	const [repository, times] = first;
	const others = resets.size - 1;
	return `The counter of ${repository} fell ${times === 1 ? 'once' : `${times} times`}${others === 0 ? '' : `, and those of ${others} other ${others === 1 ? 'repository' : 'repositories'} fell too`}; what was pulled just before that is not known.`;
};
