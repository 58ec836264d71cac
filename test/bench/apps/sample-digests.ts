import {createHash} from 'node:crypto';
import {parseDigest, type Digest} from '../../../source/oci/digest.js';
import {manifestMediaTypes} from '../../../source/oci/manifest.js';
import {emptyRecord, type DigestRecord} from '../../../source/oci/record.js';

/** The time that ages are counted from: 2026-11-22. */
export const now = Date.UTC(2026, 10, 22);

const minute = 60_000;

/** The 12 characters by which the screen tells the digest on a row: its number. */
export const shortDigest = (row: number): string =>
	row.toString(16).padStart(12, '0');

const digest = (short: string, seed: string): Digest => {
	const rest = createHash('sha256').update(seed).digest('hex').slice(12);
	const parsed = parseDigest(`sha256:${short}${rest}`);
	if (!parsed) {
		throw new Error(`${short} makes no digest`);
	}

	return parsed;
};

const baseLayers = Array.from({length: 40}, (_, index) => ({
	digest: digest('ba5e'.padStart(12, '0'), `base ${index}`),
	size: 30_000_000 + index,
}));

const buildRecord = (row: number): DigestRecord => {
	const own = 1_000_000 + ((row * 7919) % 90_000_000);
	const blobs = [
		{digest: digest('c0f1'.padStart(12, '0'), `config ${row}`), size: 7000},
		...[0, 1].map(layer => baseLayers[(row + layer) % 40] ?? baseLayers[0]),
		{digest: digest('1a7e'.padStart(12, '0'), `layer ${row}`), size: own},
	].filter(blob => blob !== undefined);
	return {
		...emptyRecord(digest(shortDigest(row), `manifest ${row}`)),
		tags:
			row % 4 === 3
				? []
				: [`build-${100_000 + row}`, `v1.${Math.floor(row / 40)}.${row % 40}`],
		mediaType: manifestMediaTypes.image,
		size: own + 60_007_000,
		created: new Date(now - (row + 1) * 20 * minute).toISOString(),
		platforms: [row % 3 === 0 ? 'linux/arm64' : 'linux/amd64'],
		blobs,
		manifestSize: 1800,
		state: 'loaded',
	};
};

/** The digests of one repository, newest first, which is the order of the list; the same at each run. */
export const sampleDigests = (count: number): DigestRecord[] =>
	Array.from({length: count}, (_, row) => buildRecord(row));
