import {readFile, writeFile} from 'node:fs/promises';
import {fillReadme} from './readme-sections.js';

const readme = new URL('../../readme.md', import.meta.url);

await writeFile(readme, fillReadme(await readFile(readme, 'utf8')));
