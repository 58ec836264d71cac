import {Box, Text} from 'ink';
import React from 'react';
import {shortenDigest} from '../../oci/digest.js';
import type {Plan, Step} from '../../plan/plan.js';
import {selectReviewStep} from '../../state/review-cursor.js';
import {answerOf, startWord} from '../../state/review-registries.js';
import {
	askForPhrase,
	type ReviewLine,
	type ReviewTone,
	reviewHeight,
	reviewTextWidth,
	selectReviewLines,
} from '../../state/select-review.js';
import {
	removesTag,
	selectReviewFacts,
	selectReviewProblem,
} from '../../state/select-review-foot.js';
import type {ReviewScreen, State} from '../../state/state.js';
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

const describeLine = (
	line: ReviewLine & {kind: 'step'},
	cursor: Step | undefined,
): TableRow<Name> => {
	const isCursor = line.step !== undefined && line.step === cursor;
	return {
		tone: tones[line.tone],
		spoken: `${isCursor ? 'here: ' : ''}${speakLine(line)}`,
		cells: describeCells(line, isCursor),
	};
};

const describeCells = (
	{tone, step, text}: ReviewLine & {kind: 'step'},
	isCursor: boolean,
): TableRow<Name>['cells'] => ({
	sign: step ? `${isCursor ? glyphs.cursor : ' '}${signs[tone]}` : '',
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

const describePlan = (plan: Plan): string => {
	if (removesTag(plan)) {
		return plan.steps.length === 0
			? 'the tag stays'
			: 'one tag goes, its digest stays';
	}

	const blocked =
		plan.blocked.length === 0 ? '' : `, ${plan.blocked.length} blocked`;
	return `${formatCount(plan.steps.length, 'digest')} and ${formatCount(plan.tagCount, 'tag')} go${blocked}; ${formatBytes(plan.bytesAtMost)}${plan.isExact ? '' : ' at most'}${plan.unmeasured ? ` and ${plan.unmeasured} of unknown size` : ''}`;
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
	if (screen.state === 'starting') {
		return <Start state={state} screen={screen} />;
	}

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
			totals={describePlan(plan)}
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
			<Lines
				lines={rows}
				columns={columns}
				cursor={selectReviewStep(state, screen)}
			/>
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
	cursor,
}: {
	readonly lines: readonly ReviewLine[];
	readonly columns: number;
	readonly cursor: Step | undefined;
}) {
	const widths = {sign: 2, digest: 12, size: 8, text: reviewTextWidth(columns)};
	return (
		<>
			{groupLines(lines).map((group, index) => {
				if (Array.isArray(group)) {
					const rows = group.map(line => describeLine(line, cursor));
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
	const facts = selectReviewFacts(state, plan);
	if (plan.steps.length === 0) {
		return (
			<Box flexDirection="column" flexShrink={0}>
				<Facts lines={facts} color={theme.unknown} />
				{canLift(plan) || screen.problem !== undefined ? (
					<Answer state={state} screen={screen} />
				) : null}
			</Box>
		);
	}

	const [before, phrase, after] = askForPhrase(plan);
	return (
		<Box flexDirection="column" flexShrink={0}>
			<Facts lines={facts} />
			<Text>
				{before}
				<Text bold color={theme.danger}>
					{makeSafe(phrase)}
				</Text>
				{after}
			</Text>
			<Answer state={state} screen={screen} />
		</Box>
	);
}

function Facts({
	lines,
	color,
}: {
	readonly lines: readonly string[];
	readonly color?: string;
}) {
	return lines.map((line, index) => (
		<Text
			key={index}
			dimColor={color === undefined}
			wrap="truncate-end"
			{...(color === undefined ? {} : {color})}
		>
			{makeSafe(line)}
		</Text>
	));
}

const answers: Readonly<Record<ReturnType<typeof answerOf>, string>> = {
	confirmed: 'confirmed',
	'left out': 'left out: nothing is sent there',
	open: 'not answered',
};

/** What was answered for each registry, and the word that starts it. */
function Start({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: ReviewScreen;
}) {
	return (
		<Frame
			state={state}
			trail={['review', 'start']}
			totals={`${screen.confirmed.length} of ${formatCount(screen.plans.length, 'registry', 'registries')} confirmed; nothing has been sent yet`}
		>
			{screen.plans.map(plan => {
				const answer = answerOf(screen, plan.registry);
				return (
					<Text
						key={plan.registry}
						wrap="truncate-end"
						bold={answer === 'confirmed'}
						dimColor={answer !== 'confirmed'}
					>
						{makeSafe(plan.registry)}: {answers[answer]}
						{answer === 'confirmed' ? `; ${describePlan(plan)}` : ''}
					</Text>
				);
			})}
			<Box flexGrow={1} />
			<Box flexDirection="column" flexShrink={0}>
				<Text dimColor wrap="truncate-end">
					Tab goes through what was left out once more. Esc leaves without doing
					it.
				</Text>
				<Text>
					To start with what is confirmed, type{' '}
					<Text bold color={theme.danger}>
						{startWord}
					</Text>{' '}
					and press Enter
				</Text>
				<Answer state={state} screen={screen} />
			</Box>
		</Frame>
	);
}

const canLift = ({blocked}: Plan): boolean =>
	blocked.some(({findings}) => findings.some(({rule}) => rule === 'in-use'));

/** What is typed, and what was wrong with it. */
function Answer({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: ReviewScreen;
}) {
	return (
		<>
			<Prompt label="" text={screen.typed} />
			<Facts lines={selectReviewProblem(state, screen)} color={theme.unknown} />
		</>
	);
}
