import {Buffer} from 'node:buffer';
import type {Readable} from 'node:stream';
import {decodeText} from '../oci/json.js';
import {type Launch, launchProgram, type ProgramEnd} from './launch-program.js';

/** What a program that keeps secrets answers; no part of it may be shown, logged or put into an error. */
export type ProgramAnswer = {
	readonly end: ProgramEnd;
	/** What it wrote to its standard output; an empty text where that was more than an answer can be. */
	readonly output: string;
	/** The same for its standard error. */
	readonly errors: string;
};

/** More than any login needs, in bytes. */
const mostOutput = 256 * 1024;

const readAll = async (stream: Readable, stop: () => void): Promise<string> => {
	const parts: Uint8Array[] = [];
	let size = 0;
	try {
		for await (const part of stream as AsyncIterable<Uint8Array>) {
			size += part.length;
			if (size > mostOutput) {
				stop();
				return '';
			}

			parts.push(part);
		}
	} catch {
		// What was said before it broke off is all there is.
	}

	return decodeText(Buffer.concat(parts));
};

/** Runs a program without a shell and resolves to what it answers, however it ends. Throws the signal's reason only. */
export const askProgram = async (launch: Launch): Promise<ProgramAnswer> => {
	const {end, value} = await launchProgram(
		launch,
		async ({output, errors, stop}) =>
			Promise.all([readAll(output, stop), readAll(errors, stop)]),
	);
	return {end, output: value[0], errors: value[1]};
};
