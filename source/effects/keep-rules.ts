import type {Rules, RuleSet} from '../retention/rules.js';
import {spellRules} from '../retention/spell-rules.js';
import type {WorldMessage} from '../state/message.js';
import type {World} from '../world.js';
import {describeProblem, type Dispatch} from './session.js';

/** What the settings say of rules. What cannot be used is said, and stays as it is. */
export const findRules = async ({
	rules,
}: Pick<World, 'rules'>): Promise<WorldMessage & {kind: 'rules-found'}> => {
	const text = await rules.read();
	if (text === undefined) {
		return {kind: 'rules-found', sets: [], problem: undefined};
	}

	try {
		const {parseRules} = await import('../retention/parse-rules.js');
		const {sets} = parseRules(text, 'the settings');
		return {kind: 'rules-found', sets, problem: undefined};
	} catch (error) {
		const {message, remedy} = describeProblem(error);
		const problem = `The rules in the settings cannot be used, and no others are saved over them: ${message} ${remedy}`;
		return {kind: 'rules-found', sets: [], problem};
	}
};

/** Keeps sets of rules for the next run. */
export const saveRules = async (
	{rules}: Pick<World, 'rules'>,
	sets: readonly RuleSet[],
	dispatch: Dispatch,
): Promise<void> => {
	const spelled = spellRules({sets, allowUnknownUses: false});
	const text = await rules.save(JSON.stringify(spelled));
	if (text !== undefined) {
		dispatch({kind: 'notice-given', text});
	}
};

/** Writes rules to a file that `jetsam plan --rules` reads, and tells how. */
export const writeRules = async (
	{rules}: Pick<World, 'rules'>,
	{file, ...said}: Pick<Rules, 'sets' | 'allowUnknownUses'> & {file: string},
	dispatch: Dispatch,
): Promise<void> => {
	try {
		const {printRules} = await import('../retention/print-rules.js');
		await rules.write(file, printRules(said));
		dispatch({
			kind: 'notice-given',
			text: `Written. Without a terminal: jetsam plan WHERE --rules ${file}`,
		});
	} catch (error) {
		const {message, remedy} = describeProblem(error);
		dispatch({kind: 'notice-given', text: `${message} ${remedy}`});
	}
};
