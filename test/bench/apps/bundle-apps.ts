import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {build} from 'esbuild';
import {bundleOptions, inRoot} from '../../../source/build/bundle-options.js';

/** Programs that the bench starts. */
export type Apps = {
	readonly jetsam: string;
	readonly bareList: string;
	readonly hello: string;
	/** A folder of their own. */
	readonly folder: string;
	readonly remove: () => Promise<void>;
};

/** Bundles the bench's programs as jetsam itself is bundled, each for itself. */
export const bundleApps = async (): Promise<Apps> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-bench-'));
	const bundle = async (name: string): Promise<string> => {
		const outdir = path.join(folder, name.replace(/\..*/, ''));
		await build({
			...bundleOptions,
			entryPoints: [inRoot(`test/bench/apps/${name}`)],
			outdir,
			// In the folder of temporary files there is no package.json that says what is a module.
			outExtension: Object.fromEntries([['.js', '.mjs']]),
		});
		return path.join(outdir, name.replace(/\.tsx?$/, '.mjs'));
	};

	return {
		folder,
		jetsam: await bundle('jetsam.ts'),
		bareList: await bundle('bare-list.tsx'),
		hello: await bundle('hello.tsx'),
		async remove() {
			await rm(folder, {recursive: true, force: true});
		},
	};
};
