import {Buffer} from 'node:buffer';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {type ExecutionContext} from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {startCommand} from '../../source/commands/start-command.js';
import {addImage} from '../../source/demo/build-content.js';
import {
	type EmbeddedRegistryOptions,
	startEmbeddedRegistry,
} from '../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {isJsonObject, parseJson} from '../../source/oci/json.js';
import {makeFolder, variables} from '../helpers/stand-in.js';

type Check = {
	readonly check: unknown;
	readonly state: unknown;
	readonly says: string;
	readonly remedy: string;
};

/** A machine with a home of its own, where nothing is but what a test puts there. */
export const openMachine = async (t: ExecutionContext) => {
	const home = await makeFolder(t);
	const environment = variables([
		['DOCKER_CONFIG', home],
		['XDG_CONFIG_HOME', path.join(home, 'config')],
		['XDG_STATE_HOME', path.join(home, 'state')],
		['XDG_CACHE_HOME', path.join(home, 'cache')],
		['KUBECONFIG', path.join(home, 'kubeconfig')],
		['PATH', home],
	]);
	const write = async (name: string, content: unknown): Promise<string> => {
		const file = path.join(home, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(
			file,
			typeof content === 'string' ? content : JSON.stringify(content),
		);
		return file;
	};

	return {
		home,
		write,
		logIn: async (host: string, password = 'labpw') =>
			write('config.json', {
				auths: Object.fromEntries([
					[host, {auth: Buffer.from(`lab:${password}`).toString('base64')}],
				]),
			}),
		async run(
			commandArguments: readonly string[],
			more: Readonly<Record<string, string>> = {},
		) {
			const printed: string[] = [];
			const errors: string[] = [];
			const exitCode = await startCommand(
				parseCommandLine([
					'doctor',
					...commandArguments,
					'--config',
					path.join(home, 'settings.json'),
				]),
				{
					environment: {...environment, ...more},
					isTerminal: false,
					isShown: false,
					print(text) {
						printed.push(text);
					},
					printError(text) {
						errors.push(text);
					},
				},
			);
			return {exitCode, text: printed.join(''), errors: errors.join('')};
		},
	};
};

export type Machine = Awaited<ReturnType<typeof openMachine>>;

export const listOf = (value: unknown): readonly unknown[] =>
	Array.isArray(value) ? value : [];

/** What the doctor says of everything of a kind, by name and by check. */
export const examine = async (
	{run}: Machine,
	kind: string,
	commandArguments: readonly string[],
) => {
	const {exitCode, text} = await run([...commandArguments, '--json']);
	const document = parseJson(text);
	const subjects = isJsonObject(document)
		? listOf(document['subjects'])
				.filter(entry => isJsonObject(entry))
				.filter(subject => subject['kind'] === kind)
		: [];
	const checks = subjects
		.flatMap(subject => listOf(subject['checks']))
		.filter(entry => isJsonObject(entry))
		.map(({check, state, says, remedy}): Check => ({
			check,
			state,
			says: String(says),
			remedy: typeof remedy === 'string' ? remedy : '',
		}));
	return {
		exitCode,
		document,
		subjects,
		states: checks.map(({check, state}) => `${String(check)} ${String(state)}`),
		find: (name: string): Check =>
			checks.find(({check}) => check === name) ?? {
				check: name,
				state: 'missing',
				says: '',
				remedy: '',
			},
	};
};

export const startRegistry = async (
	t: ExecutionContext,
	options: Partial<EmbeddedRegistryOptions> = {},
) => {
	const content = createRegistryContent();
	addImage(content, 'app', {tags: ['a'], layers: []});
	addImage(content, 'web', {tags: ['b'], layers: []});
	const registry = await startEmbeddedRegistry({
		content,
		deletes: 'enabled',
		...options,
	});
	t.teardown(registry.close);
	return registry;
};
