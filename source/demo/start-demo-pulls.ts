import {createWriteStream} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {RegistryContent} from './registry-content.js';
import {sampleLogDays, writeSamplePulls} from './sample-pulls.js';

/** The notifications that the demo's registry has sent so far. */
export type DemoPulls = {
	/** Writes them when they are first asked for; resolves to the file, JSON lines. */
	readonly write: () => Promise<string>;
	/** What they cover, milliseconds since 1970. */
	readonly from: number;
	readonly to: number;
	/** Removes the file. */
	readonly close: () => Promise<void>;
};

/** The pull log of the sample world as of `now`, milliseconds since 1970, in a folder of its own until it is closed. */
export const startDemoPulls = (
	now: number,
	registry: {readonly content: RegistryContent; readonly host: string},
): DemoPulls => {
	const ending = new AbortController();
	let writing: Promise<string> | undefined;
	let folder: string | undefined;
	const write = async (): Promise<string> => {
		folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-demo-'));
		const file = path.join(folder, 'notifications.jsonl');
		await pipeline(
			Readable.from(writeLines(now, registry)),
			createWriteStream(file, {mode: 0o600}),
			{signal: ending.signal},
		);
		return file;
	};

	return {
		from: now - sampleLogDays * 24 * 60 * 60 * 1000,
		to: now,
		async write() {
			writing ??= write();
			return writing;
		},
		async close() {
			ending.abort();
			await writing?.catch(() => undefined);
			if (folder !== undefined) {
				await rm(folder, {recursive: true, force: true});
			}
		},
	};
};

async function* writeLines(
	now: number,
	{content, host}: {content: RegistryContent; host: string},
): AsyncGenerator<string, void, undefined> {
	for await (const line of writeSamplePulls(content, {now, host})) {
		yield `${line}\n`;
	}
}
