import type {PullTally} from '../../evidence/pull.js';
import {normalizeHost} from '../../evidence/image-reference.js';
import type {PullRecord, ReadRecord} from '../pull-record.js';
import {createTallyBook} from '../tally-book.js';

/** What the records of one answer come to, for one registry. */
export type RecordCount = {
	readonly tallies: readonly PullTally[];
	/** Records about the registry, and pieces of the answer that could not be read. */
	readonly records: number;
	readonly skipped: number;
	readonly firstProblem: string | undefined;
	readonly remark: string | undefined;
	/** Milliseconds since 1970 of the oldest and the newest record about the registry that shows that its pulls were written down. */
	readonly oldest: number | undefined;
	readonly newest: number | undefined;
};

/** Counts the records of one answer as they come. */
export type RecordCounter = {
	/** Takes what one piece of the answer was read to. */
	readonly add: (records: readonly ReadRecord[]) => void;
	readonly count: () => RecordCount;
};

/** Other registries that a remark names. */
const mostNamed = 3;

/**
A counter for what a query answers about one registry. Cloud Logging and Log Analytics answer with no record twice, so nothing is compared.
@param options.isWitness - Whether a record shows that pulls were written down at its time; a push that is logged elsewhere does not.
*/
export const createRecordCounter = ({
	source,
	host,
	apartAgents,
	isWitness,
}: {
	readonly source: string;
	readonly host: string;
	readonly apartAgents: readonly string[];
	readonly isWitness: (record: PullRecord) => boolean;
}): RecordCounter => {
	const book = createTallyBook({source, apartAgents});
	const others = new Map<string, number>();
	let pieces = 0;
	let records = 0;
	let skipped = 0;
	let firstProblem: string | undefined;
	let oldest: number | undefined;
	let newest: number | undefined;

	const take = (record: PullRecord): void => {
		const about = normalizeHost(record.host);
		if (about !== host) {
			others.set(about, (others.get(about) ?? 0) + record.count);
			return;
		}

		records++;
		book.add({...record, host});
		if (record.time !== undefined && isWitness(record)) {
			oldest = Math.min(oldest ?? record.time, record.time);
			newest = Math.max(newest ?? record.time, record.time);
		}
	};

	return {
		add(read) {
			pieces++;
			for (const one of read) {
				if (one.kind === 'record') {
					take(one.record);
				} else if (one.kind === 'bad') {
					skipped++;
					firstProblem ??= `Entry ${pieces}: ${one.problem}`;
				}
			}
		},
		count: () => ({
			tallies: book.tallies(),
			records,
			skipped,
			firstProblem,
			remark: records === 0 ? describeOthers(others) : undefined,
			oldest,
			newest,
		}),
	};
};

const describeOthers = (
	others: ReadonlyMap<string, number>,
): string | undefined => {
	if (others.size === 0) {
		return undefined;
	}

	const sorted = [...others].toSorted(([, one], [, two]) => two - one);
	const total = sorted.reduce((sum, [, count]) => sum + count, 0);
	const named = sorted
		.slice(0, mostNamed)
		.map(([name]) => (name === '' ? 'one that is not named' : name));
	const about = `${named.join(', ')}${sorted.length > mostNamed ? ' and others' : ''}`;
	return total === 1
		? `Its only record is not about this registry; it is about ${about}.`
		: `None of its ${total.toLocaleString('en-US')} records is about this registry; they are about ${about}.`;
};
