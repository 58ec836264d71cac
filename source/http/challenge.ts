/** One way in that a host offers. */
export type Challenge = {
	/** In small letters: `basic`, `bearer`. */
	readonly scheme: string;
	/** By their names, in small letters. */
	readonly parameters: ReadonlyMap<string, string>;
};

const parameterPattern =
	/(?<name>[\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s,"]+))/y;
const schemePattern = /[\w!#$%&'*+.^`|~-]+/y;
const betweenPattern = /[\s,]*/y;

/**
The challenges of a WWW-Authenticate header: several may stand in one, and what is quoted may hold commas. Reading ends where nothing is understood any more.
@see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
*/
export const parseChallenges = (header: string): readonly Challenge[] => {
	const challenges: Array<{scheme: string; parameters: Map<string, string>}> =
		[];
	let at = 0;
	const take = (pattern: RegExp): RegExpExecArray | undefined => {
		pattern.lastIndex = at;
		const found = pattern.exec(header) ?? undefined;
		at = found ? pattern.lastIndex : at;
		return found;
	};

	for (;;) {
		take(betweenPattern);
		const last = challenges.at(-1);
		const parameter = last && take(parameterPattern)?.groups;
		if (parameter) {
			const {name = '', quoted, bare = ''} = parameter;
			const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
			last.parameters.set(name.toLowerCase(), value);
			continue;
		}

		const scheme = take(schemePattern)?.[0];
		if (scheme === undefined) {
			return challenges;
		}

		challenges.push({scheme: scheme.toLowerCase(), parameters: new Map()});
	}
};
