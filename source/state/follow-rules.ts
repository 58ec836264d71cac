import type {Command, Update} from './command.js';
import type {Message} from './message.js';
import {isInScope, listReadings, listUnread} from './rules-scope.js';
import {currentScreen, type State} from './state.js';

/** Applies the rules to everything that has been read, anew. */
export const judgeAll = (state: State): Update => {
	const {request} = state.rules;
	if (!request) {
		return [state, []];
	}

	const revision = state.rules.revision + 1;
	const next = {...request, revision};
	return [
		{...state, rules: {...state.rules, revision, request: next}},
		[
			{
				kind: 'judge-rules',
				request: next,
				readings: listReadings(state, next),
				pulls: state.pulls.choice,
			},
		],
	];
};

const judgeOne = (state: State, host: string, repository: string): Update => {
	const {request} = state.rules;
	if (request?.host !== host || !isInScope(request, repository)) {
		return [state, []];
	}

	const readings = listReadings(state, request, [repository]);
	return [
		state,
		readings.length === 0
			? []
			: [
					{
						kind: 'judge-rules',
						request,
						readings,
						pulls: state.pulls.choice,
					},
				],
	];
};

/** Reads what has not been read of the registry that rules are being written for. */
const scanListed = (state: State, host: string): readonly Command[] => {
	const screen = currentScreen(state);
	if (
		screen.kind !== 'rules' ||
		screen.host !== host ||
		screen.scan !== 'running'
	) {
		return [];
	}

	const names = listUnread(state, screen);
	return names.length === 0 ? [] : [{kind: 'scan-repositories', host, names}];
};

/** What rules rest on has changed: what that concerns is judged anew. */
export const followRules = (
	before: State,
	state: State,
	message: Message,
): Update => {
	switch (message.kind) {
		case 'digests-completed': {
			return judgeOne(state, message.host, message.reading.repository);
		}

		case 'digest-reread': {
			return judgeOne(state, message.host, message.repository);
		}

		case 'repositories-completed': {
			return [state, scanListed(state, message.host)];
		}

		case 'uses-completed':
		case 'uses-failed': {
			return judgeAll(state);
		}

		case 'pulls-completed':
		case 'pulls-failed': {
			return asksForPulls(state) ? judgeAll(state) : [state, []];
		}

		default: {
			return before.pulls.choice !== state.pulls.choice && asksForPulls(state)
				? judgeAll(state)
				: [state, []];
		}
	}
};

const asksForPulls = ({rules: {request}}: State): boolean =>
	request?.sets.some(({minPulls}) => minPulls !== undefined) ?? false;
