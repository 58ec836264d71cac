const pairPattern = /([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?=\s|$)/g;

const escapes: Readonly<Record<string, string>> = {
	n: '\n',
	t: '\t',
	r: '\r',
};

const unescape = (text: string): string =>
	text.replaceAll(
		/\\(?:x([\da-f]{2})|u([\da-f]{4})|(.))/g,
		(
			_,
			byte: string | undefined,
			unit: string | undefined,
			character: string | undefined,
		) =>
			character === undefined
				? String.fromCodePoint(Number.parseInt(byte ?? unit ?? '', 16))
				: (escapes[character] ?? character),
	);

/**
The pairs of a line of logfmt, `time="…" level=info msg="response completed"`; `undefined` for a line that does not end as one, which is cut off.

Go quotes a value where it must, and escapes what stands in the quotes.
*/
export const parseLogfmt = (
	line: string,
): Readonly<Record<string, string>> | undefined => {
	const pairs = new Map<string, string>();
	let end = 0;
	for (const match of line.matchAll(pairPattern)) {
		if (line.slice(end, match.index).trim() !== '') {
			return undefined;
		}

		const [whole, name = '', quoted, plain = ''] = match;
		pairs.set(name, quoted === undefined ? plain : unescape(quoted));
		end = match.index + whole.length;
	}

	return line.slice(end).trim() === '' ? Object.fromEntries(pairs) : undefined;
};
