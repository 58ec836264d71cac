/** The same computation, done once for each object that it is given; the results go when the objects go. */
export const remember = <Key extends WeakKey, Value>(
	compute: (key: Key) => Value,
): ((key: Key) => Value) => {
	const values = new WeakMap<Key, {readonly value: Value}>();
	return key => {
		const known = values.get(key);
		if (known) {
			return known.value;
		}

		const value = compute(key);
		values.set(key, {value});
		return value;
	};
};

/** The same for an object and one more thing, of which the last one is remembered for each object. */
export const rememberLast = <Key extends WeakKey, Part, Value>(
	compute: (key: Key, part: Part) => Value,
): ((key: Key, part: Part) => Value) => {
	const values = new WeakMap<
		Key,
		{readonly part: Part; readonly value: Value}
	>();
	return (key, part) => {
		const known = values.get(key);
		if (known && Object.is(known.part, part)) {
			return known.value;
		}

		const value = compute(key, part);
		values.set(key, {part, value});
		return value;
	};
};
