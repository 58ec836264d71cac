import process from 'node:process';
import type {Store} from '../state/store.js';

/** The end of the explorer. The first of them counts. */
export type Ending = {
	/** Resolves to the exit code, rejects with a bug. */
	readonly promise: Promise<number>;
	readonly leave: (exitCode: number) => void;
	readonly crash: (error: unknown) => void;
};

/** An end that is to come. */
export const createEnding = (): Ending => {
	let leave: (exitCode: number) => void = () => undefined;
	let crash: (error: unknown) => void = () => undefined;
	const promise = new Promise<number>((resolve, reject) => {
		leave = resolve;
		crash = reject;
	});
	return {promise, leave, crash};
};

/**
A signal ends the program as a key would: a batch under way first ends its step in flight, and a second signal does not wait for it.

A terminal that is gone is told by SIGHUP, by the shell once more, and by errors of its streams. All that is one signal: nobody asked twice.
Returns how to take signals no more.
*/
export const listenToSignals = (
	store: Store,
	leave: (exitCode: number) => void,
): (() => void) => {
	const interrupt = (exitCode: number): void => {
		// The first exit code counts; the message stops what is under way, so that the program can end.
		leave(exitCode);
		store.dispatch({kind: 'interrupted'});
	};

	let isHungUp = false;
	const hangUp = (): void => {
		if (!isHungUp) {
			isHungUp = true;
			interrupt(129);
		}
	};

	const listeners = [
		['SIGHUP', hangUp],
		[
			'SIGINT',
			() => {
				interrupt(130);
			},
		],
		[
			'SIGTERM',
			() => {
				interrupt(143);
			},
		],
	] as const;
	for (const [signal, listener] of listeners) {
		process.on(signal, listener);
	}

	// Until the process ends: what is written to a terminal that is gone must not end it by an error.
	process.stdout.on('error', hangUp);
	process.stdin.on('error', hangUp);
	return () => {
		for (const [signal, listener] of listeners) {
			process.off(signal, listener);
		}
	};
};
