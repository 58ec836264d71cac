import {stringify} from 'yaml';
import type {Rules} from './rules.js';
import {spellRules} from './spell-rules.js';

/**
Rules as the text of a file that `parseRules` reads.

Import this file dynamically: the YAML library is large.
*/
export const printRules = (
	rules: Pick<Rules, 'sets' | 'allowUnknownUses'>,
): string => stringify(spellRules(rules));
