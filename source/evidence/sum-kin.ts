import type {Digest} from '../oci/digest.js';
import {isImageMediaType} from '../oci/manifest.js';
import {parseTime} from '../oci/parse-time.js';
import type {DigestRecord} from '../oci/record.js';
import {findKin} from './find-kin.js';
import type {Relations} from './find-family.js';
import {type OwnPulls, rankCertainty, takeLater} from './own-pulls.js';
import {dayLength} from './pull-window.js';

/** What is known of a digest with its kin: of each number the most of any member, and never a sum. */
export type KinPulls = {
	readonly members: Iterable<Digest>;
	/** The member that was pulled most in the window. */
	readonly most: {readonly digest: Digest; readonly own: OwnPulls} | undefined;
	readonly last: number | undefined;
	readonly lastAccess: number | undefined;
	readonly undated: number;
	readonly isTouched: boolean;
	/** Milliseconds since 1970 before which none of them was in the repository; `-Infinity` where that is not known. */
	readonly begins: number;
	/** Why not all of the kin is known. */
	readonly unread: string | undefined;
	/** Whether each of them has a tag, or belongs to an index that has one: a source that lists tags lists these. */
	readonly isTagged: boolean;
};

/** What kin are summed by. */
export type KinFacts = {
	readonly relations: Relations;
	readonly ownOf: (digest: Digest) => OwnPulls | undefined;
};

/** What is not read yet and may be an index: nobody knows its children. */
export const mayHaveChildren = ({state, mediaType}: DigestRecord): boolean =>
	state !== 'loaded' && !isImageMediaType(mediaType);

/** What is known of a digest of which nobody tells, before anything is known. */
export const nothingKnown: KinPulls = {
	members: [],
	most: undefined,
	last: undefined,
	lastAccess: undefined,
	undated: 0,
	isTouched: false,
	begins: Number.NEGATIVE_INFINITY,
	unread: undefined,
	isTagged: false,
};

const readTime = (text: string | undefined): number | undefined => {
	const time = text === undefined ? Number.NaN : parseTime(text);
	return Number.isNaN(time) ? undefined : time;
};

/**
Milliseconds since 1970 before which a digest was certainly not in its repository; `-Infinity` where nothing says so.

The time of a build is a builder's word, and its clock may be a little fast.
*/
export const findBegin = (record: DigestRecord | undefined): number => {
	const created = readTime(record?.created);
	return (
		readTime(record?.uploaded) ??
		(created === undefined ? Number.NEGATIVE_INFINITY : created - dayLength)
	);
};

const describeUnread = (
	record: DigestRecord | undefined,
	whose: string,
): string | undefined => {
	// One that was never pushed, or is gone, has nothing to read.
	if (!record) {
		return undefined;
	}

	switch (record.state) {
		case 'loading': {
			return `${whose} is still being read`;
		}

		case 'unreadable': {
			return `${whose} could not be read`;
		}

		case 'loaded': {
			return undefined;
		}

		default: {
			const never: never = record.state;
			return never;
		}
	}
};

/** Whether all have a tag themselves or above them. */
const areTagged = (kin: ReadonlySet<Digest>, {records}: Relations): boolean => {
	const tagged = new Set(
		[...kin].filter(digest => (records.get(digest)?.tags.length ?? 0) > 0),
	);
	for (const digest of tagged) {
		for (const child of records.get(digest)?.children ?? []) {
			tagged.add(child);
		}
	}

	return [...kin].every(digest => tagged.has(digest));
};

// The order of the kin does not matter: more pulls, then the surer, then the first by name.
const isBetter = (
	{digest, own}: NonNullable<KinPulls['most']>,
	other: KinPulls['most'],
): boolean => {
	if (!other) {
		return true;
	}

	const difference =
		own.count - other.own.count ||
		rankCertainty[other.own.certainty ?? 'tag'] -
			rankCertainty[own.certainty ?? 'tag'];
	return difference === 0 ? digest < other.digest : difference > 0;
};

const addOwn = (
	sum: {
		most: KinPulls['most'];
		last: number | undefined;
		lastAccess: number | undefined;
		undated: number;
		isTouched: boolean;
	},
	digest: Digest,
	own: OwnPulls,
): void => {
	if (own.certainty !== undefined && isBetter({digest, own}, sum.most)) {
		sum.most = {digest, own};
	}

	sum.last = takeLater(sum.last, own.last);
	sum.lastAccess = takeLater(sum.lastAccess, own.lastAccess);
	sum.undated = Math.max(sum.undated, own.undated);
	sum.isTouched ||= own.isTouched;
};

/** The same for a digest that stands alone, as most of a hundred thousand do: without a set for each. */
export const sumAlone = (
	digest: Digest,
	record: DigestRecord | undefined,
	own: OwnPulls | undefined,
): KinPulls => {
	return {
		members: [digest],
		most: own?.certainty === undefined ? undefined : {digest, own},
		last: own?.last,
		lastAccess: own?.lastAccess,
		undated: own?.undated ?? 0,
		isTouched: own?.isTouched ?? false,
		begins: findBegin(record),
		unread: describeUnread(record, 'its manifest'),
		isTagged: (record?.tags.length ?? 0) > 0,
	};
};

/** Goes through the kin of a digest once. */
export const sumKin = (
	head: Digest,
	{relations, ownOf}: KinFacts,
): KinPulls => {
	const sum: Parameters<typeof addOwn>[0] = {
		most: undefined,
		last: undefined,
		lastAccess: undefined,
		undated: 0,
		isTouched: false,
	};
	let begins = Number.POSITIVE_INFINITY;
	let unread: string | undefined;
	const kin = findKin(head, relations);
	for (const digest of kin) {
		const own = ownOf(digest);
		if (own) {
			addOwn(sum, digest, own);
		}

		const record = relations.records.get(digest);
		begins = Math.min(begins, findBegin(record));
		unread ??= describeUnread(record, 'a manifest of its family');
	}

	return {
		members: kin,
		...sum,
		begins,
		unread,
		isTagged: areTagged(kin, relations),
	};
};
