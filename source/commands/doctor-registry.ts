import type {Logins} from '../http/credentials.js';
import type {HttpSettings} from '../http/open-client.js';
import type {Trouble} from '../plain/doctor-check.js';
import type {DeleteRight, RegistryFacts} from '../plain/judge-registry.js';
import {askDeleteRight} from '../registry/ask-delete-right.js';
import {type Greeting, greetRegistry} from '../registry/greet-registry.js';
import type {Registry} from '../world.js';
import {toTrouble} from './doctor-trouble.js';

/** Milliseconds in which a registry has to answer a greeting. */
const longestWait = 20_000;

/** What a registry is looked at with. */
export type RegistryDoctor = {
	/** As `World` opens it. */
	readonly openRegistry: (
		address: string,
		signal: AbortSignal,
	) => Promise<Registry>;
	readonly http: HttpSettings;
	readonly logins: Logins;
	/** Hosts besides its own that may be given its login. */
	readonly tokenHosts: readonly string[];
	readonly signal: AbortSignal;
};

const greet = async (
	{host, address}: {readonly host: string; readonly address: string},
	{http, signal}: RegistryDoctor,
): Promise<Greeting | Trouble> => {
	const limit = AbortSignal.timeout(longestWait);
	try {
		return await greetRegistry(address, http, AbortSignal.any([signal, limit]));
	} catch (error) {
		signal.throwIfAborted();
		return limit.aborted
			? {
					message: `${host} did not answer within ${longestWait / 1000} s.`,
					remedy: 'Check the network or the proxy, and try again.',
				}
			: toTrouble(error);
	}
};

const findLogin = async (
	host: string,
	repository: string | undefined,
	{logins, signal}: RegistryDoctor,
): Promise<NonNullable<RegistryFacts['login']>> => {
	try {
		const login = await logins.get(host, {repository, signal});
		return login === undefined
			? {kind: 'none'}
			: {
					kind: 'found',
					by:
						login.program === undefined
							? 'docker or podman keeps'
							: `${login.program} gives`,
				};
	} catch (error) {
		return {kind: 'failed', trouble: toTrouble(error)};
	}
};

/** The first page of the catalog, and the first repository on it. */
const readCatalog = async (
	registry: Registry,
	signal: AbortSignal,
): Promise<readonly string[]> => {
	for await (const names of registry.listRepositories(signal)) {
		if (names.length > 0) {
			return names;
		}
	}

	return [];
};

const list = async (
	registry: Registry,
	named: string | undefined,
	signal: AbortSignal,
): Promise<NonNullable<RegistryFacts['listing']>> => {
	let names: readonly string[] = [];
	try {
		if (named === undefined) {
			names = await readCatalog(registry, signal);
		}
	} catch (error) {
		const {message} = toTrouble(error);
		return {
			kind: 'refuses',
			trouble: {
				message,
				remedy: `Where a registry does not list its repositories, one can be named: jetsam ${registry.host}/REPOSITORY.`,
			},
		};
	}

	const repository = named ?? names[0];
	try {
		if (repository !== undefined) {
			await registry.findRepository(repository, signal);
		}

		return {
			kind: 'lists',
			repositories: named === undefined ? names.length : undefined,
			repository,
		};
	} catch (error) {
		return {kind: 'refuses', trouble: toTrouble(error)};
	}
};

const askRight = async (
	greeting: Greeting,
	repository: string,
	{http, logins, tokenHosts, signal}: RegistryDoctor,
): Promise<RegistryFacts['right']> => {
	try {
		const right: DeleteRight = await askDeleteRight(greeting, {
			repository,
			settings: http,
			logins,
			tokenHosts,
			signal,
		});
		return right;
	} catch (error) {
		return {kind: 'failed', trouble: toTrouble(error)};
	}
};

/**
Finds out how a registry is reached and what it lets the login do. Nothing is changed: it is greeted, its lists are read, and a token is asked for.
@param about.path - One of its repositories, where that was named.
@param about.isKeptWhole - Whether jetsam is to change nothing there, as the settings or the command line say.
*/
export const examineRegistry = async (
	about: {
		readonly host: string;
		readonly address: string;
		readonly path: string | undefined;
		readonly isKeptWhole: boolean;
	},
	doctor: RegistryDoctor,
): Promise<RegistryFacts> => {
	const {host, address, path} = about;
	const {openRegistry, http, signal} = doctor;
	const greeting = await greet(about, doctor);
	const blank = {
		host,
		isKeptWhole: about.isKeptWhole,
		login: undefined,
		entry: undefined,
		listing: undefined,
		right: undefined,
		whyNoDelete: undefined,
	};
	if ('message' in greeting) {
		return {...blank, greeting: {kind: 'silent', trouble: greeting}};
	}

	// Programs that keep logins are started only for a registry that is there.
	const login = await findLogin(host, path, doctor);
	const answers: RegistryFacts = {
		...blank,
		login,
		greeting: {
			kind: 'answers',
			scheme: greeting.origin.replace(/:.*/, ''),
			isUnverified: http.insecureHosts.includes(host),
			wantsLogin: greeting.challenge !== undefined,
			skew: greeting.skew,
		},
	};
	if (login.kind === 'failed') {
		return answers;
	}

	let registry: Registry;
	try {
		registry = await openRegistry(address, signal);
	} catch (error) {
		return {...answers, entry: {kind: 'closed', trouble: toTrouble(error)}};
	}

	const listing = await list(registry, path, signal);
	const repository = listing.kind === 'lists' ? listing.repository : path;
	const {whyNoDelete} = registry.capabilities;
	return {
		...answers,
		entry: {kind: 'open'},
		listing,
		whyNoDelete,
		right:
			repository === undefined || whyNoDelete !== undefined
				? undefined
				: await askRight(greeting, repository, doctor),
	};
};
