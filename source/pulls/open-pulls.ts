import type {PullSource, PullTally} from '../evidence/pull.js';
import {UserError} from '../user-error.js';
import type {Clock, PullsChoice, PullsRequest, PullsSources} from '../world.js';
import {blankSource, type PullReader, type ReadReply} from './pull-reader.js';

const day = 24 * 60 * 60 * 1000;

/** What the sources of pulls are opened with. */
export type PullsOptions = {
	/** The readers of all sources that the operator has named. */
	readonly loadReaders: () => Promise<readonly PullReader[]>;
	readonly clock: Clock;
	readonly readChoice: () => Promise<PullsChoice>;
	readonly saveChoice: (choice: PullsChoice) => Promise<string | undefined>;
};

/** All sources of pulls as one: each is read by itself, and one that fails leaves the others alone. */
export const openPulls = ({
	loadReaders,
	clock,
	readChoice,
	saveChoice,
}: PullsOptions): PullsSources => {
	let loading: Promise<readonly PullReader[]> | undefined;
	const load = async (): Promise<readonly PullReader[]> => {
		loading ??= loadReaders();
		return loading;
	};

	return {
		readChoice,
		saveChoice,
		async isKnown(host) {
			const readers = await load();
			return readers.some(reader => reader.isFor(host));
		},
		async read(request, {tell, signal}) {
			const all = await load();
			const asked = all.filter(
				({scope, isFor}) =>
					isFor(request.host) &&
					(scope === 'repository') === (request.repository !== undefined),
			);
			const sources = new Map<string, PullSource>(
				asked.map(({name}) => [name, blankSource(name)]),
			);
			const tallies: PullTally[] = [];
			const tellAll = (): void => {
				if (!signal.aborted) {
					tell({tallies: [...tallies], sources: [...sources.values()]});
				}
			};

			await Promise.all(
				asked.map(async reader => {
					const reply = await readOne(reader, request, {
						now: clock.now(),
						tell(source) {
							sources.set(reader.name, source);
							tellAll();
						},
						signal,
					});
					sources.set(reader.name, reply.source);
					for (const tally of reply.tallies) {
						tallies.push(tally);
					}

					tellAll();
				}),
			);
			signal.throwIfAborted();
			return {tallies, sources: [...sources.values()]};
		},
	};
};

const readOne = async (
	reader: PullReader,
	{host, repository, choice, spends}: PullsRequest,
	{
		now,
		tell,
		signal,
	}: {
		now: number;
		tell: (source: PullSource) => void;
		signal: AbortSignal;
	},
): Promise<ReadReply> => {
	try {
		return await reader.read(
			{
				host,
				repository,
				window: {from: now - choice.windowDays * day, to: now},
				isAgreed: spends === 'within-cap' ? spends : spends.has(reader.name),
			},
			{tell, signal},
		);
	} catch (error) {
		if (!(error instanceof UserError)) {
			throw error;
		}

		return {
			tallies: [],
			source: {
				...blankSource(reader.name),
				state: 'failed',
				repository,
				gaps: [
					{
						name: 'everything',
						message: error.sentence,
						span: undefined,
						canBeAccepted: false,
					},
				],
				readAt: now,
			},
		};
	}
};
