import {spellDepletions} from '../../source/plan/depletion.js';
import type {Plan} from '../../source/plan/plan.js';

/** The phrase of a plan without the words that safeguard 9 adds, for tests of its other parts. */
export const ordinaryPhrase = ({phrase, depletions}: Plan): string => {
	const added = spellDepletions(depletions)
		.map(words => `, ${words}`)
		.join('');
	if (!phrase.endsWith(added)) {
		throw new Error(`"${phrase}" does not end with "${added}"`);
	}

	return phrase.slice(0, phrase.length - added.length);
};
