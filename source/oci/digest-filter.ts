/* eslint-disable no-bitwise, unicorn/prefer-code-point -- bits are what it is made of, and digits are one unit each */
import type {Digest} from './digest.js';

/** Tells quickly that a digest is not among some; of one in twenty it does not tell, and one has to look. */
export type DigestFilter = {
	/** False only where the digest is certainly not among them. */
	readonly mayHave: (digest: Digest) => boolean;
};

/** The encoded part begins here in each registered algorithm. */
const start = 'sha256:'.length;
const mostBits = 24;

const hexadecimal = (code: number): number => (code & 15) + (code >> 6) * 9;

/** The first 24 bits of what was hashed, which are as good as random. */
const takeBits = (digest: Digest): number => {
	let bits = 0;
	for (let at = start; at < start + mostBits / 4; at++) {
		bits = (bits << 4) | hexadecimal(digest.charCodeAt(at));
	}

	return bits;
};

/**
A filter for the keys of a map.

To look for a digest that a map does not hold reads the digests that it does hold, anywhere in memory: a million times over that costs more than all else that is asked of a digest.
*/
export const createDigestFilter = (
	digests: ReadonlyMap<Digest, unknown>,
): DigestFilter => {
	if (digests.size === 0) {
		return {mayHave: () => false};
	}

	const bitsUsed = Math.min(mostBits, Math.ceil(Math.log2(16 * digests.size)));
	const mask = 2 ** bitsUsed - 1;
	const bits = new Uint32Array(Math.max(1, 2 ** bitsUsed / 32));
	for (const digest of digests.keys()) {
		const at = takeBits(digest) & mask;
		bits[at >>> 5]! |= 1 << (at & 31);
	}

	return {
		mayHave(digest) {
			const at = takeBits(digest) & mask;
			return (bits[at >>> 5]! & (1 << (at & 31))) !== 0;
		},
	};
};
