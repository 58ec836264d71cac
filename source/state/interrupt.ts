import type {Update} from './command.js';
import type {RunScreen, State} from './state.js';
import {breakOff, findCopy} from './update-copy.js';
import {changeRun} from './update-run.js';
import {changeUndo, findUndo, isUndoing} from './update-undo.js';

/** The batch that has not ended, also while the help lies over it. */
export const findBatch = (state: State): RunScreen | undefined =>
	state.trail
		.filter(screen => screen.kind === 'run')
		.find(screen => screen.state !== 'ended');

/** While a batch runs, the first Ctrl-C lets the step in flight end, the second does not wait for it. A copy is broken off by the first: its tags come last. */
export const interrupt = (state: State): Update => {
	const copy = findCopy(state);
	if (copy?.state === 'running') {
		return breakOff(state);
	}

	const undo = findUndo(state);
	const batch = findBatch(state) ?? (isUndoing(state) ? undo : undefined);
	if (!batch) {
		return [state, [{kind: 'leave', exitCode: 130}]];
	}

	return batch.state === 'running' || batch.state === 'paused'
		? [
				{
					...(batch === undo
						? changeUndo(state, {state: 'stopping'})
						: changeRun(state, {state: 'stopping'})),
					notice:
						'Stopping after the step in flight. Ctrl-C again breaks it off.',
				},
				[{kind: 'stop-batch'}],
			]
		: [state, [{kind: 'abort-batch'}]];
};
