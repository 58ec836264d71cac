import {describeUncommitted} from '../move/describe-uncommitted.js';
import {createUnifiedDiff} from '../move/unified-diff.js';
import {formatCount} from '../text/quantities.js';
import {wrapWords} from '../text/wrap-words.js';
import {rememberLast} from './remember.js';
import type {FilesPlan, RewriteScreen} from './rewrite-screen.js';
import {listHeight} from './select.js';
import type {State} from './state.js';

/** What a line of a change is. */
export type DiffTone =
	| 'plain'
	| 'title'
	| 'file'
	| 'place'
	| 'removed'
	| 'added'
	| 'warning'
	| 'done'
	| 'command';

export type DiffLine = {
	readonly tone: DiffTone;
	/** Foreign. */
	readonly text: string;
};

/** What writes the files. */
export const writeWord = 'yes';

const toneOf = (line: string): DiffTone => {
	if (line.startsWith('--- ') || line.startsWith('+++ ')) {
		return 'file';
	}

	switch (line[0]) {
		case '@': {
			return 'place';
		}

		case '-': {
			return 'removed';
		}

		case '+': {
			return 'added';
		}

		default: {
			return 'plain';
		}
	}
};

// Where tabs end is the terminal's business, and a line's end is no part of it here.
const showLine = (line: string): string =>
	line.replaceAll('\t', '    ').replace(/\r$/, '');

/** A text in lines, those after the first moved in. */
const wrap = (tone: DiffTone, text: string, width: number): DiffLine[] =>
	wrapWords(text, width - 4).map((part, index) => ({
		tone,
		text: index === 0 ? part : `    ${part}`,
	}));

/** What changes is never cut: who reads it is to see where it ends. */
const fold = (line: DiffLine, width: number): DiffLine[] => {
	const {tone, text} = line;
	if (text.length <= width || !['added', 'removed', 'command'].includes(tone)) {
		return [line];
	}

	const rest = text.slice(width);
	const room = Math.max(1, width - 4);
	return [
		{tone, text: text.slice(0, width)},
		...Array.from({length: Math.ceil(rest.length / room)}, (_, index) => ({
			tone,
			text: `    ${rest.slice(index * room, (index + 1) * room)}`,
		})),
	];
};

const listDiff = (
	{rewrite, diffNames}: FilesPlan,
	width: number,
): readonly DiffLine[] =>
	rewrite.files.flatMap(file =>
		createUnifiedDiff(diffNames.get(file.path) ?? file.path, file)
			.replace(/\n$/, '')
			.split('\n')
			.flatMap(line => fold({tone: toneOf(line), text: showLine(line)}, width)),
	);

const listWritten = (
	{rewrite}: FilesPlan,
	width: number,
): readonly DiffLine[] =>
	rewrite.files.flatMap(({path, references}) =>
		references.flatMap(({line, from, to}) =>
			wrap('done', `✓ ${path}:${line}: ${from} → ${to}`, width),
		),
	);

/** What cannot be edited safely, with file and line. */
const listLeft = (plan: FilesPlan, width: number): readonly DiffLine[] => {
	const {left} = plan.rewrite;
	return left.length === 0
		? []
		: [
				{
					tone: 'title',
					text: `Left alone, to be looked at by hand: ${formatCount(left.length, 'place')}`,
				},
				...left.flatMap(({path, line, message}) =>
					wrap(
						'warning',
						`! ${path}${line === undefined ? '' : `:${line}`}: ${message}`,
						width,
					),
				),
				{tone: 'plain', text: ''},
			];
};

const listBefore = rememberLast(
	(plan: FilesPlan, width: number): readonly DiffLine[] => {
		const dirty = describeUncommitted(plan.uncommitted).flatMap(sentence =>
			wrap('warning', `! ${sentence}`, width),
		);
		return [
			...dirty,
			...(dirty.length === 0 ? [] : [{tone: 'plain', text: ''} as const]),
			...listLeft(plan, width),
			...listDiff(plan, width),
		];
	},
);

const shellTitle =
	'jetsam changes no cluster. In the shell, where nothing applies these files by itself:';

/** So many are named one by one. */
const mostNamed = 3;

/** What would be named and is not known to be there: what starts by it would not. */
const listAbsent = (
	absent: readonly string[],
	width: number,
): readonly DiffLine[] => {
	if (absent.length === 0) {
		return [];
	}

	const named = absent.slice(0, mostNamed).join(', ');
	const more = absent.length - mostNamed;
	return [
		...wrap(
			'warning',
			`! Not known to be at home: ${named}${more > 0 ? ` and ${more} more` : ''}. Copy first: nothing could start by ${absent.length === 1 ? 'it' : 'them'}.`,
			width,
		),
		{tone: 'plain', text: ''},
	];
};

/** The lines of a change: before it is written what would be, afterwards what was and what it takes in the shell. @param width - Characters of a line. */
export const selectDiffLines = (
	{plan, state, commands, absent}: RewriteScreen,
	width: number,
): readonly DiffLine[] => {
	if (!plan) {
		return [];
	}

	if (state !== 'ended') {
		return [...listAbsent(absent, width), ...listBefore(plan, width)];
	}

	return [
		...listWritten(plan, width),
		{tone: 'plain', text: ''},
		...(commands.length === 0
			? []
			: [
					...wrap('title', shellTitle, width),
					...commands.flatMap(text => fold({tone: 'command', text}, width)),
					{tone: 'plain', text: ''} as const,
				]),
		...listLeft(plan, width),
	];
};

/** What a change comes to, in a few words. */
export const describeRewriteTotals = ({
	state,
	plan,
	folders,
	pins,
}: RewriteScreen): string => {
	if (!plan) {
		return folders.join(', ');
	}

	const {files, left} = plan.rewrite;
	const count = files.flatMap(({references}) => references).length;
	return [
		`${formatCount(count, 'reference')} in ${formatCount(files.length, 'file')} ${state === 'ended' ? 'written' : 'to change'}`,
		...(left.length === 0 ? [] : [`${left.length} left alone`]),
		...(pins ? ['with digests'] : []),
	].join(', ');
};

/** Whether there is something that a yes would write. */
export const canWrite = ({state, plan}: RewriteScreen): boolean =>
	state === 'ready' && (plan?.rewrite.files.length ?? 0) > 0;

/** Lines that a change has room for, beside how many are below. */
export const rewriteHeight = (state: State, screen: RewriteScreen): number =>
	Math.max(
		1,
		listHeight(state) -
			(screen.problem ? 3 : 0) -
			(screen.typed === undefined ? 1 : 3),
	);
