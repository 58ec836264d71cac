import {helpText} from '../commands/help-text.js';
import {keymap} from '../ui/keymap.js';

const fence = '```';

/** What `--help` prints, as the readme shows it. */
export const helpSection = `${fence}\n${helpText.replace(/^\n/, '')}${fence}`;

const escapeCell = (text: string): string =>
	text.replaceAll('|', String.raw`\|`);

/** The table of keys, made of the keymap. */
export const keysSection = [
	'| key | where | what it does |',
	'| --- | --- | --- |',
	...keymap.map(
		({name, screens, help}) =>
			`| ${escapeCell(name)} | ${screens.length > 9 ? 'everywhere' : screens.join(', ')} | ${help} |`,
	),
].join('\n');

const replaceSection = (text: string, name: string, section: string): string =>
	text.replace(
		new RegExp(`(<!-- ${name} -->).*?(<!-- /${name} -->)`, 's'),
		(_, begin: string, end: string) => `${begin}\n${section}\n${end}`,
	);

/** The readme with its made sections made anew. */
export const fillReadme = (readme: string): string =>
	replaceSection(
		replaceSection(readme, 'help', helpSection),
		'keys',
		keysSection,
	);
