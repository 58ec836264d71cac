import {createHash} from 'node:crypto';

/**
The identity of a content: algorithm, colon, lower-case hexadecimal.

Branded, so that only a checked text can reach a request.
@see https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
*/
export type Digest = string & {readonly brand: 'digest'};

const hexadecimalLengths: Readonly<Record<string, number>> = {
	sha256: 64,
	sha512: 128,
};

/** The digest that `text` is, or `undefined` if it is none of a registered algorithm. */
export const parseDigest = (text: unknown): Digest | undefined => {
	if (typeof text !== 'string') {
		return undefined;
	}

	const match = /^(?<algorithm>[a-z\d]+):(?<encoded>[a-f\d]+)$/.exec(text);
	const {algorithm, encoded} = match?.groups ?? {};

	return algorithm !== undefined &&
		encoded?.length === hexadecimalLengths[algorithm]
		? // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the one place where a text becomes a digest
			(text as Digest)
		: undefined;
};

/** The name of the algorithm as `node:crypto` knows it, for example `sha256`. */
export const digestAlgorithm = (digest: Digest): string =>
	digest.slice(0, digest.indexOf(':'));

/** The first 12 characters of the encoded part: what people and other tools show. */
export const shortenDigest = (digest: Digest): string => {
	const start = digest.indexOf(':') + 1;
	return digest.slice(start, start + 12);
};

/** What `bytes` hash to by the algorithm of `digest`: equal to it if they are the content it names. */
export const hashLike = (digest: Digest, bytes: Uint8Array): string =>
	hashBytes(bytes, digestAlgorithm(digest));

/** The text of the digest that `bytes` have by an algorithm. */
export const hashBytes = (bytes: Uint8Array, algorithm: string): string =>
	`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
