const clearScrollback = '\u001B[3J';

/**
The same terminal, on which nothing clears the scrollback.

Ink 6.8 does when a frame is higher than the terminal has become, as after every resize to fewer rows, also in the alternate screen. What the operator's shell printed is
not jetsam's to clear.
@see https://github.com/vadimdemedes/ink/issues/935
*/
export const keepScrollback = (
	stdout: NodeJS.WriteStream,
): NodeJS.WriteStream => {
	// Ink waits by an empty write and its callback until all is written.
	const write = (text: string, done?: () => void): boolean =>
		stdout.write(text.replaceAll(clearScrollback, ''), done);
	return new Proxy(stdout, {
		get(target, name) {
			if (name === 'write') {
				return write;
			}

			const value: unknown = Reflect.get(target, name, target);
			return typeof value === 'function'
				? (value.bind(target) as unknown)
				: value;
		},
	});
};
