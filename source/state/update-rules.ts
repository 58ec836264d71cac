import {pickDeleting, plainDeleting} from '../plan/deleting.js';
import type {RulesDraft, RulesScreen} from './rules-state.js';
import type {Update} from './command.js';
import {judgeAll} from './follow-rules.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {createForm, readForm, ruleChoices, type RuleForm} from './rule-form.js';
import {
	listScope,
	listUnread,
	type RulesScope,
	rulesPlace,
	spellScope,
} from './rules-scope.js';
import {
	currentScreen,
	findRegistry,
	repositoryKey,
	type State,
} from './state.js';
import {
	findDraft,
	listFields,
	readSets,
	saveRules,
	selectScope,
} from './rules-draft.js';
import {openScreen, replaceScreen} from './trail.js';
import {eraseLast} from './erase-last.js';

type RulesMessage =
	| Extract<
			KeyMessage,
			{
				kind:
					| 'rules-opened'
					| 'choice-turned'
					| 'rules-saved'
					| 'rules-file-asked'
					| 'scan-asked'
					| 'text-typed'
					| 'text-erased'
					| 'cursor-moved';
			}
	  >
	| Extract<
			WorldMessage,
			{kind: 'rules-found' | 'rules-judged' | 'pattern-stopped'}
	  >;

/** What happens to the rules and on the screen that they are written on. */
export const updateRules = (state: State, message: RulesMessage): Update => {
	switch (message.kind) {
		case 'rules-found': {
			const {sets: saved, problem} = message;
			const rules = {...state.rules, saved, problem};
			return [
				{...state, rules, ...(problem !== undefined && {notice: problem})},
				[],
			];
		}

		case 'rules-judged': {
			return [takeJudged(state, message), []];
		}

		case 'rules-opened': {
			return openRules(state);
		}

		default: {
			const screen = currentScreen(state);
			return screen.kind === 'rules'
				? changeScreen(state, screen, message)
				: [state, []];
		}
	}
};

const changeScreen = (
	state: State,
	screen: RulesScreen,
	message: Exclude<
		RulesMessage,
		{kind: 'rules-found' | 'rules-judged' | 'rules-opened'}
	>,
): Update => {
	switch (message.kind) {
		case 'pattern-stopped': {
			const {pattern, sentence} = message;
			return [
				message.revision === state.rules.request?.revision
					? replaceScreen(state, {...screen, slow: {pattern, sentence}})
					: state,
				[],
			];
		}

		case 'cursor-moved': {
			return [
				message.by === 'page'
					? turnPage(state, screen, message.direction)
					: replaceScreen(state, moveField(state, screen, message)),
				[],
			];
		}

		case 'choice-turned': {
			return turnChoice(state, screen, message.direction);
		}

		case 'text-typed': {
			return ruleChoices[screen.field]
				? typeOnChoice(state, screen, message.text)
				: changeText(state, screen, text => text + message.text);
		}

		case 'text-erased': {
			return ruleChoices[screen.field]
				? [state, []]
				: changeText(state, screen, text => eraseLast(text, message.all));
		}

		case 'rules-saved': {
			return saveRules(state, screen);
		}

		case 'rules-file-asked': {
			return [
				openScreen(state, {
					kind: 'text',
					purpose: 'rules',
					host: '',
					text: 'rules.yaml',
					isProposed: true,
					problem: undefined,
				}),
				[],
			];
		}

		case 'scan-asked': {
			return startScan(state, screen);
		}
	}
};

const openRules = (state: State): Update => {
	const scope = selectScope(state);
	if (!scope) {
		return [state, []];
	}

	const screen: RulesScreen = {
		kind: 'rules',
		...scope,
		field: 'newest',
		scan: 'none',
		slow: undefined,
	};
	const [judged, commands] = changeRules(
		openScreen(state, screen),
		screen,
		findDraft(state, screen),
	);
	const [scanned, more] =
		scope.repository === undefined
			? startScan(judged, screen)
			: ([judged, []] as const);
	return [scanned, [...commands, ...more]];
};

/** Reads what has not been read; while the registry still lists its repositories, that follows. */
const startScan = (state: State, screen: RulesScreen): Update => {
	const names = listUnread(state, screen);
	const isListed =
		findRegistry(state, screen.host)?.listing.state === 'complete';
	if (names.length === 0 && isListed) {
		return [state, []];
	}

	return [
		replaceScreen(state, {...screen, scan: 'running'}),
		names.length === 0
			? []
			: [{kind: 'scan-repositories', host: screen.host, names}],
	];
};

