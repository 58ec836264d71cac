import type {Digest} from '../oci/digest.js';
import type {Keep, Verdicts} from '../retention/verdict.js';
import type {
	JudgedRepository,
	KeptBy,
	KeptCount,
	RulesRequest,
} from '../state/judged.js';
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

		default: {
			return undefined;
		}
	}
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
	let bytes = 0;
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
			bytes += records.get(digest)?.size ?? 0;
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
		bytes,
		counted: verdicts.size - others,
		kept,
	};
};
