import {findLogFiles} from './engines/find-log-files.js';
import {openBytes} from './engines/open-bytes.js';
import {recogniseFormat, type RecognisedKind} from './recognise-format.js';

/** What a file is recognised by, in bytes. */
const headSize = 64 * 1024;

/** The first characters of a file, unpacked. */
const readHead = async (file: string): Promise<string> => {
	const source = await openBytes(file);
	try {
		const bytes = new Uint8Array(headSize);
		let length = 0;
		for (let more = 1; more > 0 && length < headSize; length += more) {
			more = await source.read(bytes, length);
		}

		return new TextDecoder().decode(bytes.subarray(0, length));
	} finally {
		await source.close();
	}
};

/**
The kind of the logs in a file, or in the first file of a folder or a glob.

Throws `UserError` where there is nothing of that name, or where it is no log that is known.
*/
export const recogniseFiles = async (
	where: string,
	signal: AbortSignal,
): Promise<RecognisedKind> => {
	const {files} = await findLogFiles(where, signal);
	const first = files.find(({size}) => size > 0) ?? files[0];
	return first
		? recogniseFormat(await readHead(first.file), first.path)
		: recogniseFormat('', where);
};
