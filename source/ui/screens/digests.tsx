import {Box} from 'ink';
import React from 'react';
import type {RepositoryUses} from '../../evidence/match-uses.js';
import {nameUses} from '../../evidence/name-uses.js';
import type {UseAbsence, UseEvidence} from '../../evidence/use.js';
import {recordTime} from '../../state/view.js';
import {parseArtifactTag} from '../../oci/detail.js';
import {shortenDigest} from '../../oci/digest.js';
import {
	besideWidth,
	selectDetailHeight,
	selectDetailView,
	wideFrom,
} from '../../state/select-detail-view.js';
import {nameArtifact} from '../../oci/name-artifact.js';
import type {DigestRecord, DigestRecords} from '../../oci/record.js';
import {
	type DigestRow,
	listHeight,
	selectCursorRecord,
	selectDigestRows,
	selectPosition,
} from '../../state/select.js';
import {selectTotals} from '../../state/select-totals.js';
import {
	findRepository,
	type RepositoryState,
	type Screen,
	type State,
} from '../../state/state.js';
import {hasPulls, selectWindow} from '../../state/select-pulls.js';
import {
	hasReasons,
	type Reason,
	selectReason,
} from '../../state/select-reasons.js';
import {hasUses, selectUses} from '../../state/select-uses.js';
import {formatAge, formatBytes, formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {type Cell, type Column, Heads, Line} from '../components/columns.js';
import {DetailLines} from '../components/detail-lines.js';
import {
	chooseDigestColumns,
	type DigestColumn,
} from '../components/digest-columns.js';
import {describeReason} from '../components/row-reason.js';
import {NoDigests} from '../components/no-digests.js';
import {
	describeRowPulls,
	drawPulls,
	type DrawnPulls,
} from '../components/row-pulls.js';
import {Frame} from '../components/frame.js';
import {glyphs, theme} from '../theme.js';

// Children that were never pushed, or were deleted under their index; known once all is read.
const describeMissing = (
	{children}: DigestRecord,
	whole: DigestRecords | undefined,
): string => {
	const missing = whole
		? children.filter(child => !whole.has(child)).length
		: 0;
	return missing === 0 ? '' : `, ${missing} missing`;
};

const describePlatform = (
	record: DigestRecord,
	whole: DigestRecords | undefined,
): Cell => {
	if (record.state === 'unreadable') {
		return {text: 'unreadable', color: theme.unknown};
	}

	const {platforms, artifactType, children, mediaType} = record;
	const missing = describeMissing(record, whole);
	if (platforms.length > 1) {
		return {text: `${platforms.length} platforms${missing}`};
	}

	const kind =
		platforms[0] ??
		artifactType ??
		(children.length > 0
			? 'index'
			: record.problem === undefined
				? ''
				: mediaType);
	return {text: makeSafe(kind) + missing};
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

/** What it is and of what, where no tag is a name of its own. What it is about may be gone, or have no tag and be listed nowhere: it is orphaned for whoever looks here. */
const describeArtifact = (
	record: DigestRecord,
	whole: DigestRecords | undefined,
): string | undefined => {
	const {tags} = record;
	const artifact = tags.every(tag => parseArtifactTag(tag) !== undefined)
		? nameArtifact(record)
		: undefined;
	if (!artifact) {
		return undefined;
	}

	const {kind, subject} = artifact;
	const isOrphan =
		whole !== undefined && (subject === undefined || !whole.has(subject));
	const about = subject === undefined ? '' : ` of ${shortenDigest(subject)}`;
	const more = tags.length > 1 ? ` +${tags.length - 1}` : '';
	return `${isOrphan ? 'orphaned ' : ''}${makeSafe(kind)}${about}${more}`;
};

/** The tags, or of what a signature, an SBOM or a list of referrers is about. */
const describeName = (
	record: DigestRecord,
	{
		color,
		width,
		whole,
	}: {
		color: string | undefined;
		width: number;
		whole: DigestRecords | undefined;
	},
): Cell => {
	const {tags} = record;
	const artifact = describeArtifact(record, whole);
	if (artifact !== undefined) {
		return {text: artifact, color, dim: true};
	}

	return tags.length === 0
		? {text: 'no tag', dim: true}
		: {text: makeSafe(describeTags(tags, width)), color};
};

const lockWord = 'locked ';

/** The same after a word, where the registry does not let it go. */
const describeLockedName = (
	record: DigestRecord,
	options: Parameters<typeof describeName>[1],
): Cell => {
	if (record.locked === undefined) {
		return describeName(record, options);
	}

	const width = options.width - lockWord.length;
	const name = describeName(record, {...options, width});
	return {...name, text: lockWord + name.text};
};

const tagsWidth = (
	columns: Readonly<Record<DigestColumn, Column>>,
	width: number,
): number => {
	const others = Object.values(columns).filter(
		column => column.width > 0 && column.from <= width,
	);
	return width - 4 - others.reduce((sum, column) => sum + column.width + 2, 0);
};

const describeRow = (
	{record, marked}: DigestRow,
	{
		isCursor,
		now,
		tagsWidth: room,
		uses,
		pulls,
		whole,
		reason,
	}: {
		isCursor: boolean;
		now: number;
		tagsWidth: number;
		uses: RepositoryUses | undefined;
		pulls: DrawnPulls | undefined;
		/** The records, once all of the repository has been read. */
		whole: DigestRecords | undefined;
		/** Why the rules keep it or let it go. */
		reason: Reason | undefined;
	},
): Record<DigestColumn, Cell> => {
	const color = isCursor ? theme.cursor : marked ? theme.mark : undefined;
	return {
		cursor: {text: isCursor ? glyphs.cursor : '', color: theme.cursor},
		mark: {text: marked ? glyphs.mark : '', color: theme.mark},
		digest: {text: shortenDigest(record.digest), color},
		tags: describeLockedName(record, {color, width: room, whole}),
		platform: {dim: true, ...describePlatform(record, whole)},
		size: {text: record.state === 'loading' ? '…' : formatBytes(record.size)},
		built: {
			text:
				formatAge(recordTime(record, now), now) ||
				(record.state === 'loading' ? '' : '?'),
			dim: true,
		},
		...describeRowPulls(pulls, record.digest),
		uses: uses
			? describeUse(uses.evidenceOf(record.digest), uses.absence)
			: {text: ''},
		reason: describeReason(reason),
	};
};

/** Who needs it, that nobody does, or why that is not known: three things that look different. */
const describeUse = (evidence: UseEvidence, absence: UseAbsence): Cell => {
	const text = makeSafe(nameUses(evidence));
	switch (evidence.state) {
		case 'yes': {
			return {text};
		}

		case 'no': {
			return {text, dim: true};
		}

		case 'unknown': {
			// What holds for all of them is on the screen of the sources; here it would be noise.
			return {
				text:
					absence.state === 'unknown' && absence.why === evidence.why
						? '?'
						: `? ${text}`,
				color: theme.unknown,
			};
		}
	}
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
	const {columns: whole} = state.size;
	const isWide = whole >= wideFrom;
	const width = isWide ? whole - besideWidth(whole) : whole;
	const {index, top} = selectPosition(state);
	const uses = hasUses(state) ? selectUses(state, screen) : undefined;
	const columns = chooseDigestColumns(width, {
		showsUses: uses !== undefined,
		windowDays: hasPulls(state, host) ? selectWindow(state) : undefined,
		showsReasons: hasReasons(state, screen),
	});
	const pulls = drawPulls(state, screen, {
		sparklineWidth:
			columns.sparkline.from <= width ? columns.sparkline.width : 0,
		isShort: columns.lastPull.width < 9,
	});
	const room = tagsWidth(columns, width);
	const wholeRecords =
		repository.reading.state === 'complete' ? repository.records : undefined;
	const rows = selectDigestRows(state, screen, {
		from: top,
		to: top + listHeight(state),
	});
	return (
		<Frame
			isTruncated
			state={state}
			trail={[host, name]}
			totals={describeTotals(repository)}
			right={describeReading(repository)}
		>
			<Box flexGrow={1}>
				<Box flexDirection="column" width={width - 2}>
					{rows.length === 0 ? (
						<NoDigests state={state} host={host} repository={repository} />
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
								cells={describeRow(row, {
									isCursor,
									now: state.now,
									tagsWidth: room,
									uses,
									pulls,
									whole: wholeRecords,
									reason: selectReason(state, screen, row.record.digest),
								})}
							/>
						);
					})}
				</Box>
				{isWide ? <Beside state={state} screen={screen} /> : null}
			</Box>
		</Frame>
	);
}

/** The detail of the digest under the cursor, beside the list. */
function Beside({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: Screen & {kind: 'digests'};
}) {
	const record = selectCursorRecord(state);
	if (!record) {
		return null;
	}

	const columns = besideWidth(state.size.columns) - 2;
	const lines = selectDetailView(
		state,
		{...screen, digest: record.digest, showsText: false},
		columns,
	);
	return (
		// Read aloud at each step through the list it would be a burden; Enter opens it.
		<Box aria-hidden flexDirection="column" width={columns} marginLeft={2}>
			<DetailLines lines={lines.slice(0, selectDetailHeight(state))} />
		</Box>
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
