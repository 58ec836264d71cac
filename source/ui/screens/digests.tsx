import {Box, Text} from 'ink';
import React from 'react';
import {shortenDigest} from '../../oci/digest.js';
import type {DigestRecord} from '../../oci/record.js';
import {
	type DigestRow,
	listHeight,
	selectDigestRows,
	selectPosition,
	selectTotals,
} from '../../state/select.js';
import {
	findRegistry,
	findRepository,
	type RepositoryState,
	type Screen,
	type State,
} from '../../state/state.js';
import {formatAge, formatBytes, formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {type Cell, type Column, Heads, Line} from '../components/columns.js';
import {Frame} from '../components/frame.js';
import {ProblemText} from '../components/problem-text.js';
import {glyphs, theme} from '../theme.js';

type Name =
	'cursor' | 'mark' | 'digest' | 'tags' | 'platform' | 'size' | 'built';

const columns: Readonly<Record<Name, Column>> = {
	cursor: {title: '', width: 1, align: 'left', from: 0},
	mark: {title: '', width: 1, align: 'left', from: 0},
	digest: {title: 'DIGEST', width: 12, align: 'left', from: 0},
	tags: {title: 'TAGS', width: 0, align: 'left', from: 0},
	platform: {title: 'PLATFORM', width: 22, align: 'left', from: 90},
	size: {title: 'SIZE', width: 8, align: 'right', from: 0},
	built: {title: 'BUILT', width: 6, align: 'right', from: 0},
};

const describePlatform = (record: DigestRecord): Cell => {
	if (record.state === 'unreadable') {
		return {text: 'unreadable', color: theme.unknown};
	}

	const {platforms, artifactType, children, mediaType} = record;
	if (platforms.length > 1) {
		return {text: `${platforms.length} platforms`};
	}

	const kind =
		platforms[0] ??
		artifactType ??
		(children.length > 0
			? 'index'
			: record.problem === undefined
				? ''
				: mediaType);
	return {text: makeSafe(kind)};
};

// As many tags as fit, the rest as a number: the count of what goes is never hidden.
const describeTags = (tags: readonly string[], width: number): string => {
	let text = '';
	for (const [index, tag] of tags.entries()) {
		const more = index === 0 ? tag : `${text} ${tag}`;
		const rest = tags.length - index - 1;
		const suffix = rest === 0 ? '' : ` +${rest}`;
		if (index > 0 && more.length + suffix.length > width) {
			return `${text} +${tags.length - index}`;
		}

		text = more;
	}

	return text;
};

const tagsWidth = (width: number): number => {
	const others = Object.values(columns).filter(
		column => column.width > 0 && column.from <= width,
	);
	return width - 4 - others.reduce((sum, column) => sum + column.width + 2, 0);
};

const describeRow = (
	{record, marked}: DigestRow,
	{isCursor, now, width}: {isCursor: boolean; now: number; width: number},
): Record<Name, Cell> => {
	const color = isCursor ? theme.cursor : marked ? theme.mark : undefined;
	return {
		cursor: {text: isCursor ? glyphs.cursor : '', color: theme.cursor},
		mark: {text: marked ? glyphs.mark : '', color: theme.mark},
		digest: {text: shortenDigest(record.digest), color},
		tags:
			record.tags.length === 0
				? {text: 'no tag', dim: true}
				: {text: describeTags(record.tags, tagsWidth(width)), color},
		platform: {dim: true, ...describePlatform(record)},
		size: {text: record.state === 'loading' ? '…' : formatBytes(record.size)},
		built: {
			text:
				formatAge(record.uploaded ?? record.created, now) ||
				(record.state === 'loading' ? '' : '?'),
			dim: true,
		},
	};
};

const describeTotals = ({
	records,
	reading,
	tagsListed,
}: RepositoryState): string => {
	const {digests, tags, bytes} = selectTotals(records);
	const atLeast = reading.state === 'complete' ? '' : 'at least ';
	const progress =
		reading.state === 'loading' && tagsListed > 0
			? ` of ${tagsListed.toLocaleString('en')}`
			: '';
	return `${formatCount(digests, 'digest')}, ${tags.toLocaleString('en')}${progress} ${tags === 1 && progress === '' ? 'tag' : 'tags'}, ${atLeast}${formatBytes(bytes)}`;
};

/** The digests of one repository. */
export function Digests({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: Screen & {kind: 'digests'};
}) {
	const {host, repository: name} = screen;
	const repository = findRepository(state, host, name);
	const {columns: width} = state.size;
	const {index, top} = selectPosition(state);
	const rows = selectDigestRows(state, screen, {
		from: top,
		to: top + listHeight(state),
	});
	return (
		<Frame
			state={state}
			trail={[host, name]}
			totals={describeTotals(repository)}
			right={describeReading(repository)}
		>
			{rows.length === 0 ? (
				<Emptiness state={state} host={host} repository={repository} />
			) : (
				<Heads columns={columns} width={width} />
			)}
			{rows.map((row, slot) => {
				const isCursor = top + slot === index;
				return (
					<Line
						key={slot}
						columns={columns}
						width={width}
						isCursor={isCursor}
						cells={describeRow(row, {isCursor, now: state.now, width})}
					/>
				);
			})}
		</Frame>
	);
}

const describeReading = ({reading, gaps}: RepositoryState): string => {
	switch (reading.state) {
		case 'loading': {
			return 'reading…';
		}

		case 'failed': {
			return 'broken off: r reads again';
		}

		case 'idle': {
			return 'not read to its end';
		}

		case 'complete': {
			return gaps.length > 0
				? `${formatCount(gaps.length, 'gap')}: nothing here can be deleted`
				: '';
		}
	}
};

/** Why there are no rows, and what to press. */
function Emptiness({
	state,
	host,
	repository,
}: {
	readonly state: State;
	readonly host: string;
	readonly repository: RepositoryState;
}) {
	const connection = findRegistry(state, host)?.connection;
	const {reading} = repository;
	if (connection?.state === 'failed' || reading.state === 'failed') {
		const failed = connection?.state === 'failed' ? connection : reading;
		return (
			<Box flexDirection="column">
				{failed.state === 'failed' ? (
					<ProblemText problem={failed.problem} />
				) : null}
				<Text dimColor>Press r to try again, Esc to go back.</Text>
			</Box>
		);
	}

	return reading.state === 'complete' ? (
		<Box flexDirection="column">
			<Text>No tag is left in this repository.</Text>
			<Text dimColor>
				A registry of this kind cannot list digests that have none. Esc goes
				back.
			</Text>
		</Box>
	) : (
		<Text dimColor>asking…</Text>
	);
}
