import type {Command, Update} from './command.js';
import type {KeyMessage, Message, WorldMessage} from './message.js';
import {selectCopy, selectCursorRecord} from './select.js';
import {wideFrom} from './select-detail-view.js';
<<<<<<< 8af31d4e26739c07a531eafd86ce8453e5322f5f
import {selectView} from './select-rows.js';
import {currentScreen, placeOf, type Screen, type State} from './state.js';
import {askForDetail, updateDetail} from './update-detail.js';
import {takeReferences, updateMarks} from './update-marks.js';
import {updateUses} from './update-uses.js';
import {changeView, updateView} from './update-view.js';
=======
import {currentScreen, type State} from './state.js';
>>>>>>> b8d9094a16f0c91a6219921c417fd380ff9d86d6
import {openScreen} from './trail.js';
import {askForDetail, updateDetail} from './update-detail.js';
import {askToQuit, closeScreen, interrupt} from './update-leaving.js';
import {updateList} from './update-list.js';
import {updateLoads} from './update-loads.js';
import {scrollMarkedPulls} from './update-marked-pulls.js';
import {takeReferences, updateMarks} from './update-marks.js';
import {openPlaceDetail, scrollPlace} from './update-place.js';
import {takeDigest} from './update-refresh.js';
import {changeWindow, followPulls, updatePulls} from './update-pulls.js';
import {updateReview} from './update-review.js';
import {updateRun} from './update-run.js';
<<<<<<< 8af31d4e26739c07a531eafd86ce8453e5322f5f
import {updateText} from './update-text.js';
import {findBatch, interrupt} from './interrupt.js';
import {isUndoing, updateUndo} from './update-undo.js';
=======
import {askSources, leaveOut, toggleSource} from './update-sources.js';
import {askForTag} from './update-tag.js';
import {updateText} from './update-text.js';
import {updateUses} from './update-uses.js';
import {updateView} from './update-view.js';
>>>>>>> b8d9094a16f0c91a6219921c417fd380ff9d86d6

type ByKind<Any extends Message> = {
	readonly [Each in Any as Each['kind']]: Each;
};

<<<<<<< 8af31d4e26739c07a531eafd86ce8453e5322f5f
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

const updateByMessage = (state: State, message: Message): Update => {
	switch (message.kind) {
		case 'terminal-resized': {
			const {columns, rows} = message;
			return [{...state, size: {columns, rows}}, []];
		}

		case 'registries-known':
		case 'place-given':
		case 'path-found':
		case 'registry-opened':
		case 'registry-failed':
		case 'repositories-listed':
		case 'repositories-completed':
		case 'repositories-failed':
		case 'digests-loaded':
		case 'digests-completed':
		case 'digests-failed': {
			return updateLoads(state, message);
		}

		case 'detail-loaded':
		case 'detail-failed':
		case 'detail-dropped': {
			return updateDetail(state, message);
		}

		case 'uses-chosen':
		case 'uses-told':
		case 'uses-completed':
		case 'uses-failed': {
			return updateUses(state, message);
		}

		case 'digest-reread': {
			return takeDigest(state, message);
		}

		case 'marks-found': {
			return [{...state, offered: message.marks}, []];
		}

		case 'marks-file-given': {
			return [state, [{kind: 'mark-references', file: message.file}]];
		}

		case 'references-marked': {
			return [takeReferences(state, message), []];
		}

		case 'notice-given': {
			return [{...state, notice: message.text}, []];
		}

		case 'plans-made': {
			return updateReview(state, message);
		}

		case 'batch-began':
		case 'step-began':
		case 'step-ended':
		case 'batch-failed':
		case 'batch-ended': {
			return updateRun(state, message);
		}

		case 'undo-planned':
		case 'undo-failed':
		case 'undo-step-ended':
		case 'undo-ended': {
			return updateUndo(state, message);
		}

		default: {
			return updateByKey(clearNotice(state), message);
		}
	}
};

