/** The operator's rules, as the text of a rules file. */
export type RulesKeeper = {
	/** Those of the settings; `undefined` where they hold none. */
	readonly read: () => Promise<string | undefined>;
	/** Keeps rules for the next run; resolves to a sentence if that failed. */
	readonly save: (text: string) => Promise<string | undefined>;
	/** Writes a new file; throws `UserError` where it cannot, or where there is one already. */
	readonly write: (file: string, text: string) => Promise<void>;
};
