const rooms = 1024;
const firstCapacity = 64;
/** How full a room may be, and how much it grows: together at most 15 bytes for each id, and 8 of them are the id. */
const mostFull = 0.8;
const growth = 1.5;
const range = 2 ** 32;

type Room = {entries: Uint32Array; capacity: number; count: number};

const createRoom = (capacity: number): Room => ({
	entries: new Uint32Array(capacity * 2),
	capacity,
	count: 0,
});

/** Puts an id into a room that has a place left; `false` where it is there already. */
const put = ({entries, capacity}: Room, low: number, high: number): boolean => {
	let place = Math.floor((low / range) * capacity);
	for (;;) {
		const otherLow = entries[place * 2];
		const otherHigh = entries[place * 2 + 1];
		if (otherHigh === 0) {
			entries[place * 2] = low;
			entries[place * 2 + 1] = high;
			return true;
		}

		if (otherLow === low && otherHigh === high) {
			return false;
		}

		place = place + 1 === capacity ? 0 : place + 1;
	}
};

const grow = (room: Room): void => {
	const larger = createRoom(Math.ceil(room.capacity * growth));
	for (let place = 0; place < room.capacity; place++) {
		const low = room.entries[place * 2] ?? 0;
		const high = room.entries[place * 2 + 1] ?? 0;
		if (high !== 0) {
			put(larger, low, high);
		}
	}

	room.entries = larger.entries;
	room.capacity = larger.capacity;
};

/** The second half of an id, changed so that those with the same number, a whole one, lie close to each other. Never 0. */
export const inRoom = (high: number, number: number): number =>
	Math.max(rooms, high - (high % rooms)) + (number % rooms);

/** Which records have been met, by 64 bits of their ids, which are unsigned halves. */
export type IdSet = {
	/** `false` where the id is there already. The second half is never 0. */
	readonly add: (low: number, high: number) => boolean;
	/** Bytes that it takes. */
	readonly size: () => number;
};

/**
An empty set that takes at most 16 bytes for each id, beside a few thousand at the beginning.

It has many rooms, so that only one of them stands twice in memory while it grows.
*/
export const createIdSet = (): IdSet => {
	const all = Array.from({length: rooms}, () => createRoom(firstCapacity));
	return {
		add(low, high) {
			const room = all[high % rooms];
			if (!room) {
				return true;
			}

			if (room.count + 1 > room.capacity * mostFull) {
				grow(room);
			}

			const isNew = put(room, low, high);
			room.count += isNew ? 1 : 0;
			return isNew;
		},
		size() {
			let sum = 0;
			for (const {entries} of all) {
				sum += entries.byteLength;
			}

			return sum;
		},
	};
};
