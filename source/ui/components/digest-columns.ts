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
	| 'uses'
	| 'reason';

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
	reason: {title: 'BY THE RULES', width: 30, align: 'left', from: 0},
};

const never = Number.POSITIVE_INFINITY;

type Options = {
	readonly showsUses: boolean;
	/** `undefined` where there is no source of pulls. */
	readonly windowDays: number | undefined;
	/** Whether rules say why each digest stays or may go. */
	readonly showsReasons: boolean;
};

/** Cells of the list from which on its less needed columns have room. */
const listRoom = ({
	showsUses,
	windowDays,
}: Options): Readonly<Record<'platform' | 'built' | 'sparkline', number>> => {
	if (windowDays === undefined) {
		return {platform: 90, built: 0, sparkline: never};
	}

	return showsUses
		? {platform: 146, built: 92, sparkline: 110}
		: {platform: 124, built: 0, sparkline: 96};
};

const layOutUses = (width: number, {showsUses, windowDays}: Options) => ({
	width:
		width >= 130 ? 30 : width >= 100 ? 24 : windowDays === undefined ? 18 : 16,
	from: showsUses ? 0 : never,
});

/** Where there is no room, `ago` goes first, then the drawing; the count stays. */
const layOutPulls = (
	width: number,
	options: Options,
): Pick<typeof allColumns, keyof PullCells> => {
	const {lastPull, sparkline, pulls} = allColumns;
	const {windowDays} = options;
	const title = `PULLS ${windowDays}d`;
	const isDrawn = width >= listRoom(options).sparkline;
	const isNarrow = width < 100;
	const from = windowDays === undefined ? never : 0;
	return {
		lastPull: {
			...lastPull,
			...(isNarrow ? {title: 'LAST', width: 5} : {}),
			from,
			spokenTitle: 'last pull',
		},
		sparkline: {...sparkline, title, from: isDrawn ? from : never},
		pulls: {
			...pulls,
			title: isDrawn ? '' : isNarrow ? 'PULLS' : title,
			width: isDrawn || isNarrow ? 7 : Math.max(7, title.length),
			from,
			spokenTitle: `pulls in ${windowDays} days`,
		},
	};
};

const layOutColumns = (
	width: number,
	options: Options,
): Readonly<Record<DigestColumn, Column>> => {
	const {platform, built, uses} = allColumns;
	const room = listRoom(options);
	const platformFrom =
		options.windowDays === undefined && options.showsUses && width < 100
			? 116
			: room.platform;
	return {
		...allColumns,
		platform: {...platform, from: platformFrom},
		built: {...built, from: room.built},
		...layOutPulls(width, options),
		uses: {...uses, ...layOutUses(width, options)},
		reason: {...allColumns.reason, from: never},
	};
};

/** With the reasons on them: they tell of ages, pulls and uses as far as those have decided, so that the columns of these go first. */
const layOutReasons = (
	width: number,
	options: Options,
): Readonly<Record<DigestColumn, Column>> => {
	const columns = layOutColumns(width, options);
	const {platform, built, lastPull, sparkline, pulls, uses, reason} = columns;
	const from = (least: number, other: Column): Column => ({
		...other,
		from: width >= least ? other.from : never,
	});
	return {
		...columns,
		platform: {...platform, from: never},
		built: from(90, built),
		lastPull: {...lastPull, from: never},
		sparkline: {...sparkline, from: never},
		pulls: {
			...from(124, pulls),
			title: pulls.title === '' ? 'PULLS' : pulls.title,
		},
		uses: {...from(150, uses), width: 18},
		reason: {
			...reason,
			width: Math.floor(width * (width < 90 ? 0.38 : 0.42)),
			from: 0,
		},
	};
};

const layouts = new Map<string, Readonly<Record<DigestColumn, Column>>>();

/** The columns for so many characters; what needs a digest and who pulls it have some only where somebody was asked. The same object for the same question, so that lines that have not changed are not drawn. */
export const chooseDigestColumns = (
	width: number,
	options: Options,
): Readonly<Record<DigestColumn, Column>> => {
	const key = `${width} ${options.showsUses} ${options.windowDays} ${options.showsReasons}`;
	const layOut = options.showsReasons ? layOutReasons : layOutColumns;
	const known = layouts.get(key) ?? layOut(width, options);
	layouts.set(key, known);
	return known;
};
