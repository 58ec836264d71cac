import {writeNewFile} from '../storage/named-file.js';
import {UserError} from '../user-error.js';

/**
Writes the plan of a registry to a new file in the current folder, which its owner only can read, and resolves to its name. Throws `UserError` where it cannot, or where there is such a file already.
@param options.now - Milliseconds since 1970: names the file.
*/
export const writePlan = async ({
	host,
	text,
	now,
	isDemo,
}: {
	host: string;
	text: string;
	now: number;
	isDemo: boolean;
}): Promise<string> => {
	if (isDemo) {
		throw new UserError(
			'The demo ends with jetsam, and a plan of it could not be applied any more; nothing was written.',
			{remedy: ''},
		);
	}

	const time = new Date(now).toISOString().replaceAll(/[:\-]|\.\d+/gv, '');
	const name = host.replaceAll(/[^a-z\d.]+/giv, '-').replace(/^-/v, '');
	const file = `jetsam-plan-${name}-${time}.json`;
	await writeNewFile(file, text);
	return file;
};
