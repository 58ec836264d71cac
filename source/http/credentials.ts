import {Buffer} from 'node:buffer';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {nameHost} from '../oci/docker-hub.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {parseWhere} from '../oci/reference.js';
import {UserError} from '../user-error.js';

/** A login that another tool left on this machine. */
export type Credentials = {
	readonly username: string;
	readonly password: string;
	/** What is traded in for tokens instead, where a login left such a thing. */
	readonly identityToken?: string;
	/** An access token of Microsoft Entra, which an Azure registry takes in return for a refresh token of its own. */
	readonly entraToken?: string;
	/** The tenant that the Entra token is of; not needed where the registry knows it. */
	readonly tenant?: string;
	/** Milliseconds since 1970 at which it runs out, where that is known. */
	readonly until?: number;
	/** The vendor's program that gave it, such as `gcloud`; left out where docker or podman keep it. */
	readonly program?: string;
};

/** What is asked for a login. */
export type LoginQuestion = {
	/** What of the registry is to be reached; `undefined` for the registry as such. */
	readonly repository: string | undefined;
	readonly signal: AbortSignal;
};

/** Where logins come from. A map by host is one. */
export type Logins = {
	/** The login for a host as it stands now, `undefined` where there is none. May start a program that keeps it; throws `UserError` where one that has to be asked does not answer. */
	readonly get: (
		host: string,
		question: LoginQuestion,
	) => Credentials | undefined | Promise<Credentials | undefined>;
	/** Beginnings of repository names at the host which have logins of their own; none when left out. */
	readonly listNamespaces?: (host: string) => Promise<readonly string[]>;
};

/** What a key of `auths` is for: a host, or some of its repositories: `host/namespace/repository`. Docker's keys may carry a scheme, or the path of the API. */
const readKey = (key: string): string => {
	const [host = '', ...path] = key.replace(/^https?:\/\//i, '').split('/');
	const names = path.filter(Boolean).join('/');
	return names === '' || /^https?:/i.test(key) || /^v[12]$/.test(names)
		? host.toLowerCase()
		: `${host.toLowerCase()}/${names}`;
};

const readAuth = (entry: unknown): Credentials | undefined => {
	if (!isJsonObject(entry)) {
		return undefined;
	}

	const {identitytoken: identityToken, ...named} = entry;
	const login = readNamed(named);
	return typeof identityToken === 'string' && identityToken !== ''
		? {username: '', password: '', ...login, identityToken}
		: login;
};

const readNamed = ({
	auth,
	username,
	password,
}: Readonly<Record<string, unknown>>): Credentials | undefined => {
	if (typeof username === 'string' && typeof password === 'string') {
		return {username, password};
	}

	if (typeof auth !== 'string') {
		return undefined;
	}

	const text = Buffer.from(auth, 'base64').toString('utf8');
	// A password may hold colons, a user name may not.
	const colon = text.indexOf(':');
	return colon < 1
		? undefined
		: {
				username: text.slice(0, colon),
				password: text.slice(colon + 1).replace(/\0+$/, ''),
			};
};

/** A program that keeps logins, by what docker calls it: `docker-credential-NAME`. */
export type CredentialHelper = {
	readonly name: string;
	/** What it knows the registry by: the key as docker wrote it. */
	readonly server: string;
};

/** What docker's config, or podman's, says of logins. */
export type DockerConfig = {
	/** Those that stand in it, by host or `host/namespace/repository`. */
	readonly logins: ReadonlyMap<string, Credentials>;
	/** Those that a program keeps, which goes before what stands in the config; by the same. */
	readonly helpers: ReadonlyMap<string, CredentialHelper>;
	/** The program that is asked about any other registry. */
	readonly store: string | undefined;
};

const noConfig: DockerConfig = {
	logins: new Map(),
	helpers: new Map(),
	store: undefined,
};

const orEmpty = (value: unknown): Readonly<Record<string, unknown>> =>
	isJsonObject(value) ? value : {};

/**
What a docker config file, or podman's file of logins, says of logins; nothing where there is no such file.
Throws `UserError` where the file is no JSON object.
@see https://docs.docker.com/reference/cli/docker/login/#credential-stores
*/
export const readDockerConfig = async (file: string): Promise<DockerConfig> => {
	const text = await readFile(file, 'utf8').catch(() => undefined);
	if (text === undefined) {
		return noConfig;
	}

	const document = parseJson(text);
	if (!isJsonObject(document)) {
		throw new UserError(`${file} is not a JSON object, so no login was read.`, {
			remedy: 'Mend the file, or log in again.',
		});
	}

	// The oldest docker kept nothing but `auths` in it.
	const {auths, credHelpers, credsStore} =
		path.basename(file) === '.dockercfg'
			? {auths: document, credHelpers: {}, credsStore: ''}
			: document;
	const store =
		typeof credsStore === 'string' && credsStore !== ''
			? credsStore
			: undefined;
	const logins = new Map<string, Credentials>();
	const helpers = new Map<string, CredentialHelper>();
	for (const [key, entry] of Object.entries(orEmpty(auths))) {
		// What docker keeps beside a login in a browser is no login.
		if (/\/(?:access|refresh)-token$/.test(key)) {
			continue;
		}

		const credentials = readAuth(entry);
		if (credentials) {
			logins.set(readKey(key), credentials);
		}

		if (store !== undefined) {
			helpers.set(readKey(key), {name: store, server: key});
		}
	}

	for (const [key, name] of Object.entries(orEmpty(credHelpers))) {
		if (typeof name === 'string' && name !== '') {
			helpers.set(readKey(key), {name, server: key});
		}
	}

	return {logins, helpers, store};
};

/**
The files in which docker and podman keep logins, the first to be asked first.
@see https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
*/
export const listLoginFiles = (
	environment: Readonly<Record<string, string | undefined>>,
	home: string,
): readonly string[] => {
	const runtime = environment['XDG_RUNTIME_DIR'];
	const config = environment['XDG_CONFIG_HOME'] ?? path.join(home, '.config');
	const named = environment['REGISTRY_AUTH_FILE'];
	const docker = environment['DOCKER_CONFIG'] ?? path.join(home, '.docker');
	return [
		...(named === undefined
			? [
					...(runtime === undefined
						? []
						: [path.join(runtime, 'containers', 'auth.json')]),
					path.join(config, 'containers', 'auth.json'),
				]
			: [named]),
		path.join(docker, 'config.json'),
		path.join(home, '.dockercfg'),
	];
};

/** The registries that there is a login for. A key that names no host is left out: whatever stands in it, it would be shown. */
export const listLoginHosts = (
	configs: readonly DockerConfig[],
): readonly string[] => [
	...new Set(
		configs
			.flatMap(({logins, helpers}) => [...logins.keys(), ...helpers.keys()])
			.map(key => key.replace(/\/.*$/, ''))
			.filter(host =>
				[host, nameHost(host)].includes(
					parseWhere(`https://${host}`)?.host ?? '',
				),
			)
			.map(host => nameHost(host)),
	),
];

/**
The Authorization header that answers a challenge by Basic, `undefined` where it does not ask for Basic or nothing is known.
@see https://www.rfc-editor.org/rfc/rfc7617
*/
export const answerBasic = (
	challenge: string,
	credentials: Credentials | undefined,
): string | undefined =>
	credentials?.username && /(?:^|,)\s*basic\b/i.test(challenge)
		? `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`
		: undefined;
