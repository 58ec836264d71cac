import path from 'node:path';

/** Where jetsam keeps its files on this machine. */
export type Folders = {
	/** Journals: what was done. */
	readonly state: string;
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
	const base = environment['XDG_STATE_HOME'];
	return {
		state:
			stateOption ??
			path.join(
				base && path.isAbsolute(base)
					? base
					: path.join(home, '.local', 'state'),
				'jetsam',
			),
	};
};
