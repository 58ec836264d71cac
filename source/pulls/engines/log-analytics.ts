import type {PullGap} from '../../evidence/pull.js';
import {normalizeHost} from '../../evidence/image-reference.js';
import {UserError} from '../../user-error.js';
import {parseJson} from '../../oci/json.js';
import {readLogAnalyticsRow} from '../log-analytics-rows.js';
import {
	blankSource,
	type PullReader,
	type ReadRequest,
} from '../pull-reader.js';
import type {ReadRecord} from '../pull-record.js';
import {ArraySplitter} from '../split-array.js';
import {type Environment, runProgram} from '../../programs/run-program.js';
import {
	loginServerPattern,
	mostRows,
	writeQuery,
} from './log-analytics-query.js';
import {coverQuery, gapOfBreak, runToBreak} from './query-coverage.js';
import {createRecordCounter} from './record-counter.js';

/** What a source in a Log Analytics workspace is opened with. */
export type LogAnalyticsReaderOptions = {
	/** As the operator wrote it: `acr-events:workspace://ID`. */
	readonly name: string;
	/** The ID of the workspace. */
	readonly where: string;
	/** The registry that it was saved for; `undefined` where it was given for all. */
	readonly host: string | undefined;
	readonly apartAgents: readonly string[];
	readonly environment: Environment;
	/** Milliseconds that az may take. */
	readonly timeout?: number;
};

/** The service itself gives up after 10 minutes at the latest. */
const usualTimeout = 11 * 60 * 1000;
/** Milliseconds that a record may take until a query finds it: mostly minutes, at times hours. */
const lag = 4 * 60 * 60 * 1000;

const guidPattern = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iv;

const azureHost = /\.azurecr\.(?:io|cn|us|de)$/v;

/**
Asks a Log Analytics workspace through the operator's own az, which signs in as they did. It counts there; only the counts travel.

Throws `UserError` with exit code 2 where `where` is no workspace's ID.
*/
export const createLogAnalyticsReader = (
	options: LogAnalyticsReaderOptions,
): PullReader => {
	const {name, where, host} = options;
	if (!guidPattern.test(where)) {
		throw new UserError(`"${name}" names no workspace.`, {
			remedy:
				'Write workspace://ID with its workspace ID, which has the form 00000000-0000-0000-0000-000000000000; az monitor log-analytics workspace list names it customerId.',
			exitCode: 2,
		});
	}

	return {
		name,
		scope: 'registry',
		isFor: asked =>
			loginServerPattern.test(asked) &&
			(host === undefined ? azureHost.test(asked) : asked === host),
		read: async (request, {signal}) => readWorkspace(options, request, signal),
	};
};

const query = async (
	{where, environment, timeout = usualTimeout}: LogAnalyticsReaderOptions,
	{
		request: {host, window},
		onRow,
		signal,
	}: {
		readonly request: ReadRequest;
		readonly onRow: (text: string) => void;
		readonly signal: AbortSignal;
	},
): Promise<void> => {
	const {text, timespan} = writeQuery(host, window);
	await runProgram(
		{
			command: 'az',
			arguments: [
				'monitor',
				'log-analytics',
				'query',
				'--workspace',
				where,
				'--analytics-query',
				text,
				'--timespan',
				timespan,
				'--only-show-errors',
				'--output',
				'json',
			],
			title: 'az monitor log-analytics query',
			environment,
			timeout,
			remedy:
				'Sign in with az login, see that you may read the workspace, and that az has its extension log-analytics.',
			signal,
		},
		async output => {
			const splitter = new ArraySplitter(onRow, {
				what: 'What az monitor log-analytics query printed',
			});
			for await (const bytes of output) {
				splitter.push(bytes);
			}

			splitter.end();
		},
	);
};

/** The answer's own words on what the table holds of a registry. */
const createSpanNotes = (host: string) => {
	const times: number[] = [];
	return {
		note(read: readonly ReadRecord[]): void {
			for (const one of read) {
				if (
					one.kind === 'other' &&
					one.time !== undefined &&
					normalizeHost(one.host) === host
				) {
					times.push(one.time);
				}
			}
		},
		first: () => (times.length === 0 ? undefined : Math.min(...times)),
		last: () => (times.length === 0 ? undefined : Math.max(...times)),
	};
};

const readWorkspace = async (
	options: LogAnalyticsReaderOptions,
	request: ReadRequest,
	signal: AbortSignal,
): ReturnType<PullReader['read']> => {
	const {name, apartAgents} = options;
	const {host, window} = request;
	const counter = createRecordCounter({
		source: name,
		host,
		apartAgents,
		isWitness: () => true,
	});
	const span = createSpanNotes(host);
	let rows = 0;
	const broken = await runToBreak(
		async () => {
			await query(options, {
				request,
				onRow(text) {
					rows++;
					const read = readLogAnalyticsRow(parseJson(text));
					counter.add(read);
					span.note(read);
				},
				signal,
			});
		},
		() => rows > 0,
	);
	const {
		tallies,
		oldest: _oldest,
		newest: _newest,
		...counted
	} = counter.count();
	return {
		tallies,
		source: {
			...blankSource(name),
			...counted,
			state: 'read',
			proves: 'all-digests',
			covers: coverQuery({
				window,
				from: span.first(),
				newest: span.last(),
				lag,
			}),
			gaps: [
				...(broken === undefined ? [] : [gapOfBreak(broken)]),
				...(rows < mostRows ? [] : [tooMany]),
			],
			remark: counted.remark ?? (rows === 0 ? nothingOf(host) : undefined),
			readAt: window.to,
		},
	};
};

const tooMany: PullGap = {
	name: 'rest',
	message: `The workspace answered with ${mostRows.toLocaleString('en-US')} rows, which is the most that it gives; the rest is missing. Ask about fewer days.`,
	span: undefined,
	canBeAccepted: false,
};

const nothingOf = (host: string): string =>
	`The workspace holds no record of ${host}; see that its diagnostic setting sends ContainerRegistryRepositoryEvents there.`;
