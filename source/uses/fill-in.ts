/** A stretch of a filled in text, and where it stands: an offset in what the operator wrote; `undefined` where it stands nowhere as it is. */
export type FilledPiece = {
	readonly text: string;
	readonly offset: number | undefined;
};

/** What a variable stands for, and where that stands. */
export type Value = {
	readonly text: string;
	readonly pieces: readonly FilledPiece[];
};

/** A text with its variables filled in, or the name of the first one that cannot be. */
export type FilledText =
	| ({readonly kind: 'filled'} & Value)
	| {readonly kind: 'unknown'; readonly variable: string};

export type FillInOptions = {
	/** The value of a variable; `undefined` where nothing gives it one. */
	readonly lookUp: (name: string) => Value | undefined;
	/** What makes the `$` behind it an ordinary character. */
	readonly escape: string;
	/** Where the text begins in its file; `undefined` where it does not stand there as it is. */
	readonly offset: number | undefined;
};

const namePattern = /^[a-z_]\w*/i;

/** The index of the brace that closes the one before `start`, -1 where none does. */
const findBrace = (text: string, start: number): number => {
	let depth = 1;
	for (let index = start; index < text.length; index++) {
		if (text[index] === '{' && text[index - 1] === '$') {
			depth++;
		} else if (text[index] === '}') {
			depth--;
			if (depth === 0) {
				return index;
			}
		}
	}

	return -1;
};

const unknown = (variable: string): FilledText => ({
	kind: 'unknown',
	variable,
});

const moveBy = (
	offset: number | undefined,
	length: number,
): number | undefined => (offset === undefined ? undefined : offset + length);

/** What `NAME`, `NAME:-default`, `NAME+other` and their kind stand for. */
const fillBraces = (inner: string, options: FillInOptions): FilledText => {
	const name = namePattern.exec(inner)?.[0] ?? '';
	const rest = inner.slice(name.length);
	const {operator = '', word = ''} =
		/^(?<operator>:?[-+?])(?<word>.*)$/s.exec(rest)?.groups ?? {};
	const value = options.lookUp(name);
	if (name === '' || (rest !== '' && operator === '')) {
		return unknown(inner);
	}

	const isSet =
		value !== undefined && (value.text !== '' || !operator.startsWith(':'));
	const fillWord = (): FilledText =>
		fillIn(word, {
			...options,
			offset: moveBy(options.offset, name.length + operator.length),
		});
	switch (operator.at(-1)) {
		case '-': {
			return isSet ? {kind: 'filled', ...value} : fillWord();
		}

		case '+': {
			return isSet ? fillWord() : unknown(name);
		}

		default: {
			return isSet ? {kind: 'filled', ...value} : unknown(name);
		}
	}
};

/** Puts pieces together that stand behind one another. */
const joinPieces = (pieces: readonly FilledPiece[]): readonly FilledPiece[] => {
	const joined: FilledPiece[] = [];
	for (const {text, offset} of pieces) {
		const last = joined.at(-1);
		if (last && offset === moveBy(last.offset, last.text.length)) {
			joined.splice(-1, 1, {text: last.text + text, offset: last.offset});
		} else {
			joined.push({text, offset});
		}
	}

	return joined;
};

/**
Fills in `$NAME`, `${NAME}`, `${NAME:-default}` and the other forms that Dockerfiles and compose files share.
@see https://docs.docker.com/reference/dockerfile/#environment-replacement
@see https://docs.docker.com/reference/compose-file/interpolation/
*/
export const fillIn = (text: string, options: FillInOptions): FilledText => {
	const pieces: FilledPiece[] = [];
	let index = 0;
	while (index < text.length) {
		const rest = text.slice(index);
		const offset = moveBy(options.offset, index);
		if (rest.startsWith(`${options.escape}$`)) {
			// What is escaped stands there with its escape.
			pieces.push({text: '$', offset: undefined});
			index += options.escape.length + 1;
			continue;
		}

		if (!rest.startsWith('$')) {
			pieces.push({text: rest.charAt(0), offset});
			index++;
			continue;
		}

		const end = rest.startsWith('${') ? findBrace(text, index + 2) : -1;
		const name = namePattern.exec(rest.slice(1))?.[0];
		if (end === -1 && name === undefined) {
			return unknown(rest);
		}

		const value: FilledText =
			end === -1
				? fillBraces(name ?? '', {...options, offset: moveBy(offset, 1)})
				: fillBraces(text.slice(index + 2, end), {
						...options,
						offset: moveBy(offset, 2),
					});
		if (value.kind === 'unknown') {
			return value;
		}

		pieces.push(...value.pieces);
		index = end === -1 ? index + 1 + (name ?? '').length : end + 1;
	}

	const joined = joinPieces(pieces);
	return {
		kind: 'filled',
		text: joined.map(piece => piece.text).join(''),
		pieces: joined,
	};
};
