import {nameUses} from '../evidence/name-uses.js';
import type {PullEvidence} from '../evidence/pull.js';
import type {UseEvidence} from '../evidence/use.js';
import {shortenDigest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import type {DigestRecord} from '../oci/record.js';
import {countPulls} from '../state/pull-count.js';
import {selectTopLevel, selectTotals} from '../state/select-totals.js';
import {digestOrders, plainView, recordTime, sortRows} from '../state/view.js';
import {formatAge, formatBytes, formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {alignRows} from './align-rows.js';
import type {ListedRepository} from './list-document.js';

const describePlatforms = ({
	platforms,
	artifactType,
	mediaType,
}: DigestRecord): string =>
	platforms.length > 2
		? `${platforms.length} platforms`
		: platforms.join(' ') || (artifactType ?? mediaType);

/** The last pull and how often, in the words of the screen: `none`, `?`, `2h ago`. */
const describePulls = (
	evidence: PullEvidence,
	now: number,
): readonly string[] => {
	const {state, least, most, last} = countPulls(evidence);
	const age = last === undefined ? '' : `${formatAge(last, now)} ago`;
	switch (state) {
		case 'pulled': {
			const count = least.toLocaleString('en');
			return [age || '?', most === undefined ? `>=${count}` : count];
		}

		case 'unpulled': {
			return [age || 'none', '0'];
		}

		case 'unknown': {
			return [age || '?', '?'];
		}
	}
};

const describeUse = (evidence: UseEvidence): string =>
	evidence.state === 'unknown' ? '?' : nameUses(evidence);

/** What a repository holds as text: its totals, then a line for each digest, children under their indexes left out. */
export const createListText = (
	repositories: readonly ListedRepository[],
	/** `showsUses`: whether anybody was asked who needs the digests. */
	options: {
		readonly showsUses: boolean;
		/** Whether the digests are in the order in which they are to be printed; else the newest come first. */
		readonly isSorted: boolean;
		readonly now: number;
	},
): string =>
	repositories
		.map(repository =>
			'problem' in repository
				? `${makeSafe(repository.name)}: ${makeSafe(repository.problem)}\n`
				: describeRepository(repository, options),
		)
		.join('\n');

const describeRepository = (
	{name, reading, uses, pulls}: Extract<ListedRepository, {reading: unknown}>,
	{showsUses, isSorted, now}: Parameters<typeof createListText>[1],
): string => {
	const {digests, tags, bytes} = selectTotals(reading.records);
	const graph = graphOf(reading.records);
	const all = selectTopLevel(reading.records);
	const shown = isSorted
		? all
		: sortRows(all, digestOrders, {view: plainView, now});
	const rows = shown.map(record =>
		[
			shortenDigest(record.digest),
			formatBytes(record.size),
			formatAge(recordTime(record, now), now),
			describePlatforms(record),
			...(pulls ? describePulls(pulls.evidenceOf(record.digest), now) : []),
			...(showsUses ? [describeUse(uses.evidenceOf(record.digest))] : []),
			[
				...record.tags,
				...(graph.parentsOf(record.digest).length > 0
					? ['(child of an index)']
					: []),
				...(record.problem === undefined ? [] : [record.problem]),
			].join(' '),
		].map(cell => makeSafe(cell)),
	);
	const lines = alignRows([
		[
			'DIGEST',
			'SIZE',
			'AGE',
			'PLATFORM',
			...(pulls ? ['LAST PULL', 'PULLS'] : []),
			...(showsUses ? ['USED BY'] : []),
			'TAGS',
		],
		...rows,
	]);
	return [
		`${makeSafe(name)}: ${formatCount(digests, 'digest')}, ${formatCount(tags, 'tag')}, ${formatBytes(bytes)} at most`,
		...(rows.length === 0 ? [] : lines.map(line => `  ${line}`)),
		...reading.gaps.map(gap => `  ! ${makeSafe(gap)}`),
		'',
	].join('\n');
};
