import type {Clock} from '../../world.js';
import {createApiClient, type Patience} from './api-client.js';
import {ApiError} from './api-error.js';
import type {ContextAccess} from './context-access.js';
import {discover} from './discovery.js';
import {collectionPath} from './kinds.js';

/** What a cluster lets be read, found out by listing one object of each kind. */
export type ContextProbe = {
	/** Kinds that were listed of all namespaces. */
	readonly listed: readonly string[];
	/** Kinds that were not, each with a clause why. */
	readonly refused: ReadonlyArray<{
		readonly kind: string;
		readonly problem: string;
	}>;
	/** Sentences on what else is not known. */
	readonly gaps: readonly string[];
	/** Milliseconds by which its clock is ahead of this machine's; `undefined` where it does not tell. */
	readonly skew: number | undefined;
};

/** Reads to the end, so that the connection serves the next request; resolves to the count of bytes. */
const drain = async (body: AsyncIterable<Uint8Array>): Promise<number> => {
	let size = 0;
	for await (const piece of body) {
		size += piece.length;
	}

	return size;
};

/** Asks the cluster of a context what it lets be read, without reading it. Throws `ApiError` where it cannot be asked at all. */
export const probeContext = async (
	access: ContextAccess,
	{
		clock,
		patience,
		signal,
	}: {
		readonly clock: Clock;
		readonly patience: Patience;
		readonly signal: AbortSignal;
	},
): Promise<ContextProbe> => {
	const client = createApiClient(access, {clock, patience});
	const {kinds, gaps} = await discover(client, {context: access.name, signal});
	let skew: number | undefined;
	const probe = async (
		served: (typeof kinds)[number],
	): Promise<string | undefined> => {
		const from = clock.now();
		try {
			await client.get({
				path: `${collectionPath(served, {version: served.version, namespace: ''})}?limit=1`,
				signal,
				read: drain,
				onDate(date) {
					const told = Date.parse(date);
					skew ??= Number.isNaN(told)
						? undefined
						: told + 500 - (from + clock.now()) / 2;
				},
			});
			return undefined;
		} catch (error) {
			if (error instanceof ApiError) {
				return error.message;
			}

			throw error;
		}
	};

	const problems = await Promise.all(kinds.map(async kind => probe(kind)));
	const answers = kinds.map(({kind}, index) => ({
		kind,
		problem: problems[index],
	}));
	return {
		listed: answers.flatMap(({kind, problem}) =>
			problem === undefined ? [kind] : [],
		),
		refused: answers.flatMap(({kind, problem}) =>
			problem === undefined ? [] : [{kind, problem}],
		),
		gaps: gaps.map(({message}) => message),
		skew,
	};
};
