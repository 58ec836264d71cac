import {isAccepted} from '../evidence/judge-sources.js';
import type {UseGap, UsesSource} from '../evidence/use.js';
import {formatAge, formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {wrapWords} from '../text/wrap-words.js';
import {remember} from './remember.js';
import type {State, UsesState} from './state.js';

/** A line of the list of sources: a source, what it told, or a gap in it. */
export type SourceRow = {
	readonly key: string;
	readonly source: UsesSource;
	readonly gap: UseGap | undefined;
	readonly kind: 'source' | 'told' | 'gap';
	/** Made safe, and cut to the width. */
	readonly text: string;
	readonly tone: 'plain' | 'dim' | 'unknown';
	/** Whether a sentence begins on this line. */
	readonly isFirst: boolean;
};

const words: Readonly<Record<UsesSource['state'], string>> = {
	read: 'answered',
	failed: 'did not answer',
	unasked: 'not asked',
	'left-out': 'left out: what it runs does not count',
};

const describeSource = (source: UsesSource, state: UsesState): string => {
	if (state.progress.state === 'loading' && source.readAt === undefined) {
		return source.state === 'left-out' ? words['left-out'] : 'asking…';
	}

	const gaps = source.gaps.filter(
		gap => !isAccepted(source, gap, state.choice.accepted),
	);
	return source.state === 'read' && gaps.length > 0
		? `answered in part: ${formatCount(gaps.length, 'gap')}`
		: words[source.state];
};

const describeKinds = ({kinds}: UsesSource): readonly string[] => {
	const found = kinds.filter(({count}) => count > 0);
	const none = kinds.filter(({count}) => count === 0);
	return [
		found
			.toSorted((first, second) => second.count - first.count)
			.map(({kind, count}) => `${kind} ${count.toLocaleString('en')}`)
			.join(', '),
		none.length > 0 ? `none of ${none.map(({kind}) => kind).join(', ')}` : '',
	].filter(Boolean);
};

const describeTold = (source: UsesSource): readonly string[] => {
	const {namespaces} = source;
	return [
		...describeKinds(source),
		...(namespaces.length > 0
			? [
					`${formatCount(namespaces.length, 'namespace')}: ${namespaces.join(' ')}`,
				]
			: []),
	];
};

/** What there is to say of a source, before it is laid out. */
const listEntries = (
	source: UsesSource,
	state: UsesState,
): ReadonlyArray<Omit<SourceRow, 'key' | 'source' | 'isFirst'>> => [
	{
		kind: 'source',
		gap: undefined,
		text: describeSource(source, state),
		tone: source.state === 'failed' ? 'unknown' : 'plain',
	},
	...describeTold(source).map(
		text => ({kind: 'told', gap: undefined, text, tone: 'dim'}) as const,
	),
	...source.gaps.map(gap => {
		const accepted = isAccepted(source, gap, state.choice.accepted);
		return {
			kind: 'gap',
			gap,
			text: accepted ? `accepted: ${gap.message}` : gap.message,
			tone: accepted ? 'dim' : 'unknown',
		} as const;
	}),
];

const layOut = (state: UsesState, width: number): readonly SourceRow[] =>
	state.reading.sources.flatMap(source =>
		listEntries(source, state).flatMap((entry, index) =>
			wrapWords(makeSafe(entry.text), width).map((text, line): SourceRow => ({
				...entry,
				key: `${source.kind} ${source.name} ${index} ${line}`,
				source,
				text,
				isFirst: line === 0,
			})),
		),
	);

const rowsByWidth = remember(
	(_state: UsesState) => new Map<number, readonly SourceRow[]>(),
);

/** Characters that the list of sources has for what they told: the width without margins, cursor, name, sign and age. */
export const sourceTextWidth = (columns: number): number =>
	Math.max(10, columns - 43);

/** The lines of the list of sources, made once for each reading and width. */
export const selectSourceRows = ({uses, size}: State): readonly SourceRow[] => {
	const width = sourceTextWidth(size.columns);
	const known = rowsByWidth(uses);
	const rows = known.get(width) ?? layOut(uses, width);
	known.set(width, rows);
	return rows;
};

/** When a source was read, in a few characters. */
export const describeAge = (state: State, {readAt}: UsesSource): string =>
	readAt === undefined ? '' : formatAge(readAt, state.now);
