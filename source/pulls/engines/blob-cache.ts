import {
	chmod,
	mkdir,
	mkdtemp,
	readdir,
	rename,
	rm,
	stat,
	utimes,
} from 'node:fs/promises';
import path from 'node:path';
import type {TimeSpan} from '../../evidence/pull.js';
import {hourOf} from './blob-patterns.js';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** Milliseconds after its end from which a day is believed to grow no more. */
const settling = 3 * day;
/** Milliseconds that blobs older than the window are kept for the next one. */
const keeping = 30 * day;

const incoming = 'incoming-';

/** Blobs of one container that were fetched in earlier runs, as files under their own names. */
export type BlobCache = {
	/** Where they lie. */
	readonly folder: string;
	/**
	The UTC days of a window that have to be fetched, each by its begin. A day is not fetched again once each of its hours lies here and was fetched three days after its end; Azure Monitor appends no later than that.
	*/
	readonly listMissing: (window: TimeSpan) => Promise<readonly number[]>;
	/** Has a new folder filled, takes over the blobs in it that hold an hour, and removes it; what is filled by half is removed whole. */
	readonly fill: (write: (folder: string) => Promise<void>) => Promise<void>;
	/** Removes what is much older than the window. */
	readonly prune: (window: TimeSpan) => Promise<void>;
};

type Blob = {
	/** From the folder, with slashes. */
	readonly name: string;
	/** Milliseconds since 1970 at which its hour begins. */
	readonly hour: number;
};

const listBlobs = async (folder: string): Promise<readonly Blob[]> => {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	return entries.flatMap(entry => {
		const name = path
			.relative(folder, path.join(entry.parentPath, entry.name))
			.replaceAll(path.sep, '/');
		const begin = entry.isFile() ? hourOf(name) : undefined;
		return begin === undefined ? [] : [{name, hour: begin}];
	});
};

const dayOf = (time: number): number => time - (time % day);

/** The part of a name that is before the time: one registry. */
const registryOf = (name: string): string => name.replace(/\/y=.*$/v, '');

/**
Opens the cache, whose folders nobody else may enter.
@param folder - A folder for these blobs and no others.
*/
export const openBlobCache = async (
	folder: string,
	now: () => number,
): Promise<BlobCache> => {
	const blobs = path.join(folder, 'blobs');
	await mkdir(blobs, {recursive: true, mode: 0o700});
	await chmod(folder, 0o700);
	await sweep(folder, now());

	/** Days whose hours all lie here and will not grow. */
	const listSettled = async (): Promise<ReadonlySet<number>> => {
		const hours = new Map<number, Map<string, Set<number>>>();
		for (const blob of await listBlobs(blobs)) {
			const begin = dayOf(blob.hour);
			const {mtimeMs} = await stat(path.join(blobs, blob.name));
			const registries = hours.get(begin) ?? new Map<string, Set<number>>();
			hours.set(begin, registries);
			const registry = registryOf(blob.name);
			const settled = registries.get(registry) ?? new Set<number>();
			registries.set(registry, settled);
			if (mtimeMs >= begin + day + settling) {
				settled.add(blob.hour);
			}
		}

		return new Set(
			[...hours]
				.filter(([, registries]) =>
					[...registries.values()].every(({size}) => size === day / hour),
				)
				.map(([begin]) => begin),
		);
	};

	return {
		folder: blobs,
		async listMissing({from, to}) {
			const settled = await listSettled();
			const days: number[] = [];
			for (let begin = dayOf(from); begin < to; begin += day) {
				if (!settled.has(begin)) {
					days.push(begin);
				}
			}

			return days;
		},
		async fill(write) {
			const fresh = await mkdtemp(path.join(folder, incoming));
			try {
				const askedAt = now() / 1000;
				await write(fresh);
				for (const {name} of await listBlobs(fresh)) {
					const file = path.join(fresh, name);
					const target = path.join(blobs, name);
					await mkdir(path.dirname(target), {recursive: true, mode: 0o700});
					await chmod(file, 0o600);
					await utimes(file, askedAt, askedAt);
					await rename(file, target);
				}
			} finally {
				await rm(fresh, {recursive: true, force: true});
			}
		},
		async prune({from}) {
			for (const blob of await listBlobs(blobs)) {
				if (blob.hour < from - keeping) {
					await rm(path.join(blobs, blob.name), {force: true});
				}
			}
		},
	};
};

/** Removes what a run that was killed has left behind. */
const sweep = async (folder: string, now: number): Promise<void> => {
	for (const name of await readdir(folder)) {
		if (name.startsWith(incoming)) {
			const left = path.join(folder, name);
			const status = await stat(left).catch(() => undefined);
			if (status !== undefined && now - status.mtimeMs > day) {
				await rm(left, {recursive: true, force: true});
			}
		}
	}
};
