import type {Digest} from '../oci/digest.js';
import {spellVerdict} from '../retention/spell-verdict.js';
import type {Verdict} from '../retention/verdict.js';
import {repositoryKey, type State} from './state.js';

/** Why a digest stays or may go by the rules. */
export type Reason = {
	/** The one sentence that decided it, without a full stop; foreign in part. */
	readonly text: string;
	readonly tone: 'candidate' | 'kept' | 'unknown' | 'blocked';
};

/** Whether the list of a repository says why each digest stays or may go. */
export const hasReasons = (
	{rules}: State,
	{host, repository}: {readonly host: string; readonly repository: string},
): boolean =>
	rules.areReasonsShown && rules.judged.has(repositoryKey(host, repository));

/** The reason for one digest; `undefined` where no rules were applied to it. */
export const selectReason = (
	{rules}: State,
	{host, repository}: {readonly host: string; readonly repository: string},
	digest: Digest,
): Reason | undefined => {
	const judged = rules.judged.get(repositoryKey(host, repository));
	const verdict = judged?.verdicts.get(digest);
	const blocked = judged?.blocked.get(digest);
	if (!rules.areReasonsShown || !judged || !verdict) {
		return undefined;
	}

	return blocked === undefined
		? {text: spellVerdict(verdict, judged.now), tone: toneOf(verdict)}
		: {text: `blocked: ${blocked.replace(/\.$/, '')}`, tone: 'blocked'};
};

const toneOf = (verdict: Verdict): Reason['tone'] => {
	if (verdict.kind === 'candidate') {
		return 'candidate';
	}

	return isNotKnown(verdict.rule) ? 'unknown' : 'kept';
};

/** Whether a rule keeps because something is not known. */
export const isNotKnown = (rule: string): boolean =>
	['use-unknown', 'pulls-unknown', 'age-unknown', 'reading-has-gaps'].includes(
		rule,
	);
