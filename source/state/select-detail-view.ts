import type {Digest} from '../oci/digest.js';
import {describeNeed} from '../evidence/name-uses.js';
import type {Need} from '../evidence/use.js';
import {formatAge, formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {wrapWords} from '../text/wrap-words.js';
import {hasUses, selectUses} from './select-uses.js';
import {describeDigestPulls} from './describe-pulls.js';
import type {DetailLine, Entry} from './detail-lines.js';
import {arePullsComing, selectPulls, selectWindow} from './select-pulls.js';
import {selectReason} from './select-reasons.js';
import {selectDetailLines} from './select-detail.js';
import {listHeight} from './select.js';
import {findRepository, markKey, type State} from './state.js';

/** From this width on the detail stands beside the list of digests and follows the cursor. */
export const wideFrom = 160;

/** Columns of the detail beside a list. */
export const besideWidth = (columns: number): number =>
	Math.min(90, Math.floor(columns * 0.42));

/** Lines that the detail has room for. */
export const selectDetailHeight = (state: State): number =>
	Math.max(1, listHeight(state) + 1);

/** The lines of a digest's detail, or of its manifest's text, as they are drawn in so many columns. */
export const selectDetailView = (
	state: State,
	place: {
		readonly host: string;
		readonly repository: string;
		readonly digest: Digest;
		readonly showsText: boolean;
	},
	columns = state.size.columns - 2,
): readonly DetailLine[] => {
	const {host, repository, digest, showsText} = place;
	const {records} = findRepository(state, host, repository);
	const record = records.get(digest);
	const known = state.details.get(markKey(host, repository, digest));
	const detail = known?.state === 'complete' ? known.detail : undefined;
	if (showsText && detail) {
		return layOutText(detail.text, columns);
	}

	if (!record) {
		return [
			{label: '', text: 'This digest is not here any more.', tone: 'unknown'},
		];
	}

	const lines = selectDetailLines(
		{
			record,
			records,
			detail,
			pulls: describePulls(state, place, columns),
			uses: describeUses(state, place),
			reason: selectReason(state, place, digest)?.text,
		},
		{columns, now: state.now},
	);
	return known?.state === 'failed'
		? [
				...lines,
				{
					label: 'not read',
					text: makeSafe(known.problem.message),
					tone: 'unknown',
				},
			]
		: known?.state === 'complete'
			? lines
			: [...lines, {label: '', text: 'reading…', tone: 'dim'}];
};

/** Who pulled the digest; nothing where there is no source of pulls. */
const describePulls = (
	state: State,
	place: {host: string; repository: string; digest: Digest},
	columns: number,
): readonly Entry[] => {
	const pulls = selectPulls(state, place);
	const {digest} = place;
	return pulls
		? describeDigestPulls(
				digest,
				{
					evidence: pulls.evidenceOf(digest),
					history: pulls.historyOf(digest),
				},
				{
					windowDays: selectWindow(state),
					now: state.now,
					columns,
					isComing: arePullsComing(state, place),
				},
			)
		: [];
};

const mostSentences = 40;

/** Who needs the digest, one sentence each, or that nobody does and who was asked, or why that is not known. */
const describeUses = (
	state: State,
	place: {host: string; repository: string; digest: Digest},
): readonly string[] => {
	if (!hasUses(state)) {
		return [];
	}

	const evidence = selectUses(state, place).evidenceOf(place.digest);
	switch (evidence.state) {
		case 'yes': {
			const sentences = countSame(
				evidence.needs.map(need => describeWhole(need, state.now)),
			);
			return [
				...sentences.slice(0, mostSentences),
				...(sentences.length > mostSentences
					? [`and ${sentences.length - mostSentences} more`]
					: []),
			];
		}

		case 'no': {
			const looked = evidence.lookedIn.join(', ');
			return [
				`no; looked in ${looked}, ${new Date(evidence.at).toISOString()}`,
			];
		}

		case 'unknown': {
			return [`not known: ${evidence.why}`];
		}
	}
};

/** A use with how many replicas are asked for, since when, and that it does not block, where that is so. */
const describeWhole = (need: Need, now: number): string => {
	const {replicas, since} = need.use;
	return [
		describeNeed(need),
		...(replicas === undefined ? [] : [formatCount(replicas, 'replica')]),
		...(since === undefined ? [] : [`since ${formatAge(since, now)}`]),
		...(need.blocks ? [] : ['which does not block']),
	].join(', ');
};

/** Each sentence once, with how often it was said: the Pods of a workload mostly say the same. */
const countSame = (sentences: readonly string[]): readonly string[] => {
	const counts = new Map<string, number>();
	for (const sentence of sentences) {
		counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
	}

	return [...counts].map(([sentence, count]) =>
		count === 1 ? sentence : `${sentence} (${count} times)`,
	);
};

/** The text of a manifest, indented where it is JSON. */
const layOutText = (text: string, columns: number): DetailLine[] => {
	let pretty = text;
	try {
		pretty = JSON.stringify(JSON.parse(text), undefined, 2);
	} catch {
		// What is no JSON is shown as it is.
	}

	return pretty.split('\n').flatMap(line => {
		const indent = /^ */.exec(line)?.[0] ?? '';
		return wrapWords(
			makeSafe(line.trimStart()),
			Math.max(10, columns - indent.length),
		).map((part): DetailLine => ({
			label: '',
			text: indent + part,
			tone: 'plain',
		}));
	});
};
