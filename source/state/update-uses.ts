import type {Update} from './command.js';
import type {WorldMessage} from './message.js';
import type {State} from './state.js';

/** What the sources of uses do to the state. */
export const updateUses = (
	state: State,
	message: Extract<
		WorldMessage,
		{
			kind: 'uses-chosen' | 'uses-told' | 'uses-completed' | 'uses-failed';
		}
	>,
): Update => {
	const {uses} = state;
	switch (message.kind) {
		case 'uses-chosen': {
			const {choice} = message;
			return [
				{...state, uses: {...uses, choice, progress: {state: 'loading'}}},
				[{kind: 'read-uses', choice}],
			];
		}

		case 'uses-told': {
			return [{...state, uses: {...uses, reading: message.reading}}, []];
		}

		case 'uses-completed': {
			const {reading, now} = message;
			const progress = {state: 'complete'} as const;
			return [{...state, uses: {...uses, reading, progress}, now}, []];
		}

		case 'uses-failed': {
			const {problem} = message;
			const reading = {uses: [], sources: []};
			const progress = {state: 'failed', problem} as const;
			return [
				{
					...state,
					uses: {...uses, reading, progress},
					notice: `${problem.message} ${problem.remedy}`,
				},
				[],
			];
		}
	}
};
