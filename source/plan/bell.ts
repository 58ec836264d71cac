/** Wakes one who waits. Who rings while nobody waits is not heard: whoever waits looks first whether there is something to do. */
export type Bell = {
	readonly ring: () => void;
	/** Resolves at the next ring. */
	readonly heard: () => Promise<void>;
};

export const createBell = (): Bell => {
	let wake: () => void = () => undefined;
	return {
		ring() {
			wake();
		},
		async heard() {
			return new Promise(resolve => {
				wake = resolve;
			});
		},
	};
};
