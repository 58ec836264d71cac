import {Buffer} from 'node:buffer';
import {createReadStream, existsSync} from 'node:fs';
import {type FileHandle, mkdir, open} from 'node:fs/promises';
import path from 'node:path';
import {pipeline} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {
	type CounterSample,
	readCounterDocument,
	writeCounterDocument,
} from '../evidence/counter-sample.js';
import {parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';

/** One line of a file of samples. */
export type SampleLine = {
	readonly file: string;
	/** From 1. */
	readonly line: number;
	readonly text: string;
};

/** Where `jetsam sample` keeps what it reads. */
export const locateSamples = (stateFolder: string): string =>
	path.join(stateFolder, 'counter-samples.jsonl');

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error
		? String(error.code)
		: String(error);

/** Whether the last line of a file was cut off, so that the next one needs a line end before it. */
const isCut = async (handle: FileHandle): Promise<boolean> => {
	const {size} = await handle.stat();
	if (size === 0) {
		return false;
	}

	const {buffer} = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
	return buffer[0] !== 0x0a;
};

/**
Appends samples, one JSON object a line, readable by its owner only. They are on disk when this resolves; another jetsam may append at the same time. Throws `UserError`.
*/
export const appendSamples = async (
	file: string,
	samples: readonly CounterSample[],
): Promise<void> => {
	try {
		await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
		const isNew = !existsSync(file);
		const handle = await open(file, 'a+', 0o600);
		try {
			const lines = samples.map(
				sample => `${JSON.stringify(writeCounterDocument(sample))}\n`,
			);
			await handle.appendFile(
				((await isCut(handle)) ? '\n' : '') + lines.join(''),
			);
			await handle.sync();
		} finally {
			await handle.close();
		}

		if (isNew) {
			await syncFolder(path.dirname(file));
		}
	} catch (error) {
		throw new UserError(
			`The samples could not be kept in ${file} (${codeOf(error)}).`,
			{
				remedy: 'Make room, or choose another folder with --state.',
				cause: error,
			},
		);
	}
};

// A new file's name is durable only when its folder is.
const syncFolder = async (folder: string): Promise<void> => {
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
};

/** The lines of jetsam's own samples; none where there is no such file. A last line that was cut off, or is being written, is left out. */
export async function* readSampleLines(
	file: string,
): AsyncGenerator<SampleLine, void, undefined> {
	if (!existsSync(file)) {
		return;
	}

	let held: SampleLine | undefined;
	for await (const line of readTextLines(file)) {
		if (held) {
			yield held;
		}

		held = line;
	}

	if (held && parseJson(held.text) !== undefined) {
		yield held;
	}
}

/** The lines of a file, gzip too. Throws `UserError` where it cannot be read. */
export async function* readTextLines(
	file: string,
): AsyncGenerator<SampleLine, void, undefined> {
	let line = 0;
	let rest = '';
	try {
		const decoder = new TextDecoder();
		for await (const chunk of openBytes(file)) {
			const text = decoder.decode(chunk, {stream: true});
			if (!text.includes('\n')) {
				rest += text;
				continue;
			}

			const lines = (rest + text).split('\n');
			rest = lines.pop() ?? '';
			for (const whole of lines) {
				line++;
				yield {file, line, text: whole};
			}
		}
	} catch (error) {
		throw new UserError(`${file} cannot be read (${codeOf(error)}).`, {
			remedy: 'Check that it is there, whole, and readable.',
			cause: error,
		});
	}

	if (rest !== '') {
		yield {file, line: line + 1, text: rest};
	}
}

const openBytes = (file: string): AsyncIterable<Uint8Array> =>
	file.endsWith('.gz')
		? // What breaks is thrown to whoever reads.
			pipeline(createReadStream(file), createGunzip(), () => undefined)
		: createReadStream(file);

/** The newest sample that is kept of each of some repositories, by `namespace/name`. */
export const readLastSamples = async (
	file: string,
	wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, CounterSample>> => {
	const last = new Map<string, CounterSample>();
	for await (const {text} of readSampleLines(file)) {
		const read = readCounterDocument(parseJson(text));
		if (read.kind === 'sample') {
			const {namespace, name, time} = read.sample;
			const key = `${namespace}/${name}`;
			if (wanted.has(key) && time >= (last.get(key)?.time ?? 0)) {
				last.set(key, read.sample);
			}
		}
	}

	return last;
};
