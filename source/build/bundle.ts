import {chmod, cp, readFile, rm, writeFile} from 'node:fs/promises';
import {build} from 'esbuild';
import {banner, bundleOptions, inRoot, root} from './bundle-options.js';
import {collectNotices} from './third-party-notices.js';

await rm(inRoot('distribution'), {recursive: true, force: true});
const {metafile} = await build({
	...bundleOptions,
	metafile: true,
	entryPoints: [inRoot('source/cli.ts')],
	outdir: inRoot('distribution'),
});
// Most pieces ask for nothing that way, and there are two hundred of them.
for (const name of Object.keys(metafile.outputs)) {
	const text = await readFile(inRoot(name), 'utf8');
	const rest = text.replace(`${banner}\n`, '');
	if (!/\brequire\b/.test(rest)) {
		await writeFile(inRoot(name), rest);
	}
}

// Statements are read when they are asked: they lie beside the bundle as they lie beside what reads them.
await cp(inRoot('source/pulls/sql'), inRoot('distribution/sql'), {
	recursive: true,
});
// What other tools read is described for them, and they need no white space.
await writeFile(
	inRoot('distribution/documents.schema.json'),
	JSON.stringify(
		JSON.parse(
			await readFile(inRoot('source/plain/documents.schema.json'), 'utf8'),
		),
	),
);
await writeFile(
	inRoot('distribution/third-party-notices.txt'),
	await collectNotices(metafile, root),
);
await chmod(inRoot('distribution/cli.js'), 0o755);
