import type {RuleSet} from '../retention/rules.js';
import {formatCount} from '../text/quantities.js';
import type {Update} from './command.js';
import {
	createForm,
	readForm,
	type RuleField,
	ruleFields,
	spellForm,
} from './rule-form.js';
import {
	isForScope,
	rulesPlace,
	type RulesScope,
	spellScope,
} from './rules-scope.js';
import type {RulesDraft, RulesScreen} from './rules-state.js';
import {currentScreen, type State} from './state.js';

/** The scope that the drawn list is of. */
export const selectScope = (state: State): RulesScope | undefined => {
	const screen = currentScreen(state);
	switch (screen.kind) {
		case 'repositories': {
			const {host, prefix} = screen;
			return {host, repository: undefined, prefix};
		}

		case 'digests':
		case 'digest': {
			const {host, repository} = screen;
			return {host, repository, prefix: ''};
		}

		default: {
			return undefined;
		}
	}
};

/** What is written for a scope; before anything was, what was saved for it. */
export const findDraft = (state: State, scope: RulesScope): RulesDraft =>
	state.rules.drafts.get(rulesPlace(scope)) ?? draftSaved(state, scope);

/** The saved sets that are for a scope, and a blank one for what is written next. */
const draftSaved = ({rules: {saved}}: State, scope: RulesScope): RulesDraft => {
	const own = spellScope(scope);
	const forms = saved
		.filter(set => isForScope(set, scope))
		.map(set => spellForm(set));
	const known = forms.findIndex(({repositories}) => repositories === own);
	return {
		forms: [...forms, createForm([scope.host], own)],
		current: known === -1 ? forms.length : known,
		allowsUnknownUses: false,
	};
};

/** The fields of the drawn form: the last only where it has a meaning. */
export const listFields = (state: State): readonly RuleField[] =>
	hasNoSources(state)
		? ruleFields
		: ruleFields.filter(field => field !== 'unknownUses');

/** Whether nobody at all can be asked what needs an image. */
const hasNoSources = ({uses}: State): boolean =>
	uses.progress.state === 'complete' && uses.reading.sources.length === 0;

/** The sets that the forms say; `undefined` where a value of one is none. */
export const readSets = ({
	forms,
}: Pick<RulesDraft, 'forms'>): readonly RuleSet[] | undefined => {
	const sets: RuleSet[] = [];
	for (const form of forms) {
		const read = readForm(form);
		if (read.kind === 'bad') {
			return undefined;
		}

		if (read.kind === 'set') {
			sets.push(read.set);
		}
	}

	return sets;
};

/** What to do where a value on a form is none. */
const mendFirst = 'Mend the rules first: the sentences beside them say how.';

/** Why the rules as they are written mean nothing; `undefined` where they do. */
export const whyNotRead = (draft: RulesDraft): string | undefined =>
	readSets(draft) === undefined ? mendFirst : undefined;

/** Why the rules of a scope cannot be kept now; `undefined` where they can be. */
export const whyNotSaved = (
	state: State,
	scope: RulesScope,
): string | undefined => {
	if (state.rules.problem !== undefined) {
		return state.rules.problem;
	}

	const reason = whyNotRead(findDraft(state, scope));
	return reason === undefined ? undefined : `Nothing was saved. ${reason}`;
};

/** Keeps the rules of the forms in place of those that were kept for the scope. */
export const saveRules = (state: State, screen: RulesScreen): Update => {
	const reason = whyNotSaved(state, screen);
	const sets = readSets(findDraft(state, screen));
	if (reason !== undefined || sets === undefined) {
		return [{...state, ...(reason !== undefined && {notice: reason})}, []];
	}

	const others = state.rules.saved.filter(set => !isForScope(set, screen));
	const saved = [...others, ...sets];
	const notice =
		sets.length === 0
			? 'No rules are kept for this any more.'
			: `Saved: ${formatCount(sets.length, 'set')} of rules, to be found here at the next start.`;
	return [
		{...state, notice, rules: {...state.rules, saved}},
		[{kind: 'save-rules', sets: saved}],
	];
};
