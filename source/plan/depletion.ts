import type {Digest} from '../oci/digest.js';
import {graphOf, isTopLevel} from '../oci/graph.js';
import {nameArtifact} from '../oci/name-artifact.js';
import type {DigestRecords} from '../oci/record.js';
import type {RepositoryReading} from '../world.js';

/** A repository that a plan would empty, or of which it takes more than the operator's share without being asked. */
export type Depletion = {
	readonly repository: string;
	/** Top-level digests that go: no children, referrers, attestations or signatures. */
	readonly going: number;
	/** Top-level digests that were there when the plan was made. */
	readonly total: number;
};

/** Whether nothing of its own would be left in the repository. */
export const isEmptied = ({going, total}: Depletion): boolean =>
	going === total;

/**
Safeguard 9: what a plan does to one repository, where it would leave it empty or takes more than a share of it; `undefined` where neither is so.

A repository that holds nothing but referrers and signatures is counted by those.
@param maxShare - Percent of the top-level digests that may go without a phrase of their own.
@param mayEmpty - Whether all of them may, too.
*/
export const findDepletion = (
	going: Iterable<Digest>,
	{
		reading,
		maxShare,
		mayEmpty = false,
	}: {
		reading: RepositoryReading;
		maxShare: number;
		mayEmpty?: boolean | undefined;
	},
): Depletion | undefined => {
	const {repository, records} = reading;
	const counted = listCounted(records);
	const taken = [...new Set(going)].filter(digest => counted.has(digest));
	const depletion = {repository, going: taken.length, total: counted.size};
	const isBeyond = taken.length * 100 > counted.size * maxShare;
	const isAsked = isEmptied(depletion) ? !mayEmpty : isBeyond;
	return taken.length > 0 && isAsked ? depletion : undefined;
};

// An attestation whose index is gone says by its platform alone that it is about something else.
const listCounted = (records: DigestRecords): ReadonlySet<Digest> => {
	const graph = graphOf(records);
	const own = [...records.values()].filter(
		record => isTopLevel(record, graph) && nameArtifact(record) === undefined,
	);
	return new Set(
		own.length > 0 ? own.map(({digest}) => digest) : records.keys(),
	);
};

/** One sentence for the operator. */
export const describeDepletion = (depletion: Depletion): string => {
	const {repository, going, total} = depletion;
	return isEmptied(depletion)
		? `${repository} would be left empty: all ${total} of its digests go, not counting children, referrers and signatures.`
		: `${going} of ${total} digests of ${repository} would go, not counting children, referrers and signatures.`;
};

/** Up to so many repositories stand in a phrase by their names. */
const mostNamed = 2;

/** What the phrase of a plan says besides: nobody empties a repository with the words that delete a few digests. */
export const spellDepletions = (
	depletions: readonly Depletion[],
): readonly string[] => {
	const emptied = depletions.filter(depletion => isEmptied(depletion));
	const others = depletions.filter(depletion => !isEmptied(depletion));
	return [
		...(emptied.length > mostNamed
			? [`empty ${emptied.length} repositories`]
			: emptied.map(({repository}) => `empty ${repository}`)),
		...(others.length > mostNamed
			? [
					`${others.reduce((sum, {going}) => sum + going, 0)} of ${others.reduce((sum, {total}) => sum + total, 0)} from ${others.length} repositories`,
				]
			: others.map(
					({repository, going, total}) =>
						`${going} of ${total} from ${repository}`,
				)),
	];
};
