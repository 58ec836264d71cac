import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {rootCertificates} from 'node:tls';
import {UserError} from '../user-error.js';

/** What belongs to one host's TLS besides what holds for all. All are PEM. */
export type HostCertificates = {
	/** The authorities whose certificates hold there, those that hold everywhere among them; `undefined` where nothing is said of this host. */
	readonly ca: readonly string[] | undefined;
	/** What jetsam shows to the host, and its key. */
	readonly client: {readonly cert: string; readonly key: string} | undefined;
};

/** Where docker and podman keep certificates by host: the folders over `HOST/`. */
export type CertificateFolders = {
	readonly folders: readonly string[];
	/** NODE_EXTRA_CA_CERTS, which Node heeds by itself only where no other authorities are named. */
	readonly extra: string | undefined;
};

/**
The folders in which docker and podman look, the operator's own first.
@see https://docs.docker.com/engine/security/certificates/
@see https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
*/
export const listCertificateFolders = (
	environment: Readonly<Record<string, string | undefined>>,
	home: string,
): CertificateFolders => ({
	folders: [
		path.join(home, '.config', 'containers', 'certs.d'),
		path.join(
			environment['DOCKER_CONFIG'] ?? path.join(home, '.docker'),
			'certs.d',
		),
		path.join(
			environment['XDG_CONFIG_HOME'] ?? path.join(home, '.config'),
			'docker',
			'certs.d',
		),
		'/etc/containers/certs.d',
		'/etc/docker/certs.d',
	],
	extra: environment['NODE_EXTRA_CA_CERTS'],
});

const listFiles = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder).toSorted();
	} catch {
		return [];
	}
};

const readPem = (file: string): string => {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new UserError(`The certificate ${file} cannot be read.`, {
			remedy: `Make it readable for you, or put your own into ~/.docker/certs.d/${path.basename(path.dirname(file))}/.`,
			cause: error,
		});
	}
};

const readAuthority = (file: string): string => {
	const text = readPem(file);
	if (!text.includes('-----BEGIN CERTIFICATE-----')) {
		throw new UserError(`There is no certificate in ${file}.`, {
			remedy:
				"Put the authority's certificate into it, as PEM, or take it away.",
		});
	}

	return text;
};

const readExtra = (file: string | undefined): readonly string[] => {
	try {
		return file ? [readFileSync(file, 'utf8')] : [];
	} catch {
		// As Node does, which warns.
		return [];
	}
};

/** The certificates for a host, from the first folder that has any for it; throws `UserError` where one of them cannot be read. */
export const readHostCertificates = (
	{folders, extra}: CertificateFolders,
	host: string,
): HostCertificates => {
	// It becomes a part of a path.
	const name = /^[\w.:[\]-]+$/.test(host) && !host.startsWith('.') ? host : '';
	const folder = folders
		.map(each => path.join(each, name))
		.find(each => name !== '' && listFiles(each).length > 0);
	if (folder === undefined) {
		return {ca: undefined, client: undefined};
	}

	const files = listFiles(folder);
	const authorities = files
		.filter(file => file.endsWith('.crt'))
		.map(file => readAuthority(path.join(folder, file)));
	const cert = files.find(
		file =>
			file.endsWith('.cert') && files.includes(file.replace(/\.cert$/, '.key')),
	);
	return {
		ca:
			authorities.length > 0
				? [...rootCertificates, ...readExtra(extra), ...authorities]
				: undefined,
		client:
			cert === undefined
				? undefined
				: {
						cert: readPem(path.join(folder, cert)),
						key: readPem(path.join(folder, cert.replace(/\.cert$/, '.key'))),
					},
	};
};
