import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {openWorld} from '../../source/commands/open-world.js';
import type {World} from '../../source/world.js';
import {makeFolder} from './stand-in.js';

/** A machine with a home of its own; each world that is opened on it is another run of the explorer, with nothing but the terminal of the test's own. */
export const openMachine = async (t: ExecutionContext) => {
	const home = await makeFolder(t);
	const settingsFile = path.join(home, 'settings.json');
	const write = async (name: string, content: string): Promise<void> => {
		const file = path.join(home, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, content);
	};

	return {
		write,
		readSettings: async (): Promise<unknown> =>
			JSON.parse(await readFile(settingsFile, 'utf8')),
		async save(...addresses: readonly string[]) {
			await write(
				'settings.json',
				JSON.stringify({registries: addresses.map(address => ({address}))}),
			);
		},
		run: (environment: Readonly<Record<string, string>> = {}): World =>
			openWorld(
				parseCommandLine([
					'--config',
					settingsFile,
					'--state',
					path.join(home, 'state'),
				]),
				Object.fromEntries([
					['DOCKER_CONFIG', home],
					['XDG_CONFIG_HOME', path.join(home, 'config')],
					['XDG_CACHE_HOME', path.join(home, 'cache')],
					['KUBECONFIG', path.join(home, 'kubeconfig')],
					['PATH', home],
					...Object.entries(environment),
				]),
				{
					given: [],
					pingWait: 60_000,
					copyText() {
						// No terminal is there.
					},
					log: undefined,
				},
			),
	};
};
