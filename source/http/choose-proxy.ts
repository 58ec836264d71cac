import {BlockList, isIP} from 'node:net';
import {isLoopback} from '../oci/reference.js';
import {UserError} from '../user-error.js';

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as the environment has them. */
export type Proxies = {
	readonly http: string | undefined;
	readonly https: string | undefined;
	readonly none: string | undefined;
};

const readProxy = (text: string, variable: string): URL => {
	// As elsewhere, a proxy without a scheme is one that is spoken to by http.
	const whole = text.includes('://') ? text : `http://${text}`;
	const url = URL.canParse(whole) ? new URL(whole) : undefined;
	if (!url || !/^(?:https?|socks5?):$/.test(url.protocol) || !url.hostname) {
		// It is not repeated: it may hold a password.
		throw new UserError(`${variable} is not the address of a proxy.`, {
			remedy: `Write for example ${variable}=http://proxy.example.com:3128, or unset it.`,
			exitCode: 2,
		});
	}

	return url;
};

const isInNetwork = (name: string, network: string): boolean => {
	const [address = '', bits = ''] = network.split('/');
	const family = isIP(address);
	if (family === 0 || isIP(name) !== family || !/^\d{1,3}$/.test(bits)) {
		return false;
	}

	const type = family === 4 ? 'ipv4' : 'ipv6';
	const most = family === 4 ? 32 : 128;
	const list = new BlockList();
	list.addSubnet(address, Math.min(Number(bits), most), type);
	return list.check(name, type);
};

const isExcepted = (none: string, url: URL): boolean => {
	const name = url.hostname.replaceAll(/^\[|]$/g, '');
	const port = url.port || (url.protocol === 'https:' ? '443' : '80');
	return none
		.toLowerCase()
		.split(/[\s,]+/)
		.filter(Boolean)
		.some(entry => {
			if (entry === '*' || isInNetwork(name, entry)) {
				return true;
			}

			const {host = entry, only} =
				isIP(entry) === 6
					? {}
					: (/^(?<host>.*?)(?::(?<only>\d+))?$/.exec(entry)?.groups ?? {});
			const wanted = host.replace(/^\*?\./, '').replaceAll(/^\[|]$/g, '');
			return (
				(only === undefined || only === port) &&
				(name === wanted || (isIP(name) === 0 && name.endsWith(`.${wanted}`)))
			);
		});
};

/**
The proxy by which an address is reached, as Go's programs choose it; `undefined` where it is reached directly, as this machine itself always is. Throws `UserError` where a variable names none.
@see https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
*/
export const chooseProxy = (
	{http, https, none}: Proxies,
	url: URL,
): URL | undefined => {
	const [text, variable] =
		url.protocol === 'https:'
			? ([https, 'HTTPS_PROXY'] as const)
			: ([http, 'HTTP_PROXY'] as const);
	return !text || isLoopback(url.host) || isExcepted(none ?? '', url)
		? undefined
		: readProxy(text, variable);
};
