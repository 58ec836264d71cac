/* eslint-disable @typescript-eslint/no-unsafe-type-assertion, @typescript-eslint/naming-convention -- the bundler's view of a CommonJS module is not TypeScript's */
import tableModule from 'ink-table';

/** The table of the package ink-table, a CommonJS module whose class is its `default`. */
export const {default: InkTable} = tableModule as unknown as {
	readonly default: typeof tableModule;
};
