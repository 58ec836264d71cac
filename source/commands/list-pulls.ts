import type {PullSource, PullsReading} from '../evidence/pull.js';
import type {ListedPulls} from '../plain/describe-coverage.js';
import type {PullFacts} from '../plan/judge-pulls.js';
import type {PullsChoice, World} from '../world.js';

/** Who pulled what, for a list. */
export type ListPulls = {
	/** Reads the sources that are asked about one repository; resolves to all that the sources told of it. */
	readonly factsOf: (repository: string) => Promise<PullFacts>;
	/** What was read of each source until now, once those of the whole registry have been. */
	readonly told: () => Promise<ListedPulls>;
};

/**
Reads the sources of pulls of a registry; nobody can be asked about a cost, so all that stay under the cap are paid. `undefined` where there is no source.

Throws `UserError` where a source is named wrongly.
*/
export const openPulls = async (
	{pulls}: World,
	host: string,
	{signal, choice: given}: {signal: AbortSignal; choice?: PullsChoice},
): Promise<ListPulls | undefined> => {
	const choice = given ?? (await pulls.readChoice());
	if (!(await pulls.isKnown(host))) {
		return undefined;
	}

	const read = async (repository: string | undefined): Promise<PullsReading> =>
		pulls.read(
			{host, repository, choice, spends: 'within-cap'},
			{tell: () => undefined, signal},
		);
	// It is read beside the repositories, and first waited for when one of them has been.
	const whole = read(undefined);
	whole.catch(() => undefined);
	const parts: PullSource[] = [];
	return {
		async factsOf(repository) {
			const all = await whole;
			const part = await read(repository);
			parts.push(...part.sources);
			const told = {
				tallies: [...all.tallies, ...part.tallies],
				sources: [...all.sources, ...part.sources],
			};
			return {readingOf: () => told, ...choice};
		},
		async told() {
			const {sources} = await whole;
			return {sources: [...sources, ...parts], accepted: choice.accepted};
		},
	};
};
