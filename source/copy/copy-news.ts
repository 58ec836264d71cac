import type {CopyOutcome} from './copy-item.js';
import type {CopyProgress} from './copy-meter.js';
import type {PlannedImage} from './copy-plan.js';

/** How an image of a copy ended. */
export type EndedCopy = {
	readonly image: PlannedImage;
	readonly outcome: CopyOutcome;
};

/** What a copy tells while it goes on. `index` is an image's place in the list. */
export type CopyNews =
	/** @param journal - Its path; an empty text where none is written. */
	| {readonly kind: 'began'; readonly journal: string}
	| {readonly kind: 'image-began'; readonly index: number}
	| {
			readonly kind: 'image-ended';
			readonly index: number;
			readonly outcome: CopyOutcome;
	  }
	| {readonly kind: 'progress'; readonly progress: CopyProgress};
