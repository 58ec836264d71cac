const decoder = new TextDecoder();

/** Bytes as UTF-8; what is no UTF-8 is replaced. */
export const decodeText = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The value of a JSON text, or `undefined` if it is none. */
export const parseJson = (text: string): unknown => {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
};

/** Whether a value of a JSON text is an object, not an array and not null. */
export const isJsonObject = (
	value: unknown,
): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
