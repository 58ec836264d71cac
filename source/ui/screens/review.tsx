import {Box, Text} from 'ink';
import React from 'react';
import {shortenDigest} from '../../oci/digest.js';
import type {Plan} from '../../plan/plan.js';
import {
	askForPhrase,
	type ReviewLine,
	type ReviewTone,
	reviewHeight,
	reviewTextWidth,
	selectReviewLines,
} from '../../state/select-review.js';
import {
	findRegistry,
	type ReviewScreen,
	type State,
} from '../../state/state.js';
import {formatBytes, formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {Below} from '../components/below.js';
import {Frame} from '../components/frame.js';
import {Prompt} from '../components/prompt.js';
import {Table, type TableRow, type Tone} from '../components/table.js';
import {glyphs, theme} from '../theme.js';

type Name = 'sign' | 'digest' | 'size' | 'text';

const tones: Readonly<Record<ReviewTone, Tone>> = {
	blocked: 'danger',
	warned: 'unknown',
	marked: 'plain',
	'taken-along': 'dim',
};

const signs: Readonly<Record<ReviewTone, string>> = {
	blocked: glyphs.blocked,
	warned: glyphs.warning,
	marked: '',
	'taken-along': '',
};

const spokenTones: Readonly<Record<ReviewTone, string>> = {
	blocked: 'stays',
	warned: 'goes, with a warning',
	marked: 'goes',
	'taken-along': 'goes along',
};

const speakLine = ({tone, step, text}: ReviewLine & {kind: 'step'}): string =>
	step
		? `${spokenTones[tone]}, digest ${shortenDigest(step.digest)}, ${formatBytes(step.size) || 'of unknown size'}, ${text}`
		: text;

const describeLine = (line: ReviewLine & {kind: 'step'}): TableRow<Name> => ({
	tone: tones[line.tone],
	spoken: speakLine(line),
	cells: describeCells(line),
});

const describeCells = ({
	tone,
	step,
	text,
}: ReviewLine & {kind: 'step'}): TableRow<Name>['cells'] => ({
	sign: step ? signs[tone] : '',
	digest: step ? shortenDigest(step.digest) : '',
	size: step ? formatBytes(step.size).padStart(8) : '',
	text,
});

/** Lines of steps are drawn as tables, with the heads of repositories between them. */
const groupLines = (
	lines: readonly ReviewLine[],
): Array<ReviewLine | Array<ReviewLine & {kind: 'step'}>> => {
	const groups: Array<ReviewLine | Array<ReviewLine & {kind: 'step'}>> = [];
	for (const line of lines) {
		const last = groups.at(-1);
		if (line.kind !== 'step') {
			groups.push(line);
		} else if (Array.isArray(last)) {
			last.push(line);
		} else {
			groups.push([line]);
		}
	}

	return groups;
};

const removesTag = (plan: Plan): boolean =>
	[...plan.steps, ...plan.blocked].some(step => step.onlyTag !== undefined);

const describePlan = (plan: Plan, keepsBlobs: boolean): string => {
	if (removesTag(plan)) {
		return plan.steps.length === 0
			? 'the tag stays'
			: 'one tag goes, its digest stays';
	}

	const blocked =
		plan.blocked.length === 0 ? '' : `, ${plan.blocked.length} blocked`;
	return `${formatCount(plan.steps.length, 'digest')} and ${formatCount(plan.tagCount, 'tag')} go${blocked}; ${formatBytes(plan.bytesAtMost)}${plan.isExact ? '' : ' at most'}${plan.unmeasured ? ` and ${plan.unmeasured} of unknown size` : ''}${keepsBlobs ? ', saved on this machine first' : ''}`;
};

/** What is going to happen in one registry, and the phrase that makes it happen. */
export function Review({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: ReviewScreen;
}) {
	const plan = screen.plans[screen.current];
	if (screen.state === 'reading' || !plan) {
		return (
			<Frame
				state={state}
				trail={['review']}
				totals="reading the marked repositories again…"
			>
				<Text dimColor>So that the plan rests on what is there now.</Text>
			</Frame>
		);
	}

	const {columns} = state.size;
	const height = reviewHeight(state);
	const lines = selectReviewLines(plan, reviewTextWidth(columns));
	const rows = lines.slice(screen.top, screen.top + height);
	const below = lines.length - screen.top - rows.length;
	return (
		<Frame
			state={state}
			trail={['review', plan.registry]}
			totals={describePlan(plan, state.keepsBlobs && !state.readOnly)}
			right={
				screen.plans.length > 1
					? `registry ${screen.current + 1} of ${screen.plans.length}`
					: ''
			}
		>
			{plan.findings.map(({rule, sentence}) => (
				<Text key={rule} color={theme.unknown} wrap="truncate-end">
					{glyphs.warning} {makeSafe(sentence)} So for every digest here.
				</Text>
			))}
			<Lines lines={rows} columns={columns} />
			<Below count={below} />
			<Box flexGrow={1} />
			<Confirmation state={state} screen={screen} plan={plan} />
		</Frame>
	);
}

const describeGroup = ({
	digests,
	tags,
}: ReviewLine & {kind: 'repository'}): string => {
	if (digests === 0) {
		return tags === 0 ? 'stays' : formatCount(tags, 'tag');
	}

	return `${formatCount(digests, 'digest')}, ${formatCount(tags, 'tag')}`;
};

function Lines({
	lines,
	columns,
}: {
	readonly lines: readonly ReviewLine[];
	readonly columns: number;
}) {
	const widths = {sign: 1, digest: 12, size: 8, text: reviewTextWidth(columns)};
	return (
		<>
			{groupLines(lines).map((group, index) => {
				if (Array.isArray(group)) {
					const rows = group.map(line => describeLine(line));
					return <Table key={index} widths={widths} rows={rows} />;
				}

				if (group.kind === 'depletion') {
					return (
						<Text key={index} color={theme.danger} wrap="truncate-end">
							{makeSafe(group.text)}
						</Text>
					);
				}

				return group.kind === 'repository' ? (
					<Box key={index} justifyContent="space-between" height={1}>
						<Text bold wrap="truncate-middle">
							{makeSafe(group.name)}
						</Text>
						<Text dimColor>{describeGroup(group)}</Text>
					</Box>
				) : null;
			})}
		</>
	);
}

function Confirmation({
	state,
	screen,
	plan,
}: {
	readonly state: State;
	readonly screen: ReviewScreen;
	readonly plan: Plan;
}) {
	if (plan.steps.length === 0) {
		return (
			<Box flexDirection="column" flexShrink={0}>
				<Text color={theme.unknown}>
					Nothing of this can go. Esc goes back to the list.
				</Text>
				{canLift(plan) ? <Answer screen={screen} /> : null}
			</Box>
		);
	}

	const [before, phrase, after] = askForPhrase(plan);
	const {spaceReturns = ''} =
		findRegistry(state, plan.registry)?.capabilities ?? {};
	return (
		<Box flexDirection="column" flexShrink={0}>
			<Text dimColor wrap="truncate-end">
				{state.readOnly
					? 'Read-only: every step is checked, and nothing is sent that changes the registry.'
					: removesTag(plan)
						? 'The digest and its other tags stay. Saved first: undo can put the tag back.'
						: `Saved first: undo can put it back until the space returns, ${spaceReturns}.`}
			</Text>
			<Text>
				{before}
				<Text bold color={theme.danger}>
					{makeSafe(phrase)}
				</Text>
				{after}
			</Text>
			<Answer screen={screen} />
		</Box>
	);
}

const canLift = ({blocked}: Plan): boolean =>
	blocked.some(({findings}) => findings.some(({rule}) => rule === 'in-use'));

/** What is typed, and what was wrong with it. */
function Answer({screen}: {readonly screen: ReviewScreen}) {
	return (
		<>
			<Prompt label="" text={screen.typed} />
			<Text color={theme.unknown} wrap="truncate-end">
				{screen.problem ?? ''}
			</Text>
		</>
	);
}
