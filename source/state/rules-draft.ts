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
import {isForScope, type RulesScope, spellScope} from './rules-scope.js';
import type {RulesScreen} from './rules-state.js';
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

/** The saved sets that are for a scope, and a blank one for what is written next. */
export const draftForms = (
	{rules: {saved}}: State,
	scope: RulesScope,
): Pick<RulesScreen, 'forms' | 'current' | 'allowsUnknownUses'> => {
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
}: Pick<RulesScreen, 'forms'>): readonly RuleSet[] | undefined => {
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

/** Keeps the rules of the forms in place of those that were kept for the scope. */
export const saveRules = (state: State, screen: RulesScreen): Update => {
	const sets = readSets(screen);
	if (sets === undefined) {
		return [
			{
				...state,
				notice: 'Nothing was saved. Mend the rules first, on each page.',
			},
			[],
		];
	}

	if (state.rules.problem !== undefined) {
		return [{...state, notice: state.rules.problem}, []];
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
