import type {Digest} from '../oci/digest.js';
import {createDigestFilter} from '../oci/digest-filter.js';
import {graphOf} from '../oci/graph.js';
import type {DigestRecord} from '../oci/record.js';
import {referrersOf} from '../oci/referrers.js';
import {findNewest} from './count-pulls.js';
import {type Credit, type Credits, creditPulls} from './credit-pulls.js';
import {findHead, isAlone} from './find-kin.js';
import {indexPulls} from './index-pulls.js';
import {judgePullSources, type PullAbsences} from './judge-pull-sources.js';
import type {MatchedRepository} from './match-uses.js';
import {type OwnPulls, sumCredits, takeLater} from './own-pulls.js';
import {
	createLedger,
	enter,
	type Ledger,
	type PullHistory,
	writeHistory,
} from './pull-history.js';
import {findUnknown} from './find-unknown.js';
import {countWindow} from './pull-window.js';
import type {
	AcceptedPullGap,
	PullAbsence,
	PullEvidence,
	PullsReading,
} from './pull.js';
import {listNames} from './repository-names.js';
import {judgeAbsence, type PullMatching} from './judge-absence.js';
import {
	findBegin,
	type KinPulls,
	mayHaveChildren,
	nothingKnown,
	sumAlone,
	sumKin,
} from './sum-kin.js';
import {type PullTotal, totalPulls} from './total-pulls.js';

export type MatchPullsOptions = {
	/** The gaps that the operator has accepted by name. */
	readonly accepted: readonly AcceptedPullGap[];
	/** Days that count. */
	readonly windowDays: number;
	/** Milliseconds since 1970. */
	readonly now: number;
};

/** Who pulled what in one repository. */
export type RepositoryPulls = {
	/** The evidence on one digest, also on one that an index names and the repository does not hold. */
	readonly evidenceOf: (digest: Digest) => PullEvidence;
	/** The same of a digest that the repository holds. */
	readonly evidenceOn: (record: DigestRecord) => PullEvidence;
	/** What the sources say of a digest that no tally names and nothing is unclear about. */
	readonly absence: PullAbsence;
	/** The pulls by day of the member of a digest's family that was pulled most, as its evidence counts them. */
	readonly historyOf: (digest: Digest) => PullHistory;
	/** The whole repository, added up when it is first looked at. */
	readonly total: PullTotal;
};

const findOwn = (
	{credits, owns, window, mayBeCredited}: PullMatching,
	digest: Digest,
): OwnPulls | undefined => {
	if (!mayBeCredited(digest)) {
		return undefined;
	}

	const known = owns.get(digest);
	const credit = known ? undefined : credits.byDigest.get(digest);
	if (!credit) {
		return known;
	}

	const own = sumCredits(credit, window);
	owns.set(digest, own);
	return own;
};

const findKinPulls = (
	matching: PullMatching,
	digest: Digest,
	record: DigestRecord | undefined,
): KinPulls => {
	const {relations, families} = matching;
	const facts = {
		relations,
		ownOf: (member: Digest) => findOwn(matching, member),
	};
	// Most stand alone, and are looked at once; what they are is not kept.
	if (
		record
			? isAlone(record, relations)
			: relations.graph.parentsOf(digest).length === 0
	) {
		return sumAlone(digest, record, findOwn(matching, digest));
	}

	const head = findHead(digest, relations);
	const known = families.get(head) ?? sumKin(head, facts);
	families.set(head, known);
	return known;
};

const shareSilence = (
	absence: PullAbsence,
	{silent}: PullMatching,
): PullEvidence => {
	const key = `${absence.state} ${absence.state === 'no' ? absence.sources.join(' ') : absence.why}`;
	const evidence = silent.get(key) ?? {
		...absence,
		last: undefined,
		lastAccess: undefined,
	};
	silent.set(key, evidence);
	return evidence;
};

/**
What can be said of a digest of which nobody tells and that stands alone, as most do; `undefined` for any other.

It hangs on two things only: whether the digest has a tag, and whether it was there when a tag was pulled that may have meant it. So there are four answers for a million of them.
*/
const tellSilence = (
	record: DigestRecord,
	matching: PullMatching,
): PullEvidence | undefined => {
	const {credits, relations, unknown, silentAlone, mayBeCredited} = matching;
	const {digest} = record;
	if (
		record.state !== 'loaded' ||
		(mayBeCredited(digest) && credits.byDigest.has(digest)) ||
		!isAlone(record, relations) ||
		(unknown.size > 0 && unknown.has(digest))
	) {
		return undefined;
	}

	const isTagged = record.tags.length > 0;
	const isInDoubt =
		credits.doubt !== undefined && findBegin(record) <= credits.doubt.until;
	const index = (isTagged ? 1 : 0) + (isInDoubt ? 2 : 0);
	silentAlone[index] ??= shareSilence(
		judgeAbsence(
			{
				...nothingKnown,
				begins: isInDoubt ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
				isTagged,
			},
			matching,
		),
		matching,
	);
	return silentAlone[index];
};

