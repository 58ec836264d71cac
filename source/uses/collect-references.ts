import {
	createLineFinder,
	type FileProblem,
	type FileRange,
	type FileReading,
	type FileReference,
} from './file-reading.js';
import type {YamlText} from './yaml-document.js';

/** A part of a reference, as it stands in the file. */
export type ReferencePart = {
	readonly part: FileRange['part'];
	readonly text: YamlText;
};

/** Gathers what one file says of images. */
export type Collector = {
	/** Notes a reference; the same place, met again through an alias, is noted once. */
	readonly addReference: (reference: {
		/** The reference; left out where it is exactly its parts put together. */
		readonly text: string;
		readonly place: string;
		readonly parts: readonly [ReferencePart, ...ReferencePart[]];
		readonly isFilledIn: boolean;
	}) => void;
	readonly addProblem: (
		offset: number,
		problem: Pick<FileProblem, 'message' | 'text'>,
	) => void;
	readonly reading: () => FileReading;
};

export const createCollector = (text: string): Collector => {
	const lineOf = createLineFinder(text);
	const references = new Map<string, FileReference>();
	const problems = new Map<string, FileProblem>();
	return {
		addReference({text: reference, place, parts, isFilledIn}) {
			const ranges = parts
				.map(({part, text: {range}}): FileRange => ({part, ...range}))
				.toSorted((one, other) => one.offset - other.offset);
			const [first] = ranges;
			if (!first) {
				return;
			}

			references.set(
				JSON.stringify([reference, ranges.map(({offset}) => offset)]),
				{
					text: reference,
					written:
						ranges.length === 1
							? text.slice(first.offset, first.offset + first.length)
							: reference,
					line: lineOf(first.offset),
					place,
					ranges,
					isLiteral: !isFilledIn && parts.every(entry => entry.text.isLiteral),
				},
			);
		},
		addProblem(offset, problem) {
			problems.set(JSON.stringify([offset, problem.message]), {
				line: lineOf(offset),
				...problem,
			});
		},
		reading: () => ({
			references: [...references.values()],
			problems: [...problems.values()],
		}),
	};
};

/** Notes a reference that stands in the file as one text. */
export const addWhole = (
	collector: Collector,
	text: YamlText,
	place: string,
): void => {
	collector.addReference({
		text: text.value,
		place,
		parts: [{part: 'reference', text}],
		isFilledIn: false,
	});
};
