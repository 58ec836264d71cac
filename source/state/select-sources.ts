import {isAccepted} from '../evidence/judge-sources.js';
import type {PullGap, PullSource} from '../evidence/pull.js';
import type {UseGap, UsesSource} from '../evidence/use.js';
import {formatAge, formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {wrapWords} from '../text/wrap-words.js';
import {listPullEntries, selectPullSources} from './list-pull-sources.js';
import {remember} from './remember.js';
import {selectPullsPlace} from './summarize-pulls.js';
import type {State, UsesState} from './state.js';

/** What a line is about. */
export type SourceSubject =
	| {
			readonly of: 'uses';
			readonly source: UsesSource;
			readonly gap: UseGap | undefined;
	  }
	| {
			readonly of: 'pulls';
			readonly host: string;
			readonly source: PullSource;
			readonly gap: PullGap | undefined;
	  };

/** A line of the list of sources: a source, what it told, or a gap in it. */
export type SourceRow = {
	readonly key: string;
	readonly subject: SourceSubject;
	readonly kind: 'source' | 'told' | 'gap';
	/** Made safe, and cut to the width. */
	readonly text: string;
	readonly tone: 'plain' | 'dim' | 'unknown';
	/** Whether a sentence begins on this line. */
	readonly isFirst: boolean;
};

/** What there is to say on a line or several, before it is laid out. */
export type SourceEntry = Omit<SourceRow, 'key' | 'isFirst'>;

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
): readonly SourceEntry[] => [
	{
		kind: 'source',
		subject: {of: 'uses', source, gap: undefined},
		text: describeSource(source, state),
		tone: source.state === 'failed' ? 'unknown' : 'plain',
	},
	...describeTold(source).map((text): SourceEntry => ({
		kind: 'told',
		subject: {of: 'uses', source, gap: undefined},
		text,
		tone: 'dim',
	})),
	...source.gaps.map((gap): SourceEntry => {
		const accepted = isAccepted(source, gap, state.choice.accepted);
		return {
			kind: 'gap',
			subject: {of: 'uses', source, gap},
			text: accepted ? `accepted: ${gap.message}` : gap.message,
			tone: accepted ? 'dim' : 'unknown',
		};
	}),
];

const layOut = (
	entries: readonly SourceEntry[],
	{name, width}: {name: string; width: number},
): readonly SourceRow[] =>
	entries.flatMap((entry, index) =>
		wrapWords(makeSafe(entry.text), width).map((text, line): SourceRow => ({
			...entry,
			key: `${name} ${index} ${line}`,
			text,
			isFirst: line === 0,
		})),
	);

/** The rows that were made last of what the sources of uses told, and what else they were made of. */
const slots = remember(
	(
		_uses: UsesState,
	): {made: readonly unknown[]; rows: readonly SourceRow[]} => ({
		made: [],
		rows: [],
	}),
);

/** Characters that the list of sources has for what they told: the width without margins, cursor, name, sign and age. */
export const sourceTextWidth = (columns: number): number =>
	Math.max(10, columns - 43);

/** The lines of the list of sources, those of uses first, made once for each reading and width. */
export const selectSourceRows = (state: State): readonly SourceRow[] => {
	const {uses, pulls, size} = state;
	const width = sourceTextWidth(size.columns);
	const place = selectPullsPlace(state);
	const made = [width, pulls, place?.host, place?.repository];
	const slot = slots(uses);
	if (
		slot.made.length === 0 ||
		slot.made.some((part, index) => part !== made[index])
	) {
		slot.made = made;
		slot.rows = [
			...uses.reading.sources.flatMap(source =>
				layOut(listEntries(source, uses), {
					name: `${source.kind} ${source.name}`,
					width,
				}),
			),
			...selectPullSources(state).flatMap(
				({host, source, isLoading, accepted}) =>
					layOut(listPullEntries(source, {host, isLoading, accepted}), {
						name: `pulls ${host} ${source.name}`,
						width,
					}),
			),
		];
	}

	return slot.rows;
};

/** When a source was read, in a few characters. */
export const describeAge = (
	state: State,
	{readAt}: {readonly readAt: number | undefined},
): string => (readAt === undefined ? '' : formatAge(readAt, state.now));
