import {Text} from 'ink';
import React from 'react';
import {shortenDigest} from '../../oci/digest.js';
import {listHeight, selectKeys, selectPosition} from '../../state/select.js';
import {findRepository, type State} from '../../state/state.js';
import {formatBytes, formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import type {Mark} from '../../world.js';
import {type Cell, type Column, Heads, Line} from '../components/columns.js';
import {Frame} from '../components/frame.js';
import {glyphs, theme} from '../theme.js';

type Name = 'cursor' | 'mark' | 'digest' | 'place' | 'tags' | 'size';

const columns: Readonly<Record<Name, Column>> = {
	cursor: {title: '', width: 1, align: 'left', from: 0},
	mark: {title: '', width: 1, align: 'left', from: 0, spoken: 'marked'},
	digest: {title: 'DIGEST', width: 12, align: 'left', from: 0},
	place: {title: 'REPOSITORY', width: 0, align: 'left', from: 0},
	tags: {title: 'TAGS', width: 24, align: 'left', from: 70},
	size: {title: 'SIZE', width: 8, align: 'right', from: 0},
};

const describeMark = (
	state: State,
	{registry, repository, digest}: Mark,
	isCursor: boolean,
): Record<Name, Cell> => {
	const record = findRepository(state, registry, repository).records.get(
		digest,
	);
	const color = isCursor ? theme.cursor : undefined;
	return {
		cursor: {text: isCursor ? glyphs.cursor : '', color: theme.cursor},
		mark: {text: glyphs.mark, color: theme.mark},
		digest: {text: shortenDigest(digest), color},
		place: {text: makeSafe(`${registry}/${repository}`), color},
		tags: {text: makeSafe(record?.tags.join(' ') ?? ''), dim: true},
		size: {text: formatBytes(record?.size)},
	};
};

/** All marks, wherever they lie. */
export function Marks({state}: {readonly state: State}) {
	const keys = selectKeys(state, {kind: 'marks'});
	const {index, top} = selectPosition(state);
	const {columns: width} = state.size;
	const rows = keys.slice(top, top + listHeight(state));
	return (
		<Frame
			isTruncated
			state={state}
			trail={['marks']}
			totals={formatCount(keys.length, 'digest')}
		>
			{keys.length === 0 ? (
				<Text>Nothing is marked any more. Esc goes back.</Text>
			) : (
				<Heads columns={columns} width={width} />
			)}
			{rows.map((key, slot) => {
				const mark = state.marks.get(key);
				const isCursor = top + slot === index;
				return mark ? (
					<Line
						key={slot}
						columns={columns}
						width={width}
						isCursor={isCursor}
						cells={describeMark(state, mark, isCursor)}
					/>
				) : null;
			})}
		</Frame>
	);
}
