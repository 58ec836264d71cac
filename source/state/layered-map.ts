/** What to put into a map, and with `undefined` what to take out, in this order. */
export type Changes<Key, Value> = ReadonlyMap<Key, Value | undefined>;

/** So many changes may lie over a map before it is copied; smaller maps are always copied. */
const mostChanges = 400;

/**
A map with a few changes over a large one that is shared and never changed: to mark one digest more, the marks of 100,000 are not copied.

Its order is that of a plain map: what is put in comes last.
*/
class LayeredMap<Key, Value> implements ReadonlyMap<Key, Value> {
	readonly size: number;
	readonly base: ReadonlyMap<Key, Value>;
	/** In the order of the map, behind what it leaves of the base. */
	readonly changes: Changes<Key, Value>;

	constructor(
		base: ReadonlyMap<Key, Value>,
		changes: Changes<Key, Value>,
		size: number,
	) {
		this.base = base;
		this.changes = changes;
		this.size = size;
	}

	get(key: Key): Value | undefined {
		return this.changes.has(key) ? this.changes.get(key) : this.base.get(key);
	}

	has(key: Key): boolean {
		return this.get(key) !== undefined;
	}

	*entries(): MapIterator<[Key, Value]> {
		for (const entry of this.base) {
			if (!this.changes.has(entry[0])) {
				yield entry;
			}
		}

		for (const [key, value] of this.changes) {
			if (value !== undefined) {
				yield [key, value];
			}
		}
	}

	*keys(): MapIterator<Key> {
		for (const [key] of this.entries()) {
			yield key;
		}
	}

	*values(): MapIterator<Value> {
		for (const [, value] of this.entries()) {
			yield value;
		}
	}

	forEach(
		callback: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void,
	): void {
		for (const [key, value] of this.entries()) {
			callback(value, key, this);
		}
	}

	[Symbol.iterator](): MapIterator<[Key, Value]> {
		return this.entries();
	}
}

/** The two layers of a map, for sums that are made of the lower one once; a plain map has no upper one. */
export const layersOf = <Key, Value>(
	map: ReadonlyMap<Key, Value>,
): {
	readonly base: ReadonlyMap<Key, Value>;
	readonly changes: Changes<Key, Value>;
} =>
	map instanceof LayeredMap
		? // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it holds what the map holds
			(map as LayeredMap<Key, Value>)
		: {base: map, changes: new Map()};

/** A map with changes; what is in it already keeps its place and its value, so it is for keys that tell the value. */
export const changeMap = <Key, Value>(
	map: ReadonlyMap<Key, Value>,
	wanted: Changes<Key, Value>,
): ReadonlyMap<Key, Value> => {
	const {base, changes} = layersOf(map);
	if (base.size <= mostChanges || changes.size + wanted.size > mostChanges) {
		return copyWith(map, wanted);
	}

	const layer = new Map(changes);
	let {size} = map;
	for (const [key, value] of wanted) {
		if (map.has(key) === (value !== undefined)) {
			continue;
		}

		// So that what was taken out and is put in again comes last.
		layer.delete(key);
		size += value === undefined ? -1 : 1;
		if (value !== undefined || base.has(key)) {
			layer.set(key, value);
		}
	}

	return layer.size === 0 ? base : new LayeredMap(base, layer, size);
};

const copyWith = <Key, Value>(
	map: ReadonlyMap<Key, Value>,
	wanted: Changes<Key, Value>,
): ReadonlyMap<Key, Value> => {
	const copy = new Map(map);
	for (const [key, value] of wanted) {
		if (value === undefined) {
			copy.delete(key);
		} else if (!copy.has(key)) {
			copy.set(key, value);
		}
	}

	return copy;
};
