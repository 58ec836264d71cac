import {Buffer} from 'node:buffer';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';

/** A login that another tool left on this machine. */
export type Credentials = {
	readonly username: string;
	readonly password: string;
	/** What is traded in for tokens instead, where a login left such a thing. */
	readonly identityToken?: string;
};

/** The logins of a docker config file, by host as docker wrote it. */
export type Logins = ReadonlyMap<string, Credentials>;

/** The host of a key of `auths`, which may carry a scheme and a path. */
const readHost = (key: string): string =>
	key
		.replace(/^https?:\/\//i, '')
		.replace(/\/.*$/, '')
		.toLowerCase();

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

/**
The logins in the `auths` of the docker config file under a folder; none where there is no such file.
Throws `UserError` where the file is no JSON object.
*/
export const readDockerLogins = async (folder: string): Promise<Logins> => {
	const file = path.join(folder, 'config.json');
	const text = await readFile(file, 'utf8').catch(() => undefined);
	if (text === undefined) {
		return new Map();
	}

	const document = parseJson(text);
	if (!isJsonObject(document)) {
		throw new UserError(`${file} is not a JSON object, so no login was read.`, {
			remedy: 'Mend the file, or log in again with docker.',
		});
	}

	const {auths} = document;
	const logins = new Map<string, Credentials>();
	for (const [key, entry] of Object.entries(isJsonObject(auths) ? auths : {})) {
		const credentials = readAuth(entry);
		if (credentials) {
			logins.set(readHost(key), credentials);
		}
	}

	return logins;
};

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
