import type {Command, Update} from './command.js';
import {interrupt} from './interrupt.js';
import type {KeyMessage, Message, WorldMessage} from './message.js';
import {selectCopy, selectCursorRecord} from './select.js';
import {wideFrom} from './select-detail-view.js';
import {currentScreen, type State} from './state.js';
import {openScreen} from './trail.js';
import {updateCopy} from './update-copy.js';
import {askForDetail, updateDetail} from './update-detail.js';
import {askToQuit, closeScreen} from './update-leaving.js';
import {followRegistries, updateFirst} from './update-first.js';
import {updateHome} from './update-home.js';
import {updateList} from './update-list.js';
import {updateLoads} from './update-loads.js';
import {scrollMarkedPulls} from './update-marked-pulls.js';
import {takeReferences, updateMarks} from './update-marks.js';
import {openPlaceDetail, scrollPlace} from './update-place.js';
import {takeDigest} from './update-refresh.js';
import {changeWindow, followPulls, updatePulls} from './update-pulls.js';
import {tellFiles} from './review-marks.js';
import {updateReview} from './update-review.js';
import {retryBatch} from './retry-batch.js';
import {followRules} from './follow-rules.js';
import {markCandidates} from './mark-candidates.js';
import {updateRules} from './update-rules.js';
import {updateRewrite} from './update-rewrite.js';
import {updateRun} from './update-run.js';
import {askSources, leaveOut, toggleSource} from './update-sources.js';
import {askForTag} from './update-tag.js';
import {updateText} from './update-text.js';
import {allowTokenHost, retryAllowed} from './update-token-host.js';
import {updateUndo} from './update-undo.js';
import {updateUses} from './update-uses.js';
import {updateView} from './update-view.js';

type ByKind<Any extends Message> = {
	readonly [Each in Any as Each['kind']]: Each;
};

/** A function for each kind of message: one that is forgotten does not compile. */
type Handlers<Any extends Message> = {
	readonly [Kind in keyof ByKind<Any>]: (
		state: State,
		message: ByKind<Any>[Kind],
	) => Update;
};

const typeText = (
	state: State,
	message: KeyMessage & {kind: 'text-typed' | 'text-erased' | 'text-submitted'},
): Update => {
	if (state.isFiltering) {
		return updateView(state, message);
	}

	switch (currentScreen(state).kind) {
		case 'review': {
			return updateReview(state, message);
		}

		case 'copy': {
			return updateCopy(state, message);
		}

		case 'rewrite': {
			return updateRewrite(state, message);
		}

		case 'rules': {
			return message.kind === 'text-submitted'
				? [state, []]
				: updateRules(state, message);
		}

		default: {
			return updateText(state, message);
		}
	}
};

const markByRules = (state: State): Update => {
	const screen = currentScreen(state);
	return screen.kind === 'rules' ? markCandidates(state, screen) : [state, []];
};

const copyText = (
	state: State,
	{what}: KeyMessage & {kind: 'text-copied'},
): Update => {
	const text = selectCopy(state, what);
	return text === undefined
		? [state, []]
		: [{...state, notice: `Copied ${text}`}, [{kind: 'copy-text', text}]];
};

const moveCursor = (
	state: State,
	message: KeyMessage & {kind: 'cursor-moved'},
): Update => {
	const screen = currentScreen(state);
	switch (screen.kind) {
		case 'review': {
			return updateReview(state, message);
		}

		case 'place': {
			return [scrollPlace(state, screen, message), []];
		}

		case 'marked-pulls': {
			return [scrollMarkedPulls(state, screen, message), []];
		}

		case 'rules': {
			return updateRules(state, message);
		}

		case 'run': {
			return updateRun(state, message);
		}

		case 'undo': {
			return updateUndo(state, message);
		}

		case 'copy': {
			return updateCopy(state, message);
		}

		case 'rewrite': {
			return updateRewrite(state, message);
		}

		case 'digest': {
			return updateDetail(state, message);
		}

		case 'menu': {
			return updateView(state, message);
		}

		default: {
			return updateList(state, message);
		}
	}
};

/** What happens at each message of the world. */
const worldHandlers: Handlers<WorldMessage> = {
	'terminal-resized': (state, {columns, rows}) => [
		{...state, size: {columns, rows}},
		[],
	],
	'registries-known': updateFirst,
	'registry-answered': updateFirst,
	'cloud-told': updateFirst,
	'cloud-ended': updateFirst,
	'token-host-kept': retryAllowed,
	'place-given': updateLoads,
	'path-found': updateLoads,
	'registry-opened': updateLoads,
	'registry-failed': updateLoads,
	'repositories-listed': updateLoads,
	'repositories-completed': updateLoads,
	'repositories-closed': updateLoads,
	'repositories-failed': updateLoads,
	'digests-loaded': updateLoads,
	'digests-completed': updateLoads,
	'digests-failed': updateLoads,
	'detail-loaded': updateDetail,
	'detail-failed': updateDetail,
	'detail-dropped': updateDetail,
	'uses-chosen': updateUses,
	'uses-told': updateUses,
	'uses-completed': updateUses,
	'uses-failed': updateUses,
	'pulls-chosen': updatePulls,
	'pulls-known': updatePulls,
	'pulls-told': updatePulls,
	'pulls-completed': updatePulls,
	'pulls-failed': updatePulls,
	'rules-found': updateRules,
	'rules-judged': updateRules,
	'pattern-stopped': updateRules,
	'digest-reread': takeDigest,
	'marks-found': (state, {marks}) => [{...state, offered: marks}, []],
	'marks-file-given': (state, {file}) => [
		state,
		[{kind: 'mark-references', file}],
	],
	'references-marked': (state, message) => [takeReferences(state, message), []],
	'home-answered': updateHome,
	'notice-given': (state, {text}) => [{...state, notice: text}, []],
	'plans-made': updateReview,
	'plans-written': tellFiles,
	'batch-began': updateRun,
	'step-began': updateRun,
	'step-ended': updateRun,
	'indexes-checked': updateRun,
	'batch-failed': updateRun,
	'batch-ended': updateRun,
	'undo-planned': updateUndo,
	'undo-failed': updateUndo,
	'undo-step-ended': updateUndo,
	'undo-ended': updateUndo,
	'copy-planned': updateCopy,
	'copy-failed': updateCopy,
	'copy-told': updateCopy,
	'copy-ended': updateCopy,
	'files-planned': updateRewrite,
	'files-failed': updateRewrite,
	'files-written': updateRewrite,
};

