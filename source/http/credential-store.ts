import {isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import type {
	CredentialHelper,
	Credentials,
	DockerConfig,
} from './credentials.js';

/** What finds programs, and what they find. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds; some ask the operator, or a cloud. */
const longestWait = 30_000;
const mostOutput = 256 * 1024;

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

	const {execa} = await import('execa');
	const result = await execa(program, ['get'], {
		env: environment,
		extendEnv: false,
		input: server,
		reject: false,
		timeout: longestWait,
		maxBuffer: mostOutput,
		cancelSignal: signal,
		windowsHide: true,
	});
	signal.throwIfAborted();
	if (!result.failed) {
		const credentials = readReply(result.stdout);
		if (credentials) {
			return credentials;
		}

		throw new UserError(
			`${program} answers, but not with a login for ${server}.`,
			{remedy},
		);
	}

	if (notFound.test(`${result.stdout}${result.stderr}`)) {
		return undefined;
	}

	throw new UserError(
		`${program}, which keeps docker's login for ${server}, ${describeEnd(result)}.`,
		{remedy},
	);
};

const describeEnd = ({
	timedOut,
	exitCode,
}: {
	readonly timedOut: boolean;
	readonly exitCode?: number | undefined;
}): string =>
	timedOut
		? `did not answer within ${longestWait / 1000} s`
		: exitCode === undefined
			? 'could not be started'
			: `failed (${exitCode})`;

const findIn = async (
	{logins, helpers, store}: DockerConfig,
	host: string,
	how: {readonly environment: Environment; readonly signal: AbortSignal},
): Promise<Credentials | undefined> => {
	const helper =
		helpers.get(host) ??
		(store === undefined ? undefined : {name: store, server: host});
	const kept = helper && (await askCredentialHelper(helper, how));
	return kept ?? logins.get(host);
};

/** The login for a registry that the first config has which has one: of its helper, else of the program that keeps all, else as it stands there. */
export const findLogin = async (
	configs: readonly DockerConfig[],
	host: string,
	how: {readonly environment: Environment; readonly signal: AbortSignal},
): Promise<Credentials | undefined> => {
	for (const config of configs) {
		const found = await findIn(config, host, how);
		if (found) {
			return found;
		}
	}

	return undefined;
};