const keepDraft = (
	state: State,
	scope: RulesScope,
	draft: RulesDraft,
): State => {
	const drafts = new Map(state.rules.drafts).set(rulesPlace(scope), draft);
	return {...state, rules: {...state.rules, drafts}};
};

/** Another of the sets is shown. */
const turnPage = (
	state: State,
	scope: RulesScope,
	direction: -1 | 1,
): State => {
	const draft = findDraft(state, scope);
	const current = draft.current + direction;
	return draft.forms[current]
		? keepDraft(state, scope, {...draft, current})
		: state;
};

const moveField = (
	state: State,
	screen: RulesScreen,
	{direction}: KeyMessage & {kind: 'cursor-moved'},
): RulesScreen => {
	const fields = listFields(state);
	const index = fields.indexOf(screen.field) + direction;
	const field = fields[(index + fields.length) % fields.length];
	return field ? {...screen, field} : screen;
};

const changeForm = (
	state: State,
	screen: RulesScreen,
	change: (form: RuleForm) => RuleForm,
): Update => {
	const draft = findDraft(state, screen);
	const forms = draft.forms.map((form, index) =>
		index === draft.current ? change(form) : form,
	);
	const last = forms.at(-1);
	// There is always a blank one for what is written next.
	return changeRules(
		state,
		{...screen, slow: undefined},
		{
			...draft,
			forms:
				last && readForm(last).kind !== 'blank'
					? [...forms, createForm([screen.host], spellScope(screen))]
					: forms,
		},
	);
};

const changeText = (
	state: State,
	screen: RulesScreen,
	change: (text: string) => string,
): Update => {
	const {field} = screen;
	return field === 'unknownUses'
		? [state, []]
		: changeForm(state, screen, form => ({
				...form,
				[field]: change(form[field]),
			}));
};

/** What was meant for another field changes nothing here. */
const typeOnChoice = (
	state: State,
	screen: RulesScreen,
	text: string,
): Update =>
	text === ' '
		? turnChoice(state, screen, 1)
		: [{...state, notice: 'Space changes it; here nothing is typed.'}, []];

const turnChoice = (
	state: State,
	screen: RulesScreen,
	direction: -1 | 1,
): Update => {
	const {field} = screen;
	const choices = ruleChoices[field];
	if (!choices) {
		return [state, []];
	}

	if (field === 'unknownUses') {
		const draft = findDraft(state, screen);
		const allowsUnknownUses = !draft.allowsUnknownUses;
		return changeRules(state, screen, {...draft, allowsUnknownUses});
	}

	return changeForm(state, screen, form => {
		const index = choices.indexOf(form[field]) + direction;
		const next = choices[(index + choices.length) % choices.length];
		return {...form, [field]: next ?? choices[0]};
	});
};

/** Shows the forms as they are now, and judges by them, if all of them have a meaning. */
const changeRules = (
	state: State,
	screen: RulesScreen,
	draft: RulesDraft,
): Update => {
	const {host, repository, prefix} = screen;
	const {allowsUnknownUses} = draft;
	const shown = replaceScreen(keepDraft(state, screen, draft), screen);
	const sets = readSets(draft);
	if (sets === undefined) {
		return [shown, []];
	}

	if (sets.length === 0) {
		return [forget(shown, screen), []];
	}

	const registry = findRegistry(state, host);
	return judgeAll({
		...shown,
		rules: {
			...shown.rules,
			request: {
				revision: state.rules.revision,
				host,
				repository,
				prefix,
				sets,
				allowsUnknownUses,
				neverTouch: registry?.care.neverTouch ?? [],
				deleting: registry?.capabilities
					? pickDeleting(registry.capabilities)
					: plainDeleting,
			},
		},
	});
};

/** Without rules there is nothing that they made of a scope. */
const forget = (state: State, scope: RulesScope): State => {
	const judged = new Map(state.rules.judged);
	for (const repository of listScope(state, scope)) {
		judged.delete(repositoryKey(scope.host, repository));
	}

	return {...state, rules: {...state.rules, request: undefined, judged}};
};

const takeJudged = (
	state: State,
	{revision, judged: found}: RulesMessage & {kind: 'rules-judged'},
): State => {
	// The answer to earlier rules is late.
	if (revision !== state.rules.request?.revision) {
		return state;
	}

	const judged = new Map(state.rules.judged);
	for (const each of found) {
		judged.set(repositoryKey(each.host, each.repository), each);
	}

	return {...state, rules: {...state.rules, judged}};
};
