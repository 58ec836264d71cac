import type {PullSource} from '../evidence/pull.js';
import type {PullSourceFacts} from '../plain/judge-pull-source.js';
import type {PullReader} from '../pulls/pull-reader.js';
import type {Clock} from '../world.js';
import type {CommandLine} from './command-line.js';
import type {Patients} from './doctor.js';
import {toTrouble} from './doctor-trouble.js';
import {nameSources} from './open-pull-sources.js';
import {openReaders} from './open-readers.js';

const day = 24 * 60 * 60 * 1000;

/** Reads until a record has been counted: then it is clear that the source can be read, and the rest is not waited for. */
const readOn = async (
	reader: PullReader,
	host: string,
	{clock, signal}: {readonly clock: Clock; readonly signal: AbortSignal},
): Promise<PullSourceFacts> => {
	const enough = new AbortController();
	let seen: PullSource | undefined;
	const now = clock.now();
	try {
		const {source} = await reader.read(
			{
				host,
				repository: undefined,
				window: {from: now - day, to: now},
				// What a query costs is found out, and not spent.
				isAgreed: false,
			},
			{
				tell(source) {
					if (source.records > 0) {
						seen = source;
						enough.abort();
					}
				},
				signal: AbortSignal.any([signal, enough.signal]),
			},
		);
		return {kind: 'read', source, isWhole: true};
	} catch (error) {
		signal.throwIfAborted();
		return seen && enough.signal.aborted
			? {kind: 'read', source: seen, isWhole: false}
			: {kind: 'failed', trouble: toTrouble(error)};
	}
};

/**
Finds out whether a source of pulls can be read.
@param options.hosts - The registries that are known.
*/
export const examinePullSource = async (
	open: () => Promise<PullReader | undefined>,
	{
		hosts,
		...how
	}: {
		readonly hosts: readonly string[];
		readonly clock: Clock;
		readonly signal: AbortSignal;
	},
): Promise<PullSourceFacts> => {
	let reader: PullReader | undefined;
	try {
		reader = await open();
	} catch (error) {
		return {kind: 'failed', trouble: toTrouble(error)};
	}

	const host = hosts.find(each => reader?.isFor(each));
	if (reader === undefined || host === undefined) {
		return {kind: 'no-registry'};
	}

	return reader.scope === 'repository'
		? {kind: 'by-repository'}
		: readOn(reader, host, how);
};

/** Those that the command line and the settings name. */
export const findPulls = async (
	commandLine: CommandLine,
	{
		readSettings,
		surroundings,
		hosts,
		signal,
	}: Pick<Parameters<typeof nameSources>[1], 'readSettings'> & {
		surroundings: Parameters<typeof openReaders>[1];
		hosts: readonly string[];
		signal: AbortSignal;
	},
): Promise<Patients['pulls']> => {
	const sources = await nameSources(commandLine, {readSettings});
	return sources.map(asked => ({
		name: asked.name,
		source: asked.host ?? '',
		async examine() {
			const open = async () => {
				const [reader] = await openReaders([asked], surroundings);
				return reader;
			};

			return examinePullSource(open, {
				hosts: asked.host === undefined ? hosts : [asked.host],
				clock: surroundings.clock,
				signal,
			});
		},
	}));
};
