import {shortenDigest} from '../oci/digest.js';
import {describeDepletion} from '../plan/depletion.js';
import {formatBytes, formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {alignRows} from './align-rows.js';
import type {PlanDocument} from './plan-document.js';

type PlannedRepository = PlanDocument['repositories'][number];

const order = ['blocked', 'candidate', 'keep'];

const describeRepository = ({
	name,
	problems,
	digests,
}: PlannedRepository): string => {
	const rows = digests
		.filter(
			({verdict, goesWith}) => verdict !== 'candidate' || goesWith === null,
		)
		.filter(({reason}) => !reason.startsWith('kept: a child goes'))
		.toSorted(
			(one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict),
		)
		.map(({digest, tags, size, reason}) =>
			[
				shortenDigest(digest),
				formatBytes(size ?? undefined),
				reason,
				tags.join(' '),
			].map(cell => makeSafe(cell)),
		);
	return [
		makeSafe(name),
		...problems.map(problem => `  ${makeSafe(problem)}`),
		...alignRows(rows).map(row => `  ${row}`),
	].join('\n');
};

/** A plan for people: what is blocked first, then what goes, then what stays, each with the sentence that decided; then the totals. */
export const createPlanText = (document: PlanDocument): string => {
	const {registry, digestCount, tagCount, repositories, depletions} = document;
	const bytes = formatBytes(document.bytesAtMost);
	const totals =
		digestCount === 0
			? `Nothing in ${registry} is to be deleted.`
			: `${formatCount(digestCount, 'digest')} with ${formatCount(tagCount, 'tag')} of ${registry} would go, ${document.bytesAreExact ? bytes : `at most ${bytes}`}.`;
	return [
		...repositories.map(repository => describeRepository(repository)),
		'',
		...depletions.map(depletion => describeDepletion(depletion)),
		...document.findings,
		totals,
	]
		.map(line => `${line}\n`)
		.join('');
};
