const beginFrame = '\u001B[?2026h';
const endFrame = '\u001B[?2026l';
const toTheTop = '\u001B[H';
const eraseRestOfLine = '\u001B[K';
const eraseRestOfScreen = '\u001B[J';

// How Ink goes back over its last frame: up line by line, or, where that was higher than the terminal, by clearing it with all that the shell printed before.
const backOverLastFrame =
	// eslint-disable-next-line no-control-regex -- it is about them
	/^(?:\u001B\[2J\u001B\[3J\u001B\[H|(?:\u001B\[2K(?:\u001B\[1A)?)+(?:\u001B\[G)?)/;

/** A terminal whose frames are painted from the top. */
export type FramePainter = {
	/** The same terminal, for Ink. */
	readonly stdout: NodeJS.WriteStream;
	/** Paints the last frame once more, as after a resize. */
	readonly repaint: () => void;
};

/**
Paints each of Ink's frames from the top of the screen.

Ink 6.8 writes a frame relative to the one before. While a terminal is made smaller and larger again its lines move and vanish, so that would leave ruins; and where a frame is higher than the terminal has become, Ink would clear the scrollback, which is not jetsam's.
@see https://github.com/vadimdemedes/ink/issues/935
*/
export const paintFrames = (terminal: NodeJS.WriteStream): FramePainter => {
	let last = '';
	const paint = (text: string): string => {
		const frame = text.replace(backOverLastFrame, '');
		if (!frame.includes('\n')) {
			return frame;
		}

		last =
			toTheTop +
			frame.replaceAll('\n', `${eraseRestOfLine}\n`) +
			eraseRestOfScreen;
		return last;
	};

	// Ink waits by an empty write and its callback until all is written.
	const write = (text: string, done?: () => void): boolean =>
		terminal.write(paint(text), done);
	return {
		stdout: new Proxy(terminal, {
			get(target, name) {
				if (name === 'write') {
					return write;
				}

				const value: unknown = Reflect.get(target, name, target);
				return typeof value === 'function'
					? (value.bind(target) as unknown)
					: value;
			},
		}),
		repaint() {
			terminal.write(beginFrame + last + endFrame);
		},
	};
};
