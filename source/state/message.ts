import type {Digest} from '../oci/digest.js';
import type {Where} from '../oci/reference.js';
import type {Outcome, Plan, Step} from '../plan/plan.js';
import type {
	KnownRegistry,
	RepositoryPart,
	RepositoryReading,
} from '../world.js';
import type {Problem} from './state.js';

/** What the operator did. */
export type KeyMessage =
	| {
			readonly kind: 'cursor-moved';
			readonly by: 'line' | 'page' | 'end';
			readonly direction: -1 | 1;
	  }
	| {readonly kind: 'item-opened'}
	| {readonly kind: 'screen-closed'}
	| {readonly kind: 'mark-toggled'}
	| {readonly kind: 'marks-cleared'}
	| {readonly kind: 'review-opened'}
	| {readonly kind: 'registry-skipped'}
	| {readonly kind: 'place-asked'}
	| {readonly kind: 'text-typed'; readonly text: string}
	| {readonly kind: 'text-erased'; readonly all: boolean}
	| {readonly kind: 'text-submitted'}
	| {readonly kind: 'list-refreshed'}
	| {readonly kind: 'help-opened'}
	| {readonly kind: 'quit-asked'}
	| {readonly kind: 'quit-confirmed'}
	| {readonly kind: 'interrupted'}
	| {readonly kind: 'key-refused'; readonly reason: string};

/** What the world told. */
export type WorldMessage =
	| {
			readonly kind: 'registries-known';
			readonly registries: readonly KnownRegistry[];
	  }
	/** A place given on the command line. */
	| {
			readonly kind: 'place-given';
			readonly address: string;
			readonly where: Where;
	  }
	/** What a given path is: a repository, perhaps with the digest that was asked for, or a prefix. */
	| {
			readonly kind: 'path-found';
			readonly host: string;
			readonly path: string;
			readonly isRepository: boolean;
			readonly digest: Digest | undefined;
	  }
	| {
			readonly kind: 'registry-opened';
			readonly host: string;
			readonly spaceReturns: string;
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
	/** The reading was broken off because its screen was left. */
	| {
			readonly kind: 'loading-ended';
			readonly host: string;
			readonly repository: string;
	  }
	| {readonly kind: 'plans-made'; readonly plans: readonly Plan[]}
	| {readonly kind: 'batch-began'; readonly journal: string}
	| {readonly kind: 'step-began'; readonly step: Step}
	| {
			readonly kind: 'step-ended';
			readonly host: string;
			readonly step: Step;
			readonly outcome: Outcome;
	  }
	| {readonly kind: 'batch-failed'; readonly problem: Problem}
	| {readonly kind: 'batch-ended'}
	| {
			readonly kind: 'terminal-resized';
			readonly columns: number;
			readonly rows: number;
	  };

/** Everything that can happen. */
export type Message = KeyMessage | WorldMessage;