/** What happens at each key of the operator. */
const keyHandlers: Handlers<KeyMessage> = {
	'key-refused': (state, {reason}) => [{...state, notice: reason}, []],
	'help-opened': state => [openScreen(state, {kind: 'help'}), []],
	'quit-asked': askToQuit,
	'quit-confirmed': state => [
		state,
		[{kind: 'leave', exitCode: state.exitCode}],
	],
	interrupted: interrupt,
	suspended: state => [state, [{kind: 'suspend'}]],
	'text-typed': typeText,
	'text-erased': typeText,
	'text-submitted': typeText,
	'filter-opened': updateView,
	'orders-opened': updateView,
	'order-reversed': updateView,
	'text-copied': copyText,
	'text-toggled': updateDetail,
	'place-asked': updateText,
	'clouds-asked': updateFirst,
	'demo-asked': updateFirst,
	'token-host-allowed': allowTokenHost,
	'marks-file-asked': updateText,
	'sources-opened': state => [openScreen(state, {kind: 'sources'}), []],
	'elsewhere-opened': state => [openScreen(state, {kind: 'elsewhere'}), []],
	'foreign-toggled': updateHome,
	'all-foreign-toggled': updateHome,
	'home-asked': updateHome,
	'map-file-asked': updateHome,
	'copy-asked': updateCopy,
	'copy-confirmed': updateCopy,
	'copy-repeated': updateCopy,
	'rewrite-asked': updateRewrite,
	'folder-asked': updateRewrite,
	'pins-toggled': updateRewrite,
	'write-asked': updateRewrite,
	'source-toggled': toggleSource,
	'source-left-out': leaveOut,
	'sources-refreshed': askSources,
	'marked-pulls-opened': state => [
		openScreen(state, {kind: 'marked-pulls', top: 0}),
		[],
	],
	'window-asked': updateView,
	'window-changed': (state, {days}) => changeWindow(state, days),
	'rules-opened': updateRules,
	'choice-turned': updateRules,
	'candidates-marked': markByRules,
	'rules-saved': updateRules,
	'rules-file-asked': updateRules,
	'scan-asked': updateRules,
	'undo-opened': updateUndo,
	'batch-hold-toggled': updateRun,
	'undo-confirmed': updateUndo,
	'undo-tags-toggled': updateUndo,
	'tag-removal-asked': askForTag,
	'review-opened': updateReview,
	'registry-skipped': updateReview,
	'mark-taken-off': updateReview,
	'plan-file-asked': updateReview,
	'retry-asked': retryBatch,
	'cursor-moved': moveCursor,
	'screen-closed': closeScreen,
	'mark-toggled': updateMarks,
	'range-toggled': updateMarks,
	'all-marked': updateMarks,
	'marks-inverted': updateMarks,
	'marks-cleared': updateMarks,
	'marks-opened': updateMarks,
	'offer-taken': updateMarks,
	'item-opened': (state, message) =>
		currentScreen(state).kind === 'menu'
			? updateView(state, message)
			: updateList(state, message),
	'list-refreshed': updateList,
	'item-refreshed': updateList,
	'place-opened': openPlaceDetail,
};

const handlers: Handlers<Message> = {...worldHandlers, ...keyHandlers};

const isKey = ({kind}: Message): boolean => Object.hasOwn(keyHandlers, kind);

const handle = <Kind extends Message['kind']>(
	state: State,
	kind: Kind,
	message: ByKind<Message>[Kind],
): Update => handlers[kind](state, message);

const clearNotice = (state: State): State =>
	state.notice === undefined ? state : {...state, notice: undefined};

/** What a message does to the state. Pure: the same state and message always give the same answer. */
export const update = (state: State, message: Message): Update => {
	const [next, commands] = handle(
		isKey(message) ? clearNotice(state) : state,
		message.kind,
		message,
	);
	const [judged, rules] = followRules(state, next, message);
	const [asked, pulls] = followPulls(judged);
	const [looked, pings] = followRegistries(asked);
	const [followed, more] = followCursor(looked);
	const marks: readonly Command[] =
		next.marks === state.marks
			? []
			: [{kind: 'save-marks', offered: next.offered, marks: next.marks}];
	return [
		followed,
		[...commands, ...rules, ...pulls, ...pings, ...more, ...marks],
	];
};

// Where the detail stands beside the list it is that of the digest under the cursor.
const followCursor = (state: State): Update => {
	const screen = currentScreen(state);
	if (screen.kind !== 'digests' || state.size.columns < wideFrom) {
		return [state, []];
	}

	const record = selectCursorRecord(state);
	return record
		? askForDetail(state, {...screen, digest: record.digest})
		: [state, []];
};
