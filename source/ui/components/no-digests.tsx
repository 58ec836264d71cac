import {Box, Text} from 'ink';
import React from 'react';
import {
	findRegistry,
	type RepositoryState,
	type State,
} from '../../state/state.js';
import {WayOn} from './way-on.js';

/** Why there are no rows, and what to press. */
export function NoDigests({
	state,
	host,
	repository,
}: {
	readonly state: State;
	readonly host: string;
	readonly repository: RepositoryState;
}) {
	if (repository.records.size > 0) {
		return <Text>Nothing here matches the filter. Esc clears it.</Text>;
	}

	const connection = findRegistry(state, host)?.connection;
	const {reading} = repository;
	if (connection?.state === 'failed' || reading.state === 'failed') {
		const failed = connection?.state === 'failed' ? connection : reading;
		return (
			<Box flexDirection="column">
				{failed.state === 'failed' ? <WayOn problem={failed.problem} /> : null}
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
