import type {AbsenceProof, TimeSpan} from '../../evidence/pull.js';
import {UserError} from '../../user-error.js';
import {
	blankSource,
	type PullReader,
	type ReadRequest,
} from '../pull-reader.js';
import {ArraySplitter} from '../split-array.js';
import {type Environment, runProgram} from '../../programs/run-program.js';
import {filterBefore, filterWindow, type GcloudKind} from './gcloud-filter.js';
import type {LogFormat} from './log-format.js';
import {coverQuery, gapOfBreak, runToBreak} from './query-coverage.js';
import {createRecordCounter} from './record-counter.js';

/** What a source that gcloud reads is opened with. */
export type GcloudReaderOptions = {
	/** As the operator wrote it: `ar-audit:gcloud://acme-prod`. */
	readonly name: string;
	readonly kind: GcloudKind;
	/** The project. */
	readonly where: string;
	/** The registry that it was saved for; `undefined` where it was given for all. */
	readonly host: string | undefined;
	/** Reads the entries of the log, in the order of their times. */
	readonly format: LogFormat;
	/** What a complete answer proves, as the registry treats anonymous reads. */
	readonly proves: AbsenceProof;
	readonly apartAgents: readonly string[];
	readonly environment: Environment;
	/** Milliseconds that gcloud may take for one query. */
	readonly timeout?: number;
};

/** Cloud Logging's pages are slow: some thousand entries a second. */
const usualTimeout = 30 * 60 * 1000;
/** Milliseconds that an entry may take until a query finds it. */
const lag = 60 * 60 * 1000;

const projectPattern = /^(?:[a-z\d][a-z\d.\-]*:)?[a-z][a-z\d\-]{4,28}[a-z\d]$/v;

const googleHost = /^(?:[a-z\d\-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)$/v;

const checkProject = (name: string, project: string): void => {
	if (!projectPattern.test(project)) {
		throw new UserError(`"${name}" names no project of Google Cloud.`, {
			remedy: 'Write gcloud://PROJECT with the ID of the project.',
			exitCode: 2,
		});
	}
};

/**
Reads the log of a project with the operator's own gcloud, which signs in as they did.

Throws `UserError` with exit code 2 where `where` is no project.
*/
export const createGcloudReader = (
	options: GcloudReaderOptions,
): PullReader => {
	const {name, kind, where, host} = options;
	checkProject(name, where);
	return {
		name,
		scope: 'registry',
		isFor: asked =>
			host === undefined
				? kind === 'kubernetes-events' || googleHost.test(asked)
				: asked === host,
		read: async (request, {signal}) => readLog(options, request, signal),
	};
};

/** Runs a query and gives each entry of its answer. */
const query = async (
	{where, environment, timeout = usualTimeout}: GcloudReaderOptions,
	{
		filter,
		flags,
		onEntry,
		signal,
	}: {
		readonly filter: string;
		readonly flags: readonly string[];
		readonly onEntry: (text: string) => void;
		readonly signal: AbortSignal;
	},
): Promise<void> =>
	runProgram(
		{
			command: 'gcloud',
			arguments: [
				'logging',
				'read',
				filter,
				`--project=${where}`,
				'--format=json',
				'--quiet',
				...flags,
			],
			title: 'gcloud logging read',
			environment,
			timeout,
			remedy: `Sign in with gcloud auth login, and see that you may read the logs of ${where}.`,
			signal,
		},
		async output => {
			const splitter = new ArraySplitter(onEntry, {
				what: 'What gcloud logging read printed',
			});
			for await (const bytes of output) {
				splitter.push(bytes);
			}

			splitter.end();
		},
	);

/** Whether the log names reads of the registry before a time: what it covers then begins there, else with its first entry. */
const holdsOlder = async (
	options: GcloudReaderOptions,
	{host, window}: ReadRequest,
	signal: AbortSignal,
): Promise<boolean> => {
	let isHeld = false;
	await query(options, {
		filter: filterBefore(host, window.from),
		flags: ['--order=desc', '--limit=1'],
		onEntry() {
			isHeld = true;
		},
		signal,
	});
	return isHeld;
};

const readLog = async (
	options: GcloudReaderOptions,
	request: ReadRequest,
	signal: AbortSignal,
): ReturnType<PullReader['read']> => {
	const {name, kind, format, proves, apartAgents} = options;
	const {host, window} = request;
	const pieces = format.open('', []);
	if ('problem' in pieces) {
		throw new TypeError(pieces.problem);
	}

	const counter = createRecordCounter({
		source: name,
		host,
		apartAgents,
		// Pushes are written down where reads need not be.
		isWitness: ({action}) => action !== 'push',
	});
	const isOlder =
		proves !== 'nothing' && (await holdsOlder(options, request, signal));
	let entries = 0;
	const broken = await runToBreak(
		async () => {
			await query(options, {
				filter: filterWindow(kind, {host, window}),
				flags: ['--order=asc'],
				onEntry(text) {
					entries++;
					counter.add(pieces.read(text));
				},
				signal,
			});
		},
		() => entries > 0,
	);
	counter.add(pieces.end?.() ?? []);
	const {tallies, oldest, newest, ...counted} = counter.count();
	const covers: TimeSpan | undefined = coverQuery({
		window,
		from: isOlder ? window.from : oldest,
		newest,
		lag,
	});
	return {
		tallies,
		source: {
			...blankSource(name),
			...counted,
			state: 'read',
			proves,
			covers,
			gaps: broken === undefined ? [] : [gapOfBreak(broken)],
			readAt: window.to,
		},
	};
};
