import {isAccepted} from '../evidence/judge-sources.js';
import type {UseGap, UsesSource} from '../evidence/use.js';
import {formatAge, formatCount} from '../text/quantities.js';
import {remember} from './remember.js';
import type {State, UsesState} from './state.js';

/** A line of the list of sources: a source, what it told, or a gap in it. */
export type SourceRow = {
	readonly key: string;
	readonly source: UsesSource;
	readonly gap: UseGap | undefined;
	readonly kind: 'source' | 'told' | 'gap';
	/** Foreign in part. */
	readonly text: string;
	readonly tone: 'plain' | 'dim' | 'unknown';
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

const describeTold = ({kinds, namespaces}: UsesSource): readonly string[] => [
	...(kinds.length > 0
		? [
				kinds
					.map(({kind, count}) => `${kind} ${count.toLocaleString('en')}`)
					.join(', '),
			]
		: []),
	...(namespaces.length > 0
		? [
				`${formatCount(namespaces.length, 'namespace')}: ${namespaces.join(' ')}`,
			]
		: []),
];

const listRows = (state: UsesState): readonly SourceRow[] =>
	state.reading.sources.flatMap((source): SourceRow[] => {
		const place = `${source.kind} ${source.name}`;
		return [
			{
				key: place,
				source,
				gap: undefined,
				kind: 'source',
				text: describeSource(source, state),
				tone: source.state === 'failed' ? 'unknown' : 'plain',
			},
			...describeTold(source).map((text, index): SourceRow => ({
				key: `${place} told ${index}`,
				source,
				gap: undefined,
				kind: 'told',
				text,
				tone: 'dim',
			})),
			...source.gaps.map((gap, index): SourceRow => {
				const accepted = isAccepted(source, gap, state.choice.accepted);
				return {
					key: `${place} gap ${index}`,
					source,
					gap,
					kind: 'gap',
					text: accepted ? `accepted: ${gap.message}` : gap.message,
					tone: accepted ? 'dim' : 'unknown',
				};
			}),
		];
	});

/** The lines of the list of sources, made once for each reading. */
export const selectSourceRows = remember(listRows);

/** When a source was read, in a few characters. */
export const describeAge = (state: State, {readAt}: UsesSource): string =>
	readAt === undefined ? '' : formatAge(readAt, state.now);