const judge = (
	digest: Digest,
	record: DigestRecord | undefined,
	matching: PullMatching,
): PullEvidence => {
	const kin = findKinPulls(matching, digest, record);
	const {most, last, lastAccess} = kin;
	const absence = judgeAbsence(kin, matching);
	if (!most) {
		return last === undefined && lastAccess === undefined
			? shareSilence(absence, matching)
			: {...absence, last, lastAccess};
	}

	const own = most.digest === digest ? most.own : findOwn(matching, digest);
	const through = own?.certainty === undefined ? most : {digest, own};
	return {
		state: 'yes',
		count: most.own.count,
		certainty: through.own.certainty ?? 'tag',
		through: through.digest,
		from: matching.window.from,
		to: matching.window.to,
		sources:
			through === most || through.own === most.own
				? most.own.sources
				: [
						...new Set([...most.own.sources, ...through.own.sources]),
					].toSorted(),
		besides: absence,
		last,
		lastAccess,
	};
};

const openLedger = (digest: Digest, matching: PullMatching): Ledger => {
	const ledger = createLedger();
	let credit: Credit | undefined = matching.credits.byDigest.get(digest);
	for (; credit; credit = credit.next) {
		enter(ledger, credit, matching.window);
	}

	return ledger;
};

const tellHistory = (digest: Digest, matching: PullMatching): PullHistory => {
	const record = matching.relations.records.get(digest);
	const kin = findKinPulls(matching, digest, record);
	const of = kin.most?.digest ?? digest;
	return writeHistory(openLedger(of, matching), {
		of,
		window: matching.window,
		besides: [...kin.members].map(member => openLedger(member, matching)),
	});
};

/** Why an index over any of the digests might not be known; one that cannot be read may be an index that was pulled. */
const findUnread = ({records}: MatchedRepository): string | undefined => {
	let count = 0;
	for (const record of records.values()) {
		if (mayHaveChildren(record)) {
			count++;
		}
	}

	return count === 0
		? undefined
		: `${count} of the repository’s manifests ${count === 1 ? 'has' : 'have'} not been read and may be an index over it`;
};

const findCounted = ({loose}: Credits): number | undefined => {
	let newest: number | undefined;
	for (const {tally, standing} of loose) {
		if (
			standing === 'pull' &&
			tally.image.kind === 'repository' &&
			[...tally.days.values()].some(count => count > 0)
		) {
			newest = takeLater(newest, findNewest({...tally, undated: 0}));
		}
	}

	return newest;
};

/** What the sources say of all digests together: with those that know only of digests with a tag, where there are no others. */
const judgeTotal = ({
	absences: {all, tagged},
	relations: {records, graph},
}: PullMatching): PullAbsence =>
	all.state === 'unknown' &&
	[...records.values()].every(
		({digest, tags}) =>
			tags.length > 0 ||
			graph.parentsOf(digest).some(index => index !== digest),
	)
		? tagged
		: all;

const judgeAbsences = (
	{sources}: PullsReading,
	{incomplete, ...repository}: MatchedRepository,
	options: MatchPullsOptions,
): PullAbsences => {
	if (incomplete === undefined) {
		return judgePullSources(sources, {
			...options,
			names: listNames(repository),
		});
	}

	// An index that was pulled may be among what is not known.
	const absence = {state: 'unknown', why: incomplete} as const;
	return {all: absence, tagged: absence};
};

const startMatching = (
	reading: PullsReading,
	repository: MatchedRepository,
	options: MatchPullsOptions,
): PullMatching => {
	const {records} = repository;
	const absences = judgeAbsences(reading, repository, options);
	const window = countWindow({
		begins: [absences.all, absences.tagged].flatMap(absence =>
			absence.state === 'no' ? [absence.from] : [],
		),
		...options,
	});
	const tallies = indexPulls(reading).findTallies(listNames(repository));
	const credits = creditPulls(tallies, records, window.firstDay);
	return {
		relations: {
			records,
			graph: graphOf(records),
			referrers: referrersOf(records),
		},
		window,
		absences,
		credits,
		mayBeCredited: createDigestFilter(credits.byDigest).mayHave,
		unread: findUnread(repository),
		counted: findCounted(credits),
		unknown: findUnknown(reading, repository),
		owns: new Map(),
		families: new Map(),
		silent: new Map(),
		silentAlone: [],
	};
};

/**
Who pulled each digest of one repository, by all that the sources told.

A pull of a digest, a tag or a config is one of the whole family. Whatever is not known turns *no* into *unknown*, and a pull is *yes* whatever is not known besides.
*/
export const matchPulls = (
	reading: PullsReading,
	repository: MatchedRepository,
	options: MatchPullsOptions,
): RepositoryPulls => {
	const matching = startMatching(reading, repository, options);
	const known = new Map<Digest, PullEvidence>();
	let total: PullTotal | undefined;
	const judgeOnce = (
		digest: Digest,
		record: DigestRecord | undefined,
	): PullEvidence => {
		const made = known.get(digest);
		if (made) {
			return made;
		}

		const evidence = judge(digest, record, matching);
		if (evidence.last !== undefined) {
			known.set(digest, evidence);
		}

		return evidence;
	};

	const evidenceOn = (record: DigestRecord): PullEvidence =>
		tellSilence(record, matching) ?? judgeOnce(record.digest, record);

	return {
		absence: matching.absences.all,
		evidenceOn,
		evidenceOf(digest) {
			const record = repository.records.get(digest);
			return record ? evidenceOn(record) : judgeOnce(digest, undefined);
		},
		historyOf: digest => tellHistory(digest, matching),
		get total() {
			total ??= totalPulls(matching.credits, {
				relations: matching.relations,
				window: matching.window,
				absence: judgeTotal(matching),
			});
			return total;
		},
	};
};
