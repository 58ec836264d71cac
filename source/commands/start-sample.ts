import {readFile} from 'node:fs/promises';
import os from 'node:os';
import {splitName} from '../evidence/image-reference.js';
import type {RequestLog} from '../http/request-log.js';
import {isLoopback, isRepositoryName} from '../oci/reference.js';
import type {HubRepository} from '../pulls/hub-repository.js';
import {chooseFolders} from '../storage/folders.js';
import type {SavedSample} from '../storage/settings.js';
import {UserError} from '../user-error.js';
import type {Clock} from '../world.js';
import type {CommandLine} from './command-line.js';
import type {Output} from './list.js';
import {
	createSettingsReader,
	type Environment,
	locateSettings,
	readHttpSettings,
} from './open-world.js';
import type {Broker} from './publish-samples.js';
import {sample, type SampleOptions} from './sample.js';

/** The topic of dockerhubstats2mqtt's own example. */
const usualTopic = 'com/docker/hub/repositories/metrics';

/** Milliseconds. */
const usualPatience = 30_000;

const wrong = (message: string, remedy: string): UserError =>
	new UserError(message, {remedy, exitCode: 2});

/** What `jetsam sample` gets besides its command line. */
export type SampleSurroundings = Output & {
	readonly environment: Environment;
	readonly clock: Clock;
	readonly log: RequestLog | undefined;
	/** Where Docker Hub answers; its own address when left out. */
	readonly origin?: string;
};

/** Runs `jetsam sample` as the command line, the settings and the environment say; resolves to the exit code. Throws `UserError`. */
export const startSample = async (
	commandLine: CommandLine,
	surroundings: SampleSurroundings,
): Promise<0 | 1> => {
	const {environment, clock, log} = surroundings;
	const repositories = commandLine.repositories.map(text =>
		parseHubRepository(text),
	);
	const folders = chooseFolders(environment, {
		home: os.homedir(),
		stateOption: commandLine.state,
	});
	const {settings, notice} = await createSettingsReader(
		locateSettings(commandLine, folders),
	)();
	if (notice !== undefined) {
		surroundings.printError(`jetsam: ${notice}\n`);
	}

	const mqtt = await chooseBroker(commandLine, {
		environment,
		saved: settings.sample?.mqtt ?? {},
	});
	const {openHttpClient} = await import('../http/open-client.js');
	const {hubOrigin} = await import('../oci/docker-hub.js');
	const {locateSamples} = await import('../storage/counter-samples.js');
	const client = openHttpClient(
		readHttpSettings(commandLine, environment, log),
		{
			origin: surroundings.origin ?? hubOrigin,
			authorize: () => undefined,
		},
	);
	return sample(
		{
			repositories,
			client,
			clock,
			file: locateSamples(folders.state),
			mqtt,
			json: commandLine.json,
			signal: new AbortController().signal,
		},
		surroundings,
	);
};

/** The repository that a text names, with docker's defaults: `nginx` is `library/nginx`. Throws `UserError` with exit code 2. */
export const parseHubRepository = (text: string): HubRepository => {
	const {host, repository} = splitName(text);
	const [namespace, name, ...rest] = repository.split('/');
	if (
		host !== 'docker.io' ||
		!isRepositoryName(repository) ||
		!namespace ||
		!name ||
		rest.length > 0
	) {
		throw wrong(
			`"${text}" is no repository of Docker Hub.`,
			'Write NAMESPACE/NAME, without a tag: jetsam sample grafana/grafana',
		);
	}

	return {namespace, name};
};

type SavedMqtt = NonNullable<SavedSample['mqtt']>;

const chooseBroker = async (
	{mqtt: url, insecureHosts}: CommandLine,
	{environment, saved}: {environment: Environment; saved: SavedMqtt},
): Promise<SampleOptions['mqtt']> => {
	if (url === undefined) {
		return undefined;
	}

	const {host, protocol} = new URL(url);
	const isInsecure = insecureHosts.includes(host);
	const password = environment['JETSAM_MQTT_PASSWORD'] ?? saved.password;
	// Safeguard 14, as for registries.
	if (
		password !== undefined &&
		protocol === 'mqtt:' &&
		!isLoopback(host) &&
		!isInsecure
	) {
		throw wrong(
			`The password for the MQTT broker ${host} would go there in the clear.`,
			`Use mqtts://, or allow it by --insecure-registry ${host}.`,
		);
	}

	const broker: Broker = {
		url,
		username: environment['JETSAM_MQTT_USERNAME'] ?? saved.username,
		password,
		ca: saved.ca === undefined ? undefined : await readAuthority(saved.ca),
		isInsecure,
		retain: saved.retain ?? false,
		patience: usualPatience,
	};
	return {
		...broker,
		topic: saved.topic ?? usualTopic,
		perRepository: saved.perRepository ?? false,
	};
};

const readAuthority = async (file: string): Promise<string> => {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		throw new UserError(
			`The authority's certificate ${file}, sample.mqtt.ca in the settings, cannot be read.`,
			{remedy: 'Check that it is there and readable.', cause: error},
		);
	}
};
