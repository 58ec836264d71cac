import type {Digest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import {referrersOf} from '../oci/referrers.js';
import {isNeverTouched} from '../plan/care.js';
import {chooseDigests} from '../plan/choose-digests.js';
import type {Verdicts} from '../retention/verdict.js';
import type {RulesRequest} from '../state/judged.js';
import type {RuleEvidence} from './rule-evidence.js';

/** Candidates that no plan would take, with the sentence why: safeguards see more than one digest, rules do not. */
export const findBlocked = (
	verdicts: Verdicts,
	{
		request: {host, neverTouch, deleting},
		evidence: {reading, facts, uses},
	}: {readonly request: RulesRequest; readonly evidence: RuleEvidence},
): ReadonlyMap<Digest, string> => {
	const {repository, records, readAt: now} = reading;
	const graph = graphOf(records);
	const referrers = referrersOf(records);
	// What stands quite alone is blocked by nothing that its own verdict does not know.
	const isBound = (digest: Digest): boolean => {
		const record = records.get(digest);
		return (
			deleting.whyNoDelete !== undefined ||
			(record?.children.length ?? 0) > 0 ||
			graph.parentsOf(digest).length > 0 ||
			referrers.has(digest) ||
			isNeverTouched(neverTouch, repository, record?.tags ?? [])
		);
	};

	const marked: Digest[] = [];
	for (const [digest, {kind}] of verdicts) {
		if (kind === 'candidate' && isBound(digest)) {
			marked.push(digest);
		}
	}

	if (marked.length === 0) {
		return new Map();
	}

	const {blocked} = chooseDigests(marked, {
		registry: host,
		repository,
		reading,
		problem: undefined,
		neverTouch,
		uses: facts,
		pulls: undefined,
		lifts: new Set(),
		deleting,
		now,
		graph,
		evidenceOf: uses.evidenceOf,
	});
	return new Map(
		[...blocked].map(([digest, {sentence}]) => [digest, sentence]),
	);
};
