import type {Column} from './columns.js';
import type {PullCells} from './pull-cells.js';

/** The columns of a list of digests. */
export type DigestColumn =
	| 'cursor'
	| 'mark'
	| 'digest'
	| 'tags'
	| 'platform'
	| 'size'
	| 'built'
	| keyof PullCells
	| 'uses';

const allColumns: Readonly<Record<DigestColumn, Column>> = {
	cursor: {title: '', width: 1, align: 'left', from: 0},
	mark: {title: '', width: 1, align: 'left', from: 0, spoken: 'marked'},
	digest: {title: 'DIGEST', width: 12, align: 'left', from: 0},
	tags: {title: 'TAGS', width: 0, align: 'left', from: 0},
	platform: {title: 'PLATFORM', width: 22, align: 'left', from: 90},
	size: {title: 'SIZE', width: 8, align: 'right', from: 0},
	built: {title: 'BUILT', width: 6, align: 'right', from: 0},
	lastPull: {title: 'LAST PULL', width: 9, align: 'right', from: 0},
	sparkline: {
		title: 'PULLS',
		width: 12,
		align: 'left',
		from: 0,
		isDrawing: true,
	},
	pulls: {
		title: '',
		width: 7,
		align: 'right',
		from: 0,
		spokenTitle: 'pulls',
	},
	uses: {title: 'USED BY', width: 18, align: 'left', from: 0},
};

const never = Number.POSITIVE_INFINITY;

const layOutColumns = (
	width: number,
	{showsUses, windowDays}: {showsUses: boolean; windowDays: number | undefined},
): Readonly<Record<DigestColumn, Column>> => {
	const {platform, built, lastPull, sparkline, pulls, uses} = allColumns;
	const showsPulls = windowDays !== undefined;
	const title = `PULLS ${windowDays}d`;
	const isDrawn = showsPulls && width >= (showsUses ? 110 : 96);
	const isNarrow = width < 100;
	return {
		...allColumns,
		platform: {
			...platform,
			from: showsPulls
				? showsUses
					? 146
					: 124
				: showsUses && width < 100
					? 116
					: 90,
		},
		built: {...built, from: showsPulls && showsUses ? 92 : 0},
		lastPull: {
			...lastPull,
			...(isNarrow ? {title: 'LAST', width: 5} : {}),
			from: showsPulls ? 0 : never,
			spokenTitle: 'last pull',
		},
		sparkline: {...sparkline, title, from: isDrawn ? 0 : never},
		pulls: {
			...pulls,
			title: isDrawn ? '' : isNarrow ? 'PULLS' : title,
			width: isDrawn || isNarrow ? 7 : Math.max(7, title.length),
			from: showsPulls ? 0 : never,
			spokenTitle: `pulls in ${windowDays} days`,
		},
		uses: {
			...uses,
			width: width < 100 ? (showsPulls ? 16 : 18) : width < 130 ? 24 : 30,
			from: showsUses ? 0 : never,
		},
	};
};

const layouts = new Map<string, Readonly<Record<DigestColumn, Column>>>();

/** The columns for so many characters; what needs a digest and who pulls it have some only where somebody was asked. The same object for the same question, so that lines that have not changed are not drawn. */
export const chooseDigestColumns = (
	width: number,
	options: {showsUses: boolean; windowDays: number | undefined},
): Readonly<Record<DigestColumn, Column>> => {
	const key = `${width} ${options.showsUses} ${options.windowDays}`;
	const known = layouts.get(key) ?? layOutColumns(width, options);
	layouts.set(key, known);
	return known;
};

