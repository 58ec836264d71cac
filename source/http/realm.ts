import {isLoopback} from '../oci/reference.js';
import {UnknownRealmError, UserError} from '../user-error.js';
import {hostOf} from './client.js';

/** Where registries that are known let their tokens be fetched, if that is another host than their own. */
const knownRealms: ReadonlyMap<string, string> = new Map([
	['docker.io', 'auth.docker.io'],
	['index.docker.io', 'auth.docker.io'],
	['registry-1.docker.io', 'auth.docker.io'],
	['registry.gitlab.com', 'gitlab.com'],
]);

const nameOf = (host: string): string => new URL(`http://${host}`).hostname;

/**
Safeguard 14: the address at which a host's challenge says that a token is to be fetched, if a login may go there: over https, or to where http is spoken to the host itself; to the host's own name on any port, to one that is known for it, or to one that the operator has allowed.

Throws `UserError` with exit code 3 for any other.
@param allowed - Hosts that the operator has allowed for this registry.
*/
export const checkRealm = (
	realm: string,
	{origin, allowed}: {origin: string; allowed: readonly string[]},
): URL => {
	const registry = new URL(origin);
	const host = hostOf(origin);
	if (!URL.canParse(realm)) {
		throw new UserError(
			`${host} names an address to fetch a token from that is none.`,
			{remedy: 'Ask who runs it.'},
		);
	}

	const url = new URL(realm);
	const isSameName = nameOf(url.host) === nameOf(host);
	const isKnown =
		isSameName ||
		(isLoopback(url.host) && isLoopback(host)) ||
		url.host === knownRealms.get(host) ||
		allowed.includes(url.host);
	const isPlain =
		url.protocol === 'http:' &&
		registry.protocol === 'http:' &&
		(isSameName || (isLoopback(url.host) && isLoopback(host)));
	if (url.protocol !== 'https:' && !isPlain) {
		throw new UserError(
			`${host} wants a login to be sent to ${url.origin}, which is not encrypted.`,
			{remedy: 'Ask who runs it.', exitCode: 3},
		);
	}

	if (!isKnown) {
		throw new UnknownRealmError(host, url.host);
	}

	return url;
};
