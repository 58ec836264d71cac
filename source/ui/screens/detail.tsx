import React from 'react';
import {shortenDigest} from '../../oci/digest.js';
import {
	selectDetailHeight,
	selectDetailView,
} from '../../state/select-detail-view.js';
import type {DetailScreen, State} from '../../state/state.js';
import {DetailLines} from '../components/detail-lines.js';
import {Frame} from '../components/frame.js';

/** Everything that is known of one digest, or the text of its manifest. */
export function Detail({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: DetailScreen;
}) {
	const lines = selectDetailView(state, screen);
	const height = selectDetailHeight(state);
	const last = Math.min(screen.top + height, lines.length);
	return (
		<Frame
			state={state}
			trail={[screen.host, screen.repository, shortenDigest(screen.digest)]}
			totals={screen.showsText ? 'the text of its manifest' : ''}
			right={
				lines.length > height
					? `${screen.top + 1}-${last} of ${lines.length}`
					: ''
			}
		>
			<DetailLines lines={lines.slice(screen.top, screen.top + height)} />
		</Frame>
	);
}
