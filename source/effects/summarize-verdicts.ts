import type {Digest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import {measureFreed} from '../plan/measure-freed.js';
import type {Keep, Verdicts} from '../retention/verdict.js';
import type {
	JudgedRepository,
	KeptBy,
	KeptCount,
	RulesRequest,
} from '../state/judged.js';
import type {RepositoryReading} from '../world.js';
import type {RuleEvidence} from './rule-evidence.js';

/** Why it is not known whether a digest may go, where that keeps it. */
const findWhy = (keep: Keep): string | undefined => {
	switch (keep.rule) {
		case 'use-unknown':
		case 'pulls-unknown': {
			return keep.why;
		}

		case 'reading-has-gaps':
		case 'locked': {
			return keep.sentence;
		}

		case 'age-unknown': {
			return keep.age === undefined
				? 'the registry keeps no upload times, but build times can count'
				: undefined;
		}

		default: {
			return undefined;
		}
	}
};

/** Bytes that no digest holds which stays for certain. A child goes along only where every index over it goes: with all of them it is the most. */
const measureCandidates = (
	candidates: readonly Digest[],
	reading: RepositoryReading,
): number => {
	if (candidates.length === 0) {
		return 0;
	}

	const {repository, records} = reading;
	const graph = graphOf(records);
	const going = new Set(candidates);
	for (const digest of candidates) {
		for (const child of graph.descendantsOf(digest)) {
			if (records.get(child)?.tags.length === 0) {
				going.add(child);
			}
		}
	}

	return measureFreed(new Map([[repository, going]]), {
		readings: [reading],
		isAllListed: false,
	}).bytes;
};

/** The verdicts on a repository, and what they come to. */
export const summarizeVerdicts = (
	verdicts: Verdicts,
	{
		request: {revision, host},
		evidence,
		blocked,
	}: {
		readonly request: RulesRequest;
		readonly evidence: RuleEvidence;
		readonly blocked: ReadonlyMap<Digest, string>;
	},
): JudgedRepository => {
	const {repository, records, readAt: now} = evidence.reading;
	const kept = new Map<KeptBy, KeptCount>();
	const candidates: Digest[] = [];
	const add = (by: KeptBy, why: string | undefined): void => {
		const known = kept.get(by);
		kept.set(by, {count: (known?.count ?? 0) + 1, why: known?.why ?? why});
	};

	for (const [digest, verdict] of verdicts) {
		if (verdict.kind === 'keep') {
			add(verdict.rule, findWhy(verdict));
		} else if (blocked.has(digest)) {
			add('blocked', blocked.get(digest));
		} else {
			candidates.push(digest);
		}
	}

	const others = kept.get('goes-with-others')?.count ?? 0;
	return {
		revision,
		host,
		repository,
		records,
		verdicts,
		blocked,
		now,
		candidates,
		bytes: measureCandidates(candidates, evidence.reading),
		counted: verdicts.size - others,
		kept,
	};
};
