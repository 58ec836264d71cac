import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {KubeConfig} from '@kubernetes/client-node';
import {UserError} from '../../user-error.js';
import type * as clientLibrary from './client-library.js';
import {errorCode} from './error-code.js';
import {getObject, getText} from './fields.js';

/** A context, as a kubeconfig describes it. */
export type KnownContext = {
	readonly name: string;
	/** The API server's address, without credentials; an empty text where the context names a cluster that is not there. */
	readonly server: string;
	/** The namespace that the context means where none is named. */
	readonly namespace: string;
	readonly isCurrent: boolean;
};

/** The kubeconfig of this machine, of however many files. */
export type Kubeconfig = {
	readonly contexts: readonly KnownContext[];
	/** A copy of the library's own configuration whose current context is the named one, with credentials that were never used. */
	readonly configure: (context: string) => KubeConfig;
};

/** Where a kubeconfig is looked for. */
export type KubeconfigOptions = {
	/** `KUBECONFIG`: file names as `PATH` lists them. */
	readonly kubeconfig: string | undefined;
	/** The operator's home folder. */
	readonly home: string;
	/** Goes before `/var/run/secrets/…`, where a Pod finds its service account; empty but in tests. */
	readonly root?: string;
};

type ClientLibrary = typeof clientLibrary;

type Part = Pick<KubeConfig, 'clusters' | 'users' | 'contexts'> & {
	readonly currentContext: string | undefined;
};

/** `undefined` for a file that is not there, which kubectl passes over too. */
const readText = async (file: string): Promise<string | undefined> => {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		const code = errorCode(error);
		if (code === 'ENOENT' || code === 'ENOTDIR') {
			return undefined;
		}

		throw new UserError(
			`The kubeconfig ${file} cannot be read (${code === '' ? 'unknown' : code}).`,
			{remedy: 'Check who may read it.', exitCode: 2, cause: error},
		);
	}
};

/** As kubectl does: paths in a file are relative to that file, the command of a plugin too. */
const resolveCommands = (config: KubeConfig, folder: string): void => {
	config.users = config.users.map(user => {
		const exec = getObject(user, 'exec');
		const command = getText(exec, 'command');
		return command.includes('/') && !path.isAbsolute(command)
			? {...user, exec: {...exec, command: path.join(folder, command)}}
			: user;
	});
};

const parsePart = async (
	text: string,
	file: string,
	library: ClientLibrary,
): Promise<Part> => {
	const config = new library.KubeConfig();
	if (text.trim() === '') {
		return {clusters: [], users: [], contexts: [], currentContext: undefined};
	}

	try {
		config.loadFromString(text);
	} catch (error) {
		const {describeBrokenKubeconfig} = await import('./broken-kubeconfig.js');
		throw describeBrokenKubeconfig(error, {text, file});
	}

	if (config.clusters.length === 0 && config.contexts.length === 0) {
		const {expectMapping} = await import('./broken-kubeconfig.js');
		expectMapping(text, file);
	}

	const folder = path.dirname(path.resolve(file));
	config.makePathsAbsolute(folder);
	resolveCommands(config, folder);
	return {
		clusters: config.clusters,
		users: config.users,
		contexts: config.contexts,
		currentContext: config.getCurrentContext() || undefined,
	};
};

/** As kubectl merges: the first file that names a thing wins. */
const mergeNamed = <Entry extends {readonly name: string}>(
	lists: ReadonlyArray<readonly Entry[]>,
): Entry[] => {
	const merged = new Map<string, Entry>();
	for (const entry of lists.flat()) {
		if (!merged.has(entry.name)) {
			merged.set(entry.name, entry);
		}
	}

	return [...merged.values()];
};

const listFiles = ({kubeconfig, home}: KubeconfigOptions): string[] => {
	const named = (kubeconfig ?? '').split(path.delimiter).filter(Boolean);
	return named.length > 0 ? named : [path.join(home, '.kube', 'config')];
};

/** The service account of the Pod that jetsam runs in; without one there are no contexts, and the library is not loaded. */
const loadInCluster = async (root: string): Promise<Kubeconfig> => {
	const token = `${root}/var/run/secrets/kubernetes.io/serviceaccount/token`;
	if (!process.env['KUBERNETES_SERVICE_HOST'] || !existsSync(token)) {
		return {
			contexts: [],
			configure(context) {
				throw new Error(`There is no context ${context}`);
			},
		};
	}

	const library = await import('./client-library.js');
	const config = new library.KubeConfig();
	config.loadFromCluster(root);
	const {clusters, users, contexts} = config;
	const currentContext = config.getCurrentContext();
	return merge([{clusters, users, contexts, currentContext}], library);
};

/** Without what a URL can carry of credentials. */
const stripCredentials = (server: string): string => {
	if (!URL.canParse(server)) {
		return '';
	}

	const url = new URL(server);
	url.username = '';
	url.password = '';
	return url.href.replace(/\/$/v, '');
};

const merge = (parts: readonly Part[], library: ClientLibrary): Kubeconfig => {
	const clusters = mergeNamed(parts.map(part => part.clusters));
	const users = mergeNamed(parts.map(part => part.users));
	const contexts = mergeNamed(parts.map(part => part.contexts));
	const current = parts.find(part => part.currentContext)?.currentContext;
	return {
		contexts: contexts.map(({name, cluster, namespace}) => ({
			name,
			server: stripCredentials(
				clusters.find(entry => entry.name === cluster)?.server ?? '',
			),
			namespace: namespace ?? 'default',
			isCurrent: name === current,
		})),
		configure(context) {
			const config = new library.KubeConfig();
			// The library writes into what it is given.
			config.loadFromOptions(
				structuredClone({clusters, users, contexts, currentContext: context}),
			);
			return config;
		},
	};
};

/**
Reads the kubeconfig as kubectl finds it: the files of `KUBECONFIG`, else `~/.kube/config`, else the service account of the Pod that jetsam runs in.

None at all is no error: there are no contexts then. Throws `UserError` for a file that cannot be read or does not parse.
*/
export const loadKubeconfig = async (
	options: KubeconfigOptions,
): Promise<Kubeconfig> => {
	const texts = await Promise.all(
		listFiles(options).map(async file => ({file, text: await readText(file)})),
	);
	const found = texts.flatMap(({file, text}) =>
		text === undefined ? [] : [{file, text}],
	);
	if (found.length > 0) {
		return parseKubeconfigs(found);
	}

	return loadInCluster(options.root ?? '');
};

/** The kubeconfig that texts make together; `file` says where each was found, for messages and for relative paths. */
export const parseKubeconfigs = async (
	texts: ReadonlyArray<{readonly file: string; readonly text: string}>,
): Promise<Kubeconfig> => {
	const library = await import('./client-library.js');
	const parts = await Promise.all(
		texts.map(async ({text, file}) => parsePart(text, file, library)),
	);
	return merge(parts, library);
};

/** The contexts that names mean. Throws `UserError` (exit 2), with the names that there are, for one that is unknown. */
export const findContexts = (
	kubeconfig: Kubeconfig,
	names: readonly string[],
): readonly KnownContext[] =>
	names.map(name => {
		const found = kubeconfig.contexts.find(context => context.name === name);
		if (found) {
			return found;
		}

		const known = kubeconfig.contexts.map(context => context.name).join(', ');
		throw new UserError(`There is no context ${name} in the kubeconfig.`, {
			remedy:
				known === ''
					? 'The kubeconfig names no context at all.'
					: `The contexts are: ${known}.`,
			exitCode: 2,
		});
	});
