import {makeSafe} from '../text/safe-text.js';
import {wrapWords} from '../text/wrap-words.js';
import type {RulesScreen} from './rules-state.js';
import {readForm, type RuleField, ruleChoices} from './rule-form.js';
import type {State} from './state.js';
import {findDraft, listFields} from './rules-draft.js';

/** A line of the form. */
export type FormLine =
	| {readonly kind: 'head'; readonly text: string}
	| {
			readonly kind: 'field';
			readonly field: RuleField;
			readonly label: string;
			readonly value: string;
			readonly isChosen: boolean;
			readonly isCursor: boolean;
	  }
	/** What may be written there. */
	| {readonly kind: 'hint'; readonly text: string}
	| {readonly kind: 'blank'}
	/** What is wrong there. */
	| {readonly kind: 'problem'; readonly text: string};

const labels: Readonly<Record<RuleField, string>> = {
	newest: 'the newest',
	newestPer: '  of each group',
	younger: 'younger than',
	age: '  counted by',
	pulls: 'pulled, times',
	within: '  within',
	keepTags: 'tags like',
	neverTouch: 'in any case',
	onlyTags: 'tags like',
	untagged: 'only untagged',
	repositories: 'repositories',
	unknownUses: 'unknown use',
};

const hints: Readonly<Record<RuleField, string>> = {
	newest: 'How many, tagged and untagged apart: 10',
	newestPer: String.raw`Counted apart by what a group finds: release-(\d+)`,
	younger: '30d, 12w, 6mo, 2y or 12h',
	age: 'Space changes it. Build times count only where the registry keeps no upload times.',
	pulls: 'At least so often; checks and pushes count too: 1',
	within: 'Back from now: 90d',
	keepTags: String.raw`Regular expressions, a space between: ^v\d ^latest$`,
	neverTouch:
		'Repositories, tags or repository:tag, * for anything: shop/base*',
	onlyTags: 'All others stay: ^pr-',
	untagged: 'Space changes it. With yes, what has a tag stays.',
	repositories: 'Names, a space between, * for anything: shop/*',
	unknownUses:
		'Space changes it. No cluster is named that could say what it runs; --context names one.',
};

const heads: Partial<Readonly<Record<RuleField, string>>> = {
	newest: 'KEEP',
	onlyTags: 'LOOK ONLY AT',
	repositories: 'FOR',
};

/** Lines from which on there is room for white space. */
const airyFrom = 22;

/** The lines of the drawn form, in so many columns: what may be written stands under the field of the cursor, what is wrong under each that has it. */
export const selectFormLines = (
	state: State,
	screen: RulesScreen,
	{columns, height}: {readonly columns: number; readonly height: number},
): readonly FormLine[] => {
	const {forms, current, allowsUnknownUses} = findDraft(state, screen);
	const form = forms[current];
	if (!form) {
		return [];
	}

	const read = readForm(form);
	const problems =
		read.kind === 'bad' ? read.problems : new Map<RuleField, string>();
	return listFields(state).flatMap((field): FormLine[] => {
		const head = heads[field];
		const isCursor = field === screen.field;
		const value =
			field === 'unknownUses'
				? (ruleChoices.unknownUses?.[allowsUnknownUses ? 1 : 0] ?? '')
				: form[field];
		const slow =
			screen.slow && value.split(/\s+/).includes(screen.slow.pattern)
				? screen.slow.sentence
				: undefined;
		const problem = slow ?? problems.get(field);
		const below = problem ?? (isCursor ? hints[field] : undefined);
		return [
			...(head !== undefined && field !== 'newest' && height >= airyFrom
				? [{kind: 'blank'} as const]
				: []),
			...(head === undefined ? [] : [{kind: 'head', text: head} as const]),
			{
				kind: 'field',
				field,
				label: labels[field],
				value: makeSafe(value),
				isChosen: ruleChoices[field] !== undefined,
				isCursor,
			},
			...(below === undefined
				? []
				: wrapWords(makeSafe(below), columns - 4).map(text => ({
						kind:
							problem === undefined ? ('hint' as const) : ('problem' as const),
						text,
					}))),
		];
	});
};

/** The lines that have room, the cursor's among them. */
export const cutFormLines = (
	lines: readonly FormLine[],
	height: number,
): readonly FormLine[] => {
	const cursor = lines.findIndex(
		line => line.kind === 'field' && line.isCursor,
	);
	// What stands under the cursor's field is seen with it.
	const last = lines.findIndex(
		(line, index) =>
			index > cursor && line.kind !== 'hint' && line.kind !== 'problem',
	);
	const end = last === -1 ? lines.length : last;
	const top = Math.max(0, Math.min(end - height, lines.length - height));
	return lines.slice(top, top + height);
};
