import {Box, Text} from 'ink';
import React, {useCallback, useSyncExternalStore} from 'react';
import {currentScreen, type State} from '../state/state.js';
import type {Store} from '../state/store.js';
import {isTooSmall, readPress, smallest} from './press.js';
import {Copy} from './screens/copy.js';
import {Detail} from './screens/detail.js';
import {Digests} from './screens/digests.js';
import {Elsewhere} from './screens/elsewhere.js';
import {Help} from './screens/help.js';
import {MarkedPulls} from './screens/marked-pulls.js';
import {Marks} from './screens/marks.js';
import {Menu} from './screens/menu.js';
import {Place} from './screens/place.js';
import {Quit} from './screens/quit.js';
import {Registries} from './screens/registries.js';
import {Repositories} from './screens/repositories.js';
import {Review} from './screens/review.js';
import {Rewrite} from './screens/rewrite.js';
import {Rules} from './screens/rules.js';
import {Run} from './screens/run.js';
import {Sources} from './screens/sources.js';
import {TextEntry} from './screens/text.js';
import {Undo} from './screens/undo.js';
import {useKeys} from './use-keys.js';

/** Draws the state and turns keys into messages. */
export function App({store}: {readonly store: Store}) {
	const state = useSyncExternalStore(store.subscribe, store.getState);
	useKeys(
		useCallback(
			press => {
				const message = readPress(store.getState(), press);
				if (message) {
					store.dispatch(message);
				}
			},
			[store],
		),
	);
	const {columns, rows} = state.size;
	return isTooSmall(state) ? (
		<Box width={columns} height={rows - 1}>
			<Text>
				jetsam needs {smallest.columns}×{smallest.rows} characters; this
				terminal has {columns}×{rows}.
			</Text>
		</Box>
	) : (
		<CurrentScreen state={state} />
	);
}

function CurrentScreen({state}: {readonly state: State}) {
	const screen = currentScreen(state);
	switch (screen.kind) {
		case 'registries': {
			return <Registries state={state} />;
		}

		case 'repositories': {
			return <Repositories state={state} screen={screen} />;
		}

		case 'digests': {
			return <Digests state={state} screen={screen} />;
		}

		case 'digest': {
			return <Detail state={state} screen={screen} />;
		}

		case 'place': {
			return <Place state={state} screen={screen} />;
		}

		case 'elsewhere': {
			return <Elsewhere state={state} />;
		}

		case 'sources': {
			return <Sources state={state} />;
		}

		case 'menu': {
			return <Menu state={state} screen={screen} />;
		}

		case 'marked-pulls': {
			return <MarkedPulls state={state} screen={screen} />;
		}

		case 'marks': {
			return <Marks state={state} />;
		}

		case 'text': {
			return <TextEntry state={state} screen={screen} />;
		}

		case 'review': {
			return <Review state={state} screen={screen} />;
		}

		case 'run': {
			return <Run state={state} screen={screen} />;
		}

		case 'copy': {
			return <Copy state={state} screen={screen} />;
		}

		case 'rewrite': {
			return <Rewrite state={state} screen={screen} />;
		}

		case 'rules': {
			return <Rules state={state} screen={screen} />;
		}

		case 'undo': {
			return <Undo state={state} screen={screen} />;
		}

		case 'help': {
			return <Help state={state} />;
		}

		case 'quit': {
			return <Quit state={state} />;
		}
	}
}
