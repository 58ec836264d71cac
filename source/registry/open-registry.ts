import {createTokenAsker} from '../http/ask-token.js';
import {type Authorizer, createAuthorizer} from '../http/authorizer.js';
import type {Credentials, Logins} from '../http/credentials.js';
import {explainError} from '../http/describe-error.js';
import {type HttpSettings, openHttpClient} from '../http/open-client.js';
import {nameLoginCommand, nameVendorProgram} from '../http/vendor-hosts.js';
import type {HttpClient} from '../http/client.js';
import {registryHostOf} from '../oci/docker-hub.js';
import {UserError} from '../user-error.js';
import type {ContentCache} from '../caches.js';
import type {Registry, RegistryKind} from '../world.js';
import {askFirst, expectRegistry} from './ask-first.js';
import {createRegistry} from './create-registry.js';
import type {Besides} from './dialects/dialect.js';
import {kindOfHost, natureOf} from './kinds.js';
import {readAddress} from './read-address.js';

/** Opens clients for other hosts of a vendor, one for each. */
const createOpener = (settings: HttpSettings): Besides['open'] => {
	const clients = new Map<string, HttpClient>();
	return origin => {
		const client =
			clients.get(origin) ??
			openHttpClient(settings, {origin, authorize: () => undefined});
		clients.set(origin, client);
		return client;
	};
};

/** Asks a host who it is. Throws `HttpError` where it does not answer, `UserError` where it is not open to us. */
const greet = async (
	client: HttpClient,
	{authorizer, signal}: {authorizer: Authorizer; signal: AbortSignal},
): Promise<void> => {
	const {host} = client;
	const reply = await client.send({
		method: 'GET',
		path: '/v2/',
		signal,
		maxBytes: 1024 * 1024,
		expect: [401, 404],
	});
	if (reply.status === 401) {
		const login = authorizer.knownLogin();
		// The registry as such may be closed to who has logins for some of its repositories.
		if (login === undefined && authorizer.hasNarrowerLogins()) {
			return;
		}

		throw explainLogin(host, login);
	}

	expectRegistry(host, reply);
};

/** That nobody has a login for a host. */
const tellNobody = (host: string): string => {
	const program = nameVendorProgram(host);
	return program === undefined
		? 'neither docker nor podman left one on this machine'
		: `neither docker, podman nor ${program} has one on this machine`;
};

const explainLogin = (
	host: string,
	login: Credentials | undefined,
): UserError => {
	const command = nameLoginCommand(host, login);
	if (login) {
		const {program} = login;
		return new UserError(
			program === undefined
				? `${host} does not accept the login that docker or podman left on this machine.`
				: `${host} does not accept the login that ${program} gives.`,
			{remedy: `Run \`${command}\` again.`, status: 401},
		);
	}

	return new UserError(`${host} wants a login, and ${tellNobody(host)}.`, {
		remedy: `Run \`${command}\` and try again.`,
		status: 401,
	});
};

/**
The registry at an address, greeted and ready to be asked.

Throws `UserError` where the address is none, the host is not open to us or is no registry, with the sentence for the operator.
*/
export const openRegistry = async (
	address: string,
	options: {
		settings: HttpSettings;
		logins: Logins;
		/** What the operator says it is. */
		kind?: RegistryKind | undefined;
		/** Hosts that may be given its login in return for a token, besides its own. */
		tokenHosts?: readonly string[] | undefined;
		/** What earlier runs kept; nothing is kept when left out. */
		contents?: ContentCache | undefined;
		/** Where the vendor's API besides the registry answers; its own address when left out. */
		vendorOrigin?: string | undefined;
		signal: AbortSignal;
	},
): Promise<Registry> => {
	const where = readAddress(address);
	const {settings, logins, kind, tokenHosts = [], contents, signal} = options;
	const open = async (origin: string): Promise<Registry> => {
		const authorizer = createAuthorizer({
			origin,
			logins,
			tokenHosts,
			ask: createTokenAsker(settings, registryHostOf(where.host)),
			now: settings.now,
		});
		const client = {
			...openHttpClient(settings, {origin, ...authorizer}),
			host: where.host,
		};
		await greet(client, {authorizer, signal});
		return createRegistry(
			client,
			{
				...natureOf(kind ?? kindOfHost(where.host)),
				besides: {
					findLogin: async until =>
						logins.get(where.host, {
							repository: undefined,
							signal: until,
						}),
					origin: options.vendorOrigin,
					open: createOpener(settings),
				},
			},
			contents,
		);
	};

	try {
		return await askFirst(where, settings, open);
	} catch (error) {
		throw explainError(error, where.host);
	}
};
