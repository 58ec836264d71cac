import {isJsonObject, parseJson} from '../oci/json.js';
import {askProgram} from '../programs/ask-program.js';
import type {Environment, ProgramEnd} from '../programs/launch-program.js';
import {UserError} from '../user-error.js';
import type {
	CredentialHelper,
	Credentials,
	DockerConfig,
} from './credentials.js';
import {hubHosts} from './vendor-hosts.js';

/** Milliseconds; some ask the operator, or a cloud. */
const longestWait = 30_000;

/** It comes out of a file, and becomes a part of a program's name. */
const namePattern = /^[\w.-]+$/;
const notFound = /credentials not found/i;
const tokenName = '<token>';

const readReply = (output: string): Credentials | undefined => {
	const document = parseJson(output);
	const {Username: username, Secret: secret} = isJsonObject(document)
		? document
		: {};
	if (
		typeof username !== 'string' ||
		typeof secret !== 'string' ||
		secret === ''
	) {
		return undefined;
	}

	return username === tokenName
		? {username: '', password: '', identityToken: secret}
		: {username, password: secret};
};

/**
Asks a credential helper for the login of a registry; `undefined` where it has none.

Nothing that it writes is shown, because it may hold what it should keep. Throws `UserError` where it is not there, fails, or takes too long.
@see https://github.com/docker/docker-credential-helpers#development
*/
export const askCredentialHelper = async (
	{name, server}: CredentialHelper,
	{
		environment,
		signal,
	}: {readonly environment: Environment; readonly signal: AbortSignal},
): Promise<Credentials | undefined> => {
	const program = `docker-credential-${name}`;
	const remedy = "Mend it, or take it out of docker's config and log in again.";
	if (!namePattern.test(name)) {
		throw new UserError(
			"Docker's config names a credential helper whose name is none.",
			{remedy: 'Mend credsStore and credHelpers there.'},
		);
	}

	const {end, output, errors} = await askProgram({
		command: program,
		arguments: ['get'],
		input: server,
		environment,
		timeout: longestWait,
		signal,
	});
	if (end.kind === 'well') {
		const credentials = readReply(output);
		if (credentials) {
			return credentials;
		}

		throw new UserError(
			`${program} answers, but not with a login for ${server}.`,
			{remedy},
		);
	}

	if (notFound.test(`${output}${errors}`)) {
		return undefined;
	}

	throw new UserError(
		`${program}, which keeps docker's login for ${server}, ${describeEnd(end)}.`,
		{remedy},
	);
};

const describeEnd = (end: Exclude<ProgramEnd, {kind: 'well'}>): string => {
	switch (end.kind) {
		case 'late': {
			return `did not answer within ${longestWait / 1000} s`;
		}

		case 'missing':
		case 'not-executable': {
			return 'could not be started';
		}

		case 'stopped': {
			return 'wrote more than a login';
		}

		case 'failed': {
			return `failed ${end.how}`;
		}
	}
};

/** What logins for a repository may be kept by, the narrowest first, and last the host itself. */
const listKeys = (
	host: string,
	repository: string | undefined,
): readonly string[] => {
	const parts = repository?.split('/') ?? [];
	const hosts = hubHosts.includes(host) ? hubHosts : [host];
	return Array.from({length: parts.length + 1}, (_, index) =>
		parts.slice(0, parts.length - index).join('/'),
	).flatMap(path =>
		hosts.map(each => (path === '' ? each : `${each}/${path}`)),
	);
};

const findIn = async (
	{logins, helpers, store}: DockerConfig,
	keys: readonly string[],
	how: {readonly environment: Environment; readonly signal: AbortSignal},
): Promise<Credentials | undefined> => {
	for (const key of keys) {
		const helper =
			helpers.get(key) ?? (store ? chooseStore(store, key) : undefined);
		const kept = helper && (await askCredentialHelper(helper, how));
		const found = kept ?? logins.get(key);
		if (found) {
			return found;
		}
	}

	return undefined;
};

/** The program that keeps all logins, with what docker calls a registry when it speaks with it: Docker Hub has one name there. */
const chooseStore = (
	name: string,
	key: string,
): CredentialHelper | undefined => {
	if (key === hubHosts[0]) {
		return {name, server: `https://${key}/v1/`};
	}

	return key.includes('/') || hubHosts.includes(key)
		? undefined
		: {name, server: key};
};

/** The login for a repository, or for its registry, that the first config has which has one: of its helper, else of the program that keeps all, else as it stands there. Of several the narrowest wins. */
export const findLogin = async (
	configs: readonly DockerConfig[],
	{
		host,
		repository,
	}: {readonly host: string; readonly repository: string | undefined},
	how: {readonly environment: Environment; readonly signal: AbortSignal},
): Promise<Credentials | undefined> => {
	const keys = listKeys(host, repository);
	for (const config of configs) {
		const found = await findIn(config, keys, how);
		if (found) {
			return found;
		}
	}

	return undefined;
};
