import process from 'node:process';

/** A program that runs. */
export type Program = {
	readonly pid?: number | undefined;
	readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => boolean;
};

/** What stops a program. */
export type Stopper = {
	readonly stop: () => void;
	readonly isStopped: () => boolean;
	/** Ends the watch once the program has ended; what a stopped one has left behind goes too. */
	readonly release: () => void;
};

/** Milliseconds that a program has to end by itself once it is told to. */
const graceTime = 5000;

/** A program such as az is a script that starts another; as a group they are stopped together. */
export const isGrouped = process.platform !== 'win32';

const sendSignal = (child: Program, signal: 'SIGTERM' | 'SIGKILL'): void => {
	if (child.pid === undefined) {
		return;
	}

	try {
		if (isGrouped) {
			process.kill(-child.pid, signal);
		} else {
			child.kill(signal);
		}
	} catch {
		// It has ended.
	}
};

/** What runs now, and must not outlive jetsam. */
const running = new Set<Program>();

const killAll = (): void => {
	for (const child of running) {
		sendSignal(child, 'SIGKILL');
	}
};

/** Stops a program, with all that it has started, when a signal says so, and when jetsam itself ends. */
export const watchOver = (child: Program, signal: AbortSignal): Stopper => {
	let isStopped = false;
	let lastResort: NodeJS.Timeout | undefined;
	const stop = (): void => {
		if (isStopped) {
			return;
		}

		isStopped = true;
		sendSignal(child, 'SIGTERM');
		lastResort = setTimeout(() => {
			sendSignal(child, 'SIGKILL');
		}, graceTime);
	};

	signal.addEventListener('abort', stop, {once: true});
	if (running.size === 0) {
		process.on('exit', killAll);
	}

	running.add(child);
	if (signal.aborted) {
		stop();
	}

	return {
		stop,
		isStopped: () => isStopped,
		release(): void {
			clearTimeout(lastResort);
			signal.removeEventListener('abort', stop);
			running.delete(child);
			if (running.size === 0) {
				process.off('exit', killAll);
			}

			if (isStopped) {
				sendSignal(child, 'SIGKILL');
			}
		},
	};
};
