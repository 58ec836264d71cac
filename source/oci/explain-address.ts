import {isRepositoryName, parseWhere} from './reference.js';

/** What is wrong with an address, and what to write instead. */
export type AddressFault = {
	/** One sentence; foreign in part. */
	readonly message: string;
	readonly remedy: string;
};

const example =
	'Write a host such as registry.example.com or 127.0.0.1:5000, perhaps with /repository, :tag or @sha256:… behind it.';

const most = 100;

/** What was written, as far as a sentence bears it. */
const quote = (text: string): string =>
	`"${text.length > most ? `${text.slice(0, most)}…` : text}"`;

type Parts = {
	readonly address: string;
	readonly scheme: string;
	readonly host: string;
	/** Behind the host and its slash. */
	readonly rest: string;
};

const split = (address: string): Parts => {
	const {
		scheme = '',
		host = '',
		rest = '',
	} = /^(?:(?<scheme>[a-z][a-z\d+.-]*):\/\/)?(?<host>[^/]*)(?:\/(?<rest>.*))?$/is.exec(
		address,
	)?.groups ?? {};
	return {address, scheme: scheme.toLowerCase(), host, rest};
};

const isHost = (host: string): boolean =>
	parseWhere(`https://${host}`) !== undefined;

/** An @ stands before a digest, and nowhere else; what stands before another may be a password. */
const explainLogin = ({address, host}: Parts): AddressFault | undefined => {
	if (!/@(?!sha\d+:)/i.test(address)) {
		return undefined;
	}

	const meant = host.slice(host.lastIndexOf('@') + 1);
	return host.includes('@')
		? {
				message:
					'The address has a login in it, which every program on this machine can read.',
				remedy: isHost(meant)
					? `Write ${meant}, and log in by docker login ${meant}.`
					: 'Leave it out, and log in by docker login.',
			}
		: {
				message: 'The address has an @ that no digest follows.',
				remedy: 'A digest is sha256: and 64 characters from 0 to f.',
			};
};

const explainScheme = ({scheme}: Parts): AddressFault | undefined =>
	['', 'http', 'https'].includes(scheme)
		? undefined
		: {
				message: `${scheme}:// is not how a registry is spoken to.`,
				remedy: 'Leave it out, or write https:// or http://.',
			};

/** As docker writes it: without a host, which jetsam does not guess. */
const explainShortName = (address: string, first: string): AddressFault => ({
	message: `${quote(address)} names no host: before the first slash there is neither a dot nor a port.`,
	remedy: `Write docker.io/${address.includes('/') ? '' : 'library/'}${address} if it is Docker Hub's, or https://${first} if ${first} is a host.`,
});

/** A host, and what stands behind its last colon; the colons in brackets are an IPv6 address's. */
const splitPort = (
	host: string,
): readonly [name: string, port: string | undefined] => {
	const {name, port} =
		/^(?<name>\[[^\]]*]|.*):(?<port>[^:]*)$/s.exec(host)?.groups ?? {};
	return name === undefined || host.includes('@')
		? [host, undefined]
		: [name, port];
};

const explainHost = ({
	address,
	scheme,
	host,
}: Parts): AddressFault | undefined => {
	if (host === '') {
		return {message: `${quote(address)} names no host.`, remedy: example};
	}

	if (isHost(host)) {
		return scheme !== '' || parseWhere(host) !== undefined
			? undefined
			: explainShortName(address, host);
	}

	const [name, port] = splitPort(host);
	if (port === undefined) {
		return {
			message: host.includes('@')
				? `${quote(address)} names a digest, but no repository.`
				: `${quote(host)} is no host.`,
			remedy: example,
		};
	}

	if (!isHost(name)) {
		return {
			message: `${quote(host)} is no host with a port.`,
			remedy:
				'A port stands behind one colon; an IPv6 address stands in brackets: [::1]:5000.',
		};
	}

	if (/\D/.test(port) && parseWhere(name) === undefined) {
		return explainShortName(address, name);
	}

	return {
		message:
			port === ''
				? `The port of ${name} is missing.`
				: `${quote(port)} is no port.`,
		remedy:
			'Write a number from 1 to 65535 behind the colon, or leave both out.',
	};
};

const explainPath = ({host, rest}: Parts): AddressFault => {
	const [before = '', digest] = rest.split('@');
	if (digest !== undefined) {
		return {
			message: `${quote(rest)} names no repository with a digest behind it.`,
			remedy:
				'Write REPOSITORY@sha256: and 64 characters from 0 to f behind it.',
		};
	}

	const {name = '', tag} =
		/^(?<name>.*?)(?::(?<tag>[^/]*))?$/s.exec(before.replace(/\/+$/, ''))
			?.groups ?? {};
	if (isRepositoryName(name) && tag !== undefined) {
		return {
			message:
				tag === ''
					? `The tag of ${quote(name)} is missing.`
					: `${quote(tag)} is no tag.`,
			remedy:
				'A tag is up to 128 letters, digits, dots, hyphens and underscores, and begins with none of dot and hyphen.',
		};
	}

	const lower = name.toLowerCase();
	return {
		message: `${quote(name)} is no name of a repository.`,
		remedy:
			lower !== name && isRepositoryName(lower)
				? `Names of repositories are lower case: write ${host}/${lower}.`
				: 'A name is lower-case letters and digits in parts between slashes, with single dots, underscores and hyphens inside of a part.',
	};
};

/** An address as it may be repeated: without a login, if there is one in it. */
export const hideLogin = (address: string): string =>
	address.replace(
		/^(?<scheme>[a-z][a-z\d+.-]*:\/\/)?.*@(?!sha\d+:)/is,
		'$<scheme>…@',
	);

/** What is wrong with an address that `parseWhere` does not read. What may be a password is not repeated. */
export const explainAddress = (given: string): AddressFault => {
	const parts = split(given.trim());
	const {address} = parts;
	if (address === '') {
		return {message: 'The address is empty.', remedy: example};
	}

	const login = explainLogin(parts);
	if (login) {
		return login;
	}

	if (/[\s\p{Cc}\p{Cf}]/u.test(address)) {
		return {
			message: `${quote(address)} is no address: there is a space, or something that cannot be seen, in it.`,
			remedy: example,
		};
	}

	if (/[?#]/.test(address)) {
		// What follows may be secret.
		return {
			message: 'An address of a registry has no ? and no # in it.',
			remedy: 'Leave out what begins there.',
		};
	}

	return explainScheme(parts) ?? explainHost(parts) ?? explainPath(parts);
};
