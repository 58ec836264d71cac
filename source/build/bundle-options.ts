import path from 'node:path';
import {fileURLToPath} from 'node:url';
import type {BuildOptions} from 'esbuild';

/** The folder of package.json. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The path of a file in the root. */
export const inRoot = (name: string): string => path.join(root, name);

// CommonJS packages inside the bundle ask for these.
export const banner = `import {createRequire as createRequireForBundle} from 'node:module'; const require = createRequireForBundle(import.meta.url);`;

/** How everything is bundled: what is shipped, and what the bench holds against it. */
export const bundleOptions = {
	absWorkingDir: root,
	bundle: true,
	platform: 'node',
	format: 'esm',
	target: 'node20',
	splitting: true,
	minify: true,
	legalComments: 'none',
	// React's development build takes more than twice the time of a frame.
	// eslint-disable-next-line @typescript-eslint/naming-convention -- it is an expression that esbuild replaces
	define: {'process.env.NODE_ENV': '"production"'},
	alias: {
		// Ink asks for both only under DEV=true.
		'react-devtools-core': inRoot('source/build/no-devtools.ts'),
		ws: inRoot('source/build/no-devtools.ts'),
		// A copy of Node's own streams, twice, for where there is no Node.
		'readable-stream': 'node:stream',
		'when-exit': inRoot('source/build/exit-only.ts'),
		// Node-fetch takes its URL only where Node has none, and its table of characters is large.
		'whatwg-url': 'node:url',
		// It is asked for only where Node has no streams of the web.
		'web-streams-polyfill/dist/ponyfill.es2018.js': 'node:stream/web',
		// The bundler can load ink-table as it is; only unbundled it needs the detour.
		'#ink-table': inRoot('source/ui/components/bundled-ink-table.ts'),
	},
	banner: {js: banner},
	logLevel: 'warning',
} as const satisfies BuildOptions;
