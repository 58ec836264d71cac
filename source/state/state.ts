import type {PullsReading} from '../evidence/pull.js';
import type {UsesReading} from '../evidence/use.js';
import type {DigestDetail} from '../oci/detail.js';
import type {Digest} from '../oci/digest.js';
import type {DigestRecords} from '../oci/record.js';
import type {ConfirmedPlan} from '../plan/confirm-plan.js';
import type {TagRemoval} from '../plan/create-tag-plan.js';
import type {IndexAlarm} from '../plan/check-indexes.js';
import type {Plan, Step, StepOutcome} from '../plan/plan.js';
import type {UndoPreview, UndoResult} from '../plan/undo.js';
import type {
	Capabilities,
	Care,
	Mark,
	PullsChoice,
	UsesChoice,
} from '../world.js';
import type {CopyScreen} from './copy-screen.js';
import {emptyFirst, type FirstState, type RegistryLook} from './first-state.js';
import {type HomeState, noHome} from './home-state.js';
import type {RewriteScreen} from './rewrite-screen.js';
import {noRules, type RulesScreen, type RulesState} from './rules-state.js';
import type {TextScreen} from './text-screen.js';
import type {View} from './view.js';

/** What went wrong, where its value would be: what happened and what to try. */
export type Problem = {
	readonly message: string;
	readonly remedy: string;
	/** Where the registry's login would have to go, if that may be allowed. */
	readonly tokenHost?: string;
};

/** How far something is that has to be asked for. */
export type Progress =
	| {readonly state: 'idle'}
	| {readonly state: 'loading'}
	| {readonly state: 'complete'}
	| {readonly state: 'failed'; readonly problem: Problem};

/** A registry that can be opened. */
export type RegistryState = RegistryLook & {
	/** What names it everywhere: host and port. */
	readonly host: string;
	/** What the operator or a config wrote, perhaps with a scheme. */
	readonly address: string;
	/** Why it is listed. */
	readonly source: string;
	readonly connection: Progress;
	/** In the registry's order, as far as they have been listed. */
	readonly repositories: readonly string[];
	readonly listing: Progress;
	/** What it can do; known once it is open. */
	readonly capabilities: Capabilities | undefined;
	readonly care: Care;
};

/** One repository, as far as it has been read. */
export type RepositoryState = {
	readonly records: DigestRecords;
	readonly reading: Progress;
	/** Whether it has ever been read to its end: until then its rows stay in the order they came in, so that none moves under the cursor. */
	readonly wasWhole: boolean;
	/** Tags that the registry has listed. */
	readonly tagsListed: number;
	readonly gaps: readonly string[];
};

/** What was read of one digest. */
export type DetailState =
	| {readonly state: 'loading'}
	| {readonly state: 'complete'; readonly detail: DigestDetail}
	| {readonly state: 'failed'; readonly problem: Problem};

/** Where a list stands. */
export type ListPosition = {
	/** The item under the cursor, which the cursor stays on when rows come and go. */
	readonly key: string | undefined;
	/** Where the cursor was last, for when the item is gone. */
	readonly index: number;
	/** The first row on the screen. */
	readonly top: number;
};

/** What is open. The last screen of the trail is drawn; closing it shows the one before. */
export type Screen =
	| {readonly kind: 'registries'}
	| {
			readonly kind: 'repositories';
			readonly host: string;
			/** Shows only repositories at or below this path; an empty text for all. */
			readonly prefix: string;
	  }
	| {
			readonly kind: 'digests';
			readonly host: string;
			readonly repository: string;
	  }
	| DetailScreen
	| PlaceScreen
	| MenuScreen
	/** All marks, wherever they lie. */
	| {readonly kind: 'marks'}
	| MarkedPullsScreen
	/** Who was asked what needs an image and who pulls it, and what could not be read. */
	| {readonly kind: 'sources'}
	/** Images that are named and that are not in the operator's own registries. */
	| {readonly kind: 'elsewhere'}
	| TextScreen
	| ReviewScreen
	| RunScreen
	| UndoScreen
	| CopyScreen
	| RewriteScreen
	| RulesScreen
	| {readonly kind: 'help'}
	/** Asks before marks are left behind. */
	| {readonly kind: 'quit'};

/** One digest, as lines that can be scrolled. */
export type DetailScreen = {
	readonly kind: 'digest';
	readonly host: string;
	readonly repository: string;
	readonly digest: Digest;
	/** The manifest's own text instead of what it says. */
	readonly showsText: boolean;
	/** The first line on the screen. */
	readonly top: number;
};

