import {parseArtifactTag} from '../oci/detail.js';
import {type Digest, shortenDigest} from '../oci/digest.js';
import {manifestMediaTypes} from '../oci/manifest.js';
import type {DigestRecord} from '../oci/record.js';
import {isNeverTouched} from './care.js';
import type {ChoiceContext} from './choose-digests.js';
import {listDirectBlocks} from './judge-use.js';
import type {Finding, ReferrersList} from './plan.js';

/** The tag of a list of referrers, and what it is a list for; `undefined` for what is none or has another name too. */
const readListTag = (
	record: DigestRecord | undefined,
): {readonly tag: string; readonly subject: Digest} | undefined => {
	const [tag, ...others] = record?.tags ?? [];
	const artifact = tag === undefined ? undefined : parseArtifactTag(tag);
	return tag !== undefined &&
		others.length === 0 &&
		artifact?.kind === 'referrers'
		? {tag, subject: artifact.subject}
		: undefined;
};

/**
Why a digest cannot go while some indexes over it stay; `undefined` where it can: there are none, or the only one is a list of referrers that can be written anew without it.

A list that has another tag too, or that an index needs, is an index like any other.
*/
export const judgeStaying = (
	staying: readonly Digest[],
	context: ChoiceContext,
): Finding | undefined => {
	const {graph, reading, repository, neverTouch, evidenceOf} = context;
	const [first, ...others] = staying;
	if (first === undefined) {
		return undefined;
	}

	const record = reading?.records.get(first);
	const list = readListTag(record);
	if (!list || graph.parentsOf(first).length > 0) {
		return needsChild(first, record?.tags ?? []);
	}

	const subject = shortenDigest(list.subject);
	const keep = (why: string): Finding => ({
		severity: 'blocks',
		rule: 'list-of-referrers-stays',
		sentence: `The list of referrers of ${subject} names it and cannot be written anew without it, because ${why}; mark ${subject} or the list too, or keep it.`,
	});
	if (others.length > 0) {
		return keep('other indexes that stay name it too');
	}

	// The old list goes on naming it when its tag has moved.
	if (context.deleting.removesTagsFirst) {
		return keep('this registry keeps what any list names, also an old one');
	}

	if (record?.mediaType !== manifestMediaTypes.index) {
		return keep('it is no OCI index');
	}

	if (isNeverTouched(neverTouch, repository, [list.tag])) {
		return keep('neverTouch in the settings keeps it');
	}

	return listDirectBlocks(evidenceOf(first)).length > 0
		? keep('it is in use itself')
		: undefined;
};

const needsChild = (parent: Digest, tags: readonly string[]): Finding => {
	const name = [shortenDigest(parent), ...tags.slice(0, 3)].join(' ');
	return {
		severity: 'blocks',
		rule: 'child-of-index-that-stays',
		sentence: `The index ${name} stays and needs it; mark the index too, or keep both.`,
	};
};

/** The list of referrers that has to be written anew before a digest goes that `judgeStaying` lets go. */
export const findList = (
	staying: readonly Digest[],
	records: ReadonlyMap<Digest, DigestRecord>,
): ReferrersList | undefined => {
	const [digest] = staying;
	const list = digest && readListTag(records.get(digest));
	return digest && list && {digest, tag: list.tag};
};

/** Says that a list of referrers changes. */
export const warnOfList = (list: ReferrersList | undefined): Finding[] => {
	const subject = list && parseArtifactTag(list.tag)?.subject;
	return subject
		? [
				{
					severity: 'warns',
					rule: 'list-of-referrers-changes',
					sentence: `The list of referrers of ${shortenDigest(subject)} names it, and is written anew without it first.`,
				},
			]
		: [];
};