const updateByKey = (state: State, message: KeyMessage): Update => {
	switch (message.kind) {
		case 'key-refused': {
			return [{...state, notice: message.reason}, []];
		}

		case 'help-opened': {
			return [openScreen(state, {kind: 'help'}), []];
		}

		case 'quit-asked': {
			return askToQuit(state);
		}

		case 'quit-confirmed': {
			return [state, [{kind: 'leave', exitCode: state.exitCode}]];
		}

		case 'interrupted': {
			return interrupt(state);
		}

		case 'suspended': {
			return [state, [{kind: 'suspend'}]];
		}

		case 'text-typed':
		case 'text-erased':
		case 'text-submitted': {
			return typeText(state, message);
		}

		case 'filter-opened':
		case 'orders-opened':
		case 'order-reversed': {
			return updateView(state, message);
		}

		case 'text-copied': {
			return copyText(state, message);
		}

		case 'text-toggled': {
			return updateDetail(state, message);
		}

		case 'place-asked':
		case 'marks-file-asked': {
			return updateText(state, message);
		}

		case 'sources-opened': {
			return [openScreen(state, {kind: 'sources'}), []];
		}

		case 'elsewhere-opened': {
			return [openScreen(state, {kind: 'elsewhere'}), []];
		}

		case 'source-toggled': {
			return toggleSource(state);
		}

		case 'source-left-out': {
			return leaveOut(state);
		}

		case 'sources-refreshed': {
			return askSources(state);
		}

		case 'undo-opened':
		case 'undo-confirmed':
		case 'undo-tags-toggled': {
			return updateUndo(state, message);
		}

		case 'tag-removal-asked': {
			return askForTag(state);
		}

		case 'review-opened':
		case 'registry-skipped': {
			return updateReview(state, message);
		}

		case 'cursor-moved': {
			return moveCursor(state, message);
		}

		case 'screen-closed': {
			return closeScreen(state);
		}

		case 'mark-toggled':
		case 'range-toggled':
		case 'all-marked':
		case 'marks-inverted':
		case 'marks-cleared':
		case 'marks-opened':
		case 'offer-taken': {
			return updateMarks(state, message);
		}

		case 'item-opened': {
			return currentScreen(state).kind === 'menu'
				? updateView(state, message)
				: updateList(state, message);
		}

		case 'list-refreshed':
		case 'item-refreshed': {
			return updateList(state, message);
		}

		case 'place-opened': {
			return openPlaceDetail(state);
		}
	}
=======
/** A function for each kind of message: one that is forgotten does not compile. */
type Handlers<Any extends Message> = {
	readonly [Kind in keyof ByKind<Any>]: (
		state: State,
		message: ByKind<Any>[Kind],
	) => Update;
>>>>>>> b8d9094a16f0c91a6219921c417fd380ff9d86d6
};

const typeText = (
	state: State,
	message: KeyMessage & {kind: 'text-typed' | 'text-erased' | 'text-submitted'},
): Update => {
	if (state.isFiltering) {
		return updateView(state, message);
	}

	return currentScreen(state).kind === 'review'
		? updateReview(state, message)
		: updateText(state, message);
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

		case 'run': {
			return updateRun(state, message);
		}

		case 'undo': {
			return updateUndo(state, message);
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

<<<<<<< 8af31d4e26739c07a531eafd86ce8453e5322f5f
const batchUnderWay =
	'The batch is under way. Ctrl-C ends it after the step in flight.';

const askToQuit = (state: State): Update => {
	if (findBatch(state) !== undefined || isUndoing(state)) {
		return [{...state, notice: batchUnderWay}, []];
	}

	return state.marks.size > 0
		? [openScreen(state, {kind: 'quit'}), []]
		: [state, [{kind: 'leave', exitCode: state.exitCode}]];
=======
/** What happens at each message of the world. */
const worldHandlers: Handlers<WorldMessage> = {
	'terminal-resized': (state, {columns, rows}) => [
		{...state, size: {columns, rows}},
		[],
	],
	'registries-known': updateLoads,
	'place-given': updateLoads,
	'path-found': updateLoads,
	'registry-opened': updateLoads,
	'registry-failed': updateLoads,
	'repositories-listed': updateLoads,
	'repositories-completed': updateLoads,
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
	'digest-reread': takeDigest,
	'marks-found': (state, {marks}) => [{...state, offered: marks}, []],
	'marks-file-given': (state, {file}) => [
		state,
		[{kind: 'mark-references', file}],
	],
	'references-marked': (state, message) => [takeReferences(state, message), []],
	'notice-given': (state, {text}) => [{...state, notice: text}, []],
	'plans-made': updateReview,
	'batch-began': updateRun,
	'step-began': updateRun,
	'step-ended': updateRun,
	'batch-failed': updateRun,
	'batch-ended': updateRun,
>>>>>>> b8d9094a16f0c91a6219921c417fd380ff9d86d6
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
	'marks-file-asked': updateText,
	'sources-opened': state => [openScreen(state, {kind: 'sources'}), []],
	'elsewhere-opened': state => [openScreen(state, {kind: 'elsewhere'}), []],
	'source-toggled': toggleSource,
	'source-left-out': leaveOut,
	'sources-refreshed': askSources,
	'marked-pulls-opened': state => [
		openScreen(state, {kind: 'marked-pulls', top: 0}),
		[],
	],
	'window-asked': updateView,
	'window-changed': (state, {days}) => changeWindow(state, days),
	'tag-removal-asked': askForTag,
	'review-opened': updateReview,
	'registry-skipped': updateReview,
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
	const [asked, pulls] = followPulls(next);
	const [followed, more] = followCursor(asked);
	const marks: readonly Command[] =
		next.marks === state.marks
			? []
			: [{kind: 'save-marks', offered: next.offered, marks: next.marks}];
	return [followed, [...commands, ...pulls, ...more, ...marks]];
};

// Where the detail stands beside the list it is that of the digest under the cursor.
const followCursor = (state: State): Update => {
	const screen = currentScreen(state);
<<<<<<< 8af31d4e26739c07a531eafd86ce8453e5322f5f
	if (
		(screen.kind === 'run' && findBatch(state) !== undefined) ||
		(screen.kind === 'undo' && isUndoing(state))
	) {
		return [{...state, notice: batchUnderWay}, []];
	}

	const inner = closeInner(state, screen);
	if (inner) {
		return [inner, []];
	}

	if (state.trail.length === 1) {
		return [
			{...state, notice: 'This is the first screen. Press q to quit.'},
			[],
		];
	}

	const closed = {...state, trail: state.trail.slice(0, -1)};
	return [
		stopWaiting(closed, screen),
		screen.kind === 'digests' || screen.kind === 'repositories'
			? [{kind: 'stop-loading', place: placeOf(screen)}]
			: [],
	];
};

/** What lies over a list is left before the list is: the typing of a filter, a range, the filter itself. */
const closeInner = (state: State, screen: Screen): State | undefined => {
	if (state.rangeFrom !== undefined && !state.isFiltering) {
		return {...state, rangeFrom: undefined};
	}

	const view = selectView(state, screen);
	if (!state.isFiltering && view.filter === '') {
		return undefined;
	}

	return {
		...changeView(state, screen, {...view, filter: ''}),
		isFiltering: false,
	};
=======
	if (screen.kind !== 'digests' || state.size.columns < wideFrom) {
		return [state, []];
	}

	const record = selectCursorRecord(state);
	return record
		? askForDetail(state, {...screen, digest: record.digest})
		: [state, []];
>>>>>>> b8d9094a16f0c91a6219921c417fd380ff9d86d6
};
