import {isAccepted} from '../evidence/judge-sources.js';
import {matchUses, type RepositoryUses} from '../evidence/match-uses.js';
import type {UseEvidence} from '../evidence/use.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import {remember} from './remember.js';
import {
	findRepository,
	type RepositoryState,
	repositoryKey,
	type State,
	type UsesState,
} from './state.js';
import type {Order} from './view.js';

const hour = 60 * 60 * 1000;

/** Whether there is any source of uses: without one nothing about uses is drawn but one quiet sentence. */
export const hasUses = ({uses}: State): boolean =>
	uses.reading.sources.some(({state}) => state !== 'left-out');

type Slot = {
	made: readonly unknown[];
	uses: RepositoryUses | undefined;
};

const slots = remember((_records: DigestRecords): Slot => ({
	made: [],
	uses: undefined,
}));

const describeIncomplete = (
	{reading, gaps}: RepositoryState,
	{progress}: UsesState,
): string | undefined => {
	if (progress.state === 'loading') {
		return 'still being asked';
	}

	if (reading.state !== 'complete') {
		return 'still being read';
	}

	return gaps.length > 0 ? 'not everything could be read' : undefined;
};

/** Who needs what in a repository, as far as both have been read; matched once for each reading of either. */
export const selectUses = (
	state: State,
	{host, repository}: {readonly host: string; readonly repository: string},
): RepositoryUses => {
	const known = findRepository(state, host, repository);
	const {records} = known;
	const {reading, choice} = state.uses;
	const incomplete = describeIncomplete(known, state.uses);
	// A reading grows too old for a no in the course of hours.
	const made = [
		reading,
		choice.accepted,
		incomplete,
		Math.floor(state.now / hour),
	];
	const slot = slots(records);
	if (!slot.uses || slot.made.some((part, index) => part !== made[index])) {
		slot.made = made;
		slot.uses = matchUses(
			reading,
			{host, repository, records, incomplete},
			{
				accepted: choice.accepted,
				now: state.now,
				isHeldBy: (name, digest) =>
					state.repositories
						.get(repositoryKey(name.host, name.repository))
						?.records.has(digest) ?? false,
			},
		);
	}

	return slot.uses;
};

/** What a filter calls a digest by its uses: `used`, `unused` or `unknown`. */
export const nameEvidence = (evidence: UseEvidence): string => {
	switch (evidence.state) {
		case 'yes': {
			return 'used';
		}

		case 'no': {
			return 'unused';
		}

		case 'unknown': {
			return 'unknown';
		}
	}
};

const rank = (evidence: UseEvidence): number =>
	evidence.state === 'no' ? 2 : evidence.state === 'unknown' ? 1 : 0;

/** The order that puts what nobody needs first; one for each matching, so that it is sorted once. */
export const unusedFirst = remember(
	(uses: RepositoryUses): Order<DigestRecord> => ({
		name: 'use',
		label: '',
		by: {kind: 'number', of: record => rank(uses.evidenceOf(record.digest))},
	}),
);

const counts = remember(
	(_uses: RepositoryUses): {count: number | undefined} => ({count: undefined}),
);

/** How many digests of a repository something needs; counted once for each matching. */
export const countUsed = (
	records: DigestRecords,
	uses: RepositoryUses,
): number => {
	const known = counts(uses);
	if (known.count === undefined) {
		known.count = 0;
		for (const digest of records.keys()) {
			known.count += uses.isUsed(digest) ? 1 : 0;
		}
	}

	return known.count;
};

/** How far the evidence on uses reaches, in a few words: `uses 3/3 contexts`. */
export const summarizeUses = remember((uses: UsesState): string => {
	if (uses.progress.state === 'loading') {
		return `uses: asking…`;
	}

	return uses.progress.state === 'failed'
		? 'uses unknown: c says why'
		: describeSources(uses);
});

const describeSources = ({
	reading: {sources},
	choice: {accepted},
}: UsesState): string => {
	const contexts = sources.filter(
		({kind, state}) => kind === 'context' && state !== 'left-out',
	);
	const others =
		sources.length - sources.filter(({kind}) => kind === 'context').length;
	const read = contexts.filter(
		source =>
			source.state === 'read' &&
			source.gaps.every(gap => isAccepted(source, gap, accepted)),
	);
	const parts = [
		...(contexts.length > 0
			? [
					`${read.length}/${contexts.length} ${contexts.length === 1 ? 'context' : 'contexts'}`,
				]
			: []),
		...(others > 0
			? [`${others} ${others === 1 ? 'file source' : 'file sources'}`]
			: []),
	];
	return parts.length === 0 ? '' : `uses ${parts.join(', ')}`;
};
