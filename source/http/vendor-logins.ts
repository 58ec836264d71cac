import {isJsonObject, parseJson} from '../oci/json.js';
import {askProgram} from '../programs/ask-program.js';
import type {Environment} from '../programs/launch-program.js';
import type {Credentials} from './credentials.js';
import {readVendorHost} from './vendor-hosts.js';

/** A program that is asked for a login, and how its answer is read. */
type Question = {
	readonly command: string;
	readonly arguments: readonly string[];
	readonly read: (output: string) => Credentials | undefined;
};

/** Milliseconds; some ask a cloud. */
const longestWait = 30_000;

/** What is no token may be advice, or a question. */
const tokenPattern = /^[\w.~+/=-]+$/;

const nameToken = (
	program: string,
	username: string,
	token: unknown,
): Credentials | undefined =>
	typeof token === 'string' && tokenPattern.test(token)
		? {username, password: token, program}
		: undefined;

/** https://cloud.google.com/artifact-registry/docs/docker/authentication#token */
const googleUser = 'oauth2accesstoken';

const readGoogleConfig = (output: string): Credentials | undefined => {
	const document = parseJson(output);
	const credential = isJsonObject(document)
		? document['credential']
		: undefined;
	if (!isJsonObject(credential)) {
		return undefined;
	}

	const login = nameToken('gcloud', googleUser, credential['access_token']);
	const until = Date.parse(String(credential['token_expiry']));
	return login && Number.isFinite(until) ? {...login, until} : login;
};

/** What the vendor's libraries would use, and then who is signed in to gcloud. */
const askGoogle = (environment: Environment): readonly Question[] => [
	...(environment['GOOGLE_APPLICATION_CREDENTIALS']
		? [
				{
					command: 'gcloud',
					arguments: ['auth', 'application-default', 'print-access-token'],
					read: (output: string) =>
						nameToken('gcloud', googleUser, output.trim()),
				},
			]
		: []),
	{
		command: 'gcloud',
		arguments: ['config', 'config-helper', '--format=json(credential)'],
		read: readGoogleConfig,
	},
];

/** @see https://learn.microsoft.com/azure/container-registry/container-registry-authentication#az-acr-login-with---expose-token */
const askAzure = (host: string, name: string): Question => ({
	command: 'az',
	arguments: [
		'acr',
		'login',
		'--name',
		name,
		'--expose-token',
		'--output',
		'json',
	],
	read(output) {
		const document = parseJson(output);
		if (!isJsonObject(document)) {
			return undefined;
		}

		const {accessToken, refreshToken, loginServer} = document;
		const token = refreshToken ?? accessToken;
		// It is a refresh token of one registry, and must not be shown to another.
		return String(loginServer).toLowerCase() === host &&
			typeof token === 'string' &&
			tokenPattern.test(token)
			? {username: '', password: '', identityToken: token, program: 'az'}
			: undefined;
	},
});

const askAmazon = (api: string, region: string): Question => ({
	command: 'aws',
	arguments: [api, 'get-login-password', '--region', region],
	read: output => nameToken('aws', 'AWS', output.trim()),
});

const listQuestions = (
	host: string,
	environment: Environment,
): readonly Question[] => {
	const found = readVendorHost(host);
	switch (found?.vendor) {
		case 'google': {
			return askGoogle(environment);
		}

		case 'azure': {
			return [askAzure(host, found.name)];
		}

		case 'amazon': {
			return [askAmazon('ecr', found.region)];
		}

		case 'amazon-public': {
			return [askAmazon('ecr-public', 'us-east-1')];
		}

		case undefined: {
			return [];
		}
	}
};

/**
The login that the program of a registry's vendor gives, for hosts of that vendor only; `undefined` where there is no such program, or it has none.

Nothing that it writes is shown.
*/
export const askVendor = async (
	host: string,
	{
		environment,
		signal,
	}: {readonly environment: Environment; readonly signal: AbortSignal},
): Promise<Credentials | undefined> => {
	const questions = listQuestions(host, environment);
	const given = environment['CLOUDSDK_AUTH_ACCESS_TOKEN'];
	if (given && readVendorHost(host)?.vendor === 'google') {
		// As gcloud itself heeds it.
		return nameToken('gcloud', googleUser, given);
	}

	for (const {command, arguments: arguments_, read} of questions) {
		const {end, output} = await askProgram({
			command,
			arguments: arguments_,
			environment,
			timeout: longestWait,
			signal,
		});
		const login = end.kind === 'well' ? read(output) : undefined;
		if (login) {
			return login;
		}
	}

	return undefined;
};
