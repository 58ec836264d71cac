import type {DigestFilter} from '../oci/digest-filter.js';
import type {Digest} from '../oci/digest.js';
import type {Credits} from './credit-pulls.js';
import type {Relations} from './find-family.js';
import type {PullAbsences} from './judge-pull-sources.js';
import type {OwnPulls} from './own-pulls.js';
import type {CountedWindow} from './pull-window.js';
import type {PullAbsence, PullEvidence} from './pull.js';
import type {KinPulls} from './sum-kin.js';

/** A repository, and how its digests are looked at. Nothing is made for a digest before somebody asks. */
export type PullMatching = {
	readonly relations: Relations;
	readonly window: CountedWindow;
	readonly absences: PullAbsences;
	readonly credits: Credits;
	/** False only where no tally tells of a digest. */
	readonly mayBeCredited: DigestFilter['mayHave'];
	/** Why an index over any digest might not be known. */
	readonly unread: string | undefined;
	/** The newest pull that a counter tells of, milliseconds since 1970. */
	readonly counted: number | undefined;
	/** The sources that list a digest and say that they do not know when it was pulled, by digest. */
	readonly unknown: ReadonlyMap<Digest, readonly string[]>;
	readonly owns: Map<Digest, OwnPulls>;
	/** By the digest that stands for all with the same kin. */
	readonly families: Map<Digest, KinPulls>;
	/** What is known of digests of which no tally tells, by why: the same one for all of them. */
	readonly silent: Map<string, PullEvidence>;
	/** The same for those that stand alone, by what it hangs on there: see `tellSilence`. */
	readonly silentAlone: PullEvidence[];
};

const countTimes = (count: number): string =>
	count === 1 ? 'once' : `${count} times`;

const formatDay = (time: number): string =>
	new Date(time).toISOString().slice(0, 10);

/**
What stands in the way of a *no* for a digest, though the sources say one.

An aggregate without times may be of today or of years ago. That it is in the window nothing says, so it is no *yes* either: the rules leave what is unknown alone.
*/
const findDoubt = (
	kin: KinPulls,
	proof: PullAbsence & {readonly state: 'no'},
	{credits: {doubt}, unread, counted, unknown}: PullMatching,
): string | undefined => {
	if (kin.unread !== undefined || unread !== undefined) {
		return kin.unread ?? unread;
	}

	const unsure = findUnsure(kin, proof, unknown);
	if (unsure !== undefined) {
		return `${unsure} does not know when it was pulled`;
	}

	if (kin.undated > 0) {
		return `pulled ${countTimes(kin.undated)} at an unknown time`;
	}

	if (kin.isTouched) {
		return 'checked or pushed at an unknown time';
	}

	if (doubt && kin.begins <= doubt.until) {
		const when = Number.isFinite(doubt.until)
			? `on ${formatDay(doubt.until)}`
			: 'at an unknown time';
		return `the tag ${doubt.tag} was pulled ${when} and may have meant it then`;
	}

	// Within what it covers, a source that proves absence names the pulls that a counter only counts.
	return counted !== undefined && counted > proof.to
		? `somebody pulled from the repository after ${formatDay(proof.to)}, where the logs end`
		: undefined;
};

/** A source that is to prove it and says of one of the kin that it does not know. */
const findUnsure = (
	{members}: KinPulls,
	{sources}: PullAbsence & {readonly state: 'no'},
	unknown: PullMatching['unknown'],
): string | undefined => {
	if (unknown.size === 0) {
		return undefined;
	}

	for (const member of members) {
		const found = unknown.get(member)?.find(name => sources.includes(name));
		if (found !== undefined) {
			return found;
		}
	}

	return undefined;
};

/** What can be said of a digest besides its pulls, or where there are none. */
export const judgeAbsence = (
	kin: KinPulls,
	matching: PullMatching,
): PullAbsence => {
	const {absences} = matching;
	const base =
		kin.isTagged && absences.all.state === 'unknown'
			? absences.tagged
			: absences.all;
	const why = base.state === 'no' ? findDoubt(kin, base, matching) : undefined;
	return why === undefined ? base : {state: 'unknown', why};
};
