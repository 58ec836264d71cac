import {nameUses} from '../evidence/name-uses.js';
import {formatCount} from '../text/quantities.js';
import type {AgeKind} from './rules.js';
import type {Verdict} from './verdict.js';

const timeNames: Readonly<Record<AgeKind, string>> = {
	uploaded: 'upload',
	created: 'build',
};

const ordinals = new Intl.PluralRules('en', {type: 'ordinal'});
const endings: Readonly<Record<string, string>> = {
	one: 'st',
	two: 'nd',
	few: 'rd',
};

const formatRank = (rank: number): string =>
	rank === 1
		? 'the newest'
		: `${rank}${endings[ordinals.select(rank)] ?? 'th'} newest`;

const day = 24 * 60 * 60 * 1000;

const formatDays = (time: number, now: number): string =>
	formatCount(Math.max(0, Math.floor((now - time) / day)), 'day');

const giveArticle = (what: string): string =>
	`${/^[aeiou]|^S/.test(what) ? 'an' : 'a'} ${what}`;

const artifactSentences: Readonly<Record<string, string>> = {
	child: 'a child goes and stays with the indexes that name it',
};

/**
The one sentence that says what decided: `kept: 3rd newest of 20 by upload`. Foreign in part, without a full stop.
@param now - Milliseconds since 1970, the time at which the rules were applied.
*/
export const spellVerdict = (verdict: Verdict, now: number): string =>
	verdict.kind === 'candidate'
		? `candidate: ${spellCandidate(verdict, now)}`
		: `kept: ${spellKeep(verdict, now)}`;

const spellCandidate = (
	{age, time, uses, pulls, days}: Verdict & {kind: 'candidate'},
	now: number,
): string =>
	[
		...(age === undefined || Number.isNaN(time)
			? []
			: [
					`${formatDays(time, now)} old${age === 'created' ? ' by its build time' : ''}`,
				]),
		...(pulls === undefined
			? []
			: [
					pulls.state === 'yes'
						? `${formatCount(pulls.count, 'pull')} in ${days} days`
						: pulls.state === 'no'
							? `0 pulls in ${days} days (${pulls.sources.join(', ')}, complete)`
							: `pulls unknown: ${pulls.why}`,
				]),
		uses.state === 'no'
			? `in none of ${formatCount(uses.lookedIn.length, 'context')}`
			: `use unknown: ${uses.why}, and allowed`,
	].join(', ');

const spellKeep = (keep: Verdict & {kind: 'keep'}, now: number): string => {
	switch (keep.rule) {
		case 'reading-has-gaps':
		case 'locked': {
			return keep.sentence.replace(/\.$/, '');
		}

		case 'no-rules': {
			return 'no rule is for this repository';
		}

		case 'goes-with-others': {
			return (
				artifactSentences[keep.what] ??
				`it is ${giveArticle(keep.what)}, and goes and stays with what it is about`
			);
		}

		case 'never-touch': {
			return 'neverTouch in the rules names it';
		}

		case 'in-use': {
			return `in use by ${nameUses({state: 'yes', needs: keep.needs, besides: {state: 'unknown', why: ''}})}`;
		}

		case 'use-unknown': {
			return `not known whether it is used: ${keep.why}`;
		}

		case 'tagged': {
			return 'it has a tag, and only untagged ones are looked at';
		}

		case 'tag-not-considered': {
			return keep.tag === undefined
				? 'it has no tag, and only certain tags are looked at'
				: `its tag ${keep.tag} is none of those that are looked at`;
		}

		case 'tag-kept': {
			return `its tag ${keep.tag} matches ${keep.pattern}`;
		}

		case 'newest': {
			const {rank, of, age, group} = keep;
			return `${formatRank(rank)} of ${of.toLocaleString('en')}${group === '' ? '' : ` of ${group}`} by ${timeNames[age]}`;
		}

		case 'younger': {
			return `${formatDays(keep.time, now)} old by ${timeNames[keep.age]}, younger than ${keep.limit}`;
		}

		case 'age-unknown': {
			return keep.age === undefined
				? 'its age is not known: the registry keeps no upload times, and "age: created" would count by build time'
				: `its ${timeNames[keep.age]} time is missing or stands for none`;
		}

		case 'pulled': {
			return `accessed ${formatCount(keep.accesses, 'time')} in ${keep.days} days`;
		}

		case 'pulls-unknown': {
			return `not known how often it was pulled: ${keep.why}`;
		}

		default: {
			const never: never = keep;
			return never;
		}
	}
};
