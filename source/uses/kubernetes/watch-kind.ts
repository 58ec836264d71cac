import {ApiError} from './api-error.js';
import {type ClusterObject, keyOf} from './cluster-object.js';
import type {Cluster} from './cluster.js';
import type {ServedKind} from './discovery.js';
import {getObject, getText} from './fields.js';
import {collectionPath} from './kinds.js';
import {readEvents} from './read-events.js';
import {type KindReading, readKind} from './read-kind.js';

/** Milliseconds that rule how current a kind is kept. Safeguard 6: at most a minute old. */
export const watchTimes = {
	/** After so long the server ends a watch, which proves that nothing was missed; asked for in whole seconds. */
	watch: 30_000,
	/** A watch of which so long nothing was heard, not even its end, has fallen behind. */
	silence: 50_000,
	/** Between two lists where watching is refused. */
	list: 30_000,
	/** After the first failure; it doubles with each further one, up to the longest. */
	retry: 1000,
	longestRetry: 15_000,
	/** What was last known to be true longer ago than this is behind. */
	behind: 60_000,
} as const;

/** One kind of a cluster, as it is kept current. */
export type WatchedKind = {
	/** What the last list told, but for its objects. */
	reading: KindReading;
	readonly objects: Map<string, ClusterObject>;
	/** Milliseconds since 1970: everything that the cluster did before is in `objects`; `undefined` until the kind was listed without an accident. */
	currentAsOf: number | undefined;
	/** Why it is being listed anew, after it was known. */
	trouble: string | undefined;
};

type Watching = {
	readonly cluster: Cluster;
	readonly kind: ServedKind;
	readonly watched: WatchedKind;
	readonly signal: AbortSignal;
	readonly onChange: () => void;
};

/** Takes over what a list told; after an accident what was known before stays beside it. */
const takeOver = (
	{watched, onChange}: Watching,
	reading: KindReading,
): boolean => {
	const accident = reading.gaps.find(gap => !gap.isRefusal);
	if (!accident) {
		watched.objects.clear();
		watched.currentAsOf = reading.readAt;
		watched.trouble = undefined;
	} else if (watched.currentAsOf !== undefined) {
		watched.trouble = accident.message;
	}

	for (const object of reading.objects) {
		watched.objects.set(keyOf(object.kind, object), object);
	}

	watched.reading = {
		...reading,
		objects: [],
		isRead: reading.isRead || watched.currentAsOf !== undefined,
	};
	onChange();
	return accident === undefined;
};

/** Aborts a watch that is silent for too long, until `signal` says that it is over. */
const guardSilence = async (
	{cluster: {clock}}: Watching,
	{
		heardAt,
		silent,
		signal,
	}: {
		readonly heardAt: () => number;
		readonly silent: AbortController;
		readonly signal: AbortSignal;
	},
): Promise<void> => {
	try {
		for (;;) {
			const rest = heardAt() + watchTimes.silence - clock.now();
			if (rest <= 0) {
				silent.abort();
				return;
			}

			await clock.sleep(rest, signal);
		}
	} catch {
		// It is over.
	}
};

/** Follows one watch to its end; resolves to the resource version to go on from. */
const watchOnce = async (
	watching: Watching,
	from: string,
): Promise<{version: string; hasHeard: boolean}> => {
	const {cluster, kind, watched, signal, onChange} = watching;
	const {clock} = cluster;
	let version = from;
	let hasHeard = false;
	let heardAt = clock.now();
	const hear = (): void => {
		heardAt = clock.now();
		watched.currentAsOf = heardAt;
		onChange();
	};

	const query = new URLSearchParams({
		watch: '1',
		allowWatchBookmarks: 'true',
		resourceVersion: from,
		timeoutSeconds: String(watchTimes.watch / 1000),
	});
	const silent = new AbortController();
	const over = new AbortController();
	void guardSilence(watching, {
		heardAt: () => heardAt,
		silent,
		signal: AbortSignal.any([over.signal, signal]),
	});
	const {version: apiVersion} = kind;
	const began = clock.now();
	try {
		await cluster.client.get({
			path: `${collectionPath(kind, {version: apiVersion, namespace: ''})}?${query.toString()}`,
			signal: AbortSignal.any([signal, silent.signal]),
			isEndless: true,
			read: async body =>
				readEvents(body, event => {
					const metadata = getObject(event.object, 'metadata');
					version = getText(metadata, 'resourceVersion') || version;
					hasHeard = true;
					if (event.type !== 'bookmark') {
						const object = cluster.decode(kind.kind, event.object);
						const key = keyOf(object.kind, object);
						if (event.type === 'deleted') {
							watched.objects.delete(key);
						} else {
							watched.objects.set(key, object);
						}
					}

					hear();
				}),
		});
	} catch (error) {
		signal.throwIfAborted();
		throw silent.signal.aborted
			? new ApiError('its watch fell behind', {failure: 'timeout'})
			: error;
	} finally {
		over.abort();
	}

	// A proxy may end what it should pass on; only an end in time proves that there was nothing to tell.
	if (clock.now() - began >= watchTimes.watch / 2) {
		hear();
		return {version, hasHeard: true};
	}

	return {version, hasHeard};
};

