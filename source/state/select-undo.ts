import {shortenDigest} from '../oci/digest.js';
import {
	describeUndoOutcome,
	type UndoItem,
	type UndoOutcome,
	type UndoPreview,
} from '../plan/undo.js';
import {wrapWords} from '../text/wrap-words.js';
import type {UndoScreen} from './state.js';

/** A line of an undo: a digest and what becomes of it, or more of the line above. */
export type UndoLine = {
	/** Only on the first line of a digest. */
	readonly item: UndoItem | undefined;
	/** `undefined` until it is done. */
	readonly kind: UndoOutcome['kind'] | undefined;
	readonly isWarning: boolean;
	readonly text: string;
};

/** What is to be done with one digest, in a sentence. */
export const describePreview = (
	{isThere, moved, missing = []}: UndoPreview,
	movedTags: UndoScreen['movedTags'],
): string =>
	[
		isThere ? 'is there' : 'goes back',
		...missing.map(tag => `its tag ${tag} goes back`),
		...moved.map(({tag, means}) =>
			movedTags === 'left'
				? `the tag ${tag} means ${shortenDigest(means)} now and stays there`
				: `the tag ${tag} is taken from ${shortenDigest(means)}`,
		),
	].join('; ');

const wrap = (line: UndoLine, width: number): readonly UndoLine[] =>
	wrapWords(line.text, width).map((text, index) => ({
		...line,
		item: index === 0 ? line.item : undefined,
		text,
	}));

/**
The lines of an undo: what goes back, and when it has begun what came of it.
@param width - Characters for sentences.
*/
export const selectUndoLines = (
	{state, previews, movedTags, results}: UndoScreen,
	width: number,
): readonly UndoLine[] =>
	state === 'ready' || state === 'reading'
		? previews.flatMap(preview =>
				wrap(
					{
						item: preview.item,
						kind: undefined,
						isWarning: preview.moved.length > 0,
						text: describePreview(preview, movedTags),
					},
					width,
				),
			)
		: results.flatMap(({item, outcome}) =>
				wrap(
					{
						item,
						kind: outcome.kind,
						isWarning: !['restored', 'already-there', 'would-restore'].includes(
							outcome.kind,
						),
						text: describeUndoOutcome(outcome),
					},
					width,
				),
			);

/** Characters for what becomes of a digest, beside its name and its place. */
export const undoTextWidth = (columns: number): number =>
	Math.max(1, Math.ceil((columns - 23) / 2));
