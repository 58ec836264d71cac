import {createHash} from 'node:crypto';
import path from 'node:path';
import {UserError} from '../../user-error.js';
import type {Clock} from '../../world.js';
import type {PullReader, ReadRequest} from '../pull-reader.js';
import {type Environment, runProgram} from '../../programs/run-program.js';
import {type BlobCache, openBlobCache} from './blob-cache.js';
import {listPatterns} from './blob-patterns.js';
import {gapOfBreak} from './query-coverage.js';

/** What a source in a storage account is opened with. */
export type AzStorageReaderOptions = {
	/** As the operator wrote it: `acr-events:az://ACCOUNT/CONTAINER`. */
	readonly name: string;
	/** `ACCOUNT/CONTAINER`, with a pattern behind it that says what the names of the blobs begin with. */
	readonly where: string;
	/** Where blobs are kept from run to run; made where it is missing. */
	readonly cacheFolder: string;
	/** Reads a folder of blobs under the same name as this source. */
	readonly openFolder: (folder: string) => PullReader;
	readonly environment: Environment;
	readonly clock: Clock;
	/** Milliseconds that az may take for one pattern. */
	readonly timeout?: number;
};

const usualTimeout = 60 * 60 * 1000;
/** Milliseconds for which what was fetched is as good as new: one run asks about several registries. */
const freshFor = 5 * 60 * 1000;

type Place = {
	readonly account: string;
	readonly container: string;
	readonly pattern: string;
};

/** Throws `UserError` with exit code 2 where it is no place in a storage account. */
const readPlace = (name: string, where: string): Place => {
	const {
		account,
		container,
		pattern = '',
	} = /^(?<account>[a-z\d]{3,24})\/(?<container>[a-z\d](?:-?[a-z\d]){2,62})(?:\/(?<pattern>[^\-\p{Cc}][^\p{Cc}]*)?)?$/v.exec(
		where,
	)?.groups ?? {};
	if (account === undefined || container === undefined) {
		throw new UserError(`"${name}" names no container of blobs.`, {
			remedy:
				'Write az://ACCOUNT/CONTAINER, for example az://acmelogs/insights-logs-containerregistryrepositoryevents.',
			exitCode: 2,
		});
	}

	return {account, container, pattern};
};

/** Variables by which az is told how to sign in; without them it does so as the operator who ran `az login`. */
const signIns = [
	'AZURE_STORAGE_AUTH_MODE',
	'AZURE_STORAGE_CONNECTION_STRING',
	'AZURE_STORAGE_KEY',
	'AZURE_STORAGE_SAS_TOKEN',
];

/**
Fetches what Azure Monitor has written to a storage account with the operator's own az, and has it read as a folder.

Hours that a window needs and that are not there are gaps, as of every folder. Where az fails, what earlier runs have fetched is read all the same, with a gap that nobody can accept. Throws `UserError` with exit code 2 where `where` is no place.
*/
export const createAzStorageReader = (
	options: AzStorageReaderOptions,
): PullReader => {
	const {name, cacheFolder, openFolder, clock} = options;
	const place = readPlace(name, options.where);
	const folder = path.join(
		cacheFolder,
		place.account,
		place.container,
		createHash('sha256').update(place.pattern).digest('hex').slice(0, 16),
	);
	const reader = openFolder(path.join(folder, 'blobs'));
	let fetching: Promise<unknown> = Promise.resolve();
	let fetched: {readonly days: string; readonly at: number} | undefined;

	const refresh = async (
		{window}: ReadRequest,
		signal: AbortSignal,
	): Promise<UserError | undefined> => {
		const cache = await openBlobCache(folder, clock.now);
		const days = await cache.listMissing(window);
		const isFresh =
			fetched?.days === days.join(' ') && clock.now() - fetched.at < freshFor;
		if (isFresh) {
			return undefined;
		}

		const broken = await download({options, place, cache, days}, signal);
		if (broken === undefined) {
			const missing = await cache.listMissing(window);
			fetched = {days: missing.join(' '), at: clock.now()};
			await cache.prune(window);
		}

		return broken;
	};

	return {
		name,
		scope: reader.scope,
		isFor: reader.isFor,
		async read(request, how) {
			// One after the other, since the second may find that the first has fetched it all.
			const earlier = fetching;
			const current = (async () => {
				await earlier.catch(() => undefined);
				how.signal.throwIfAborted();
				return explainFolder(folder, async () => refresh(request, how.signal));
			})();
			fetching = current;
			const broken = await current;
			if (broken === undefined) {
				return reader.read(request, how);
			}

			const {tallies, source} = await readRest(reader, broken, [request, how]);
			return {
				tallies,
				source: {...source, gaps: [gapOfBreak(broken), ...source.gaps]},
			};
		},
	};
};

/** Reads what earlier runs have fetched; throws what broke this one off where there is nothing of it. */
const readRest = async (
	reader: PullReader,
	broken: UserError,
	request: Parameters<PullReader['read']>,
): ReturnType<PullReader['read']> => {
	try {
		const reply = await reader.read(...request);
		if (reply.source.records > 0) {
			return reply;
		}
	} catch (error) {
		if (!(error instanceof UserError)) {
			throw error;
		}
	}

	throw broken;
};

const explainFolder = async <Result>(
	folder: string,
	fetchAll: () => Promise<Result>,
): Promise<Result> => {
	try {
		return await fetchAll();
	} catch (error) {
		if (error instanceof Error && 'syscall' in error && 'code' in error) {
			throw new UserError(
				`The folder ${folder} for fetched blobs cannot be used (${String(error.code)}).`,
				{
					remedy: 'See that it can be written and that its disk is not full.',
					cause: error,
				},
			);
		}

		throw error;
	}
};

/** Fetches the blobs of some days; resolves to what made it fail. */
const download = async (
	{
		options: {environment, timeout = usualTimeout},
		place: {account, container, pattern},
		cache,
		days,
	}: {
		readonly options: AzStorageReaderOptions;
		readonly place: Place;
		readonly cache: BlobCache;
		readonly days: readonly number[];
	},
	signal: AbortSignal,
): Promise<UserError | undefined> => {
	const hasSignIn = signIns.some(variable => environment[variable]);
	try {
		for (const wanted of listPatterns(days, pattern)) {
			await cache.fill(async destination =>
				runProgram(
					{
						command: 'az',
						arguments: [
							'storage',
							'blob',
							'download-batch',
							'--account-name',
							account,
							'--source',
							container,
							'--destination',
							destination,
							'--pattern',
							wanted,
							...(hasSignIn ? [] : ['--auth-mode', 'login']),
							'--no-progress',
							'--only-show-errors',
							'--output',
							'none',
						],
						title: 'az storage blob download-batch',
						environment,
						timeout,
						remedy: `Sign in with az login, and see that you may read the blobs of ${account}: the role is Storage Blob Data Reader.`,
						signal,
					},
					drain,
				),
			);
		}

		return undefined;
	} catch (error) {
		if (error instanceof UserError) {
			return error;
		}

		throw error;
	}
};

const drain = async (output: AsyncIterable<Uint8Array>): Promise<void> => {
	for await (const _bytes of output) {
		// It prints nothing that is needed.
	}
};
