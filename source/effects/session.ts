import type {PullsReading} from '../evidence/pull.js';
import type {UsesReading} from '../evidence/use.js';
import type {Message} from '../state/message.js';
import type {Problem} from '../state/state.js';
import {UnknownRealmError, UserError} from '../user-error.js';
import type {
	PullsRequest,
	Registry,
	RepositoryReading,
	UsesChoice,
	World,
} from '../world.js';
import type {Hold} from './hold.js';
import type {PartTeller} from './tell-parts.js';

/** Tells messages to the store. */
export type Dispatch = (message: Message) => void;

/** A reading for the totals on a line. */
export type BackgroundReading = {
	readonly done: Promise<void>;
	/** The operator opens what is being read: from now on its requests go first. */
	readonly hurry: () => void;
};

/** What sources of pulls were asked, and what they tell. */
export type AskedPulls = {
	readonly request: PullsRequest;
	readonly reading: Promise<PullsReading>;
};

/** What commands share while the program runs. */
export type Session = {
	readonly world: World;
	/** The registry at a host that has been opened, or is being opened. */
	readonly openRegistry: (host: string) => Promise<Registry>;
	/** The newest complete reading of each repository, by `repositoryKey`. */
	readonly readings: Map<string, RepositoryReading>;
	/** Of repositories in which a step of the last batch failed: the readings that its plan was made from, for a retry, by `repositoryKey`. They hold what has been deleted, so nothing else may use them. */
	readonly spent: Map<string, RepositoryReading>;
	/** Readings under way that no screen asked for when they began, by `repositoryKey`. */
	readonly background: Map<string, BackgroundReading>;
	/** What is being read, or was read, of the sources of uses; `undefined` before the first reading and where it failed. */
	uses:
		| {readonly choice: UsesChoice; readonly reading: Promise<UsesReading>}
		| undefined;
	/** What is being read, or was read, of the sources of pulls: by host, then by repository, with an empty text for those that are asked about the whole registry. Nothing for a host that no source is for. */
	readonly pulls: Map<string, Map<string, AskedPulls>>;
	/** Tells what was read of repositories, all of them together. */
	readonly tellPart: PartTeller;
	/** Ends when the program is left. */
	readonly signal: AbortSignal;
	/** What ends, breaks off or holds the batch under way; an undo is not held. */
	batch:
		| {
				readonly stop: AbortController;
				readonly abort: AbortController;
				readonly hold?: Hold;
		  }
		| undefined;
};

/** The sentence and the remedy of an error that the operator can mend; anything else is a bug and is thrown on. */
export const describeProblem = (error: unknown): Problem => {
	if (error instanceof UnknownRealmError) {
		const {message, remedy, realm: tokenHost} = error;
		return {message, remedy, tokenHost};
	}

	if (error instanceof UserError) {
		return {message: error.message, remedy: error.remedy};
	}

	throw error;
};
