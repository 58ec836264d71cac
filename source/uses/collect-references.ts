import {
	createLineFinder,
	type FileGap,
	type FilePiece,
	type FileProblem,
	type FileReading,
	type FileReference,
	type Overlay,
} from './file-reading.js';
import type {FilledPiece} from './fill-in.js';
import type {YamlText} from './yaml-document.js';

/** A part of a reference, as it stands in the file. */
export type ReferencePart = {
	readonly part: FilePiece['part'];
	readonly text: YamlText;
};

/** Gathers what one file says of images. */
export type Collector = {
	/** Notes a reference; the same place, met again through an alias, is noted once. */
	readonly addReference: (reference: {
		readonly text: string;
		readonly place: string;
		readonly parts: readonly [ReferencePart, ...ReferencePart[]];
		/** Whether the parts put together are not exactly `text`; left out where they are. */
		readonly isFilledIn?: boolean;
		/** Where the stretches of `text` stand where it has variables with defaults. */
		readonly pieces?: readonly FilledPiece[];
		readonly nameGap?: FileGap | undefined;
	}) => void;
	readonly addProblem: (
		offset: number,
		problem: Omit<FileProblem, 'line'>,
	) => void;
	readonly setOverlay: (overlay: Overlay) => void;
	readonly reading: () => FileReading;
};

export const createCollector = (text: string): Collector => {
	const lineOf = createLineFinder(text);
	const references = new Map<string, FileReference>();
	let overlay: Overlay | undefined;
	const problems = new Map<string, FileProblem>();
	return {
		addReference({
			text: reference,
			place,
			parts,
			isFilledIn = false,
			pieces,
			nameGap,
		}) {
			const placed = parts.toSorted(
				(one, other) => one.text.offset - other.text.offset,
			);
			const first = placed[0] ?? parts[0];
			const {offset: start, length} = first.text;
			references.set(
				JSON.stringify([reference, placed.map(({text: {offset}}) => offset)]),
				{
					text: reference,
					written:
						placed.length === 1 ? text.slice(start, start + length) : reference,
					line: lineOf(start),
					place,
					pieces: pieces
						? pieces.map(piece => ({
								part: 'reference',
								...piece,
								isShared: first.text.isShared,
							}))
						: placed.map(
								({part, text: {value, offset, isLiteral, isShared}}) => ({
									part,
									text: value,
									offset: isLiteral ? offset : undefined,
									isShared,
								}),
							),
					isLiteral:
						!isFilledIn &&
						pieces === undefined &&
						parts.every(entry => entry.text.isLiteral),
					...(nameGap && {nameGap}),
				},
			);
		},
		addProblem(offset, problem) {
			problems.set(JSON.stringify([offset, problem.message]), {
				line: lineOf(offset),
				...problem,
			});
		},
		setOverlay(given) {
			overlay = given;
		},
		reading: () => ({
			...(overlay && {overlay}),
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
	});
};
