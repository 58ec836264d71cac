/* eslint-disable no-bitwise, unicorn/prefer-math-trunc -- a hash is made of bits */
/**
Writes 64 bits that tell one text from another into the first two elements of `into`.

Two lanes of 32 bits, each a multiplication and a rotation for four bytes and a mix at the end. Good against chance, and not made against malice: what it tells apart are ids that a registry or a cloud has given out.
*/
export const hashBytes = (
	bytes: Uint8Array,
	start: number,
	end: number,
	into: Uint32Array,
): void => {
	let low = 0x9e_37_79_b9;
	let high = 0x85_eb_ca_6b;
	let index = start;
	for (const last = end - 3; index < last; index += 4) {
		const word =
			(bytes[index] ?? 0) |
			((bytes[index + 1] ?? 0) << 8) |
			((bytes[index + 2] ?? 0) << 16) |
			((bytes[index + 3] ?? 0) << 24);
		low = Math.imul(low ^ word, 0xcc_9e_2d_51);
		low = (low << 15) | (low >>> 17);
		high = Math.imul(high ^ word, 0x1b_87_35_93);
		high = (high << 13) | (high >>> 19);
	}

	for (; index < end; index++) {
		const byte = bytes[index] ?? 0;
		low = Math.imul(low ^ byte, 0xcc_9e_2d_51);
		low = (low << 15) | (low >>> 17);
		high = Math.imul(high ^ byte, 0x1b_87_35_93);
		high = (high << 13) | (high >>> 19);
	}

	low ^= end - start;
	into[0] = mix(low + Math.imul(high, 5));
	into[1] = mix(high ^ Math.imul(low, 0x27_d4_eb_2f));
};

const mix = (value: number): number => {
	let mixed = Math.imul(value ^ (value >>> 16), 0x85_eb_ca_6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35);
	return mixed ^ (mixed >>> 16);
};
