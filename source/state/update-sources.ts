import type {AcceptedGap, UseGap, UsesSource} from '../evidence/use.js';
import type {UsesChoice} from '../world.js';
import type {Update} from './command.js';
import {selectCursorKey} from './select.js';
import {
	selectSourceRows,
	type SourceRow,
	type SourceSubject,
} from './select-sources.js';
import {currentScreen, type State} from './state.js';
import {agreeToCost, rereadPulls, togglePullGap} from './update-pulls.js';

const selectRow = (state: State): SourceRow | undefined => {
	const key = selectCursorKey(state);
	return currentScreen(state).kind === 'sources'
		? selectSourceRows(state).find(row => row.key === key)
		: undefined;
};

/** Asks a context or asks it no more; accepts a refusal by name or takes that back. */
export const toggleSource = (state: State): Update => {
	const row = selectRow(state);
	if (!row) {
		return [state, []];
	}

	const {subject} = row;
	if (subject.of === 'pulls') {
		return togglePulls(state, subject);
	}

	if (subject.gap) {
		return toggleGap(state, subject.source, subject.gap);
	}

	const {kind, name, state: was} = subject.source;
	if (kind !== 'context') {
		return refuse(state, 'What the command line names is always read.');
	}

	if (isCurrentUnknown(state)) {
		return refuse(state, stillAsking);
	}

	const {choice} = state.uses;
	const asked = listAsked(state);
	const contexts = asked.includes(name)
		? asked.filter(other => other !== name)
		: [...asked, name];
	return choose(state, {
		...choice,
		contexts,
		leftOut:
			was === 'left-out'
				? choice.leftOut.filter(other => other !== name)
				: choice.leftOut,
	});
};

/** Leaves a context out by name: what it runs does not count; or takes it in again. */
export const leaveOut = (state: State): Update => {
	const row = selectRow(state);
	const subject = row?.subject;
	if (subject?.of !== 'uses' || subject.source.kind !== 'context') {
		return refuse(state, 'Only a context can be left out.');
	}

	if (isCurrentUnknown(state)) {
		return refuse(state, stillAsking);
	}

	const {choice} = state.uses;
	const {name} = subject.source;
	const isOut = choice.leftOut.includes(name);
	return choose(state, {
		...choice,
		contexts: listAsked(state).filter(other => other !== name),
		leftOut: isOut
			? choice.leftOut.filter(other => other !== name)
			: [...choice.leftOut, name],
	});
};

/** Asks all sources again. */
export const askSources = (state: State): Update => {
	const {choice} = state.uses;
	const [next, commands] = rereadPulls(state);
	return [
		{...next, uses: {...state.uses, progress: {state: 'loading'}}},
		[{kind: 'read-uses', choice}, ...commands],
	];
};

/** Agrees to what a source of pulls costs, or accepts a gap in it. */
const togglePulls = (
	state: State,
	{host, source, gap}: SourceSubject & {of: 'pulls'},
): Update => {
	if (gap) {
		return togglePullGap(state, source, gap);
	}

	return source.state === 'costs'
		? agreeToCost(state, host, source)
		: refuse(
				state,
				'A source of pulls that is named is always read; Space on a gap accepts it.',
			);
};

// What was chosen as "the current one" or "all" is a list of names from now on. While they are asked the current one looks like one that is not.
const listAsked = ({uses}: State): readonly string[] => {
	const {contexts} = uses.choice;
	if (typeof contexts === 'object') {
		return contexts;
	}

	return uses.reading.sources
		.filter(
			({kind, state}) =>
				kind === 'context' &&
				(contexts === 'all'
					? state !== 'left-out'
					: state === 'read' || state === 'failed'),
		)
		.map(({name}) => name);
};

const isCurrentUnknown = ({uses: {choice, progress}}: State): boolean =>
	choice.contexts === 'current' && progress.state === 'loading';

const stillAsking = 'Still asking; choose when the context has answered.';

const isSame = (one: AcceptedGap, other: AcceptedGap): boolean =>
	one.context === other.context &&
	one.kind === other.kind &&
	one.namespace === other.namespace;

const toggleGap = (
	state: State,
	{name}: UsesSource,
	{kind, namespace, isRefusal}: UseGap,
): Update => {
	if (!isRefusal) {
		return refuse(
			state,
			'Only a refusal can be accepted; what failed by accident may hold anything. r asks again.',
		);
	}

	const {choice} = state.uses;
	const gap = {context: name, kind, namespace};
	const accepted = choice.accepted.some(other => isSame(other, gap))
		? choice.accepted.filter(other => !isSame(other, gap))
		: [...choice.accepted, gap];
	return choose(state, {...choice, accepted});
};

const choose = (state: State, choice: UsesChoice): Update => [
	{...state, uses: {...state.uses, choice, progress: {state: 'loading'}}},
	[
		{kind: 'save-uses-choice', choice},
		{kind: 'read-uses', choice},
	],
];

const refuse = (state: State, notice: string): Update => [
	{...state, notice},
	[],
];
