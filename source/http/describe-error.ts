import {PullLimitError, UserError} from '../user-error.js';
import {HttpError} from './http-error.js';
import type {PullLimit} from './pull-limit.js';
import {nameLoginCommand} from './vendor-hosts.js';

/** What an operator is told of a failure: what happened and where, and what to try. */
export type Description = {
	readonly message: string;
	/** An empty text where there is nothing to do but to try again. */
	readonly remedy: string;
};

type Sentence = (host: string, proxy: string) => Description;

const networkSentences: Readonly<Record<string, Sentence>> = {
	refused: host => ({
		message: `Nothing answers at ${host} (connection refused).`,
		remedy: 'Check the address and the port, and that the registry runs.',
	}),
	noSuchHost: host => ({
		message: `No host named ${host} was found.`,
		remedy: 'Check the spelling and the network.',
	}),
	lookUp: host => ({
		message: `The name ${host} could not be looked up.`,
		remedy: 'Check the network and its name server.',
	}),
	timeout: host => ({
		message: `${host} did not answer in time.`,
		remedy: 'Check the network or the proxy, and try again.',
	}),
	broken: host => ({
		message: `${host} broke the connection before its reply was whole.`,
		remedy:
			'Try again; if it stays, look at the registry or at a proxy before it.',
	}),
	notTls: host => ({
		message: `${host} does not speak https.`,
		remedy: `If it is meant to speak plain http, run jetsam with --insecure-registry ${host}, or write http://${host} for this machine.`,
	}),
	certificate: host => ({
		message: `The certificate of ${host} cannot be trusted.`,
		remedy: `Put the certificate of its authority into ~/.docker/certs.d/${host}/ca.crt, or point NODE_EXTRA_CA_CERTS to it; --insecure-registry ${host} goes on without one.`,
	}),
	proxyRefuses: (host, proxy) => ({
		message: `The proxy ${proxy} does not let jetsam through to ${host}.`,
		remedy: `Check the proxy and its login in HTTPS_PROXY or HTTP_PROXY, or name ${host} in NO_PROXY.`,
	}),
	proxySilent: (host, proxy) => ({
		message: `The proxy ${proxy}, by which ${host} is to be reached, does not answer.`,
		remedy: `Check HTTPS_PROXY or HTTP_PROXY, or name ${host} in NO_PROXY.`,
	}),
	clientCertificate: host => ({
		message: `${host} wants to be shown a certificate.`,
		remedy: `Put yours into ~/.docker/certs.d/${host}/ as client.cert, with its key beside it as client.key.`,
	}),
	certificateExpired: host => ({
		message: `The certificate of ${host} has expired.`,
		remedy: 'It has to be renewed on the server.',
	}),
	certificateName: host => ({
		message: `The certificate of ${host} is for another name.`,
		remedy: 'Use the name that the certificate is for.',
	}),
};

const networkGroups: ReadonlyArray<readonly [RegExp, string]> = [
	[/^ECONNREFUSED$/, 'refused'],
	[/^ENOTFOUND$/, 'noSuchHost'],
	[/^EAI_AGAIN$/, 'lookUp'],
	[/^UND_ERR_ABORTED$/, 'proxyRefuses'],
	[/TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/, 'timeout'],
	[/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/, 'notTls'],
	[/ALERT_CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE/, 'clientCertificate'],
	[/CERT_HAS_EXPIRED/, 'certificateExpired'],
	[/ALTNAME_INVALID/, 'certificateName'],
	[/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|CERT_/, 'certificate'],
];

/** What kind of a failure of the network it was: `refused`, `noSuchHost`, `timeout`, `certificate` and the like. */
export const findNetworkGroup = ({networkCode, proxy}: HttpError): string => {
	const group =
		networkGroups.find(([pattern]) => pattern.test(networkCode))?.[1] ??
		'broken';
	// Nothing but the proxy is looked up and connected to then.
	return proxy !== undefined &&
		['refused', 'noSuchHost', 'lookUp'].includes(group)
		? 'proxySilent'
		: group;
};

