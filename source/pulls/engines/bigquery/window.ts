import type {TimeSpan} from '../../../evidence/pull.js';
import type {Table} from './read-shape.js';

const day = 24 * 60 * 60 * 1000;

const toDay = (time: number): string =>
	new Date(time).toISOString().slice(0, 10);

/** A day as the names of shards have it: `20261103`. */
export const toShard = (time: number): string =>
	toDay(time).replaceAll('-', '');

/** The beginning of the partition in which a time lies. */
const toPartition = (time: number, partition: Table['partition']): string => {
	const text = toDay(time);
	switch (partition) {
		case 'YEAR': {
			return `${text.slice(0, 4)}-01-01T00:00:00.000Z`;
		}

		case 'MONTH': {
			return `${text.slice(0, 7)}-01T00:00:00.000Z`;
		}

		case 'DAY':
		case 'HOUR': {
			return `${text}T00:00:00.000Z`;
		}
	}
};

/** The parameters by which a statement is held to the window, with their types. */
export const boundWindow = (
	{from, to}: TimeSpan,
	{pruning, partition}: Table,
): {
	readonly params: Readonly<Record<string, string>>;
	readonly types: Readonly<Record<string, string>>;
} => ({
	params: {
		from: new Date(from).toISOString(),
		to: new Date(to).toISOString(),
		// A late entry may stand in the shard of the day after.
		...(pruning === 'shards' && {
			firstShard: toShard(from),
			lastShard: toShard(to + day),
		}),
		...(pruning === 'ingestion time' && {
			firstPartition: toPartition(from, partition),
		}),
	},
	types: {
		from: 'TIMESTAMP',
		to: 'TIMESTAMP',
		...(pruning === 'shards' && {firstShard: 'STRING', lastShard: 'STRING'}),
		...(pruning === 'ingestion time' && {firstPartition: 'TIMESTAMP'}),
	},
});

/** The days in a span for which there is no shard, each with its name and its own span. */
export const listMissingDays = (
	{from, to}: TimeSpan,
	shards: ReadonlySet<string>,
): ReadonlyArray<{readonly name: string; readonly span: TimeSpan}> => {
	const missing: Array<{name: string; span: TimeSpan}> = [];
	for (let start = Math.floor(from / day) * day; start < to; start += day) {
		if (!shards.has(toShard(start))) {
			missing.push({
				name: toDay(start),
				span: {from: start, to: start + day},
			});
		}
	}

	return missing;
};
