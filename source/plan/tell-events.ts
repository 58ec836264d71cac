import {createBell} from './bell.js';

/**
Yields what a work tells while it is under way; throws what it throws. Whoever tells is answered when the listener comes back for more, so that with one step at a time nothing happens between two that the listener does not know of.
@param leave - Called when nobody listens any more: the work is to begin nothing new. What is under way is waited for.
*/
export async function* tellEvents<Event>(
	work: (tell: (event: Event) => Promise<void>) => Promise<void>,
	leave: () => void,
): AsyncGenerator<Event, void, undefined> {
	const told: Array<{readonly event: Event; readonly answer: () => void}> = [];
	const bell = createBell();
	let state: 'working' | 'done' | 'left' = 'working';
	const whole = (async () => {
		try {
			await work(
				async event =>
					new Promise(resolve => {
						if (state === 'left') {
							resolve();
							return;
						}

						told.push({event, answer: resolve});
						bell.ring();
					}),
			);
		} finally {
			state = 'done';
			bell.ring();
		}
	})();
	// It is thrown below.
	whole.catch(() => undefined);
	let next: (typeof told)[number] | undefined;
	try {
		for (;;) {
			next = told.shift();
			if (next) {
				yield next.event;
				next.answer();
			} else if (isWorking()) {
				await bell.heard();
			} else {
				break;
			}
		}
	} finally {
		if (isWorking()) {
			state = 'left';
			leave();
		}

		for (const {answer} of [...(next ? [next] : []), ...told]) {
			answer();
		}

		await whole;
	}

	// TypeScript does not see that the work changes it meanwhile.
	function isWorking(): boolean {
		return state === 'working';
	}
}
