import type {ConfirmedCopy} from '../copy/copy-plan.js';
import type {Digest} from '../oci/digest.js';
import type {ReadFolders} from '../image-files.js';
import type {ImageMap, MapEntry, MappedName} from '../move/image-map.js';
import type {RewrittenFile} from '../move/plan-rewrite.js';
import type {ConfirmedPlan} from '../plan/confirm-plan.js';
import type {TagRemoval} from '../plan/create-tag-plan.js';
import type {Step} from '../plan/plan.js';
import type {UndoItem} from '../plan/undo.js';
import type {CloudProgram} from '../places.js';
import type {Mark, PullsChoice, PullsRequest, UsesChoice} from '../world.js';
import type {RuleSet} from '../retention/rules.js';
import type {RuleReading, RulesRequest} from './judged.js';
import type {State} from './state.js';

/** The batch that is gone on with. */
export type BatchRetry = {
	/** Its name; an empty text where none is written, under `--read-only`. */
	readonly batch: string;
	/** What it has deleted or found absent so far. */
	readonly gone: readonly Step[];
};

/** What the world is asked to do; answers come back as messages. */
export type Command =
	/** Finds out which registries this machine knows of. */
	| {readonly kind: 'list-registries'}
	/** Asks registries whether they are there. */
	| {
			readonly kind: 'ping-registries';
			readonly registries: ReadonlyArray<{
				readonly host: string;
				readonly address: string;
			}>;
	  }
	/** Asks a vendor's program for registries. */
	| {readonly kind: 'ask-cloud'; readonly program: CloudProgram}
	/** Keeps for the next run where the operator went. */
	| {
			readonly kind: 'remember-visit';
			readonly address: string;
			readonly path: string | undefined;
	  }
	| {
			readonly kind: 'remember-repository';
			readonly address: string;
			readonly repository: string;
	  }
	/** Lets the login of a registry be sent to another host, now and in later runs. */
	| {
			readonly kind: 'allow-token-host';
			readonly host: string;
			readonly tokenHost: string;
	  }
	/** Leaves everything for the demo, or the demo for what is real. */
	| {readonly kind: 'switch-demo'}
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
	/** Reads the repositories of a registry that have not been opened, for their totals. */
	| {
			readonly kind: 'read-repositories';
			readonly host: string;
			readonly names: readonly string[];
	  }
	| {
			readonly kind: 'read-detail';
			readonly host: string;
			readonly repository: string;
			readonly digest: Digest;
	  }
	/** Asks what a digest and its tags mean now. */
	| {
			readonly kind: 'reread-digest';
			readonly host: string;
			readonly repository: string;
			readonly digest: Digest;
			readonly tags: readonly string[];
	  }
	/** Reads the sources of uses. */
	| {readonly kind: 'read-uses'; readonly choice: UsesChoice}
	/** Keeps for the next run which sources of uses are asked. */
	| {readonly kind: 'save-uses-choice'; readonly choice: UsesChoice}
	/** Reads the sources of pulls of a registry, or those that are asked about one of its repositories. */
	| {readonly kind: 'read-pulls'; readonly request: PullsRequest}
	/** Keeps for the next run what the operator has said of the sources of pulls. */
	| {readonly kind: 'save-pulls-choice'; readonly choice: PullsChoice}
	/** Reads repositories of a registry that have not been read, for the rules. */
	| {
			readonly kind: 'scan-repositories';
			readonly host: string;
			readonly names: readonly string[];
	  }
	/** Applies the rules to repositories that have been read. */
	| {
			readonly kind: 'judge-rules';
			readonly request: RulesRequest;
			readonly readings: readonly RuleReading[];
			/** What the operator has said of the sources of pulls. */
			readonly pulls: PullsChoice | undefined;
	  }
	/** Keeps the sets of rules for the next run. */
	| {readonly kind: 'save-rules'; readonly sets: readonly RuleSet[]}
	/** Writes rules to a file that `jetsam plan --rules` reads. */
	| {
			readonly kind: 'write-rules';
			readonly file: string;
			readonly sets: readonly RuleSet[];
			readonly allowUnknownUses: boolean;
	  }
	/** Asks the home whether it has these. */
	| {readonly kind: 'ask-home'; readonly names: readonly MappedName[]}
	/** Asks what every image means, there and at home, before it is copied. */
	| {readonly kind: 'plan-copy'; readonly entries: readonly MapEntry[]}
	| {
			readonly kind: 'run-copy';
			readonly entries: readonly MapEntry[];
			readonly copy: ConfirmedCopy;
	  }
	/** Reads what files of folders become by a mapping. */
	| {
			readonly kind: 'plan-files';
			readonly folders: readonly string[];
			readonly pins: boolean;
			readonly map: ImageMap;
	  }
	/** Writes files that were shown. */
	| {
			readonly kind: 'write-files';
			readonly files: readonly RewrittenFile[];
			readonly locations: ReadFolders['locations'];
	  }
	/** Writes a mapping to a file that `--map` reads. */
	| {
			readonly kind: 'write-map';
			readonly file: string;
			readonly map: ImageMap;
	  }
	/** Finds the digests that the references in a file mean. */
	| {readonly kind: 'mark-references'; readonly file: string}
	/** Keeps the marks for the next run. They are put together when they are written: there may be 100,000, and each key may change one. */
	| {
			readonly kind: 'save-marks';
			/** Those of an earlier run, which are not lost by marking something else. */
			readonly offered: readonly Mark[];
			readonly marks: State['marks'];
	  }
	/** Puts a text on the clipboard of the operator's terminal. */
	| {readonly kind: 'copy-text'; readonly text: string}
	/** Breaks off what a screen was loading when it is left. */
	| {readonly kind: 'stop-loading'; readonly place: string}
	/** Reads the marked repositories again where that is due, and makes a plan for each registry. */
	| {
			readonly kind: 'make-plans';
			readonly marks: readonly Mark[];
			/** By `liftKey`: what is to go although it is in use. */
			readonly lifts: ReadonlySet<string>;
			/** What the operator has said of the sources of pulls; `undefined` where that is not known yet. */
			readonly pulls: PullsChoice | undefined;
	  }
	/** Writes the plans of registries to files that `jetsam apply` takes. */
	| {
			readonly kind: 'write-plans';
			readonly hosts: readonly string[];
			readonly marks: readonly Mark[];
			readonly pulls: PullsChoice | undefined;
			/** Whether something was lifted, which the files leave out. */
			readonly hasLifts: boolean;
	  }
	/** Reads the repository of a tag again where that is due, and makes the plan that removes the tag. */
	| {
			readonly kind: 'make-tag-plan';
			readonly removal: TagRemoval;
			/** Names the review that asked. */
			readonly marks: readonly Mark[];
			readonly lifts: ReadonlySet<string>;
			readonly pulls: PullsChoice | undefined;
	  }
	| {
			readonly kind: 'execute-plans';
			readonly plans: readonly ConfirmedPlan[];
			/** Set where what failed in the batch that has just ended is tried again, as its continuation. */
			readonly retry?: BatchRetry;
	  }
	/** Finds out what the undo of a batch would put back. */
	| {readonly kind: 'plan-undo'; readonly batch: string}
	| {
			readonly kind: 'undo-batch';
			readonly batch: string;
			readonly items: readonly UndoItem[];
			readonly movedTags: 'left' | 'taken-back';
	  }
	/** Begins no further step until the batch is released; what is in flight ends. */
	| {readonly kind: 'hold-batch'}
	| {readonly kind: 'release-batch'}
	/** Ends the batch after the steps in flight. */
	| {readonly kind: 'stop-batch'}
	/** Breaks the batch off, the steps in flight too. */
	| {readonly kind: 'abort-batch'}
	/** Stops the process as Ctrl-Z does elsewhere. */
	| {readonly kind: 'suspend'}
	| {readonly kind: 'leave'; readonly exitCode: number};

/** The next state, and what the world is to be asked for. */
export type Update = readonly [State, readonly Command[]];
