import {pickDeleting, plainDeleting} from '../plan/deleting.js';
import type {RulesScreen} from './rules-state.js';
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
	draftForms,
	listFields,
	readSets,
	saveRules,
	selectScope,
} from './rules-draft.js';
import {openScreen, replaceScreen} from './trail.js';
import {eraseLast} from './update-text.js';

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
			return [replaceScreen(state, moveField(state, screen, message)), []];
		}

		case 'choice-turned': {
			return turnChoice(state, screen, message.direction);
		}

		case 'text-typed': {
			return ruleChoices[screen.field]
				? turnChoice(state, screen, 1)
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
		...(state.rules.drafts.get(rulesPlace(scope)) ?? draftForms(state, scope)),
		field: 'newest',
		scan: 'none',
		slow: undefined,
	};
	const [judged, commands] = changeRules(openScreen(state, screen), screen);
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

const moveField = (
	state: State,
	screen: RulesScreen,
	{by, direction}: KeyMessage & {kind: 'cursor-moved'},
): RulesScreen => {
	if (by === 'page') {
		const current = screen.current + direction;
		return screen.forms[current] ? {...screen, current} : screen;
	}

	const fields = listFields(state);
	const index = fields.indexOf(screen.field) + direction;
	const field = fields[(index + fields.length) % fields.length];
	return field ? {...screen, field} : screen;
};

const changeForm = (
	screen: RulesScreen,
	change: (form: RuleForm) => RuleForm,
): RulesScreen => {
	const forms = screen.forms.map((form, index) =>
		index === screen.current ? change(form) : form,
	);
	const last = forms.at(-1);
	// There is always a blank one for what is written next.
	return {
		...screen,
		slow: undefined,
		forms:
			last && readForm(last).kind !== 'blank'
				? [...forms, createForm([screen.host], spellScope(screen))]
				: forms,
	};
};

const changeText = (
	state: State,
	screen: RulesScreen,
	change: (text: string) => string,
): Update => {
	const {field} = screen;
	return field === 'unknownUses'
		? [state, []]
		: changeRules(
				state,
				changeForm(screen, form => ({...form, [field]: change(form[field])})),
			);
};

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
		const allowsUnknownUses = !screen.allowsUnknownUses;
		return changeRules(state, {...screen, allowsUnknownUses});
	}

	return changeRules(
		state,
		changeForm(screen, form => {
			const index = choices.indexOf(form[field]) + direction;
			const next = choices[(index + choices.length) % choices.length];
			return {...form, [field]: next ?? choices[0]};
		}),
	);
};

/** Shows the form as it is now, keeps it for when it is opened again, and judges by it, if all of it has a meaning. */
const changeRules = (state: State, screen: RulesScreen): Update => {
	const {host, repository, prefix} = screen;
	const {forms, current, allowsUnknownUses} = screen;
	const drafts = new Map(state.rules.drafts).set(rulesPlace(screen), {
		forms,
		current,
		allowsUnknownUses,
	});
	const shown = replaceScreen(
		{...state, rules: {...state.rules, drafts}},
		screen,
	);
	const sets = readSets(screen);
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
