import {type Duration, formatDuration} from './duration.js';
import type {Rules, RuleSet} from './rules.js';

/** A set of rules as a rules file says it. */
export type SpelledSet = Readonly<Record<string, unknown>>;

/** A set as a rules file says it, with its keys in the order in which one reads them. */
export const spellSet = ({
	registries,
	repositories,
	keepNewest,
	newestPer,
	keepYounger,
	age,
	minPulls,
	keepTags,
	neverTouch,
	onlyTags,
	onlyUntagged,
}: RuleSet): SpelledSet =>
	leaveOut({
		registries,
		repositories,
		keepNewest,
		newestPer,
		keepYounger: spellDuration(keepYounger),
		age,
		minPulls: minPulls && {
			count: minPulls.count,
			within: formatDuration(minPulls.within),
		},
		keepTags,
		neverTouch,
		onlyTags,
		onlyUntagged,
	});

const spellDuration = (duration: Duration | undefined): string | undefined =>
	duration && formatDuration(duration);

const leaveOut = (fields: Readonly<Record<string, unknown>>): SpelledSet =>
	Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== undefined),
	);

/** What a rules file says, which `parseRules` reads back to the same rules once it is written as JSON or YAML. */
export const spellRules = ({
	sets,
	allowUnknownUses,
}: Pick<Rules, 'sets' | 'allowUnknownUses'>) => ({
	version: 1,
	rules: sets.map(set => spellSet(set)),
	...(allowUnknownUses && {allowUnknownUses}),
});
