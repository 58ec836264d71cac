import {Text} from 'ink';
import React from 'react';
import {selectMarkTotals} from '../../state/select-marks.js';
import type {State} from '../../state/state.js';
import {formatCount} from '../../text/quantities.js';
import {Frame} from '../components/frame.js';

/** Asks before marks are left behind. */
export function Quit({state}: {readonly state: State}) {
	const {digests, repositories} = selectMarkTotals(state);
	return (
		<Frame state={state} trail={['quit?']} totals="">
			<Text>
				{formatCount(digests, 'digest')} in{' '}
				{formatCount(repositories, 'repository', 'repositories')}{' '}
				{digests === 1 ? 'is' : 'are'} marked. Marks are kept, except in the
				demo: M takes them up again at the next start.
			</Text>
			<Text dimColor>Press q again to leave, Esc to stay.</Text>
		</Frame>
	);
}
