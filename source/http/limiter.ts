import PQueue from 'p-queue';

/** How many requests go to one host at a time, and since when it wants none. All workers of a host share one. */
export type Limiter = {
	/** Does a task when there is a place for it: of those that wait the one with the highest priority, and among equals the one that came first. */
	readonly run: <Result>(
		task: () => Promise<Result>,
		options: {readonly signal: AbortSignal; readonly priority: number},
	) => Promise<Result>;
	/** Holds every further request back for so many milliseconds, as a server asked by 429 and Retry-After. */
	readonly pause: (milliseconds: number) => void;
};

/** A limiter of so many requests at a time. */
export const createLimiter = (concurrency: number): Limiter => {
	const queue = new PQueue({concurrency});
	let resumeAt = 0;
	let timer: NodeJS.Timeout | undefined;
	// A pause that nobody waits for any more does not keep the process alive.
	queue.on('next', () => {
		if (queue.size === 0) {
			timer?.unref();
		}
	});
	return {
		async run(task, {signal, priority}) {
			timer?.ref();
			return queue.add(task, {signal, priority});
		},
		pause(milliseconds) {
			const end = performance.now() + milliseconds;
			if (end <= resumeAt) {
				return;
			}

			resumeAt = end;
			clearTimeout(timer);
			queue.pause();
			timer = setTimeout(() => {
				queue.start();
			}, milliseconds);
		},
	};
};
