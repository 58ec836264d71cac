/** The operator's rules, as the text of a rules file. */
export type RulesKeeper = {
	/** Those of the settings; `undefined` where they hold none. */
	readonly read: () => Promise<string | undefined>;
	/** Keeps rules for the next run; resolves to a sentence if that failed. */
	readonly save: (text: string) => Promise<string | undefined>;
	/** Writes a new file; throws `UserError` where it cannot, or where there is one already. */
	readonly write: (file: string, text: string) => Promise<void>;
};

/** The sources of uses and of pulls that the command line names, as it names them. */
export type NamedSources = {
	readonly namespaces: readonly string[];
	readonly files: readonly string[];
	readonly snapshots: readonly string[];
	readonly pulls: readonly string[];
};

/** Plans that are written down. */
export type PlanKeeper = {
	/** What a plan has to name besides what was chosen on the screen. */
	readonly named: NamedSources;
	/** Writes the plan of a registry to a new file in the current folder, and resolves to its name; throws `UserError` where it cannot. */
	readonly write: (host: string, text: string) => Promise<string>;
};
