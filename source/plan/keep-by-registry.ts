import {type Digest, shortenDigest} from '../oci/digest.js';
import {nameArtifact} from '../oci/name-artifact.js';
import {referrersOf} from '../oci/referrers.js';
import type {ChoiceContext} from './choose-digests.js';
import type {Finding} from './plan.js';
import type {Going} from './take-along.js';

/** The block of what the registry does not let go; nobody can lift it here. */
export const blockByLock = (locked: string): Finding => ({
	severity: 'blocks',
	rule: 'locked',
	sentence: `${locked} Unlock it there first, or keep it.`,
});

/** An index stays whose child is locked and has no name of its own: nothing but the index leads to it. */
export const findLockBelow = (
	digest: Digest,
	{graph, reading}: ChoiceContext,
): Finding | undefined => {
	if (graph.childrenOf(digest).length === 0) {
		return undefined;
	}

	for (const child of graph.descendantsOf(digest)) {
		const record = reading?.records.get(child);
		if (record?.locked !== undefined && record.tags.length === 0) {
			return {
				severity: 'blocks',
				rule: 'locked',
				sentence: `Its child ${shortenDigest(child)} may not go: ${record.locked}`,
			};
		}
	}

	return undefined;
};

/** Where the registry deletes referrers with what they are about, none may go that the plan keeps. */
export const findReferrerThatStays = (
	digest: Digest,
	going: Going,
	{reading, deleting: {deletesReferrers}}: ChoiceContext,
): Finding | undefined => {
	const records = reading?.records;
	const staying = deletesReferrers
		? (records && referrersOf(records).get(digest))?.find(
				referrer =>
					records.get(referrer)?.subject === digest && !going.has(referrer),
			)
		: undefined;
	const record = staying && records?.get(staying);
	return record
		? {
				severity: 'blocks',
				rule: 'referrer-stays',
				sentence: `This registry deletes what is about a digest together with it, and the ${nameArtifact(record)?.kind ?? 'artifact'} ${[shortenDigest(record.digest), ...record.tags.slice(0, 3)].join(' ')} would stay; mark it too, or keep both.`,
			}
		: undefined;
};
