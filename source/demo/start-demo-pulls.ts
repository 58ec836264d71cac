import {createWriteStream} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {RegistryContent} from './registry-content.js';
import {sampleEventDays, writeSampleEvents} from './sample-image-events.js';
import {sampleLogDays, writeSamplePulls} from './sample-pulls.js';

/** One log of the demo. */
export type DemoLog = {
	/** Writes it when it is first asked for; resolves to the file, JSON lines. */
	readonly write: () => Promise<string>;
	/** What it covers, milliseconds since 1970. */
	readonly from: number;
	readonly to: number;
};

/** What the demo's registry and clusters have told of pulls so far. */
export type DemoPulls = {
	/** The registry's notifications. */
	readonly notifications: DemoLog;
	/** The clusters' events, of images from elsewhere. */
	readonly events: DemoLog;
	/** Removes the files. */
	readonly close: () => Promise<void>;
};

const day = 86_400_000;

/** The pull logs of the sample world as of `now`, milliseconds since 1970, in a folder of their own until they are closed. */
export const startDemoPulls = (
	now: number,
	registry: {readonly content: RegistryContent; readonly host: string},
): DemoPulls => {
	const ending = new AbortController();
	const writings: Array<Promise<string>> = [];
	let making: Promise<string> | undefined;
	const openLog = (
		name: string,
		days: number,
		listLines: () => Iterable<string> | AsyncIterable<string>,
	): DemoLog => {
		const write = async (): Promise<string> => {
			making ??= mkdtemp(path.join(os.tmpdir(), 'jetsam-demo-'));
			const file = path.join(await making, name);
			await pipeline(
				Readable.from(endLines(listLines())),
				createWriteStream(file, {mode: 0o600}),
				{signal: ending.signal},
			);
			return file;
		};

		let writing: Promise<string> | undefined;
		return {
			from: now - days * day,
			to: now,
			async write() {
				if (writing === undefined) {
					writing = write();
					writings.push(writing);
				}

				return writing;
			},
		};
	};

	return {
		notifications: openLog('notifications.jsonl', sampleLogDays, () =>
			writeSamplePulls(registry.content, {now, host: registry.host}),
		),
		events: openLog('events.jsonl', sampleEventDays, () =>
			writeSampleEvents(now),
		),
		async close() {
			ending.abort();
			await Promise.allSettled(writings);
			const folder = await making;
			if (folder !== undefined) {
				await rm(folder, {recursive: true, force: true});
			}
		},
	};
};

async function* endLines(
	lines: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
	for await (const line of lines) {
		yield `${line}\n`;
	}
}
