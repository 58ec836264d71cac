/** A place to type an address, a repository's name or the path of a file. */
export type TextScreen = {
	readonly kind: 'text';
	readonly purpose:
		'registry' | 'repository' | 'marks' | 'rules' | 'home' | 'map' | 'folder';
	/** The registry of the repository; an empty text for an address or a file. */
	readonly host: string;
	readonly text: string;
	/** Whether the text is only proposed: what is typed first takes its place. */
	readonly isProposed: boolean;
	readonly problem: string | undefined;
};
