import type {PullRecord, ReadRecord} from '../../source/pulls/pull-record.js';
import {nameOf} from '../helpers/build-repository.js';

const describeRecord = ({
	time,
	host,
	repository,
	image,
	tag,
	action,
	count,
	isPart,
}: PullRecord): string => {
	const name =
		image.kind === 'tag'
			? `:${image.tag}`
			: image.kind === 'repository'
				? ''
				: `@${nameOf(image.digest)}`;
	return [
		action,
		`${host}/${repository}${name}`,
		...(tag === undefined ? [] : [`as ${tag}`]),
		...(count === 1 ? [] : [`x${count}`]),
		...(isPart ? ['part'] : []),
		time === undefined ? 'undated' : new Date(time).toISOString(),
	].join(' ');
};

/** Records as lines that a test can be read by. */
export const describeRecords = (
	records: readonly PullRecord[],
): readonly string[] => records.map(record => describeRecord(record));

/** What was read as lines that a test can be read by; of bad ones only that they are. */
export const describeRead = (read: readonly ReadRecord[]): readonly string[] =>
	read.map(entry => {
		switch (entry.kind) {
			case 'record': {
				return describeRecord(entry.record);
			}

			case 'other': {
				const time =
					entry.time === undefined
						? 'undated'
						: new Date(entry.time).toISOString();
				return `other ${entry.host} ${time}`;
			}

			case 'bad': {
				return 'bad';
			}

			default: {
				throw new Error('There is no such piece.');
			}
		}
	});

/** The ids of the records among what was read. */
export const idsOf = (
	read: readonly ReadRecord[],
): ReadonlyArray<string | undefined> =>
	read.flatMap(entry => (entry.kind === 'record' ? [entry.record.id] : []));

/** Reads a whole file that has been cut up. */
export const readAll = (
	reader:
		| {readonly problem: string}
		| {
				readonly read: (piece: string) => readonly ReadRecord[];
				readonly end?: () => readonly ReadRecord[];
		  },
	pieces: readonly string[],
): readonly ReadRecord[] => {
	if ('problem' in reader) {
		throw new Error(reader.problem);
	}

	return [
		...pieces.flatMap(piece => reader.read(piece)),
		...(reader.end?.() ?? []),
	];
};