/** What a registry or one of its repositories comes to, as lines that can be scrolled. */
export type PlaceScreen = {
	readonly kind: 'place';
	readonly host: string;
	/** `undefined` for the whole registry. */
	readonly repository: string | undefined;
	/** The first line on the screen. */
	readonly top: number;
};

/** The pulls of the repositories that have marks, charted together. */
export type MarkedPullsScreen = {
	readonly kind: 'marked-pulls';
	/** The first repository on the screen. */
	readonly top: number;
};

/** A short menu over the screen that it was opened from. */
export type MenuScreen = {
	readonly kind: 'menu';
	/** What is chosen: the order of a list, the tag to remove, or how many days of pulls count. */
	readonly purpose: 'order' | 'tag' | 'window';
	readonly items: ReadonlyArray<{
		readonly name: string;
		readonly label: string;
	}>;
	/** The name of the item that holds now; an empty text where none does. */
	readonly chosen: string;
	/** The item under the cursor. */
	readonly index: number;
};

/** The plan of every registry that has marks, and the phrase that is being typed. */
export type ReviewScreen = {
	readonly kind: 'review';
	/** `reading` while the marked repositories are read again; `starting` when some registries are confirmed, the last was left out, and the batch waits for a word. */
	readonly state: 'reading' | 'ready' | 'starting';
	/** What is reviewed. */
	readonly marks: readonly Mark[];
	/** The tag that is to go, where that is what is reviewed. */
	readonly removal: TagRemoval | undefined;
	/** By `liftKey`: what is to go although it is in use. */
	readonly lifts: ReadonlySet<string>;
	readonly plans: readonly Plan[];
	/** Which of the plans is shown and asks for its phrase. */
	readonly current: number;
	readonly confirmed: readonly ConfirmedPlan[];
	/** The registries that were left out, by host. */
	readonly leftOut: readonly string[];
	/** By `stepKey`: what keys act on; `undefined` for the first step. */
	readonly cursor: string | undefined;
	readonly typed: string;
	readonly problem: string | undefined;
	/** The first step on the screen. */
	readonly top: number;
};

/** A batch under way, and afterwards its outcome. */
export type RunScreen = {
	readonly kind: 'run';
	readonly state: 'running' | 'paused' | 'stopping' | 'ended';
	readonly registries: readonly string[];
	/** What was confirmed; absent where nothing of it can be tried again any more. */
	readonly plans?: readonly ConfirmedPlan[];
	/** The exit code, and what stays in the shell, without this batch. */
	readonly before?: Pick<State, 'exitCode' | 'farewell'>;
	readonly total: number;
	readonly current: Step | undefined;
	readonly outcomes: readonly StepOutcome[];
	/** When the first step ended since the batch began or went on again, how many had ended by then, and when the last one ended: milliseconds since 1970. */
	readonly pace?:
		| {readonly since: number; readonly last: number; readonly ended: number}
		| undefined;
	/** How the steps ended before that are being tried again. */
	readonly retried?: readonly StepOutcome[];
	/** Safeguard 12: what is amiss with the indexes that stay; absent until something is. */
	readonly alarms?: readonly IndexAlarm[];
	/** The name of the batch; an empty text where none is written. */
	readonly batch: string;
	/** The journal's path; an empty text where none is written. */
	readonly journal: string;
	/** Why the batch could not begin or go on. */
	readonly problem: Problem | undefined;
	/** The first outcome on the screen. */
	readonly top: number;
};

/** What an undo puts back: shown and asked, then done. */
export type UndoScreen = {
	readonly kind: 'undo';
	readonly batch: string;
	readonly state: 'reading' | 'ready' | 'running' | 'stopping' | 'ended';
	readonly previews: readonly UndoPreview[];
	/** Whether tags that mean something else by now are taken back. */
	readonly movedTags: 'left' | 'taken-back';
	readonly results: readonly UndoResult[];
	readonly problem: Problem | undefined;
	/** The first line on the screen. */
	readonly top: number;
};

/** Who needs what, as far as the sources have been asked. */
export type UsesState = {
	readonly choice: UsesChoice;
	/** What the sources told last, also while they are read again. */
	readonly reading: UsesReading;
	readonly progress: Progress;
};

/** What some sources of pulls told last, also while they are read again. */
export type PullsPart = {
	readonly reading: PullsReading;
	readonly progress: Progress;
};

/** Who pulled what of one registry, as far as its sources have been asked. */
export type RegistryPulls = {
	/** `none` where no source can know anything about it: then nothing about pulls is drawn. */
	readonly state: 'asking' | 'none' | 'known';
	/** Of the sources that are asked about the whole registry. */
	readonly whole: PullsPart;
	/** By repository, of the sources that are asked about each. */
	readonly repositories: ReadonlyMap<string, PullsPart>;
	/** Sources whose cost the operator has agreed to, by name. */
	readonly spends: ReadonlySet<string>;
};

