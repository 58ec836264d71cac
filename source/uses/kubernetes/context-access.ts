import type {RequestOptions} from 'node:https';
import type {KubeConfig} from '@kubernetes/client-node';
import type {Clock} from '../../world.js';
import {isLoopback} from '../../oci/reference.js';
import {ApiError} from './api-error.js';
import {errorCode, errorFile} from './error-code.js';
import {type Fields, getObject, getObjects, getText} from './fields.js';
import type {Kubeconfig, KnownContext} from './kubeconfig.js';
import {lastLine, quoteForeign, quoteName} from './quote-foreign.js';

/** The way in to one cluster. */
export type ContextAccess = {
	readonly name: string;
	/** The API server's address, perhaps with a path. */
	readonly server: string;
	/** The namespace that the context means where none is named. */
	readonly namespace: string;
	/**
	What makes a request an authorized one: headers, certificates and the connections to use. The same ones each time, until a server has `refused` them.

	Throws `ApiError` where the credentials cannot be had.
	*/
	readonly authorize: (
		signal: AbortSignal,
		refused?: RequestOptions,
	) => Promise<RequestOptions>;
};

/** Milliseconds that a credential plugin may take; it may have to ask a cloud. */
const longestPlugin = 60_000;

/** The plugin that a context's user is authenticated by, in its new or its old place. */
const findPlugin = (config: KubeConfig): Fields | undefined => {
	const user = getObject(config.getCurrentUser());
	const exec = getObject(user, 'exec');
	const plugin =
		getText(exec, 'command') === ''
			? getObject(user, 'authProvider', 'config', 'exec')
			: exec;
	return getText(plugin, 'command') === '' ? undefined : plugin;
};

/** Tells plugins what they are asked, which the library leaves out. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats */
const describeRequest = (config: KubeConfig): void => {
	config.users = config.users.map(user => {
		const exec = getObject(user, 'exec');
		const value = JSON.stringify({
			kind: 'ExecCredential',
			apiVersion: getText(exec, 'apiVersion'),
			spec: {interactive: false},
		});
		const env = [
			...getObjects(exec, 'env'),
			{name: 'KUBERNETES_EXEC_INFO', value},
		];
		return getText(exec, 'command') === ''
			? user
			: {...user, exec: {...exec, env}};
	});
};

const explainPlugin = (error: unknown, command: string): string => {
	if (errorCode(error) === 'ENOENT') {
		return `the credential plugin ${command} is not installed, or not on the PATH`;
	}

	// What such an error says quotes the answer, and the answer is a credential.
	if (error instanceof SyntaxError || error instanceof TypeError) {
		return `the credential plugin ${command} answered with no credential`;
	}

	const said = quoteForeign(
		lastLine(error instanceof Error ? error.message : ''),
	);
	return said === ''
		? `the credential plugin ${command} failed`
		: `the credential plugin ${command} failed: ${said}`;
};

const explain = (error: unknown, plugin: Fields | undefined): string => {
	const command = getText(plugin ?? {}, 'command');
	const file = errorFile(error);
	if (file !== '' && file !== command) {
		return `${quoteName(file)} cannot be read (${errorCode(error)})`;
	}

	if (plugin) {
		return explainPlugin(error, quoteName(command));
	}

	return error instanceof SyntaxError || error instanceof TypeError
		? 'its credentials in the kubeconfig are not what they should be'
		: `its credentials could not be used: ${quoteForeign(lastLine(error instanceof Error ? error.message : ''))}`;
};

/** The library refuses plain http unless TLS goes unverified, and gives no certificate authority to a context without a user. */
const prepare = (config: KubeConfig): void => {
	const name = config.getCurrentContext();
	config.contexts = config.contexts.map(context =>
		context.name === name && !config.getUser(context.user)
			? {...context, user: ''}
			: context,
	);
	config.users = [...config.users, {name: ''}];
	config.clusters = config.clusters.map(cluster =>
		/^http:\/\//iv.test(cluster.server) &&
		URL.canParse(cluster.server) &&
		isLoopback(new URL(cluster.server).host)
			? // eslint-disable-next-line @typescript-eslint/naming-convention -- the library's own name
				{...cluster, skipTLSVerify: true}
			: cluster,
	);
};

const askLibrary = async (
	config: KubeConfig,
	{clock, signal}: {readonly clock: Clock; readonly signal: AbortSignal},
): Promise<RequestOptions> => {
	prepare(config);
	describeRequest(config);
	const plugin = findPlugin(config);

	const over = new AbortController();
	const either = AbortSignal.any([signal, over.signal]);
	const options: RequestOptions = {headers: {}};
	try {
		await Promise.race([
			config.applyToHTTPSOptions(options),
			(async () => {
				await clock.sleep(longestPlugin, either);
				throw new Error('it does not answer');
			})(),
		]);
	} catch (error) {
		signal.throwIfAborted();
		// Without its cause, which may quote a credential.
		throw new ApiError(explain(error, plugin), {failure: 'credentials'});
	} finally {
		over.abort();
	}

	// Else each page of each list would make a connection of its own.
	if (typeof options.agent === 'object') {
		Object.assign(options.agent, {keepAlive: true});
	}

	return options;
};

/** Opens the way to a context's cluster; nothing is asked before the first request. */
export const openContext = (
	kubeconfig: Kubeconfig,
	{name, server, namespace}: KnownContext,
	clock: Clock,
): ContextAccess => {
	let asked: Promise<RequestOptions> | undefined;
	let known: RequestOptions | undefined;
	const ask = async (signal: AbortSignal): Promise<RequestOptions> => {
		try {
			known = await askLibrary(kubeconfig.configure(name), {clock, signal});
			return known;
		} finally {
			asked = undefined;
		}
	};

	const authorize: ContextAccess['authorize'] = async (signal, refused) => {
		if (known && known !== refused) {
			return known;
		}

		// Requests that run beside each other share one run of a plugin.
		asked ??= ask(signal);
		try {
			return await asked;
		} catch (error) {
			signal.throwIfAborted();
			if (error instanceof ApiError) {
				throw error;
			}

			// Another request asked, and was aborted.
			return authorize(signal, refused);
		}
	};

	return {name, server, namespace, authorize};
};
