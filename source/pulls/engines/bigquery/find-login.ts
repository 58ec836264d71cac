import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {isJsonObject, parseJson} from '../../../oci/json.js';
import {UserError} from '../../../user-error.js';

/** The environment's variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's text; one that is set to nothing is not set. */
export const readVariable = (
	environment: Environment,
	name: string,
): string | undefined => {
	const text = environment[name];
	return text === '' ? undefined : text;
};

const remedy =
	'Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account.';

/** What to throw where there is no login that serves. */
export const loginError = (message: string): UserError =>
	new UserError(message, {remedy});

/** Where gcloud leaves application default credentials. */
const locateUsual = (environment: Environment): string | undefined => {
	const folder =
		environment['CLOUDSDK_CONFIG'] ??
		(environment['APPDATA'] && path.join(environment['APPDATA'], 'gcloud')) ??
		(environment['HOME'] &&
			path.join(environment['HOME'], '.config', 'gcloud'));
	return folder && path.join(folder, 'application_default_credentials.json');
};

const readText = async (file: string): Promise<string | undefined> => {
	try {
		return await readFile(file, 'utf8');
	} catch {
		return undefined;
	}
};

/**
The application default credentials of this machine, from the files where Google's tools look for them too.

No metadata server is asked: where there is none the question hangs. Throws `UserError` where there is no login.
@see https://cloud.google.com/docs/authentication/application-default-credentials
*/
export const findLogin = async (
	environment: Environment,
): Promise<Readonly<Record<string, unknown>>> => {
	const given = readVariable(environment, 'GOOGLE_APPLICATION_CREDENTIALS');
	const file = given ?? locateUsual(environment);
	const text = file ? await readText(file) : undefined;
	if (file === undefined || text === undefined) {
		throw loginError(
			given
				? `The login for Google Cloud in ${given}, which GOOGLE_APPLICATION_CREDENTIALS names, cannot be read.`
				: 'There is no login for Google Cloud on this machine.',
		);
	}

	const credentials = parseJson(text);
	if (!isJsonObject(credentials) || typeof credentials['type'] !== 'string') {
		throw loginError(`${file} holds no login for Google Cloud.`);
	}

	return credentials;
};
