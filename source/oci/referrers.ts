import {parseArtifactTag} from './detail.js';
import type {Digest} from './digest.js';
import type {DigestRecord, DigestRecords} from './record.js';

/** What in one repository is about what: by a manifest's subject, and by the tags that file an artifact under a digest. */
export type Referrers = ReadonlyMap<Digest, readonly Digest[]>;

const readings = new WeakMap<DigestRecords, Referrers>();

/** The referrers by the digest that they are about, built once for each reading; the digest itself need not be in the repository. */
export const referrersOf = (records: DigestRecords): Referrers => {
	const known = readings.get(records);
	if (known) {
		return known;
	}

	const referrers = collectReferrers(records);
	readings.set(records, referrers);
	return referrers;
};

const collectReferrers = (records: DigestRecords): Referrers => {
	const referrers = new Map<Digest, Digest[]>();
	for (const record of records.values()) {
		for (const subject of findSubjects(record)) {
			const found = referrers.get(subject);
			if (found) {
				found.push(record.digest);
			} else {
				referrers.set(subject, [record.digest]);
			}
		}
	}

	return referrers;
};

const none: readonly Digest[] = [];

/** Whether a tag may file a record under another digest. */
const isFiled = ({tags}: DigestRecord): boolean => {
	for (const tag of tags) {
		if (tag.startsWith('sha256-')) {
			return true;
		}
	}

	return false;
};

/** Whether a record is about nothing for certain, as most are. */
export const isAboutNothing = (record: DigestRecord): boolean =>
	record.subject === undefined && !isFiled(record);

/** What a record is about: by its manifest's subject, and by the tags that file it under a digest. */
export const findSubjects = (record: DigestRecord): Iterable<Digest> => {
	const {subject, tags} = record;
	// Most of a hundred thousand digests are about nothing.
	if (!isFiled(record)) {
		return subject === undefined ? none : [subject];
	}

	return new Set([
		...(subject === undefined ? [] : [subject]),
		...tags.flatMap(tag => parseArtifactTag(tag)?.subject ?? []),
	]);
};
