import {Box, Text} from 'ink';
import React from 'react';
import {findDraft} from '../../state/rules-draft.js';
import type {RulesScreen} from '../../state/rules-state.js';
import {
	cutFormLines,
	type FormLine,
	selectFormLines,
} from '../../state/select-rules-form.js';
import {
	countWidth,
	type ResultLine,
	selectResultLines,
} from '../../state/select-rules-result.js';
import {selectDetailHeight} from '../../state/select-detail-view.js';
import type {State} from '../../state/state.js';
import {Frame} from '../components/frame.js';
import {glyphs, theme} from '../theme.js';

/** Columns of the form; what the rules come to has the rest. */
const formWidth = (columns: number): number =>
	Math.min(60, Math.floor((columns - 2) * 0.52));

const labelWidth = 17;

/** What stays, written on the left; on the right what that comes to, at each key. */
export function Rules({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: RulesScreen;
}) {
	const {host, repository, prefix} = screen;
	const {forms, current} = findDraft(state, screen);
	const width = formWidth(state.size.columns);
	const rest = state.size.columns - 2 - width - 3;
	const height = selectDetailHeight(state);
	const lines = cutFormLines(
		selectFormLines(state, screen, {columns: width, height}),
		height,
	);
	const result = selectResultLines(state, screen, rest).slice(0, height);
	// The last is blank, for what is written next.
	const pages = Math.max(forms.length - 1, current + 1);
	const page = pages > 1 ? ` ${current + 1} of ${pages}` : '';
	return (
		<Frame
			isTruncated
			state={state}
			trail={[
				host,
				repository ?? (prefix === '' ? 'all repositories' : `${prefix}/…`),
				`rules${page}`,
			]}
			totals="what stays; the rest may go, where nothing needs it"
		>
			<Box flexGrow={1}>
				<Box flexDirection="column" width={width} flexShrink={0}>
					{lines.map((line, slot) => (
						<FormRow key={slot} line={line} width={width} />
					))}
				</Box>
				<Box flexDirection="column" width={rest} marginLeft={3}>
					{result.map((line, slot) => (
						<ResultRow key={slot} line={line} />
					))}
				</Box>
			</Box>
		</Frame>
	);
}

function FormRow({
	line,
	width,
}: {
	readonly line: FormLine;
	readonly width: number;
}) {
	switch (line.kind) {
		case 'blank': {
			return <Box height={1} flexShrink={0} />;
		}

		case 'head': {
			return (
				<Box height={1} flexShrink={0}>
					<Text dimColor>{line.text}</Text>
				</Box>
			);
		}

		case 'hint':
		case 'problem': {
			return (
				<Box height={1} flexShrink={0} paddingLeft={4}>
					<Text
						dimColor={line.kind === 'hint'}
						wrap="truncate-end"
						{...(line.kind === 'problem' ? {color: theme.unknown} : {})}
					>
						{line.text}
					</Text>
				</Box>
			);
		}

		case 'field': {
			return <Field line={line} width={width} />;
		}
	}
}

function Field({
	line: {label, value, isCursor, isChosen},
	width,
}: {
	readonly line: FormLine & {kind: 'field'};
	readonly width: number;
}) {
	const color = isCursor ? {color: theme.cursor} : {};
	const isEmpty = value === '' && !isCursor;
	return (
		<Box
			height={1}
			flexShrink={0}
			aria-role={isChosen ? 'option' : 'textbox'}
			aria-state={{selected: isCursor}}
			aria-label={`${label.trim()}: ${value || 'empty'}`}
		>
			<Box width={2} flexShrink={0}>
				<Text {...color}>{isCursor ? glyphs.cursor : ''}</Text>
			</Box>
			<Box width={labelWidth} flexShrink={0}>
				<Text bold={isCursor} {...color}>
					{label}
				</Text>
			</Box>
			<Box width={width - labelWidth - 2}>
				<Text wrap="truncate-start" dimColor={isEmpty} {...color}>
					{isEmpty ? '-' : value}
					{isCursor && !isChosen ? '▏' : ''}
				</Text>
			</Box>
		</Box>
	);
}

const colors: Partial<Readonly<Record<ResultLine['tone'], string>>> = {
	unknown: theme.unknown,
	result: theme.mark,
};

function ResultRow({line: {count, text, tone}}: {readonly line: ResultLine}) {
	const color = colors[tone];
	return (
		<Box height={1} flexShrink={0}>
			{count === '' ? null : (
				<Box
					width={countWidth - 2}
					flexShrink={0}
					justifyContent="flex-end"
					marginRight={2}
				>
					<Text>{count}</Text>
				</Box>
			)}
			<Text
				bold={tone === 'result'}
				dimColor={tone === 'dim' || tone === 'head'}
				wrap="truncate-end"
				{...(color === undefined ? {} : {color})}
			>
				{text}
			</Text>
		</Box>
	);
}
