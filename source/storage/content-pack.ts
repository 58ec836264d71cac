import {Buffer} from 'node:buffer';
import {promisify} from 'node:util';
import {gzip} from 'node:zlib';
import {hashLike, parseDigest} from '../oci/digest.js';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';
import type {Content} from '../caches.js';

/** Whose contents a pack holds. */
export type PackOwner = {
	readonly host: string;
	readonly repository: string;
};

/** A pack that is not whole, not of this format, or of another owner. What was read before is good. */
export class DamagedPackError extends Error {
	override readonly name = 'DamagedPackError';
}

const version = 1;
/** A larger content is not kept: what is large is no ordinary manifest or config. */
const largestContent = 1024 * 1024;
const longestLine = 4096;
const lineFeed = 10;

const ownerLine = ({host, repository}: PackOwner): string =>
	`${JSON.stringify({version, host, repository})}\n`;

/**
One part of a pack: a gzip member that names its owner and holds, for each content, a line of JSON and its exact bytes. Parts written one after the other make a pack.

`zcat` shows it; speed counts more than size.
*/
export const encodePart = async (
	owner: PackOwner,
	contents: readonly Content[],
): Promise<Uint8Array> => {
	const parts: Uint8Array[] = [Buffer.from(ownerLine(owner))];
	for (const {digest, mediaType, bytes} of contents) {
		if (bytes.length <= largestContent) {
			const head = {digest, mediaType, size: bytes.length};
			parts.push(Buffer.from(`${JSON.stringify(head)}\n`), bytes);
		}
	}

	return promisify(gzip)(Buffer.concat(parts), {level: 1});
};

type Head = Omit<Content, 'bytes'> & {readonly size: number};

const readHead = (line: string): Head | undefined => {
	const document = parseJson(line);
	if (!isJsonObject(document)) {
		return undefined;
	}

	const {mediaType, size} = document;
	const digest = parseDigest(document['digest']);
	return digest &&
		(mediaType === undefined || typeof mediaType === 'string') &&
		typeof size === 'number' &&
		Number.isInteger(size) &&
		size >= 0 &&
		size <= largestContent
		? {digest, mediaType, size}
		: undefined;
};

/**
The contents of an unpacked pack, each with the digest that its bytes have.

Throws `DamagedPackError` at the first thing that is wrong, so that nothing is made of bytes that nobody wrote.
*/
export async function* decodeContents(
	chunks: AsyncIterable<Uint8Array>,
	owner: PackOwner,
): AsyncGenerator<Content, void, undefined> {
	const expected = ownerLine(owner).trimEnd();
	let rest: Uint8Array = new Uint8Array();
	let head: Head | undefined;
	for await (const chunk of chunks) {
		rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		let start = 0;
		for (;;) {
			if (head === undefined) {
				const end = rest.indexOf(lineFeed, start);
				if (end === -1) {
					break;
				}

				const line = decodeText(rest.subarray(start, end));
				start = end + 1;
				if (line !== expected) {
					head = readHead(line);
					ensure(head !== undefined);
				}
			} else if (rest.length - start < head.size) {
				break;
			} else {
				const {digest, mediaType, size} = head;
				const bytes = rest.subarray(start, start + size);
				ensure(hashLike(digest, bytes) === digest);
				yield {digest, mediaType, bytes};
				start += size;
				head = undefined;
			}
		}

		rest = rest.subarray(start);
		ensure(rest.length <= (head?.size ?? longestLine));
	}

	ensure(rest.length === 0 && head === undefined);
}

const ensure = (isAsWritten: boolean): void => {
	if (!isAsWritten) {
		throw new DamagedPackError('The pack is not as it was written.');
	}
};
