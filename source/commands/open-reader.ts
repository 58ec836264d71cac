import os from 'node:os';
import path from 'node:path';
import type {AggregateCache} from '../caches.js';
import {listLoginFiles} from '../http/credentials.js';
import type {HttpSettings} from '../http/open-client.js';
import {hubHost} from '../oci/docker-hub.js';
import type {OpenClient} from '../pulls/engines/bigquery/open-client.js';
import type {AskedSource, PullEngine} from '../pulls/name-source.js';
import {isFileKind, openFormat} from '../pulls/open-format.js';
import type {PullReader} from '../pulls/pull-reader.js';
import type {RecognisedKind} from '../pulls/recognise-format.js';
import type {Folders} from '../storage/folders.js';
import type {Clock} from '../world.js';
import type {Environment} from './open-world.js';

/** What readers of pulls are opened with. */
export type ReaderSurroundings = {
	readonly clock: Clock;
	readonly environment: Environment;
	readonly http: HttpSettings;
	readonly folders: Folders;
	/** Bytes that a query may scan; `undefined` for the usual cap. */
	readonly maxBytes: number | undefined;
	/** Beginnings of the user agents of scanners and mirrors; `undefined` for the usual ones. */
	readonly apartAgents: readonly string[] | undefined;
	/** Whether what was read of files is kept between runs. */
	readonly keepsCounts: boolean;
	/** Where Docker Hub answers; its own address when left out. */
	readonly hubOrigin?: string;
	/** How BigQuery's client is opened; with the login of the machine when left out. */
	readonly openBigQuery?: OpenClient;
};

/** A source to open, with what it is opened with. */
export type Opening = ReaderSurroundings & {
	readonly asked: AskedSource;
	readonly apartAgents: readonly string[];
	readonly counts: AggregateCache | undefined;
};

/** A reader of the files of one kind. */
const openFiles = async (
	{asked, apartAgents, clock, counts}: Opening,
	{kind, where}: {readonly kind: RecognisedKind; readonly where: string},
): Promise<PullReader> => {
	const {createLogFilesReader} =
		await import('../pulls/engines/read-log-files.js');
	return createLogFilesReader({
		name: asked.name,
		where,
		format: await openFormat(kind, asked),
		host: asked.host,
		declared: asked.declared,
		apartAgents,
		clock,
		cache: counts,
	});
};

/** A reader that is chosen when it is first asked. */
const readLater = (
	name: string,
	open: (signal: AbortSignal) => Promise<PullReader>,
): PullReader => ({
	name,
	scope: 'registry',
	isFor: () => true,
	async read(request, how) {
		const reader = await open(how.signal);
		return reader.read(request, how);
	},
});

const openers: Readonly<
	Record<PullEngine, (opening: Opening) => Promise<PullReader>>
> = {
	async files(opening) {
		const {
			asked: {name, kind, where},
			clock,
		} = opening;
		if (isFileKind(kind)) {
			return openFiles(opening, {kind, where});
		}

		if (kind === 'hub-counters') {
			const {createHubCountersReader} =
				await import('../pulls/hub-counters.js');
			const {readSampleFiles} = await import('../storage/find-sample-files.js');
			return createHubCountersReader({
				name,
				clock,
				readLines: signal => readSampleFiles(where, signal),
			});
		}

		return readLater(name, async signal => {
			const {recogniseFiles} = await import('../pulls/recognise-files.js');
			const recognised = await recogniseFiles(where, signal);
			return openFiles(opening, {kind: recognised, where});
		});
	},
	async samples({asked: {name}, clock, folders}) {
		const {createHubCountersReader} = await import('../pulls/hub-counters.js');
		const {locateSamples, readSampleLines} =
			await import('../storage/counter-samples.js');
		return createHubCountersReader({
			name,
			clock,
			readLines: () => readSampleLines(locateSamples(folders.state)),
		});
	},
	async 'docker-hub'({asked: {name}, http, clock, hubOrigin, environment}) {
		const {createDockerHubTagsReader} =
			await import('../pulls/docker-hub-tags.js');
		const {createLogins} = await import('../http/logins.js');
		const files = listLoginFiles(environment, os.homedir());
		const logins = createLogins({files, environment});
		return createDockerHubTagsReader({
			name,
			http,
			clock,
			origin: hubOrigin,
			findLogin: async signal =>
				logins.get(hubHost, {repository: undefined, signal}),
		});
	},
	async opensearch({asked: {name, where}, http, clock, environment}) {
		const {createOpenSearchReader} = await import('../pulls/opensearch.js');
		const {
			JETSAM_OPENSEARCH_USERNAME: username,
			JETSAM_OPENSEARCH_PASSWORD: password,
		} = environment;
		return createOpenSearchReader({
			name,
			where,
			http,
			credentials:
				username === undefined || password === undefined
					? undefined
					: {username, password},
			clock,
		});
	},
	async bigquery({
		asked: {name, kind, where, anonymousReadsAreRefused},
		apartAgents,
		clock,
		environment,
		maxBytes,
		openBigQuery,
	}) {
		const {createBigQueryReader, usualMaxBytes} =
			await import('../pulls/engines/bigquery.js');
		const {createClientOpener} =
			await import('../pulls/engines/bigquery/open-client.js');
		const {isBigQueryKind} = await import('../pulls/engines/bigquery/kinds.js');
		if (!isBigQueryKind(kind)) {
			throw new Error(`There is no table of ${kind}.`);
		}

		return createBigQueryReader({
			name,
			kind,
			table: where,
			maxBytes: maxBytes ?? usualMaxBytes,
			apartAgents,
			anonymousReadsAreRefused,
			clock,
			environment,
			openClient: openBigQuery ?? createClientOpener({environment}),
		});
	},
	async 'az-storage'(opening) {
		const {asked, clock, environment, folders} = opening;
		const {createAzStorageReader} =
			await import('../pulls/engines/az-storage.js');
		const {createLogFilesReader} =
			await import('../pulls/engines/read-log-files.js');
		const format = await openFormat('acr-events', asked);
		return createAzStorageReader({
			name: asked.name,
			where: asked.where,
			cacheFolder: path.join(folders.cache, 'blobs'),
			openFolder: where =>
				createLogFilesReader({
					...asked,
					where,
					format,
					apartAgents: opening.apartAgents,
					clock,
					cache: opening.counts,
				}),
			environment,
			clock,
		});
	},
	async 'log-analytics'({asked, apartAgents, environment}) {
		const {createLogAnalyticsReader} =
			await import('../pulls/engines/log-analytics.js');
		return createLogAnalyticsReader({...asked, apartAgents, environment});
	},
	async gcloud({asked, apartAgents, environment}) {
		const {createGcloudReader} =
			await import('../pulls/engines/gcloud-logging.js');
		const kind =
			asked.kind === 'ar-audit' ? asked.kind : ('kubernetes-events' as const);
		const format = await openFormat(kind, asked);
		return createGcloudReader({
			...asked,
			kind,
			format,
			proves: format.proves,
			apartAgents,
			environment,
		});
	},
};

/** The reader of one source. What its engine needs is loaded now, and what it reads is not. Throws `UserError` with exit code 2 where its place is none. */
export const openReader = async (opening: Opening): Promise<PullReader> =>
	openers[opening.asked.engine](opening);
