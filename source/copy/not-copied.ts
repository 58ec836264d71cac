/** How a copy ended that is not at home. */
export type CopyEnd =
	/** `--read-only` kept the first request back. */
	| {readonly kind: 'would-copy'}
	/** A registry said no, or a safeguard did. */
	| {readonly kind: 'refused'; readonly reason: string}
	/** It was broken off, or was not begun before everything was. */
	| {readonly kind: 'unfinished'; readonly reason: string}
	/** It was tried and did not succeed; it can be tried again. */
	| {readonly kind: 'failed'; readonly reason: string};

/** Thrown where a part of an image does not come home, and so the image does not. */
export class NotCopied extends Error {
	override readonly name = 'NotCopied';

	readonly end: CopyEnd;

	constructor(end: CopyEnd) {
		super('reason' in end ? end.reason : end.kind);
		this.end = end;
	}
}
