/* eslint-disable @typescript-eslint/no-unsafe-type-assertion, @typescript-eslint/naming-convention, @typescript-eslint/consistent-type-imports, @typescript-eslint/no-dynamic-delete -- the detour around the module loader has no types of its own */
import {createRequire} from 'node:module';
import * as ink from 'ink';

// Ink-table asks for ink by `require`, which cannot load today's ink because of its top-level await
// (https://github.com/maticzav/ink-table/issues/258). So it is handed the ink that is loaded already.
const require = createRequire(import.meta.url);
const inkPath = require.resolve('ink');
const known = require.cache[inkPath];
require.cache[inkPath] = Object.assign(Object.create(null), {
	id: inkPath,
	filename: inkPath,
	loaded: true,
	children: [],
	paths: [],
	exports: ink,
}) as NodeJS.Module;

const {default: InkTable} = require('ink-table') as typeof import('ink-table');

if (known) {
	require.cache[inkPath] = known;
} else {
	delete require.cache[inkPath];
}

/** The table of the package ink-table. */
export {InkTable};
