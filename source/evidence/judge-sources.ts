import {isAbout, type RepositoryName} from './repository-names.js';
import type {AcceptedGap, UseAbsence, UseGap, UsesSource} from './use.js';

/** Milliseconds after which a reading says *no* no more. */
export const oldestReading = 24 * 60 * 60 * 1000;

/** Milliseconds by which clocks may differ; what says that it was read later than that cannot tell how old it is. */
export const clockTolerance = 10 * 60 * 1000;

const hour = 60 * 60 * 1000;

/** Whether the operator has accepted a gap by name. Only a refusal can be accepted. */
export const isAccepted = (
	source: UsesSource,
	gap: UseGap,
	accepted: readonly AcceptedGap[],
): boolean =>
	gap.isRefusal &&
	accepted.some(
		({context, kind, namespace}) =>
			context === source.name &&
			kind === gap.kind &&
			namespace === gap.namespace,
	);

/** An age in whole hours or days. */
export const describeAge = (milliseconds: number): string => {
	const hours = Math.floor(milliseconds / hour);
	return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
};

/** A sentence without its full stop. */
export const trimStop = (sentence: string): string =>
	sentence.replace(/\.\s*$/, '');

/** Why a source that was read is too old for a *no*, if it is. */
const findAgeProblem = (
	{name, readAt, kind}: UsesSource,
	now: number,
): string | undefined => {
	// A folder never says no, however fresh it is.
	if (kind === 'files') {
		return undefined;
	}

	if (readAt === undefined || Number.isNaN(readAt)) {
		return `${name}: read at an unknown time`;
	}

	if (readAt > now + clockTolerance) {
		return `${name}: read in the future, by its time`;
	}

	return now - readAt > oldestReading
		? `${name}: read ${describeAge(now - readAt)} ago`
		: undefined;
};

const findUnasked = (sources: readonly UsesSource[]): string | undefined => {
	const known = sources.filter(
		({kind, state}) => kind === 'context' && state !== 'left-out',
	);
	const asked = known.filter(({state}) => state !== 'unasked');
	return asked.length === known.length
		? undefined
		: `${asked.length} of ${known.length} contexts asked`;
};

/** Everything in one source that stands in the way of a *no* for the repository. */
const findProblems = (
	source: UsesSource,
	{names, accepted, now}: JudgeOptions,
): readonly string[] => {
	const {name, kind, state} = source;
	const gaps = source.gaps.map(({message}) => `${name}: ${trimStop(message)}`);
	switch (state) {
		case 'left-out': {
			return [];
		}

		case 'unasked': {
			// Contexts are counted together.
			return kind === 'context' ? [] : [`${name}: not asked`];
		}

		case 'failed': {
			return gaps.length === 0 ? [`${name}: could not be read`] : gaps;
		}

		case 'read': {
			const age = findAgeProblem(source, now);
			return [
				...(age === undefined ? [] : [age]),
				...gaps.filter((_, index) => {
					const gap = source.gaps[index];
					return (
						gap !== undefined &&
						isAbout(gap.repositories, names) &&
						!isAccepted(source, gap, accepted)
					);
				}),
			];
		}

		default: {
			const never: never = state;
			return never;
		}
	}
};

type JudgeOptions = {
	/** All the names of the repository that is asked about. */
	readonly names: readonly RepositoryName[];
	readonly accepted: readonly AcceptedGap[];
	/** Milliseconds since 1970. */
	readonly now: number;
};

const findNoSource = (sources: readonly UsesSource[]): string | undefined => {
	const clusters = sources.filter(({kind}) => kind !== 'files');
	return clusters.every(({state}) => state === 'left-out')
		? clusters.length === 0
			? 'no cluster or snapshot to ask'
			: 'every context left out'
		: undefined;
};

/**
What the sources say of a digest that no use reaches.

*No* takes that every context and snapshot has been read completely, recently, or was left out by name. Folders never say *no*, but what could not be read in one is a gap like any other.
*/
export const judgeSources = (
	sources: readonly UsesSource[],
	options: JudgeOptions,
): UseAbsence => {
	const noSource = findNoSource(sources);
	if (noSource !== undefined) {
		return {state: 'unknown', why: noSource};
	}

	const unasked = findUnasked(sources);
	const problems = [
		...(unasked === undefined ? [] : [unasked]),
		...sources.flatMap(source => findProblems(source, options)),
	];
	const [first] = problems;
	if (first !== undefined) {
		return {
			state: 'unknown',
			why:
				problems.length === 1
					? first
					: `${first}, and ${problems.length - 1} more`,
		};
	}

	const read = sources.filter(
		({kind, state}) => kind !== 'files' && state === 'read',
	);
	return {
		state: 'no',
		lookedIn: read.map(({name}) => name),
		at: Math.min(...read.map(({readAt}) => readAt ?? Number.NaN)),
	};
};
