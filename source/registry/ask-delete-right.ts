import {Buffer} from 'node:buffer';
import {createTokenAsker} from '../http/ask-token.js';
import {createAuthorizer} from '../http/authorizer.js';
import {parseChallenges} from '../http/challenge.js';
import {hostOf} from '../http/client.js';
import type {Logins} from '../http/credentials.js';
import type {HttpSettings} from '../http/open-client.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import type {Greeting} from './greet-registry.js';

/** Whether a login may delete, as far as that can be told without deleting. */
export type DeleteRight =
	| {readonly kind: 'granted'}
	/** `actions` are those that a token was given for. */
	| {readonly kind: 'withheld'; readonly actions: readonly string[]}
	/** `opaque`: its tokens do not tell; `basic`: there are none; `open`: nobody is asked for a login. */
	| {readonly kind: 'opaque' | 'basic' | 'open'};

/** It is never sent: only the token for it is asked for. */
const nothing = `sha256:${'0'.repeat(64)}`;

/**
The actions that a token is for in a repository; `undefined` where it does not tell.
@see https://distribution.github.io/distribution/spec/auth/jwt/
*/
export const readGranted = (
	header: string,
	repository: string,
): readonly string[] | undefined => {
	const [, payload = ''] = header.replace(/^Bearer /, '').split('.');
	const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
	if (!isJsonObject(claims) || !('access' in claims)) {
		return undefined;
	}

	const {access} = claims;
	return (Array.isArray(access) ? access : [])
		.filter(entry => isJsonObject(entry))
		.filter(({type, name}) => type === 'repository' && name === repository)
		.flatMap(({actions}): readonly unknown[] =>
			Array.isArray(actions) ? actions : [],
		)
		.filter(action => typeof action === 'string');
};

const deletes = (actions: readonly string[]): boolean =>
	actions.some(action => ['delete', '*'].includes(action));

/**
Whether the login for a registry may delete in a repository: a token for it is asked for, and read. No request but those for tokens is sent. Throws `UserError` where none is given.
*/
export const askDeleteRight = async (
	{origin, challenge}: Greeting,
	{
		repository,
		settings,
		logins,
		tokenHosts,
		signal,
	}: {
		readonly repository: string;
		readonly settings: HttpSettings;
		readonly logins: Logins;
		/** See `openRegistry`. */
		readonly tokenHosts: readonly string[];
		readonly signal: AbortSignal;
	},
): Promise<DeleteRight> => {
	if (challenge === undefined) {
		return {kind: 'open'};
	}

	if (!parseChallenges(challenge).some(({scheme}) => scheme === 'bearer')) {
		return {kind: 'basic'};
	}

	const {authorize} = createAuthorizer({
		origin,
		logins,
		tokenHosts,
		ask: createTokenAsker(settings, hostOf(origin)),
		now: settings.now,
	});
	const given = new Set<string>();
	for (let answers = 0; ; answers++) {
		try {
			const header = await authorize(challenge, {
				asked: {
					method: 'DELETE',
					path: `/v2/${repository}/manifests/${nothing}`,
				},
				refused: [],
				answers,
				signal,
			});
			if (header === undefined) {
				return {kind: 'withheld', actions: [...given]};
			}

			const actions = readGranted(header, repository);
			if (actions === undefined) {
				return {kind: 'opaque'};
			}

			if (deletes(actions)) {
				return {kind: 'granted'};
			}

			for (const action of actions) {
				given.add(action);
			}
		} catch (error) {
			// Who is given some token and then none for more has no right to more.
			if (error instanceof UserError && answers > 0) {
				return {kind: 'withheld', actions: [...given]};
			}

			throw error;
		}
	}
};
