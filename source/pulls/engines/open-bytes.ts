import {Buffer} from 'node:buffer';
import {type FileHandle, open} from 'node:fs/promises';
import {pipeline} from 'node:stream';
import {createGunzip} from 'node:zlib';

/** The bytes of a file, one after the other, unpacked where it is gzip. */
export type ByteSource = {
	/** Puts the next bytes into `into` from `at` on; resolves to how many there were, 0 at the end. Rejects with `DamagedPackingError` where a packed file breaks off. */
	readonly read: (into: Uint8Array, at: number) => Promise<number>;
	/** Bytes of the file that have been read so far, packed as it is. */
	readonly position: () => number;
	readonly close: () => Promise<void>;
};

/** A gzip file is not whole. What was read before is good. */
export class DamagedPackingError extends Error {
	override readonly name = 'DamagedPackingError';
}

const bytesTogether = 2 * 1024 * 1024;

/** Buffers that wait for the next file: new ones would cost more than what is read into them. */
const spare: Uint8Array[] = [];
const mostSpare = 4;

type Ahead = {readonly buffer: Uint8Array; readonly length: number};

const readAhead = async (
	handle: FileHandle,
	position: number,
): Promise<Ahead> => {
	const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(bytesTogether);
	const {bytesRead} = await handle.read(buffer, 0, bytesTogether, position);
	return {buffer, length: bytesRead};
};

const giveBack = ({buffer}: Ahead): void => {
	if (spare.length < mostSpare) {
		spare.push(buffer);
	}
};

const isGzip = ({buffer, length}: Ahead): boolean =>
	length >= 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;

/** While some bytes are looked at, the next ones are on their way. */
const readPlain = (handle: FileHandle, first: Ahead): ByteSource => {
	let ahead: Promise<Ahead> = Promise.resolve(first);
	let at = 0;
	let position = 0;
	return {
		async read(into, to) {
			const now = await ahead;
			const length = Math.min(now.length - at, into.length - to);
			into.set(now.buffer.subarray(at, at + length), to);
			at += length;
			position += length;
			if (at === now.length && now.length > 0) {
				at = 0;
				if (now.length < bytesTogether) {
					// What is appended while it is read belongs to the next time.
					ahead = Promise.resolve({buffer: now.buffer, length: 0});
				} else {
					giveBack(now);
					ahead = readAhead(handle, position);
					// Where it fails, the next read tells.
					ahead.catch(() => undefined);
				}
			}

			return length;
		},
		position: () => position,
		async close() {
			const now = await ahead.catch(() => undefined);
			if (now) {
				giveBack(now);
			}

			await handle.close();
		},
	};
};

const readPacked = (handle: FileHandle): ByteSource => {
	const packed = handle.createReadStream({
		start: 0,
		autoClose: false,
		highWaterMark: 256 * 1024,
	});
	const unpacked = createGunzip({chunkSize: 256 * 1024});
	// What goes wrong on the way comes out of the reader.
	pipeline(packed, unpacked, () => undefined);
	const iterable: AsyncIterable<Uint8Array> = unpacked;
	const chunks = iterable[Symbol.asyncIterator]();
	let rest: Uint8Array = new Uint8Array();
	return {
		async read(into, at) {
			if (rest.length === 0) {
				try {
					const next = await chunks.next();
					rest = next.done ? rest : next.value;
				} catch (error) {
					throw new DamagedPackingError('The gzip file is damaged.', {
						cause: error,
					});
				}
			}

			const length = Math.min(rest.length, into.length - at);
			into.set(rest.subarray(0, length), at);
			rest = rest.subarray(length);
			return length;
		},
		position: () => packed.bytesRead,
		async close() {
			packed.destroy();
			unpacked.destroy();
			await handle.close();
		},
	};
};

/** Opens a file; what it begins with tells whether it is packed, whatever its name. Rejects as `node:fs` does. */
export const openBytes = async (file: string): Promise<ByteSource> => {
	const handle = await open(file, 'r');
	try {
		const first = await readAhead(handle, 0);
		if (isGzip(first)) {
			giveBack(first);
			return readPacked(handle);
		}

		return readPlain(handle, first);
	} catch (error) {
		await handle.close();
		throw error;
	}
};