/** Watches from a list on for as long as that goes well. Resolves to whether watching is refused. */
const watchOn = async (
	watching: Watching,
	from: string,
): Promise<{isRefused: boolean; hasHeard: boolean}> => {
	const {watched, onChange, cluster, kind} = watching;
	let version = from;
	let hasHeard = false;
	const fail = (why: string): void => {
		watched.trouble = `The context ${cluster.context} is listing its ${kind.kind}s anew: ${why}.`;
		onChange();
	};

	for (;;) {
		try {
			const next = await watchOnce(watching, version);
			if (!next.hasHeard) {
				fail('its watch ended before its time');
				return {isRefused: false, hasHeard};
			}

			hasHeard = true;
			({version} = next);
		} catch (error) {
			if (!(error instanceof ApiError)) {
				throw error;
			}

			const isRefused = error.status === 403 || error.status === 405;
			if (!isRefused) {
				fail(error.message);
			}

			return {isRefused, hasHeard};
		}
	}
};

const createWatchedKind = (kind: ServedKind): WatchedKind => ({
	reading: {
		kind,
		objects: [],
		gaps: [],
		namespaces: [],
		resourceVersion: undefined,
		isRead: false,
		readAt: 0,
	},
	objects: new Map(),
	currentAsOf: undefined,
	trouble: undefined,
});

const follow = async (
	watching: Watching,
	onListed: () => void,
): Promise<void> => {
	const {cluster, kind, signal} = watching;
	let isWatchRefused = false;
	let failures = 0;
	for (;;) {
		const reading = await readKind(cluster, kind, signal);
		const isWhole = takeOver(watching, reading);
		onListed();
		if (isWhole && (isWatchRefused || !reading.resourceVersion)) {
			failures = 0;
			await cluster.clock.sleep(watchTimes.list, signal);
			continue;
		}

		if (isWhole && reading.resourceVersion) {
			const outcome = await watchOn(watching, reading.resourceVersion);
			failures = outcome.hasHeard ? 0 : failures;
			if (outcome.isRefused) {
				isWatchRefused = true;
				await cluster.clock.sleep(watchTimes.list, signal);
				continue;
			}
		}

		await cluster.clock.sleep(
			Math.min(watchTimes.retry * 2 ** failures, watchTimes.longestRetry),
			signal,
		);
		failures++;
	}
};

/**
Keeps one kind current: lists it, then watches from there; a watch that breaks, falls behind or expires is begun again by a list. Where the cluster as a whole may not be listed or watched it is listed again and again.

`listed` resolves after the first list, whatever it told; `done` rejects with the signal's reason.
*/
export const watchKind = (
	cluster: Cluster,
	kind: ServedKind,
	{signal, onChange}: {signal: AbortSignal; onChange: () => void},
): {
	readonly watched: WatchedKind;
	readonly listed: Promise<void>;
	readonly done: Promise<void>;
} => {
	const watched = createWatchedKind(kind);
	const {promise: listed, resolve} = createSignalPost();
	const done = follow({cluster, kind, watched, signal, onChange}, resolve);
	return {watched, listed, done};
};

const createSignalPost = (): {promise: Promise<void>; resolve: () => void} => {
	let resolve = (): void => undefined;
	const promise = new Promise<void>(settle => {
		resolve = settle;
	});
	return {promise, resolve};
};
