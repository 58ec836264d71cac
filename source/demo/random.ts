import {computeDigest} from './registry-content.js';

/** A source of numbers from 0 (included) to 1 (excluded), the same on every run. */
export type Random = () => number;

const modulus = 2_147_483_647;

/** Creates a source of numbers from a name, so that what one name gets does not depend on the others (Park and Miller's generator). */
export function createRandom(name: string): Random {
	let state = 1 + Number.parseInt(computeDigest(name).slice(7, 14), 16);
	return () => {
		state = (state * 48_271) % modulus;
		return (state - 1) / modulus;
	};
}

/** Picks a whole number from `least` to `most`, both included. */
export function pickInteger(
	random: Random,
	least: number,
	most: number,
): number {
	return least + Math.floor(random() * (most - least + 1));
}

/** Picks the short form of a git commit: seven hexadecimal digits. */
export function pickCommit(random: Random): string {
	return Math.floor(random() * 0x1_00_00_00_00)
		.toString(16)
		.padStart(8, '0')
		.slice(0, 7);
}
