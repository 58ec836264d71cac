/** A meeting place of many workers and one reader: what is pushed between two reads is read at once. */
export type Batches<Item> = {
	readonly push: (item: Item) => void;
	/** No more items come; with an error, the reader gets it after what was pushed before. */
	readonly end: (error?: Error) => void;
	readonly read: () => AsyncGenerator<readonly Item[], void, undefined>;
};

/** Empty batches, waiting for items. */
export const createBatches = <Item>(): Batches<Item> => {
	let waiting: Item[] = [];
	const end: {reached: boolean; error: Error | undefined} = {
		reached: false,
		error: undefined,
	};
	let wake: (() => void) | undefined;

	const waitForPush = async (): Promise<void> =>
		new Promise(resolve => {
			wake = resolve;
		});

	return {
		push(item) {
			waiting.push(item);
			wake?.();
		},
		end(error) {
			end.reached = true;
			end.error = error;
			wake?.();
		},
		async *read() {
			while (waiting.length > 0 || !end.reached) {
				if (waiting.length > 0) {
					const items = waiting;
					waiting = [];
					yield items;
				} else {
					await waitForPush();
				}
			}

			if (end.error) {
				throw end.error;
			}
		},
	};
};
