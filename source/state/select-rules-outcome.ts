import type {RulesScreen} from './rules-state.js';
import type {JudgedRepository, KeptBy, KeptCount} from './judged.js';
import {remember} from './remember.js';
import {listScope} from './rules-scope.js';
import {
	findRegistry,
	findRepository,
	repositoryKey,
	type State,
} from './state.js';

/** What the rules come to in all that was read of a scope. */
export type RulesOutcome = {
	/** In the order of the repositories' names. */
	readonly judged: readonly JudgedRepository[];
	/** Whether some of what was read has not been judged by the rules as they are now. */
	readonly isComing: boolean;
	/** Repositories of the scope. */
	readonly repositories: number;
	/** Those that have been read, or could not be. */
	readonly read: number;
	readonly failed: number;
	/** Whether the registry has told all its repositories. */
	readonly isListed: boolean;
	/** Digests that stand for themselves. */
	readonly counted: number;
	readonly candidates: number;
	/** At most. */
	readonly bytes: number;
	readonly kept: ReadonlyMap<KeptBy, KeptCount>;
};

type Slot = {
	made: readonly unknown[];
	outcome: RulesOutcome | undefined;
};

const slots = remember((_judged: State['rules']['judged']): Slot => ({
	made: [],
	outcome: undefined,
}));

/** What the rules come to; summed up once for what is known. */
export const selectRulesOutcome = (
	state: State,
	screen: RulesScreen,
): RulesOutcome => {
	const {judged, request} = state.rules;
	const {host, repository, prefix} = screen;
	const registry = findRegistry(state, host);
	const made = [
		host,
		repository,
		prefix,
		state.repositories,
		registry?.repositories,
		registry?.listing,
		request?.revision,
	];
	const slot = slots(judged);
	if (!slot.outcome || slot.made.some((part, index) => part !== made[index])) {
		slot.made = made;
		slot.outcome = sumUp(state, screen);
	}

	return slot.outcome;
};

const sumUp = (state: State, screen: RulesScreen): RulesOutcome => {
	const {host, repository} = screen;
	const {judged: all, request} = state.rules;
	const names = listScope(state, screen);
	const judged: JudgedRepository[] = [];
	let [read, failed, counted, candidates, bytes] = [0, 0, 0, 0, 0];
	let isComing = false;
	const kept = new Map<KeptBy, KeptCount>();
	for (const name of names) {
		const {reading, records} = findRepository(state, host, name);
		const known = all.get(repositoryKey(host, name));
		read += ['complete', 'failed'].includes(reading.state) ? 1 : 0;
		failed += reading.state === 'failed' ? 1 : 0;
		if (reading.state !== 'complete') {
			continue;
		}

		if (known?.revision !== request?.revision || known?.records !== records) {
			isComing = true;
		}

		if (known) {
			judged.push(known);
			counted += known.counted;
			candidates += known.candidates.length;
			bytes += known.bytes;
			addCounts(kept, known.kept);
		}
	}

	const listing = findRegistry(state, host)?.listing.state;
	return {
		judged,
		isComing: isComing && request !== undefined,
		repositories: names.length,
		read,
		failed,
		isListed: repository !== undefined || listing !== 'loading',
		counted,
		candidates,
		bytes,
		kept,
	};
};

const addCounts = (
	kept: Map<KeptBy, KeptCount>,
	more: ReadonlyMap<KeptBy, KeptCount>,
): void => {
	for (const [by, {count, why}] of more) {
		const known = kept.get(by);
		kept.set(by, {
			count: (known?.count ?? 0) + count,
			why: known?.why ?? why,
		});
	}
};
