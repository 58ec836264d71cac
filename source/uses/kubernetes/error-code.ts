const readField = (error: unknown, key: string): string => {
	const value: unknown =
		error instanceof Error
			? Object.getOwnPropertyDescriptor(error, key)?.value
			: undefined;
	return typeof value === 'string' ? value : '';
};

/** The code by which the system, a stream or TLS names an error; an empty text where it has none. */
export const errorCode = (error: unknown): string => readField(error, 'code');

/** The file that an error of the system is about; an empty text where there is none. */
export const errorFile = (error: unknown): string => readField(error, 'path');
