import type {RulesScreen} from '../../state/rules-state.js';
import {isScanning, whyNoCandidates} from '../../state/mark-candidates.js';
import {ruleChoices} from '../../state/rule-form.js';
import {selectEmptiness} from '../../state/select-emptiness.js';
import {listUnread} from '../../state/rules-scope.js';
import {currentScreen, type State} from '../../state/state.js';
import {findDraft, whyNotRead, whyNotSaved} from '../../state/rules-draft.js';
import type {Key} from '../keymap.js';

const onRules =
	(whyNot: (state: State, screen: RulesScreen) => string | undefined) =>
	(state: State): string | undefined => {
		const screen = currentScreen(state);
		return screen.kind === 'rules' ? whyNot(state, screen) : undefined;
	};

const whyNotWritten = (
	state: State,
	screen: RulesScreen,
): string | undefined =>
	state.rules.request
		? whyNotRead(findDraft(state, screen))
		: 'Write what stays first. There is nothing for a file yet.';

/** Keys of the form that rules are written on. */
export const rulesKeys: readonly Key[] = [
	{
		name: 'R',
		presses: ['R'],
		label: 'rules',
		help: 'say what stays, and mark all that may go',
		screens: ['repositories', 'digests', 'digest'],
		message: {kind: 'rules-opened'},
		whyNot: selectEmptiness,
	},
	{
		name: 'Enter',
		presses: ['enter'],
		label: 'mark these',
		help: 'mark what may go by the rules; nothing is deleted',
		screens: ['rules'],
		message: {kind: 'candidates-marked'},
		whyNot: onRules(whyNoCandidates),
	},
	{
		name: '↓ Tab',
		presses: ['down', 'tab'],
		label: 'next rule',
		help: 'to the next rule',
		screens: ['rules'],
		message: {kind: 'cursor-moved', by: 'line', direction: 1},
	},
	{
		name: '↑',
		presses: ['up'],
		label: '',
		help: 'to the rule before',
		screens: ['rules'],
		message: {kind: 'cursor-moved', by: 'line', direction: -1},
	},
	{
		name: '→',
		presses: ['right'],
		label: '',
		help: 'choose the next; so does Space',
		screens: ['rules'],
		message: {kind: 'choice-turned', direction: 1},
		whyNot: onRules((_, {field}) =>
			ruleChoices[field] ? undefined : 'Here something is typed.',
		),
	},
	{
		name: '←',
		presses: ['left'],
		label: '',
		help: 'choose the one before',
		screens: ['rules'],
		message: {kind: 'choice-turned', direction: -1},
		whyNot: onRules((_, {field}) =>
			ruleChoices[field] ? undefined : 'Here something is typed.',
		),
	},
	{
		name: 'Ctrl-S',
		presses: ['ctrl-s'],
		label: 'save',
		help: 'keep these rules for the next run',
		screens: ['rules'],
		message: {kind: 'rules-saved'},
		whyNot: onRules(whyNotSaved),
	},
	{
		name: 'Ctrl-E',
		presses: ['ctrl-e'],
		label: 'to a file',
		help: 'write the rules to a file for jetsam plan --rules',
		screens: ['rules'],
		message: {kind: 'rules-file-asked'},
		whyNot: onRules(whyNotWritten),
	},
	{
		name: 'PgDn',
		presses: ['pagedown'],
		label: 'more rules',
		help: 'to the next set of rules; what any of them keeps stays',
		screens: ['rules'],
		message: {kind: 'cursor-moved', by: 'page', direction: 1},
		whyNot: onRules((state, screen) => {
			const {forms, current} = findDraft(state, screen);
			return forms[current + 1] ? undefined : 'This is the last set of rules.';
		}),
	},
	{
		name: 'PgUp',
		presses: ['pageup'],
		label: '',
		help: 'to the set of rules before',
		screens: ['rules'],
		message: {kind: 'cursor-moved', by: 'page', direction: -1},
		whyNot: onRules((state, screen) =>
			findDraft(state, screen).current > 0
				? undefined
				: 'This is the first set of rules.',
		),
	},
	{
		name: 'Ctrl-R',
		presses: ['ctrl-r'],
		label: 'read on',
		help: 'read the repositories that have not been read',
		screens: ['rules'],
		message: {kind: 'scan-asked'},
		whyNot: onRules((state, screen) =>
			screen.repository !== undefined ||
			isScanning(state, screen) ||
			listUnread(state, screen).length === 0
				? 'Nothing waits to be read.'
				: undefined,
		),
	},
];
