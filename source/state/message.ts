import type {CopyNews} from '../copy/copy-news.js';
import type {CopyPlan} from '../copy/copy-plan.js';
import type {PullsReading} from '../evidence/pull.js';
import type {UsesReading} from '../evidence/use.js';
import type {DigestDetail} from '../oci/detail.js';
import type {Digest} from '../oci/digest.js';
import type {Where} from '../oci/reference.js';
import type {IndexAlarm} from '../plan/check-indexes.js';
import type {MapEntry} from '../move/image-map.js';
import type {AtHome} from '../move/judge-progress.js';
import type {Outcome, Plan, Step} from '../plan/plan.js';
import type {UndoPreview, UndoResult} from '../plan/undo.js';
import type {CloudProgram, Places, RegistryAnswer} from '../places.js';
import type {
	Capabilities,
	KnownRegistry,
	Mark,
	PullsChoice,
	RepositoryPart,
	RepositoryReading,
	UsesChoice,
} from '../world.js';
import type {RuleSet} from '../retention/rules.js';
import type {JudgedRepository} from './judged.js';
import type {FilesPlan} from './rewrite-screen.js';
import type {Problem} from './state.js';

/** What the operator did. */
export type KeyMessage =
	| {
			readonly kind: 'cursor-moved';
			readonly by: 'line' | 'page' | 'end';
			readonly direction: -1 | 1;
	  }
	| {readonly kind: 'filter-opened'}
	| {readonly kind: 'orders-opened'}
	| {readonly kind: 'order-reversed'}
	| {readonly kind: 'range-toggled'}
	| {readonly kind: 'all-marked'}
	| {readonly kind: 'marks-inverted'}
	| {readonly kind: 'marks-opened'}
	/** Who was asked what needs an image. */
	| {readonly kind: 'sources-opened'}
	/** Images that are not in the operator's own registries. */
	| {readonly kind: 'elsewhere-opened'}
	/** Marks an image from elsewhere to come home. */
	| {readonly kind: 'foreign-toggled'}
	/** Marks all of them, or none. */
	| {readonly kind: 'all-foreign-toggled'}
	| {readonly kind: 'home-asked'}
	/** The images that are marked, or the one under the cursor, are to be copied. */
	| {readonly kind: 'copy-asked'}
	| {readonly kind: 'copy-confirmed'}
	/** What names the marked images in files is to be rewritten. */
	| {readonly kind: 'rewrite-asked'}
	| {readonly kind: 'folder-asked'}
	/** Whether digests are written beside tags. */
	| {readonly kind: 'pins-toggled'}
	| {readonly kind: 'write-asked'}
	/** The copy that has ended is to be made once more. */
	| {readonly kind: 'copy-repeated'}
	| {readonly kind: 'map-file-asked'}
	/** The source or the gap under the cursor is asked or accepted, or no more. */
	| {readonly kind: 'source-toggled'}
	| {readonly kind: 'source-left-out'}
	| {readonly kind: 'sources-refreshed'}
	/** The pulls of the repositories that have marks. */
	| {readonly kind: 'marked-pulls-opened'}
	/** How many days of pulls count is to be chosen. */
	| {readonly kind: 'window-asked'}
	| {readonly kind: 'window-changed'; readonly days: number}
	/** The marks of an earlier run are taken up again. */
	| {readonly kind: 'offer-taken'}
	| {readonly kind: 'text-copied'; readonly what: 'digest' | 'reference'}
	/** Between what a manifest says and its own text. */
	| {readonly kind: 'text-toggled'}
	| {readonly kind: 'item-opened'}
	| {readonly kind: 'screen-closed'}
	| {readonly kind: 'mark-toggled'}
	| {readonly kind: 'marks-cleared'}
	| {readonly kind: 'review-opened'}
	/** One tag is to go while its digest stays. */
	| {readonly kind: 'tag-removal-asked'}
	| {readonly kind: 'registry-skipped'}
	/** The mark of the step under the cursor of a review is taken off. */
	| {readonly kind: 'mark-taken-off'}
	/** The plans of the review are written to files. */
	| {readonly kind: 'plan-file-asked'}
	/** What failed in the batch that has just ended is tried again. */
	| {readonly kind: 'retry-asked'}
	/** The batch that has just ended is to be put back. */
	| {readonly kind: 'undo-opened'}
	| {readonly kind: 'batch-hold-toggled'}
	| {readonly kind: 'undo-confirmed'}
	/** Whether tags that have moved are taken back too. */
	| {readonly kind: 'undo-tags-toggled'}
	| {readonly kind: 'place-asked'}
	/** Gcloud and az are asked for more registries. */
	| {readonly kind: 'clouds-asked'}
	/** To the demo, or back from it. */
	| {readonly kind: 'demo-asked'}
	/** The login may be sent to the host that the registry names. */
	| {readonly kind: 'token-host-allowed'}
	| {readonly kind: 'text-typed'; readonly text: string}
	| {readonly kind: 'text-erased'; readonly all: boolean}
	| {readonly kind: 'text-submitted'}
	| {readonly kind: 'list-refreshed'}
	/** What is under the cursor is read again, and nothing else. */
	| {readonly kind: 'item-refreshed'}
	/** What the registry or the repository comes to. */
	| {readonly kind: 'place-opened'}
	/** A file of references is to be marked. */
	| {readonly kind: 'marks-file-asked'}
	/** The rules for this repository or this registry. */
	| {readonly kind: 'rules-opened'}
	/** What stands to choose in the field of a form, the next or the one before. */
	| {readonly kind: 'choice-turned'; readonly direction: -1 | 1}
	/** What the rules would let go is marked. */
	| {readonly kind: 'candidates-marked'}
	| {readonly kind: 'rules-saved'}
	/** The rules are to be written to a file. */
	| {readonly kind: 'rules-file-asked'}
	/** The repositories that have not been read are read for the rules. */
	| {readonly kind: 'scan-asked'}
	| {readonly kind: 'help-opened'}
	| {readonly kind: 'quit-asked'}
	| {readonly kind: 'quit-confirmed'}
	| {readonly kind: 'interrupted'}
	| {readonly kind: 'suspended'}
	| {readonly kind: 'key-refused'; readonly reason: string};

