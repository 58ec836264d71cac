import {Box, Text} from 'ink';
import React from 'react';
import {selectAbilities} from '../../state/select-abilities.js';
import {findFirstRow} from '../../state/select-first.js';
import {selectCursorKey, selectCursorRecord} from '../../state/select.js';
import {
	currentScreen,
	findRegistry,
	findRepository,
	type Progress,
	type RegistryState,
	type State,
} from '../../state/state.js';
import {makeSafe} from '../../text/safe-text.js';
import {theme} from '../theme.js';

/** Where there are no rows it is said in the middle of the screen. */
const tellFailure = (
	state: State,
	progress: Progress | undefined,
): string | undefined =>
	progress?.state === 'failed' && selectCursorKey(state) !== undefined
		? progress.problem.message
		: undefined;

/** What is odd about the digest under the cursor, or else what could not be read of the drawn list. */
const findOddity = (state: State): string | undefined => {
	const screen = currentScreen(state);
	switch (screen.kind) {
		case 'digests': {
			const {host, repository} = screen;
			const {reading, gaps} = findRepository(state, host, repository);
			return (
				selectCursorRecord(state)?.problem ??
				tellFailure(state, reading) ??
				gaps[0]
			);
		}

		case 'repositories': {
			const registry = findRegistry(state, screen.host);
			return (
				tellFailure(state, registry?.connection) ??
				tellFailure(state, registry?.listing)
			);
		}

		default: {
			return undefined;
		}
	}
};

/** What the drawn registry can and cannot do, or why the one under the cursor of the first screen does not answer. */
const findAbilities = (state: State): string | undefined => {
	const screen = currentScreen(state);
	if (screen.kind === 'repositories' || screen.kind === 'digests') {
		return selectAbilities(state, screen.host, state.size.columns - 2);
	}

	const row =
		screen.kind === 'registries'
			? findFirstRow(state, selectCursorKey(state))
			: undefined;
	return row?.kind === 'place'
		? (explainAnswer(row.registry) ?? (isLong(row.key) ? row.key : undefined))
		: undefined;
};

// Such a line may have been cut.
const isLong = (key: string): boolean => key.length > 28;

/** Why a registry does not open, or what it needs. */
const explainAnswer = ({
	host,
	connection,
	answer,
	login,
}: RegistryState): string | undefined => {
	if (connection.state === 'failed') {
		const {message, remedy} = connection.problem;
		return `${message} ${remedy}`.trim();
	}

	return connection.state === 'idle'
		? answer.kind === 'none'
			? answer.sentence
			: answer.kind === 'wants-login' && login === undefined
				? `${host} wants a login, and none was found on this machine. Enter says what logs in.`
				: undefined
		: undefined;
};

/** The line between a list and the marks: one sentence, where there is something to say. */
export function InfoLine({state}: {readonly state: State}) {
	// Nothing is under a cursor there, and the keys need the room.
	if (currentScreen(state).kind === 'help') {
		return null;
	}

	const oddity = findOddity(state);
	const abilities = findAbilities(state);
	return (
		<Box height={1}>
			{oddity === undefined ? (
				abilities === undefined ? null : (
					<Text dimColor wrap="truncate-end">
						{makeSafe(abilities)}
					</Text>
				)
			) : (
				<Text color={theme.unknown} wrap="truncate-end">
					{makeSafe(oddity)}
				</Text>
			)}
		</Box>
	);
}
