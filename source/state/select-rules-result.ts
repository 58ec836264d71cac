import {shortenDigest} from '../oci/digest.js';
import {spellVerdict} from '../retention/spell-verdict.js';
import {formatBytes, formatCount} from '../text/quantities.js';
import {drawProgress} from '../text/progress-bar.js';
import {makeSafe} from '../text/safe-text.js';
import {wrapWords} from '../text/wrap-words.js';
import type {RulesScreen} from './rules-state.js';
import type {KeptBy} from './judged.js';
import {isScanning} from './mark-candidates.js';
import {isNotKnown} from './select-reasons.js';
import {type RulesOutcome, selectRulesOutcome} from './select-rules-outcome.js';
import {findRepository, type State} from './state.js';
import {findDraft, readSets} from './rules-draft.js';

/** A line of what the rules come to. */
export type ResultLine = {
	/** Before the text, at its right end; an empty text where it counts nothing. */
	readonly count: string;
	/** Safe. */
	readonly text: string;
	readonly tone: 'plain' | 'dim' | 'head' | 'unknown' | 'result';
};

/** Characters of the counts, and the white space behind them. */
export const countWidth = 9;

const keptLabels: Readonly<Record<KeptBy, string>> = {
	newest: 'among the newest',
	younger: 'young enough',
	pulled: 'pulled often enough',
	'tag-kept': 'a tag like that stays',
	'never-touch': 'named to stay in any case',
	'in-use': 'in use',
	tagged: 'tagged',
	'tag-not-considered': 'not looked at, by the tag',
	locked: 'locked in the registry',
	blocked: 'blocked',
	'use-unknown': 'use not known',
	'pulls-unknown': 'pulls not known',
	'age-unknown': 'age not known',
	'reading-has-gaps': 'not all could be read',
	'no-rules': 'no rule is for it',
	'goes-with-others': 'children, signatures: with others',
};

const line = (
	text: string,
	tone: ResultLine['tone'] = 'plain',
	count = '',
): ResultLine => ({text: makeSafe(text), tone, count});

const blank = line('');

/** What the rules come to, as lines of so many columns. */
export const selectResultLines = (
	state: State,
	screen: RulesScreen,
	columns: number,
): readonly ResultLine[] => {
	const wrap = (text: string, tone: ResultLine['tone']): ResultLine[] =>
		wrapWords(makeSafe(text), columns).map(part => line(part, tone));
	const outcome = selectRulesOutcome(state, screen);
	const progress = describeProgress(state, screen, outcome).flatMap(
		({text, tone}) => wrap(text, tone),
	);
	if (!state.rules.request) {
		return [
			...wrap('Write what stays.', 'head'),
			...wrap(
				'Each rule keeps what it names. What is in use stays in any case, and so does what is not known. What is left may go, and can be marked here.',
				'dim',
			),
			blank,
			...progress,
		];
	}

	const wasChanged =
		readSets(findDraft(state, screen)) === undefined || screen.slow;
	const {candidates, counted, bytes} = outcome;
	return [
		...wrap(
			`${candidates.toLocaleString('en')} of ${formatCount(counted, 'digest')} may go${candidates > 0 ? `, ${formatBytes(bytes)} at most` : ''}`,
			'result',
		),
		...(wasChanged
			? wrap('So it was before the rule that is to be mended.', 'unknown')
			: outcome.isComing
				? [line('counting…', 'dim')]
				: []),
		...progress,
		...listKept(outcome, columns),
		...listCandidates(outcome, screen, columns),
	];
};

