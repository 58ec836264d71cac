import {chmod, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {collectNotices} from './third-party-notices.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inRoot = (name: string): string => path.join(root, name);

// CommonJS packages inside the bundle ask for these.
const banner = `import {createRequire as createRequireForBundle} from 'node:module'; const require = createRequireForBundle(import.meta.url);`;

await rm(inRoot('distribution'), {recursive: true, force: true});
const {metafile} = await build({
	metafile: true,
	absWorkingDir: root,
	entryPoints: [inRoot('source/cli.ts')],
	outdir: inRoot('distribution'),
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
		// The bundler can load ink-table as it is; only unbundled it needs the detour.
		'#ink-table': inRoot('source/ui/components/bundled-ink-table.ts'),
	},
	banner: {js: banner},
	logLevel: 'warning',
});
await writeFile(
	inRoot('distribution/third-party-notices.txt'),
	await collectNotices(metafile, root),
);
await chmod(inRoot('distribution/cli.js'), 0o755);
