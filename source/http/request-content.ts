import {Readable} from 'node:stream';

/** What a request carries. */
export type RequestContent = {
	readonly mediaType: string;
	/** Bytes. */
	readonly size: number;
	/** The bytes from the first on; asked for again where the request has to be sent again with a login. */
	readonly open: () => Uint8Array | AsyncIterable<Uint8Array>;
};

/** The headers that say what a request carries. */
export const describeContent = (
	method: string,
	content: RequestContent | undefined,
): Record<string, string> => {
	if (content) {
		return {
			'content-type': content.mediaType,
			'content-length': String(content.size),
		};
	}

	// Some servers answer 411 to a POST that does not say that it carries nothing.
	return method === 'POST' || method === 'PUT' ? {'content-length': '0'} : {};
};

/** The body of a request. */
export const openContent = (content: RequestContent): Uint8Array | Readable => {
	const opened = content.open();
	return opened instanceof Uint8Array ? opened : Readable.from(opened);
};

/** What went wrong on the side of whoever takes a body, such as a full disk: no failure of the network, and not to be tried again. */
export class ReceiverError extends Error {}

/** Hands a body on. What fails on the side of whoever takes it is told apart from what fails on the way. */
export const handOn = async (
	body: AsyncIterable<Uint8Array>,
	receive: (body: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> => {
	let isBroken = false;
	const watched = (async function* () {
		try {
			yield* body;
		} catch (error) {
			isBroken = true;
			throw error;
		}
	})();
	try {
		await receive(watched);
	} catch (error) {
		throw isBroken ? error : new ReceiverError('', {cause: error});
	}
};
