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

const bytesTogether = 1024 * 1024;

const isGzip = async (handle: FileHandle): Promise<boolean> => {
	const magic = Buffer.alloc(2);
	const {bytesRead} = await handle.read(magic, 0, 2, 0);
	return bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
};

const readPlain = (handle: FileHandle): ByteSource => {
	let position = 0;
	return {
		async read(into, at) {
			const length = Math.min(bytesTogether, into.length - at);
			const {bytesRead} = await handle.read(into, at, length, position);
			position += bytesRead;
			return bytesRead;
		},
		position: () => position,
		async close() {
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
	const chunks = (unpacked as AsyncIterable<Uint8Array>)[
		Symbol.asyncIterator
	]();
	let rest: Uint8Array = new Uint8Array();
	return {
		async read(into, at) {
			if (rest.length === 0) {
				try {
					const {value, done} = await chunks.next();
					rest = done ? rest : value;
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
		return (await isGzip(handle)) ? readPacked(handle) : readPlain(handle);
	} catch (error) {
		await handle.close();
		throw error;
	}
};
