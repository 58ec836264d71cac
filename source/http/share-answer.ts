/** Asks once for all who want the same at the same time. */
export type Share<Answer> = (
	key: string,
	ask: (signal: AbortSignal) => Promise<Answer>,
	signal: AbortSignal,
) => Promise<Answer>;

/** Where the one whose asking is shared gives up, the next one asks: its end is not the others' end. */
export const createShare = <Answer>(): Share<Answer> => {
	const running = new Map<
		string,
		{readonly answer: Promise<Answer>; readonly signal: AbortSignal}
	>();
	return async (key, ask, signal) => {
		for (;;) {
			signal.throwIfAborted();
			const known = running.get(key);
			const current = known ?? {answer: ask(signal), signal};
			running.set(key, current);
			try {
				return await current.answer;
			} catch (error) {
				if (!current.signal.aborted || signal.aborted) {
					throw error;
				}
			} finally {
				if (running.get(key) === current) {
					running.delete(key);
				}
			}
		}
	};
};