/** Who pulled what, and what the operator has said of its sources. */
export type PullsState = {
	/** `undefined` until it is known what the settings say; nothing is asked before. */
	readonly choice: PullsChoice | undefined;
	/** By host. */
	readonly registries: ReadonlyMap<string, RegistryPulls>;
};

/** Everything that the screen shows and the keys act on. */
export type State = {
	readonly size: {readonly columns: number; readonly rows: number};
	/** Nothing that changes a registry leaves the process. */
	readonly readOnly: boolean;
	/** Layers are kept on this machine before they are deleted. */
	readonly keepsBlobs: boolean;
	/** Milliseconds since 1970 at the last message that brought news; ages are counted from it. */
	readonly now: number;
	readonly registries: readonly RegistryState[];
	/** What the first screen lists. */
	readonly first: FirstState;
	/** By `repositoryKey`. */
	readonly repositories: ReadonlyMap<string, RepositoryState>;
	/** Never empty. */
	readonly trail: readonly Screen[];
	/** By `placeOf` a screen; kept when a screen is closed. */
	readonly positions: ReadonlyMap<string, ListPosition>;
	/** By `placeOf` a screen: how its list is looked at; kept when the screen is closed. */
	readonly views: ReadonlyMap<string, View>;
	/** Whether keys are typed into the filter of the drawn list. */
	readonly isFiltering: boolean;
	/** The row at which a range was begun on the drawn list. */
	readonly rangeFrom: string | undefined;
	/** By `markKey`: what was read of single digests. */
	readonly details: ReadonlyMap<string, DetailState>;
	readonly uses: UsesState;
	readonly pulls: PullsState;
	readonly rules: RulesState;
	/** Where images from elsewhere are to go. */
	readonly home: HomeState;
	/** By `markKey`, in the order they were set. */
	readonly marks: ReadonlyMap<string, Mark>;
	/** The marks of an earlier run, until they are taken up. */
	readonly offered: readonly Mark[];
	/** One sentence under the list, gone with the next key. */
	readonly notice: string | undefined;
	/** What stays in the shell afterwards. */
	readonly farewell: readonly string[];
	/** The exit code that the batches so far ask for. */
	readonly exitCode: number;
};

/** Names a repository among all registries. */
export const repositoryKey = (host: string, repository: string): string =>
	`${host}/${repository}`;

/** Names a mark among all registries. */
export const markKey = (
	host: string,
	repository: string,
	digest: Digest,
): string => `${host}/${repository}@${digest}`;

/** The drawn screen. */
export const currentScreen = (state: State): Screen =>
	state.trail.at(-1) ?? {kind: 'registries'};

/** Names the place whose list position is remembered. */
export const placeOf = (screen: Screen): string => {
	switch (screen.kind) {
		case 'repositories': {
			return screen.host;
		}

		case 'digests': {
			return repositoryKey(screen.host, screen.repository);
		}

		default: {
			return screen.kind;
		}
	}
};

/** The registry with this host, if it is listed. */
export const findRegistry = (
	state: State,
	host: string,
): RegistryState | undefined =>
	state.registries.find(registry => registry.host === host);

const unread: RepositoryState = {
	records: new Map(),
	reading: {state: 'idle'},
	wasWhole: false,
	tagsListed: 0,
	gaps: [],
};

/** What is known of a repository; nothing, if it was never opened. */
export const findRepository = (
	state: State,
	host: string,
	repository: string,
): RepositoryState =>
	state.repositories.get(repositoryKey(host, repository)) ?? unread;

/** The state before anything has happened. */
export const createState = (options: {
	columns: number;
	rows: number;
	readOnly: boolean;
	keepsBlobs?: boolean;
	now: number;
}): State => ({
	size: {columns: options.columns, rows: options.rows},
	readOnly: options.readOnly,
	keepsBlobs: options.keepsBlobs ?? false,
	now: options.now,
	registries: [],
	first: emptyFirst,
	repositories: new Map(),
	trail: [{kind: 'registries'}],
	positions: new Map(),
	views: new Map(),
	isFiltering: false,
	rangeFrom: undefined,
	details: new Map(),
	uses: {
		choice: {contexts: 'current', leftOut: [], accepted: []},
		reading: {uses: [], sources: []},
		progress: {state: 'idle'},
	},
	pulls: {choice: undefined, registries: new Map()},
	rules: noRules,
	home: noHome,
	marks: new Map(),
	offered: [],
	notice: undefined,
	farewell: [],
	exitCode: 0,
});
