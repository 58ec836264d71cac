import {createHash} from 'node:crypto';
import {PassThrough} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {LargeContent} from '../contents.js';
import {type Digest, digestAlgorithm} from '../oci/digest.js';
import type {Registry} from '../world.js';

/** A blob that is read while it is sent. */
export type BlobStream = LargeContent & {
	/** Why the last reading of it broke off; `undefined` where none did. */
	readonly problem: () => string | undefined;
};

const describe = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);

/**
A blob of a registry as a content that can be sent: straight through, with no more of it in memory than is on its way, and never on disk.

Its last bytes are held back until they are known to make the digest, so that a registry which does not look itself never gets the whole of something else.
*/
export const streamBlob = (
	{registry, repository}: {registry: Registry; repository: string},
	{digest, size}: {readonly digest: Digest; readonly size: number},
	{
		signal,
		tell,
	}: {
		readonly signal: AbortSignal;
		/** Told how many bytes have been taken, from 0 on where the sending begins anew. */
		readonly tell: (bytes: number) => void;
	},
): BlobStream => {
	let problem: string | undefined;
	return {
		size,
		problem: () => problem,
		async *open() {
			problem = undefined;
			tell(0);
			const ending = new AbortController();
			const through = new PassThrough();
			let hasBegun = false;
			const reading = registry
				.readBlob(repository, digest, {
					async receive(bytes) {
						// What was sent of it cannot be taken back: whoever sends begins anew.
						if (hasBegun) {
							throw new Error('it broke off.');
						}

						hasBegun = true;
						await pipeline(bytes, through);
					},
					signal: AbortSignal.any([signal, ending.signal]),
				})
				.then(isThere => {
					if (!isThere) {
						throw new Error(`${registry.host} has no blob ${digest}.`);
					}
				});
			reading.catch((error: unknown) => {
				problem ??= describe(error);
				through.destroy(error instanceof Error ? error : undefined);
			});
			try {
				yield* verify(through, {digest, size, tell});
				await reading;
			} catch (error) {
				problem ??= describe(error);
				throw error;
			} finally {
				ending.abort();
				through.destroy();
			}
		},
	};
};

/** Hands bytes on, the last piece only when all of them together have the digest. */
async function* verify(
	bytes: AsyncIterable<unknown>,
	{
		digest,
		size,
		tell,
	}: {
		readonly digest: Digest;
		readonly size: number;
		readonly tell: (bytes: number) => void;
	},
): AsyncGenerator<Uint8Array, void, undefined> {
	const algorithm = digestAlgorithm(digest);
	const hash = createHash(algorithm);
	let held: Uint8Array | undefined;
	let count = 0;
	for await (const piece of bytes) {
		if (!(piece instanceof Uint8Array)) {
			continue;
		}

		hash.update(piece);
		count += piece.length;
		if (count > size) {
			throw new Error(`what came as ${digest} is more than its ${size} bytes.`);
		}

		if (held) {
			yield held;
			tell(count - piece.length);
		}

		held = piece;
	}

	const found = `${algorithm}:${hash.digest('hex')}`;
	if (found !== digest || count !== size) {
		throw new Error(
			`what came as ${digest} is ${count} bytes of ${size}, with the digest ${found}.`,
		);
	}

	if (held) {
		yield held;
		tell(count);
	}
}