/** Whether a server was found that speaks https, but with a certificate that does not hold. */
export const isAboutCertificate = (error: HttpError): boolean =>
	findNetworkGroup(error).startsWith('certificate');

const describeNetworkFailure = (
	error: HttpError,
	host: string,
): Description => {
	const name = findNetworkGroup(error);
	const description = (networkSentences[name] ?? networkSentences['broken'])!(
		host,
		error.proxy ?? 'on the way',
	);
	return name === 'broken' && error.networkCode !== ''
		? {
				...description,
				message: description.message.replace(/\.$/, ` (${error.networkCode}).`),
			}
		: description;
};

const tellUntil = ({until, isLatest}: PullLimit): string => {
	if (until === undefined) {
		return ', and does not say until when';
	}

	const moment = new Date(Math.ceil(until / 60_000) * 60_000).toISOString();
	return ` until ${moment.slice(0, 16).replace('T', ' ')} UTC${isLatest ? ' at the latest' : ''}`;
};

const describeStatus = (error: HttpError, host: string): Description => {
	const said = [...error.codes, error.detail].filter(Boolean).join(': ');
	const reply = `${error.status}${said === '' ? '' : ` ${said}`}`;
	if (error.status === 401) {
		return {
			message: `${host} wants a login (${reply}).`,
			remedy: `Run \`${nameLoginCommand(host)}\` and try again.`,
		};
	}

	if (error.status === 403) {
		return {
			message: `${host} does not allow this with your login (${reply}).`,
			remedy: 'Ask for the right, or log in as somebody who has it.',
		};
	}

	if (error.status === 404) {
		return {message: `${host} does not know it (${reply}).`, remedy: ''};
	}

	if (error.limit) {
		return {
			message: `${host} lets pull no more${tellUntil(error.limit)} (${reply}).`,
			remedy:
				'Try again then, or with a login that may pull more; what was read until now is kept.',
		};
	}

	if (error.status === 429) {
		return {
			message: `${host} asks for fewer requests (${reply}).`,
			remedy: 'Wait a while and try again.',
		};
	}

	return error.status >= 500
		? {
				message: `${host} failed (${reply}).`,
				remedy: "Try again; if it stays, look at the registry's own log.",
			}
		: {message: `${host} refused the request (${reply}).`, remedy: ''};
};

/** The sentence for a request that brought no usable reply from `host`. The texts may hold foreign words and are made safe where they are drawn. */
export const describeHttpError = (
	error: HttpError,
	host: string,
): Description => {
	switch (error.failure) {
		case 'network': {
			return describeNetworkFailure(error, host);
		}

		case 'status': {
			return describeStatus(error, host);
		}

		case 'too-large': {
			return {
				message: `${host} sent more than such a reply can hold; it was not read.`,
				remedy: '',
			};
		}

		case 'malformed': {
			return {
				message: `${host} does not answer like a registry (${error.detail}).`,
				remedy:
					'Check that the address is that of a registry, not of a web page or a proxy before it.',
			};
		}

		case 'wrong-digest': {
			return {
				message: `${host} sent bytes that do not match their digest (${error.detail}).`,
				remedy:
					"Do not trust this copy; look at the registry's storage or at a proxy before it.",
			};
		}

		case 'held': {
			return {message: 'Nothing was sent, because of --read-only.', remedy: ''};
		}
	}
};

/** The same as an error that is shown to the operator; anything but an `HttpError` is returned as it is. */
export const explainError = (error: unknown, host: string): unknown => {
	if (!(error instanceof HttpError)) {
		return error;
	}

	const {message, remedy} = describeHttpError(error, host);
	const options = {remedy, status: error.status, cause: error};
	return error.limit
		? new PullLimitError(message, options)
		: new UserError(message, options);
};
