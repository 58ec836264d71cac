/** The lists of what registries hold. */
export const lists = ['registries', 'repositories', 'digests'] as const;
/** Those, and the marks. */
export const listed = [...lists, 'marks'] as const;
/** Where a cursor or a window is moved. */
export const scrolled = [
	...listed,
	'marked-pulls',
	'sources',
	'elsewhere',
	'run',
	'undo',
	'copy',
	'rewrite',
	'digest',
	'place',
	'menu',
] as const;
/** Where Enter takes what was typed. */
export const taken = ['text', 'review', 'phrase', 'filter'] as const;
/** Where letters are text. */
export const typed = [...taken, 'rules'] as const;
/** Every context. */
export const all = [
	...listed,
	'digest',
	'place',
	'marked-pulls',
	'sources',
	'elsewhere',
	'menu',
	'filter',
	'text',
	'rules',
	'review',
	'run',
	'undo',
	'copy',
	'rewrite',
	'phrase',
	'help',
	'quit',
] as const;
