import React from 'react';
import {selectDetailHeight} from '../../state/select-detail-view.js';
import {selectPlaceDetail} from '../../state/select-place-detail.js';
import type {PlaceScreen, State} from '../../state/state.js';
import {DetailLines} from '../components/detail-lines.js';
import {Frame} from '../components/frame.js';

/** What a registry or one of its repositories comes to. */
export function Place({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: PlaceScreen;
}) {
	const {host, repository, top} = screen;
	const lines = selectPlaceDetail(state, screen);
	const height = selectDetailHeight(state);
	const last = Math.min(top + height, lines.length);
	return (
		<Frame
			state={state}
			trail={repository === undefined ? [host] : [host, repository]}
			totals={
				repository === undefined
					? 'what this registry comes to'
					: 'what this repository comes to'
			}
			right={
				lines.length > height ? `${top + 1}-${last} of ${lines.length}` : ''
			}
		>
			<DetailLines lines={lines.slice(top, top + height)} />
		</Frame>
	);
}
