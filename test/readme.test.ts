import {readdir, readFile} from 'node:fs/promises';
import test from 'ava';
import {fillReadme} from '../source/build/readme-sections.js';

const readme = await readFile(new URL('../readme.md', import.meta.url), 'utf8');

test('the help and the keys in the readme are those of the program (npm run readme writes them)', t => {
	t.is(fillReadme(readme), readme);
});

test('the map names every folder of source', async t => {
	const entries = await readdir(new URL('../source/', import.meta.url), {
		withFileTypes: true,
	});
	const folders = entries
		.filter(entry => entry.isDirectory())
		.map(entry => entry.name);
	t.deepEqual(
		folders.filter(name => !readme.includes(`| \`${name}/\` |`)),
		[],
	);
});
