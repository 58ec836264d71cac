import {createTokenAsker} from '../http/ask-token.js';
import {type Authorizer, createAuthorizer} from '../http/authorizer.js';
import type {Credentials, Logins} from '../http/credentials.js';
import {explainError, isAboutCertificate} from '../http/describe-error.js';
import {HttpError} from '../http/http-error.js';
import {type HttpSettings, openHttpClient} from '../http/open-client.js';
import {nameLoginCommand, nameVendorProgram} from '../http/vendor-hosts.js';
import type {HttpClient, HttpReply} from '../http/client.js';
import {registryHostOf} from '../oci/docker-hub.js';
import {isLoopback, type Where} from '../oci/reference.js';
import {UserError} from '../user-error.js';
import type {ContentCache} from '../caches.js';
import type {Registry, RegistryKind} from '../world.js';
import {createRegistry} from './create-registry.js';
import type {Besides} from './dialects/dialect.js';
import {kindOfHost, natureOf} from './kinds.js';
import {readAddress} from './read-address.js';

/** The schemes to try, the first that answers wins. Plain http is spoken only to this machine or where it was allowed. */
export const chooseSchemes = (
	{scheme, host}: Where,
	insecureHosts: readonly string[],
): ReadonlyArray<'http' | 'https'> => {
	const mayBePlain = isLoopback(host) || insecureHosts.includes(host);
	if (scheme === 'http' && !mayBePlain) {
		throw new UserError(
			`http://${host} is not encrypted, so jetsam does not use it.`,
			{
				remedy: `Use https, or allow this host by --insecure-registry ${host}.`,
				exitCode: 2,
			},
		);
	}

	if (scheme) {
		return [scheme];
	}

	return isLoopback(host)
		? ['http', 'https']
		: mayBePlain
			? ['https', 'http']
			: ['https'];
};

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

/** Throws `UserError` where what a host says to a greeting is not what a registry says. */
export const expectRegistry = (
	host: string,
	{status, headers}: HttpReply,
): void => {
	const contentType = [headers['content-type'] ?? ''].flat()[0] ?? '';
	if (status === 404 || contentType.startsWith('text/html')) {
		throw new UserError(
			`${host} answers, but not like a registry (${status}${contentType === '' ? '' : `, ${contentType}`} at /v2/).`,
			{
				remedy:
					'Check the address: jetsam needs the host that docker pushes to.',
			},
		);
	}
};

/** Of two failures by two schemes the one to tell: a TLS port answers plain http with 400 or breaks off, and then what https says is the truth. */
export const chooseFailure = (
	first: HttpError | undefined,
	second: HttpError,
): HttpError =>
	first === undefined || first.status === 400 || isAboutCertificate(second)
		? second
		: first;

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
	const schemes = chooseSchemes(where, settings.insecureHosts);
	let failure: HttpError | undefined;
	for (const scheme of schemes) {
		const origin = `${scheme}://${registryHostOf(where.host)}`;
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
		try {
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
		} catch (error) {
			if (!(error instanceof HttpError)) {
				throw error;
			}

			failure = chooseFailure(failure, error);
		}
	}

	throw explainError(failure, where.host);
};
