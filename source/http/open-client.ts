import {Agent, type Dispatcher, Pool, ProxyAgent} from 'undici';
import type {Authorize, Authorizer} from './authorizer.js';
import {chooseProxy, type Proxies} from './choose-proxy.js';
import {createHttpClient, hostOf, type HttpClient} from './client.js';
import {
	type CertificateFolders,
	type HostCertificates,
	readHostCertificates,
} from './host-certificates.js';
import {createLimiter} from './limiter.js';
import type {RequestLog} from './request-log.js';

/** What all hosts share. */
export type HttpSettings = {
	readonly readOnly: boolean;
	/** Hosts that may be reached by http, or by https without a certificate that can be checked. */
	readonly insecureHosts: readonly string[];
	/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
	readonly proxies: Proxies;
	readonly retryPause: number;
	readonly now: () => number;
	/** Takes every request, for `--debug FILE`. */
	readonly log?: RequestLog | undefined;
	/** The authorities whose certificates hold, as PEM; those of Node when left out. */
	readonly ca?: string | undefined;
	/** Where certificates lie that are for one host; none when left out. */
	readonly certificates?: CertificateFolders | undefined;
	/** `usualTimeouts` when left out. */
	readonly timeouts?: Timeouts;
};

/** How long a host may say nothing, in milliseconds. */
export type Timeouts = {
	readonly connect: number;
	/** From the request to the head of its reply. */
	readonly head: number;
	/** Between two pieces of a body. */
	readonly body: number;
};

export const usualTimeouts: Timeouts = {
	connect: 15_000,
	head: 60_000,
	body: 60_000,
};

/** Requests under way to one host at a time. More was slower on a real registry. */
export const connectionsPerHost = 16;

const createDispatcher = (
	settings: HttpSettings,
	{
		secure,
		ca = settings.ca,
		client,
	}: {
		secure: boolean;
		ca: string | readonly string[] | undefined;
		client?: HostCertificates['client'];
	},
): Dispatcher => {
	const {connect, head, body} = settings.timeouts ?? usualTimeouts;
	const tls = {
		rejectUnauthorized: secure,
		...(ca === undefined ? {} : {ca: typeof ca === 'string' ? ca : [...ca]}),
		...client,
	};
	const common = {
		connections: connectionsPerHost,
		keepAliveTimeout: 30_000,
		headersTimeout: head,
		bodyTimeout: body,
		connect: {timeout: connect, ...tls},
	};
	return new Agent({
		...common,
		factory(origin, options) {
			const proxy = chooseProxy(settings.proxies, new URL(origin));
			return proxy
				? new ProxyAgent({...common, uri: proxy.href, requestTls: tls})
				: new Pool(origin, options);
		},
	});
};

/** A client for the host of `origin`, with a dispatcher and a limiter of its own. */
export const openHttpClient = (
	settings: HttpSettings,
	options: {
		origin: string;
		authorize: Authorize;
		recall?: Authorizer['recall'];
		/** The registry that names this host; its authorities hold here too, where this host has none of its own. */
		namedBy?: string;
	},
): HttpClient => {
	const host = hostOf(options.origin);
	const read = (name: string): Partial<HostCertificates> =>
		settings.certificates
			? readHostCertificates(settings.certificates, name)
			: {};
	const {ca: own, client} = read(host);
	const ca = own ?? read(options.namedBy ?? '').ca;
	const findProxy = (url: URL): string | undefined =>
		chooseProxy(settings.proxies, url)?.host;
	// What is wrong with the variable is told before anything is sent.
	findProxy(new URL(options.origin));
	return createHttpClient({
		origin: options.origin,
		dispatcher: createDispatcher(settings, {
			secure: !settings.insecureHosts.includes(host),
			ca,
			client,
		}),
		// Where a registry keeps its blobs its own authority may hold too; its client certificate is for itself.
		elsewhere: createDispatcher(settings, {secure: true, ca}),
		findProxy,
		limiter: createLimiter(connectionsPerHost),
		readOnly: settings.readOnly,
		authorize: options.authorize,
		recall: options.recall,
		retryPause: settings.retryPause,
		now: settings.now,
		log: settings.log,
	});
};
