import type {CopyOutcome} from '../copy/copy-item.js';
import type {CopyProgress} from '../copy/copy-meter.js';
import type {CopyPlan} from '../copy/copy-plan.js';
import type {MapEntry} from '../move/image-map.js';
import type {Problem} from './state.js';

/** Images that are to come home: shown and asked, then copied. */
export type CopyScreen = {
	readonly kind: 'copy';
	/** `reading` while every tag is asked what it means; `stopping` when it was broken off and has not ended. */
	readonly state: 'reading' | 'ready' | 'running' | 'stopping' | 'ended';
	/** As the operator typed it, without a template. */
	readonly home: string;
	/** What was asked for. */
	readonly entries: readonly MapEntry[];
	readonly plan: CopyPlan;
	/** The phrase, where one has to be typed. */
	readonly typed: string;
	/** What was wrong with what was typed. */
	readonly mistake: string | undefined;
	/** Places of the images in the plan that have begun. */
	readonly begun: ReadonlySet<number>;
	/** By their places in the plan. */
	readonly outcomes: ReadonlyMap<number, CopyOutcome>;
	readonly progress: CopyProgress | undefined;
	/** The journal's path; an empty text where none is written. */
	readonly journal: string;
	/** Why it could not begin or go on. */
	readonly problem: Problem | undefined;
	/** The first line on the screen. */
	readonly top: number;
};
