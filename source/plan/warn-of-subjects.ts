import {shortenDigest} from '../oci/digest.js';
import {nameArtifact} from '../oci/name-artifact.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import {findSubjects} from '../oci/referrers.js';
import type {Finding} from './plan.js';
import type {Going} from './take-along.js';

/** Warns of what is about a digest that stays, and of what is about one that nobody sees. */
export const warnOfSubjects = (
	record: DigestRecord | undefined,
	{going, records}: {readonly going: Going; readonly records: DigestRecords},
): Finding[] => {
	if (!record) {
		return [];
	}

	const kind = nameArtifact(record)?.kind ?? 'artifact';
	return [...findSubjects(record)]
		.filter(subject => !going.has(subject))
		.map((subject): Finding => {
			const known = records.get(subject);
			const name = [
				shortenDigest(subject),
				...(known?.tags ?? []).slice(0, 3),
			].join(' ');
			return known
				? {
						severity: 'warns',
						rule: 'subject-stays',
						sentence: `It is the ${kind} of ${name}, which stays.`,
					}
				: {
						severity: 'warns',
						rule: 'subject-not-listed',
						sentence: `It is the ${kind} of ${name}, which is gone, or has no tag and cannot be listed.`,
					};
		});
};
