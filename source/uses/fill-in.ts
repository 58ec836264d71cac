/** A text with its variables filled in, or the name of the first one that cannot be. */
export type FilledText =
	| {readonly kind: 'filled'; readonly text: string}
	| {readonly kind: 'unknown'; readonly variable: string};

export type FillInOptions = {
	/** The value of a variable; `undefined` where nothing gives it one. */
	readonly lookUp: (name: string) => string | undefined;
	/** What makes the `$` behind it an ordinary character. */
	readonly escape: string;
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

/** What `NAME`, `NAME:-default`, `NAME+other` and their kind stand for. */
const fillBraces = (inner: string, options: FillInOptions): FilledText => {
	const name = namePattern.exec(inner)?.[0] ?? '';
	const rest = inner.slice(name.length);
	const {operator, word} =
		/^(?<operator>:?[-+?])(?<word>.*)$/s.exec(rest)?.groups ?? {};
	const value = options.lookUp(name);
	if (name === '' || (rest !== '' && operator === undefined)) {
		return unknown(inner);
	}

	const isSet =
		value !== undefined && (value !== '' || !operator?.startsWith(':'));
	switch (operator?.at(-1)) {
		case '-': {
			return isSet
				? {kind: 'filled', text: value}
				: fillIn(word ?? '', options);
		}

		case '+': {
			return isSet ? fillIn(word ?? '', options) : unknown(name);
		}

		default: {
			return isSet ? {kind: 'filled', text: value} : unknown(name);
		}
	}
};

/**
Fills in `$NAME`, `${NAME}`, `${NAME:-default}` and the other forms that Dockerfiles and compose files share.
@see https://docs.docker.com/reference/dockerfile/#environment-replacement
@see https://docs.docker.com/reference/compose-file/interpolation/
*/
export const fillIn = (text: string, options: FillInOptions): FilledText => {
	let filled = '';
	let index = 0;
	while (index < text.length) {
		const rest = text.slice(index);
		if (rest.startsWith(`${options.escape}$`)) {
			filled += '$';
			index += options.escape.length + 1;
			continue;
		}

		if (!rest.startsWith('$')) {
			filled += rest.charAt(0);
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
				? fillBraces(name ?? '', options)
				: fillBraces(text.slice(index + 2, end), options);
		if (value.kind === 'unknown') {
			return value;
		}

		filled += value.text;
		index = end === -1 ? index + 1 + (name ?? '').length : end + 1;
	}

	return {kind: 'filled', text: filled};
};
