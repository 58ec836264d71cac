import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Logins, readDockerLogins} from '../http/credentials.js';
import type {HttpSettings} from '../http/open-client.js';
import {chooseFolders} from '../storage/folders.js';
import {nameBatch, openJournal} from '../storage/journal.js';
import type {Clock, KnownRegistry, World} from '../world.js';
import type {CommandLine} from './command-line.js';

/** The environment that jetsam heeds. */
export type Environment = Readonly<Record<string, string | undefined>>;

const systemClock: Clock = {
	now: () => Date.now(),
	async sleep(milliseconds, signal) {
		await sleep(milliseconds, undefined, {signal});
	},
};

const readProxies = (environment: Environment): HttpSettings['proxies'] => {
	const find = (name: string): string | undefined =>
		environment[name.toLowerCase()] ?? environment[name];
	return {
		http: find('HTTP_PROXY'),
		https: find('HTTPS_PROXY'),
		none: find('NO_PROXY'),
	};
};

/** The logins are read when the first registry is opened, and no sooner. */
const createLoginReader = (folder: string): (() => Promise<Logins>) => {
	let logins: Promise<Logins> | undefined;
	return async () => {
		logins ??= readDockerLogins(folder);
		return logins;
	};
};

/**
The real world: the network, the clock, the files of this machine. The HTTP client is loaded when the first registry is opened.
@param given - Registries known before any login is looked at, such as the demo's.
*/
export const openWorld = (
	commandLine: CommandLine,
	environment: Environment,
	given: readonly KnownRegistry[],
): World => {
	const home = os.homedir();
	const folders = chooseFolders(environment, {
		home,
		stateOption: commandLine.state,
	});
	const readLogins = createLoginReader(
		environment['DOCKER_CONFIG'] ?? path.join(home, '.docker'),
	);
	const settings: HttpSettings = {
		readOnly: commandLine.readOnly,
		insecureHosts: commandLine.insecureHosts,
		proxies: readProxies(environment),
		retryPause: 500,
		now: systemClock.now,
	};

	return {
		clock: systemClock,
		readOnly: commandLine.readOnly,
		operator: {user: os.userInfo().username, machine: os.hostname()},
		async openRegistry(address, signal) {
			const {openRegistry} = await import('../registry/open-registry.js');
			return openRegistry(address, {
				settings,
				logins: await readLogins(),
				signal,
			});
		},
		async listKnownRegistries() {
			const logins = await readLogins();
			return [
				...given,
				...[...logins.keys()].map(host => ({
					host,
					address: host,
					source: 'docker login',
				})),
			];
		},
		async openJournal() {
			return openJournal(
				folders.state,
				nameBatch(systemClock.now(), Math.random()),
			);
		},
	};
};
