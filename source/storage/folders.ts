import path from 'node:path';

/** Where jetsam keeps its files on this machine. */
export type Folders = {
	/** Journals, and the marks: what was done and what is to be done. */
	readonly state: string;
	/** Settings: what the operator wrote. */
	readonly config: string;
	/** What can be read again from the registries. */
	readonly cache: string;
};

/**
The folders for files of jetsam's own.
@param stateOption - The operator's `--state`, which wins.
@see https://specifications.freedesktop.org/basedir-spec/latest/
*/
export const chooseFolders = (
	environment: Readonly<Record<string, string | undefined>>,
	{home, stateOption}: {home: string; stateOption: string | undefined},
): Folders => {
	const locate = (variable: string, usual: string): string => {
		const base = environment[variable];
		// A relative path there is to be ignored, says the specification.
		return path.join(
			base && path.isAbsolute(base) ? base : path.join(home, usual),
			'jetsam',
		);
	};

	return {
		state:
			stateOption ?? locate('XDG_STATE_HOME', path.join('.local', 'state')),
		config: locate('XDG_CONFIG_HOME', '.config'),
		cache:
			stateOption === undefined
				? locate('XDG_CACHE_HOME', '.cache')
				: path.join(stateOption, 'cache'),
	};
};
