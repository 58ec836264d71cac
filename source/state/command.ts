import type {ConfirmedPlan} from '../plan/confirm-plan.js';
import type {Mark} from '../plan/plan.js';
import type {State} from './state.js';

/** What the world is asked to do; answers come back as messages. */
export type Command =
	| {
			readonly kind: 'open-registry';
			readonly host: string;
			readonly address: string;
	  }
	/** Finds out whether a path that was given is a repository or a prefix of some. */
	| {
			readonly kind: 'find-path';
			readonly host: string;
			readonly path: string;
			readonly reference: string | undefined;
	  }
	| {readonly kind: 'list-repositories'; readonly host: string}
	| {
			readonly kind: 'read-repository';
			readonly host: string;
			readonly repository: string;
	  }
	/** Breaks off what a screen was loading when it is left. */
	| {readonly kind: 'stop-loading'; readonly place: string}
	/** Reads the marked repositories again where that is due, and makes a plan for each registry. */
	| {readonly kind: 'make-plans'; readonly marks: readonly Mark[]}
	| {readonly kind: 'execute-plans'; readonly plans: readonly ConfirmedPlan[]}
	/** Ends the batch after the step in flight. */
	| {readonly kind: 'stop-batch'}
	/** Breaks the batch off, the step in flight too. */
	| {readonly kind: 'abort-batch'}
	| {readonly kind: 'leave'; readonly exitCode: number};

/** The next state, and what the world is to be asked for. */
export type Update = readonly [State, readonly Command[]];
