import type {ImageReference} from '../evidence/image-reference.js';
import type {FilePiece, FileReference} from '../uses/file-reading.js';
import type {Edit} from './edit-text.js';

/** What each place that a reference stands in has to hold for it to name another image; those that stay are there too. */
export type LayOut =
	| {readonly kind: 'places'; readonly places: readonly Edit[]}
	/** A few words that go on after the reference, without a full stop. */
	| {readonly kind: 'refused'; readonly why: string};

/** The image that a reference is to name, and what it names now. */
type Change = {
	readonly image: ImageReference;
	readonly home: ImageReference;
};

const refused = (why: string): LayOut => ({kind: 'refused', why});

const whyEscaped = 'is written with an escape or over several lines';

const describeShared = ({text}: FilePiece, isAll: boolean): string =>
	isAll
		? 'is used for something else here too'
		: `rests on ${text}, which is used for something else here too`;

/** How long the name at the beginning of a reference is, its tag and its digest left out. */
export const measureName = (text: string): number => {
	const at = text.indexOf('@');
	const end = at === -1 ? text.length : at;
	const colon = text.slice(0, end).indexOf(':', text.lastIndexOf('/', end) + 1);
	return colon === -1 ? end : colon;
};

/** What follows the name. A tag that nobody wrote is left out, unless it is another one or has a digest behind it. */
const spellEnding = (ending: string, {image, home}: Change): string => {
	const at = ending.indexOf('@');
	const written = at === -1 ? ending : ending.slice(0, at);
	const isPinnedAnew = home.digest !== image.digest;
	const tag =
		home.tag === image.tag && (written !== '' || !isPinnedAnew)
			? written
			: home.tag === undefined
				? ''
				: `:${home.tag}`;
	return `${tag}${home.digest === undefined ? '' : `@${home.digest}`}`;
};

/** A stretch of the whole text and what it becomes. */
type Stretch = {
	readonly start: number;
	readonly end: number;
	readonly text: string;
};

/** Leaves out what stays at both ends of a stretch. */
const trim = (whole: string, {start, end, text}: Stretch): Stretch => {
	let tail = 0;
	const most = Math.min(end - start, text.length);
	while (
		tail < most &&
		whole[end - 1 - tail] === text[text.length - 1 - tail]
	) {
		tail++;
	}

	let head = 0;
	while (head < most - tail && whole[start + head] === text[head]) {
		head++;
	}

	return {
		start: start + head,
		end: end - tail,
		text: text.slice(head, text.length - tail),
	};
};

/** Lays a reference out that is one text, in which variables may stand for stretches. */
const layOutText = (reference: FileReference, change: Change): LayOut => {
	const {text, pieces} = reference;
	const nameEnd = measureName(text);
	const {host, repository} = change.home;
	const stretches = [
		{start: 0, end: nameEnd, text: `${host}/${repository}`},
		{
			start: nameEnd,
			end: text.length,
			text: spellEnding(text.slice(nameEnd), change),
		},
	]
		.map(stretch => trim(text, stretch))
		.filter(({start, end, text: added}) => start !== end || added !== '');
	const after = pieces.map(piece => piece.text);
	// From the last one on, so that what comes before stays where it is.
	for (const stretch of stretches.toReversed()) {
		const found = findPiece(pieces, stretch);
		if (found === undefined) {
			return refused('has a name that is put together from several places');
		}

		const {piece, index, from} = found;
		if (piece.offset === undefined) {
			return refused(whyEscaped);
		}

		if (piece.isShared) {
			return refused(describeShared(piece, pieces.length === 1));
		}

		const old = after[index] ?? '';
		const start = stretch.start - from;
		after[index] =
			old.slice(0, start) +
			stretch.text +
			old.slice(start + stretch.end - stretch.start);
	}

	return {
		kind: 'places',
		places: pieces.flatMap(({text: before, offset}, index) =>
			offset === undefined
				? []
				: [{offset, before, after: after[index] ?? before}],
		),
	};
};

/** The piece that holds all of a stretch. */
const findPiece = (
	pieces: readonly FilePiece[],
	{start, end}: Stretch,
): {piece: FilePiece; index: number; from: number} | undefined => {
	let from = 0;
	for (const [index, piece] of pieces.entries()) {
		const to = from + piece.text.length;
		if (from <= start && end <= to) {
			return {piece, index, from};
		}

		from = to;
	}

	return undefined;
};

/** What one part becomes that stands apart from the others. */
const spellPart = (
	{part, text}: FilePiece,
	{image, home}: Change,
	hasRegistry: boolean,
): string => {
	switch (part) {
		case 'registry': {
			return `${home.host}${text.endsWith('/') ? '/' : ''}`;
		}

		case 'repository': {
			return hasRegistry ? home.repository : `${home.host}/${home.repository}`;
		}

		case 'tag': {
			const tag = home.tag === image.tag ? text : (home.tag ?? text);
			return home.digest === image.digest || home.digest === undefined
				? tag
				: `${tag}@${home.digest}`;
		}

		default: {
			return text;
		}
	}
};

const layOutParts = (reference: FileReference, change: Change): LayOut => {
	const {pieces, nameGap} = reference;
	const hasRegistry = pieces.some(({part}) => part === 'registry');
	const places: Edit[] = [];
	if (nameGap) {
		const {offset, around} = nameGap;
		const {host, repository} = change.home;
		places.push({
			offset,
			before: '',
			after: around.join(`${host}/${repository}`),
		});
	}

	for (const piece of pieces) {
		const {part, text, offset, isShared} = piece;
		const isKept = nameGap !== undefined && part === 'repository';
		const after = isKept ? text : spellPart(piece, change, hasRegistry);
		if (after !== text && offset === undefined) {
			return refused(whyEscaped);
		}

		if (after !== text && isShared) {
			return refused(describeShared(piece, false));
		}

		if (offset !== undefined && !isKept) {
			places.push({offset, before: text, after});
		}
	}

	return {kind: 'places', places};
};

/** What the places of a reference have to hold for it to name the image at home. What is the same in both stays byte by byte. */
export const layOut = (reference: FileReference, change: Change): LayOut =>
	reference.pieces.every(({part}) => part === 'reference')
		? layOutText(reference, change)
		: layOutParts(reference, change);

/** What the places of a reference hold now. */
export const layOutAsIs = ({
	pieces,
}: Pick<FileReference, 'pieces'>): readonly Edit[] =>
	pieces.flatMap(({offset, text}) =>
		offset === undefined ? [] : [{offset, before: text, after: text}],
	);
