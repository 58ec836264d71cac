import type {RuleSet} from '../retention/rules.js';
import type {JudgedRepository, RulesRequest} from './judged.js';
import type {RuleField, RuleForm} from './rule-form.js';

/** The rules for a repository or a registry, with what they come to. */
export type RulesScreen = {
	readonly kind: 'rules';
	readonly host: string;
	/** `undefined` for all of the registry at or below the prefix. */
	readonly repository: string | undefined;
	/** An empty text for the whole registry. */
	readonly prefix: string;
	/** The field that keys go to. */
	readonly field: RuleField;
	/** Whether repositories that have not been read are being read for this. */
	readonly scan: 'none' | 'running' | 'stopped';
	/** The pattern that took too long, and the sentence on it. */
	readonly slow:
		{readonly pattern: string; readonly sentence: string} | undefined;
};

/** What is written on the forms of a scope; it is there again when they are opened again. */
export type RulesDraft = {
	/** Sets of rules, all of which count; the last may be blank. */
	readonly forms: readonly RuleForm[];
	/** Which of them is shown. */
	readonly current: number;
	/** Whether unknown use counts as none where there is no source of uses at all. */
	readonly allowsUnknownUses: boolean;
};

/** What the operator's rules say, and what they make of what has been read. */
export type RulesState = {
	/** The sets of the settings. */
	readonly saved: readonly RuleSet[];
	/** Why those of the settings cannot be used; then they are not written over. */
	readonly problem: string | undefined;
	/** By `rulesPlace`: what is written for each scope. */
	readonly drafts: ReadonlyMap<string, RulesDraft>;
	/** Of the last request; none is used twice. */
	readonly revision: number;
	/** What is judged by; `undefined` until some rule says what stays. */
	readonly request: RulesRequest | undefined;
	/** By `repositoryKey`: what the rules made of each repository that has been read. */
	readonly judged: ReadonlyMap<string, JudgedRepository>;
	/** Whether the list of digests says why each of them stays or may go. */
	readonly areReasonsShown: boolean;
};

/** Before any rule was written. */
export const noRules: RulesState = {
	saved: [],
	problem: undefined,
	drafts: new Map(),
	revision: 0,
	request: undefined,
	judged: new Map(),
	areReasonsShown: false,
};
