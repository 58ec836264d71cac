import {blame, type DoctorCheck, tell} from './doctor-check.js';
import {judgeClock} from './judge-clock.js';

/** What was found out about the cluster of a context. */
export type ClusterFacts =
	| {readonly kind: 'left-out'}
	/** `problem` is a clause: `nothing listens at 127.0.0.1:6443`. */
	| {readonly kind: 'silent'; readonly problem: string}
	| {
			readonly kind: 'answers';
			/** Kinds that were listed of all namespaces. */
			readonly listed: readonly string[];
			/** Kinds that were not, each with a clause why; `isAccepted` where the operator has accepted that by name. */
			readonly refused: ReadonlyArray<{
				readonly kind: string;
				readonly problem: string;
				readonly isAccepted: boolean;
			}>;
			/** Sentences on what else is not known. */
			readonly gaps: readonly string[];
			/** Milliseconds by which its clock is ahead; `undefined` where it does not tell. */
			readonly skew: number | undefined;
	  };

const judgeLists = (
	context: string,
	{listed, refused, gaps}: Extract<ClusterFacts, {kind: 'answers'}>,
): DoctorCheck => {
	const open = refused.filter(({isAccepted}) => !isAccepted);
	const [first] = open;
	if (first) {
		return blame('may list', {
			message: `The ${open.map(({kind}) => `${kind}s`).join(', ')} of all namespaces of ${context} cannot be listed (${first.problem}).`,
			remedy: `Ask for a role that lists them (kubectl --context ${context} auth can-i list pods -A tells), name the namespaces with --namespace, or leave the cluster out with --without-context ${context}.`,
		});
	}

	const [gap] = gaps;
	if (gap !== undefined) {
		return blame('may list', {
			message: gap,
			remedy: `Look at the API server, or leave the cluster out with --without-context ${context}.`,
		});
	}

	return tell(
		'may list',
		refused.length === 0
			? `It lists ${listed.map(kind => `${kind}s`).join(', ')} of all namespaces.`
			: `It lists ${listed.map(kind => `${kind}s`).join(', ')}; that it refuses ${refused.map(({kind}) => `${kind}s`).join(', ')} was accepted.`,
	);
};

/** What the facts mean to the operator. */
export const judgeCluster = (
	context: string,
	facts: ClusterFacts,
): readonly DoctorCheck[] => {
	switch (facts.kind) {
		case 'left-out': {
			return [
				tell(
					'reachable',
					'It is left out by name, so it was not asked: what it runs does not count.',
					'unknown',
				),
			];
		}

		case 'silent': {
			return [
				blame('reachable', {
					message: `The cluster of ${context} cannot be asked: ${facts.problem}.`,
					remedy: `Mend that; while it is so nobody knows what it runs. If it does not count, leave it out with --without-context ${context}.`,
				}),
			];
		}

		case 'answers': {
			return [
				tell('reachable', `The API server of ${context} answers.`),
				judgeLists(context, facts),
				judgeClock(context, facts.skew),
			];
		}
	}
};
