/** Whether a name of a repository or a tag is what a pattern says, where `*` stands for anything. Built without a regular expression: it is asked once for each digest, and takes no longer for an unlucky name. */
export const matchesWildcard = (pattern: string, name: string): boolean => {
	const [start = '', ...rest] = pattern.split('*');
	const end = rest.pop();
	if (end === undefined) {
		return name === pattern;
	}

	if (!name.startsWith(start) || !name.endsWith(end)) {
		return false;
	}

	let at = start.length;
	for (const part of rest) {
		const found = name.indexOf(part, at);
		if (found === -1) {
			return false;
		}

		at = found + part.length;
	}

	return at <= name.length - end.length;
};
