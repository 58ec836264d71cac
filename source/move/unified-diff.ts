import {applyEdits, type Edit} from './edit-text.js';

/** Lines that are the same around those that changed. */
const context = 3;

/** Lines of the old text and what takes their place. */
type Block = {
	/** From 0. */
	readonly start: number;
	readonly before: readonly string[];
	readonly after: readonly string[];
};

/** The lines of a text, each with what ends it. */
const splitLines = (text: string): readonly string[] =>
	text === '' ? [] : text.split(/(?<=\n)/);

/** Leaves out the lines that are the same at both ends. */
const trim = ({start, before, after}: Block): Block => {
	const most = Math.min(before.length, after.length);
	let head = 0;
	while (head < most && before[head] === after[head]) {
		head++;
	}

	let tail = 0;
	while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) {
		tail++;
	}

	return {
		start: start + head,
		before: before.slice(head, before.length - tail),
		after: after.slice(head, after.length - tail),
	};
};

/** The lines that edits change, one block for edits that share a line. */
const listBlocks = (text: string, edits: readonly Edit[]): readonly Block[] => {
	const groups: Array<{from: number; to: number; edits: Edit[]}> = [];
	for (const edit of edits) {
		const from =
			edit.offset === 0 ? 0 : text.lastIndexOf('\n', edit.offset - 1) + 1;
		const end = text.indexOf('\n', edit.offset + edit.before.length);
		const to = end === -1 ? text.length : end + 1;
		const last = groups.at(-1);
		if (last && from <= last.to) {
			last.to = Math.max(last.to, to);
			last.edits.push(edit);
		} else {
			groups.push({from, to, edits: [edit]});
		}
	}

	let line = 0;
	let done = 0;
	return groups.map(({from, to, edits: own}) => {
		line += splitLines(text.slice(done, from)).length;
		done = from;
		const before = text.slice(from, to);
		const after = applyEdits(
			before,
			own.map(edit => ({...edit, offset: edit.offset - from})),
		);
		return trim({
			start: line,
			before: splitLines(before),
			after: splitLines(after),
		});
	});
};

/** Blocks whose contexts touch, together. */
const groupBlocks = (blocks: readonly Block[]): readonly Block[][] => {
	const hunks: Block[][] = [];
	for (const block of blocks) {
		const last = hunks.at(-1)?.at(-1);
		if (
			last &&
			block.start - (last.start + last.before.length) <= 2 * context
		) {
			hunks.at(-1)?.push(block);
		} else {
			hunks.push([block]);
		}
	}

	return hunks;
};

const spellLine = (sign: string, line: string): string =>
	line.endsWith('\n')
		? `${sign}${line}`
		: `${sign}${line}\n\\ No newline at end of file\n`;

/** Where lines begin and how many they are; none begin after the one before them. */
const spellRange = (start: number, count: number): string =>
	`${count === 0 ? start : start + 1}${count === 1 ? '' : `,${count}`}`;

const spellHunk = (
	lines: readonly string[],
	blocks: readonly Block[],
	shift: number,
): string => {
	const first = blocks[0]?.start ?? 0;
	const last = blocks.at(-1);
	const from = Math.max(0, first - context);
	const to = Math.min(
		lines.length,
		(last ? last.start + last.before.length : 0) + context,
	);
	const body: string[] = [];
	let at = from;
	let added = 0;
	for (const {start, before, after} of blocks) {
		body.push(
			...lines.slice(at, start).map(line => spellLine(' ', line)),
			...before.map(line => spellLine('-', line)),
			...after.map(line => spellLine('+', line)),
		);
		at = start + before.length;
		added += after.length - before.length;
	}

	body.push(...lines.slice(at, to).map(line => spellLine(' ', line)));
	return `@@ -${spellRange(from, to - from)} +${spellRange(from + shift, to - from + added)} @@\n${body.join('')}`;
};

/** A file's name as `patch` and `git apply` take it: a tab ends one that has blanks. */
const spellName = (side: string, path: string): string =>
	`${side}/${path}${path.includes(' ') ? '\t' : ''}`;

/**
The change of a file as a unified diff, which `git apply` and `patch -p1` take.
@see https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
*/
export const createUnifiedDiff = (
	path: string,
	{before, edits}: {readonly before: string; readonly edits: readonly Edit[]},
): string => {
	const lines = splitLines(before);
	let shift = 0;
	const hunks = groupBlocks(listBlocks(before, edits)).map(blocks => {
		const hunk = spellHunk(lines, blocks, shift);
		for (const block of blocks) {
			shift += block.after.length - block.before.length;
		}

		return hunk;
	});
	return `--- ${spellName('a', path)}\n+++ ${spellName('b', path)}\n${hunks.join('')}`;
};
