import {chmod, cp, rm, writeFile} from 'node:fs/promises';
import {build} from 'esbuild';
import {bundleOptions, inRoot, root} from './bundle-options.js';
import {collectNotices} from './third-party-notices.js';

await rm(inRoot('distribution'), {recursive: true, force: true});
const {metafile} = await build({
	...bundleOptions,
	metafile: true,
	entryPoints: [inRoot('source/cli.ts')],
	outdir: inRoot('distribution'),
});
// Statements are read when they are asked: they lie beside the bundle as they lie beside what reads them.
await cp(inRoot('source/pulls/sql'), inRoot('distribution/sql'), {
	recursive: true,
});
// What other tools read is described for them.
await cp(
	inRoot('source/plain/documents.schema.json'),
	inRoot('distribution/documents.schema.json'),
);
await writeFile(
	inRoot('distribution/third-party-notices.txt'),
	await collectNotices(metafile, root),
);
await chmod(inRoot('distribution/cli.js'), 0o755);
