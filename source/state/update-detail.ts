import type {Digest} from '../oci/digest.js';
import type {Command, Update} from './command.js';
import {selectDetailHeight, selectDetailView} from './select-detail-view.js';
import {selectCursorRecord} from './select.js';
import {
	currentScreen,
	type DetailScreen,
	markKey,
	type Screen,
	type State,
} from './state.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {scrollWindow} from './scroll.js';
import {openScreen, replaceScreen} from './trail.js';

type Place = {
	readonly host: string;
	readonly repository: string;
	readonly digest: Digest;
};

/** Opens the detail of the digest under the cursor and asks for what is not known of it yet. */
export const openDetail = (
	state: State,
	{host, repository}: Screen & {kind: 'digests'},
): Update => {
	const record = selectCursorRecord(state);
	if (!record) {
		return [state, []];
	}

	const {digest} = record;
	return askForDetail(
		openScreen(state, {
			kind: 'digest',
			host,
			repository,
			digest,
			showsText: false,
			top: 0,
		}),
		{host, repository, digest},
	);
};

/** Asks for the detail of a digest unless it is known or being asked for. */
export const askForDetail = (state: State, place: Place): Update => {
	const key = markKey(place.host, place.repository, place.digest);
	const known = state.details.get(key)?.state;
	if (known === 'complete' || known === 'loading') {
		return [state, []];
	}

	// A screen is a place too, and its kind is not to become the command's.
	const command: Command = {...place, kind: 'read-detail'};
	return [
		{
			...state,
			details: new Map(state.details).set(key, {state: 'loading'}),
		},
		[command],
	];
};

/** What happens to the details of digests. */
export const updateDetail = (
	state: State,
	message:
		| Extract<KeyMessage, {kind: 'cursor-moved' | 'text-toggled'}>
		| Extract<
				WorldMessage,
				{kind: 'detail-loaded' | 'detail-failed' | 'detail-dropped'}
		  >,
): Update => {
	switch (message.kind) {
		case 'detail-loaded': {
			const {key, detail} = message;
			const details = new Map(state.details).set(key, {
				state: 'complete',
				detail,
			});
			return [{...state, details}, []];
		}

		case 'detail-failed': {
			const {key, problem} = message;
			const details = new Map(state.details).set(key, {
				state: 'failed',
				problem,
			});
			return [{...state, details}, []];
		}

		case 'detail-dropped': {
			const details = new Map(state.details);
			details.delete(message.key);
			return [{...state, details}, []];
		}

		default: {
			const screen = currentScreen(state);
			return [
				screen.kind === 'digest' ? changeDetail(state, screen, message) : state,
				[],
			];
		}
	}
};

const changeDetail = (
	state: State,
	screen: DetailScreen,
	message: Extract<KeyMessage, {kind: 'cursor-moved' | 'text-toggled'}>,
): State => {
	if (message.kind === 'text-toggled') {
		return replaceScreen(state, {
			...screen,
			showsText: !screen.showsText,
			top: 0,
		});
	}

	const page = selectDetailHeight(state);
	const last = selectDetailView(state, screen).length - page;
	const top = scrollWindow(screen.top, message, {page, last});
	return replaceScreen(state, {...screen, top});
};
