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