const describeProgress = (
	state: State,
	screen: RulesScreen,
	outcome: RulesOutcome,
): ReadonlyArray<Pick<ResultLine, 'text' | 'tone'>> => {
	const {host, repository} = screen;
	const {read, repositories, failed, isListed} = outcome;
	const uses: ReadonlyArray<Pick<ResultLine, 'text' | 'tone'>> =
		state.uses.progress.state === 'loading'
			? [{text: 'The sources are still being asked what is used…', tone: 'dim'}]
			: [];
	if (repository !== undefined) {
		const {reading} = findRepository(state, host, repository);
		return reading.state === 'complete'
			? uses
			: [
					{
						text:
							reading.state === 'loading'
								? 'The repository is still being read…'
								: 'The repository was not read to its end. Go back and press r.',
						tone: reading.state === 'loading' ? 'dim' : 'unknown',
					},
					...uses,
				];
	}

	const all = `${repositories.toLocaleString('en')}${isListed ? '' : '+'}`;
	const isRunning = isScanning(state, screen);
	return [
		...(isRunning || read < repositories
			? [
					{
						text: `${drawProgress({done: read, total: repositories}, barWidth)} ${read.toLocaleString('en')} of ${all} repositories read${isRunning ? ', Esc stops' : ''}`,
						tone: 'plain' as const,
					},
				]
			: [
					{
						text: `in ${formatCount(repositories, 'repository', 'repositories')}`,
						tone: 'dim' as const,
					},
				]),
		...(failed > 0
			? [
					{
						text: `${formatCount(failed, 'repository', 'repositories')} could not be read`,
						tone: 'unknown' as const,
					},
				]
			: []),
		...uses,
	];
};

const barWidth = 8;

const listKept = (
	{kept}: RulesOutcome,
	columns: number,
): readonly ResultLine[] => {
	const last = (by: KeptBy): number => (by === 'goes-with-others' ? 1 : 0);
	const rows = [...kept].toSorted(
		([one, {count}], [other, {count: more}]) =>
			last(one) - last(other) || more - count,
	);
	return rows.length === 0
		? []
		: [
				blank,
				line('KEPT', 'head'),
				...rows.flatMap(([by, {count, why}]) => {
					const tone =
						by === 'goes-with-others'
							? 'dim'
							: isNotKnown(by) || by === 'blocked'
								? 'unknown'
								: 'plain';
					const text =
						why === undefined ? keptLabels[by] : `${keptLabels[by]}: ${why}`;
					return wrapWords(makeSafe(text), columns - countWidth)
						.slice(0, mostReasonLines)
						.map((part, index) =>
							line(part, tone, index === 0 ? count.toLocaleString('en') : ' '),
						);
				}),
			];
};

/** Some of what may go: of a registry its repositories, of a repository its digests. */
const listCandidates = (
	{judged}: RulesOutcome,
	{repository}: RulesScreen,
	columns: number,
): readonly ResultLine[] => {
	const found = judged.filter(({candidates}) => candidates.length > 0);
	if (found.length === 0) {
		return [];
	}

	if (repository === undefined) {
		return [
			blank,
			line('MAY GO', 'head'),
			...found
				.toSorted((one, other) => other.bytes - one.bytes)
				.slice(0, mostExamples)
				.map(({repository: name, candidates, bytes}) =>
					line(
						`${formatBytes(bytes).padStart(bytesWidth)}  ${name}`,
						'plain',
						candidates.length.toLocaleString('en'),
					),
				),
		];
	}

	return [
		blank,
		line('MAY GO', 'head'),
		...found.flatMap(({candidates, records, verdicts, now}) =>
			candidates.slice(0, mostExamples).map(digest => {
				const verdict = verdicts.get(digest);
				const tags = records.get(digest)?.tags ?? [];
				const more = tags.length > 1 ? ` +${tags.length - 1}` : '';
				const name = `${shortenDigest(digest)}  ${tags[0] ?? 'no tag'}${more}`;
				const reason = verdict
					? spellVerdict(verdict, now).replace(/^candidate: /, '')
					: '';
				return line(
					columns < 60 ? name : `${name.padEnd(32)}  ${reason}`,
					'dim',
				);
			}),
		),
	];
};

/** Lines of one reason; a longer one is cut. */
const mostReasonLines = 5;

/** Characters of the longest amount of bytes: `999.9 GB`. */
const bytesWidth = 8;

/** More have no room on any screen. */
const mostExamples = 60;