/** What the world told. */
export type WorldMessage =
	| {
			readonly kind: 'registries-known';
			readonly registries: readonly KnownRegistry[];
			/** Programs that may know of more. */
			readonly programs?: readonly CloudProgram[];
			readonly demo?: Places['demo'];
	  }
	/** Whether a registry is there. */
	| {
			readonly kind: 'registry-answered';
			readonly host: string;
			readonly answer: RegistryAnswer;
	  }
	/** What a vendor's program knows of, as far as it has told. */
	| {
			readonly kind: 'cloud-told';
			readonly registries: readonly KnownRegistry[];
	  }
	| {
			readonly kind: 'cloud-ended';
			readonly program: CloudProgram;
			/** Why some may be missing. */
			readonly sentence: string | undefined;
	  }
	/** It is settled that a registry's login may be sent elsewhere. */
	| {readonly kind: 'token-host-kept'; readonly host: string}
	/** A place given on the command line. */
	| {
			readonly kind: 'place-given';
			readonly where: Where;
	  }
	/** What a given path is: a repository, perhaps with the reference that was asked for and its digest, or a prefix. */
	| {
			readonly kind: 'path-found';
			readonly host: string;
			readonly path: string;
			readonly repository: string | undefined;
			readonly reference: string | undefined;
			readonly digest: Digest | undefined;
	  }
	| {
			readonly kind: 'detail-loaded';
			readonly key: string;
			readonly detail: DigestDetail;
	  }
	| {
			readonly kind: 'detail-failed';
			readonly key: string;
			readonly problem: Problem;
	  }
	/** The reading of a detail was broken off, because the cursor has moved on. */
	| {readonly kind: 'detail-dropped'; readonly key: string}
	/** The marks that an earlier run left. */
	| {readonly kind: 'marks-found'; readonly marks: readonly Mark[]}
	/** What a digest and the tags that it had mean now. */
	| {
			readonly kind: 'digest-reread';
			readonly host: string;
			readonly repository: string;
			readonly digest: Digest;
			readonly isPresent: boolean;
			/** By tag; `undefined` for a tag that is gone. */
			readonly tags: ReadonlyMap<string, Digest | undefined>;
	  }
	/** A file of references given on the command line. */
	| {readonly kind: 'marks-file-given'; readonly file: string}
	/** The digests that a file of references names. */
	| {
			readonly kind: 'references-marked';
			readonly file: string;
			readonly marks: readonly Mark[];
			/** One sentence for each line that names nothing that can be marked. */
			readonly problems: readonly string[];
	  }
	/** Which sources of uses are to be asked. */
	| {readonly kind: 'uses-chosen'; readonly choice: UsesChoice}
	/** What the sources of uses have told so far. */
	| {readonly kind: 'uses-told'; readonly reading: UsesReading}
	| {
			readonly kind: 'uses-completed';
			readonly reading: UsesReading;
			readonly now: number;
	  }
	| {readonly kind: 'uses-failed'; readonly problem: Problem}
	/** What the settings say of the sources of pulls. */
	| {readonly kind: 'pulls-chosen'; readonly choice: PullsChoice}
	/** Whether there is any source of pulls for a registry. */
	| {
			readonly kind: 'pulls-known';
			readonly host: string;
			readonly isKnown: boolean;
	  }
	/** What the sources of pulls have told so far. */
	| {
			readonly kind: 'pulls-told';
			readonly host: string;
			/** `undefined` for the sources that are asked about the whole registry. */
			readonly repository: string | undefined;
			readonly reading: PullsReading;
	  }
	| {
			readonly kind: 'pulls-completed';
			readonly host: string;
			readonly repository: string | undefined;
			readonly reading: PullsReading;
			readonly now: number;
	  }
	| {
			readonly kind: 'pulls-failed';
			readonly host: string;
			readonly repository: string | undefined;
			readonly problem: Problem;
	  }
	/** The sets of rules in the settings, or why they cannot be used. */
	| {
			readonly kind: 'rules-found';
			readonly sets: readonly RuleSet[];
			readonly problem: string | undefined;
	  }
	/** What the rules made of some repositories. */
	| {
			readonly kind: 'rules-judged';
			/** That of the request. */
			readonly revision: number;
			readonly judged: readonly JudgedRepository[];
	  }
	/** A pattern took too long. */
	| {
			readonly kind: 'pattern-stopped';
			readonly revision: number;
			readonly pattern: string;
			readonly sentence: string;
	  }
	/** The plans of a review lie in files. */
	| {
			readonly kind: 'plans-written';
			readonly files: readonly string[];
			/** Whether something was lifted, which they leave out. */
			readonly hasLifts: boolean;
	  }
	/** Something outside the lists that the operator should know. */
	| {
			readonly kind: 'home-answered';
			/** By `formatName`. */
			readonly answers: ReadonlyMap<string, AtHome>;
	  }
	| {readonly kind: 'notice-given'; readonly text: string}
	| {
			readonly kind: 'registry-opened';
			readonly host: string;
			readonly capabilities: Capabilities;
	  }
	| {
			readonly kind: 'registry-failed';
			readonly host: string;
			readonly problem: Problem;
	  }
	| {
			readonly kind: 'repositories-listed';
			readonly host: string;
			readonly names: readonly string[];
	  }
	| {
			readonly kind: 'repositories-completed';
			readonly host: string;
			readonly names: readonly string[];
	  }
	/** The registry lists its repositories to nobody, or not to this login. */
	| {
			readonly kind: 'repositories-closed';
			readonly host: string;
			/** What it answered, as a sentence. */
			readonly reason: string;
	  }
	| {
			readonly kind: 'repositories-failed';
			readonly host: string;
			readonly problem: Problem;
	  }
	| {
			readonly kind: 'digests-loaded';
			readonly host: string;
			readonly part: RepositoryPart;
			readonly repository: string;
			readonly now: number;
	  }
	| {
			readonly kind: 'digests-completed';
			readonly host: string;
			readonly reading: RepositoryReading;
			readonly now: number;
	  }
	| {
			readonly kind: 'digests-failed';
			readonly host: string;
			readonly repository: string;
			readonly problem: Problem;
	  }
	| {
			readonly kind: 'plans-made';
			/** Those that the plans were asked for. */
			readonly marks: readonly Mark[];
			readonly plans: readonly Plan[];
	  }
	| {
			readonly kind: 'batch-began';
			readonly journal: string;
			/** The name of the batch; an empty text where none is written. */
			readonly batch: string;
	  }
	| {readonly kind: 'step-began'; readonly step: Step}
	| {
			readonly kind: 'step-ended';
			readonly host: string;
			readonly step: Step;
			readonly outcome: Outcome;
			/** Milliseconds since 1970 at which it ended; left out where nobody measures. */
			readonly now?: number;
	  }
	/** Safeguard 12: what is amiss with the indexes that stay in a registry. */
	| {
			readonly kind: 'indexes-checked';
			readonly alarms: readonly IndexAlarm[];
	  }
	| {readonly kind: 'batch-failed'; readonly problem: Problem}
	| {readonly kind: 'batch-ended'}
	/** What an undo would put back. */
	| {
			readonly kind: 'undo-planned';
			readonly batch: string;
			readonly previews: readonly UndoPreview[];
	  }
	| {readonly kind: 'undo-failed'; readonly problem: Problem}
	| {readonly kind: 'undo-step-ended'; readonly result: UndoResult}
	| {readonly kind: 'undo-ended'}
	/** What a copy would do. */
	| {
			readonly kind: 'copy-planned';
			/** Those that the plan was asked for. */
			readonly entries: readonly MapEntry[];
			readonly plan: CopyPlan;
	  }
	| {
			readonly kind: 'copy-failed';
			readonly entries: readonly MapEntry[];
			readonly problem: Problem;
	  }
	| {readonly kind: 'copy-told'; readonly news: CopyNews}
	| {readonly kind: 'copy-ended'}
	/** What files become. */
	| {
			readonly kind: 'files-planned';
			/** As they were asked for. */
			readonly folders: readonly string[];
			readonly pins: boolean;
			readonly plan: FilesPlan;
	  }
	| {readonly kind: 'files-failed'; readonly problem: Problem}
	| {readonly kind: 'files-written'}
	| {
			readonly kind: 'terminal-resized';
			readonly columns: number;
			readonly rows: number;
	  };

/** Everything that can happen. */
export type Message = KeyMessage | WorldMessage;
