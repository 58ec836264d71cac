import {mkdtempSync, rmSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import type {PullSource, PullTally} from '../../source/evidence/pull.js';
import type {LogFormat} from '../../source/pulls/engines/log-format.js';
import {
	createLogFilesReader,
	type LogFilesOptions,
} from '../../source/pulls/engines/read-log-files.js';
import type {ReadReply} from '../../source/pulls/pull-reader.js';
import {usualApartAgents} from '../../source/pulls/tally-book.js';

/** When the tests read, long after every record. */
export const now = Date.parse('2026-12-01T00:00:00Z');

/** A folder that is removed after the test. */
export const createFolder = (t: ExecutionContext): string => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jetsam-logs-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

/** Writes files by their paths from a folder. */
export const writeFiles = async (
	folder: string,
	files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> => {
	for (const [name, content] of Object.entries(files)) {
		const file = path.join(folder, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, content);
	}
};

/** What a reading of logs is asked in a test, where it is not the usual. */
export type LogQuestion = Partial<LogFilesOptions> & {
	readonly where: string;
	readonly format: LogFormat;
	/** The registry that is asked about. */
	readonly about?: string;
	readonly tell?: (source: PullSource) => void;
	readonly signal?: AbortSignal;
};

/** Reads logs as `openPulls` does. */
export const readLogs = async ({
	about = 'shop.azurecr.io',
	tell = () => undefined,
	signal = new AbortController().signal,
	...options
}: LogQuestion): Promise<ReadReply> => {
	const reader = createLogFilesReader({
		name: 'logs',
		host: undefined,
		declared: {from: undefined, to: undefined},
		apartAgents: usualApartAgents,
		clock: {now: () => now},
		cache: undefined,
		...options,
	});
	return reader.read(
		{
			host: about,
			repository: undefined,
			window: {from: 0, to: now},
			isAgreed: true,
		},
		{tell, signal},
	);
};

const describeImage = ({image}: PullTally): string => {
	switch (image.kind) {
		case 'digest':
		case 'blob': {
			return `${image.kind} ${image.digest.slice(7, 11)}`;
		}

		case 'tag': {
			return `tag ${image.tag}`;
		}

		case 'repository': {
			return 'repository';
		}
	}
};

/** Each tally in a line, sorted: `pull shop/api digest 1111 x3`. */
export const describeTallies = ({tallies}: ReadReply): readonly string[] =>
	tallies
		.map(tally => {
			const counts = [...tally.days.values(), tally.undated];
			let count = 0;
			for (const more of counts) {
				count += more;
			}

			return `${tally.action} ${tally.repository} ${describeImage(tally)} x${count}${tally.isApart ? ' apart' : ''}`;
		})
		.toSorted();
