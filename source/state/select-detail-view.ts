import type {Digest} from '../oci/digest.js';
import {makeSafe} from '../text/safe-text.js';
import {wrapWords} from '../text/wrap-words.js';
import type {DetailLine} from './detail-lines.js';
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
		{record, records, detail},
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
