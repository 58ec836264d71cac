/** Holds a batch: nothing further begins until it goes on, is stopped or broken off. */
export type Hold = {
	readonly hold: () => void;
	readonly release: () => void;
	/** Resolves when a further step may begin. */
	readonly waitForGo: () => Promise<void>;
};

/** A hold that is open. @param ends - Signals that end the run, and so whatever holds it. */
export const createHold = (...ends: readonly AbortSignal[]): Hold => {
	let isHeld = false;
	const waiting: Array<() => void> = [];
	const release = (): void => {
		isHeld = false;
		for (const go of waiting.splice(0)) {
			go();
		}
	};

	const end = AbortSignal.any([...ends]);
	end.addEventListener('abort', release, {once: true});
	return {
		hold() {
			isHeld = !end.aborted;
		},
		release,
		async waitForGo() {
			if (isHeld) {
				await new Promise<void>(resolve => {
					waiting.push(resolve);
				});
			}
		},
	};
};
