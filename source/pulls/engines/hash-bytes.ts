/* eslint-disable no-bitwise -- a hash is made of bits */
/**
Writes 64 bits that tell one text from another into the first two elements of `into`.

Two lanes of 32 bits, each a multiplication and a rotation for four bytes and a mix at the end. Good against chance, and not made against malice: what it tells apart are ids that a registry or a cloud has given out.
@param view - Begins with the text.
*/
export const hashBytes = (
	view: DataView,
	length: number,
	into: Uint32Array,
): void => {
	let low = 0x9e_37_79_b9;
	let high = 0x85_eb_ca_6b;
	let index = 0;
	for (const last = length - 3; index < last; index += 4) {
		const word = view.getInt32(index, true);
		low = Math.imul(low ^ word, 0xcc_9e_2d_51);
		low = (low << 15) | (low >>> 17);
		high = Math.imul(high ^ word, 0x1b_87_35_93);
		high = (high << 13) | (high >>> 19);
	}

	for (; index < length; index++) {
		const byte = view.getUint8(index);
		low = Math.imul(low ^ byte, 0xcc_9e_2d_51);
		low = (low << 15) | (low >>> 17);
		high = Math.imul(high ^ byte, 0x1b_87_35_93);
		high = (high << 13) | (high >>> 19);
	}

	low ^= length;
	into[0] = mix(low + Math.imul(high, 5));
	into[1] = mix(high ^ Math.imul(low, 0x27_d4_eb_2f));
};

const mix = (value: number): number => {
	let mixed = Math.imul(value ^ (value >>> 16), 0x85_eb_ca_6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35);
	return mixed ^ (mixed >>> 16);
};
