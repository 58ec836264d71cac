import type {CopyEvent} from './copy-image.js';

/** How far a copy is. */
export type CopyProgress = {
	/** Bytes that were sent, also those that had to be sent anew. */
	readonly sent: number;
	/** Bytes that were at home already, or that its registry had somewhere. */
	readonly there: number;
	/** Bytes that are to be at home, as far as they are known and as others let expect them. */
	readonly expected: number;
	/** Of those, what is at home or on its way. */
	readonly done: number;
	/** Bytes that are sent in a second; `undefined` while that cannot be said. */
	readonly rate: number | undefined;
	/** `undefined` while that cannot be said. */
	readonly secondsLeft: number | undefined;
	/** Of the images under way, by their place in the list: bytes that are at home or on their way, and that are known to be needed. */
	readonly images: ReadonlyMap<
		number,
		{readonly done: number; readonly found: number}
	>;
};

/** Counts what a copy tells. */
export type CopyMeter = {
	/** @param image - Its place in the list of all. */
	readonly take: (image: number, event: CopyEvent) => void;
	/** Nothing more comes of an image. */
	readonly end: (image: number) => void;
	readonly progress: () => CopyProgress;
};

type ImageCount = {
	found: number;
	done: number;
	/** Whether all that it needs is known. */
	isWhole: boolean;
	hasEnded: boolean;
	/** By digest: bytes that are on their way. */
	sending: Map<string, number>;
};

/** Milliseconds that a rate is taken over, and that lie between two looks at it. */
const window = 10_000;
const between = 500;

const sum = (numbers: Iterable<number>): number => {
	let total = 0;
	for (const number of numbers) {
		total += number;
	}

	return total;
};

const doneOf = ({found, done, sending}: ImageCount): number =>
	Math.min(found, done + sum(sending.values()));

type Sample = {
	readonly time: number;
	readonly sent: number;
	readonly done: number;
};

/**
Counts the bytes of a copy.
@param options.total - Images.
@param options.now - Milliseconds since 1970.
*/
export const createCopyMeter = ({
	total,
	now,
}: {
	readonly total: number;
	readonly now: () => number;
}): CopyMeter => {
	const images = new Map<number, ImageCount>();
	const samples: Sample[] = [{time: now(), sent: 0, done: 0}];
	let sent = 0;
	let there = 0;
	const find = (index: number): ImageCount => {
		const image = images.get(index) ?? {
			found: 0,
			done: 0,
			isWhole: false,
			hasEnded: false,
			sending: new Map<string, number>(),
		};
		images.set(index, image);
		return image;
	};

	const count = () => {
		const all = [...images.values()];
		const whole = all.filter(({isWhole}) => isWhole);
		const found = sum(all.map(image => image.found));
		const usual =
			whole.length === 0
				? 0
				: sum(whole.map(image => image.found)) / whole.length;
		return {
			done: sum(all.map(image => doneOf(image))),
			expected: Math.round(found + usual * (total - all.length)),
			isKnown: whole.length === all.length && all.length > 0,
		};
	};

	/** The beginning of the window that rates are taken over. */
	const look = (done: number): Sample => {
		const time = now();
		if (time - (samples.at(-1)?.time ?? 0) >= between) {
			samples.push({time, sent, done});
		}

		while (time - (samples[1]?.time ?? time) >= window) {
			samples.shift();
		}

		return samples[0] ?? {time, sent, done};
	};

	return {
		take(index, event) {
			const image = find(index);
			switch (event.kind) {
				case 'found': {
					image.found += event.bytes;
					break;
				}

				case 'whole': {
					image.isWhole = true;
					break;
				}

				case 'sending': {
					const before = image.sending.get(event.digest) ?? 0;
					sent += event.bytes < before ? event.bytes : event.bytes - before;
					image.sending.set(event.digest, event.bytes);
					break;
				}

				case 'blob': {
					image.sending.delete(event.digest);
					image.done += event.bytes;
					there += event.isSent ? 0 : event.bytes;
					break;
				}

				case 'manifest': {
					break;
				}
			}
		},
		end(index) {
			const image = find(index);
			image.sending.clear();
			image.found = image.done;
			image.isWhole = true;
			image.hasEnded = true;
		},
		progress() {
			const {done, expected, isKnown} = count();
			const from = look(done);
			const seconds = (now() - from.time) / 1000;
			const pace = seconds < 1 ? 0 : (done - from.done) / seconds;
			return {
				sent,
				there,
				expected,
				done,
				rate:
					seconds < 1 ? undefined : Math.round((sent - from.sent) / seconds),
				secondsLeft:
					isKnown && pace > 0 ? Math.max(0, expected - done) / pace : undefined,
				images: new Map(
					[...images]
						.filter(([, {hasEnded}]) => !hasEnded)
						.map(([index, image]) => [
							index,
							{done: doneOf(image), found: image.found},
						]),
				),
			};
		},
	};
};
