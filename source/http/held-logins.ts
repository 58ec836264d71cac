import type {Credentials, Logins} from './credentials.js';
import {createShare} from './share-answer.js';

/** The logins for one host, as long as they hold. */
export type HeldLogins = {
	/** Which login requests for a repository go with: an empty text for the host's own. Known after the first `get`. */
	readonly keyOf: (repository: string | undefined) => string;
	/** The login for a repository, or for the host; one that has run out is asked for anew. */
	readonly get: (
		repository: string | undefined,
		signal: AbortSignal,
	) => Promise<Credentials | undefined>;
	/** The login instead of one that was refused: a newer one if there may be one, else the same. */
	readonly renew: (
		repository: string | undefined,
		options: {
			readonly refused: Credentials | undefined;
			readonly signal: AbortSignal;
		},
	) => Promise<Credentials | undefined>;
	/** The login that was found for the host itself, if one was. */
	readonly last: () => Credentials | undefined;
	/** Whether some of the host's repositories have a login of their own. */
	readonly hasNarrower: () => boolean;
};

type Held = {
	readonly login: Credentials | undefined;
	/** Milliseconds since 1970. */
	readonly askedAt: number;
};

/** Milliseconds before its end at which a login is not used any more. */
const margin = 30_000;
/** Milliseconds in which what was just asked for is not asked for again: then it is the login that is refused, not its age. */
const shortestLife = 60_000;

/** Whether a login may still be used. */
export const isCurrent = (login: Credentials, now: number): boolean =>
	login.until === undefined || login.until - margin > now;

/** Keeps the logins for one host, and asks for them again when they have run out. */
export const holdLogins = (
	host: string,
	{logins, now}: {readonly logins: Logins; readonly now: () => number},
): HeldLogins => {
	const held = new Map<string, Held>();
	const share = createShare<Held>();
	let namespaces: readonly string[] | undefined;

	const keyOf = (repository: string | undefined): string =>
		(namespaces ?? [])
			.filter(name => repository === name || repository?.startsWith(`${name}/`))
			.toSorted((first, second) => second.length - first.length)[0] ?? '';

	const ask = async (
		repository: string | undefined,
		signal: AbortSignal,
	): Promise<Credentials | undefined> => {
		const key = keyOf(repository);
		const found = await share(
			key,
			async owner => {
				const askedAt = now();
				const login = await logins.get(host, {
					// All repositories with the same login ask with the same words.
					repository: key === '' ? undefined : key,
					signal: owner,
				});
				return {login, askedAt};
			},
			signal,
		);
		held.set(key, found);
		return found.login;
	};

	const readNamespaces = async (): Promise<void> => {
		namespaces ??= (await logins.listNamespaces?.(host)) ?? [];
	};

	return {
		keyOf,
		async get(repository, signal) {
			await readNamespaces();
			const known = held.get(keyOf(repository));
			return known && (!known.login || isCurrent(known.login, now()))
				? known.login
				: ask(repository, signal);
		},
		async renew(repository, {refused, signal}) {
			const known = held.get(keyOf(repository));
			const isNew =
				known !== undefined &&
				(known.login !== refused || now() - known.askedAt < shortestLife);
			return isNew ? known.login : ask(repository, signal);
		},
		last: () => held.get('')?.login,
		hasNarrower: () => (namespaces ?? []).length > 0,
	};
};
