import type {Environment} from '../programs/launch-program.js';
import {findLogin} from './credential-store.js';
import {
	type DockerConfig,
	type Logins,
	readDockerConfig,
} from './credentials.js';
import {hubHosts} from './vendor-hosts.js';
import {askVendor} from './vendor-logins.js';

/** The parts of a host's repositories that a config has logins of their own for. */
const listNamespaces = (
	{logins, helpers}: DockerConfig,
	host: string,
): readonly string[] => {
	const hosts = hubHosts.includes(host) ? hubHosts : [host];
	return [...logins.keys(), ...helpers.keys()].flatMap(key =>
		hosts
			.filter(each => key.startsWith(`${each}/`))
			.map(each => key.slice(each.length + 1)),
	);
};

/**
The logins on this machine: docker's and podman's, in the order of their files, and after them what the vendor's own program gives. They are read each time that one is asked for, because another tool may have logged in again meanwhile.
@param options.files - See `listLoginFiles`.
*/
export const createLogins = ({
	files,
	environment,
}: {
	readonly files: readonly string[];
	readonly environment: Environment;
}): Logins => {
	const readConfigs = async (): Promise<readonly DockerConfig[]> =>
		Promise.all(files.map(async file => readDockerConfig(file)));
	return {
		async get(host, {repository, signal}) {
			const how = {environment, signal};
			const kept = await findLogin(
				await readConfigs(),
				{host, repository},
				how,
			);
			return kept ?? askVendor(host, how);
		},
		async listNamespaces(host) {
			const configs = await readConfigs();
			return configs.flatMap(config => listNamespaces(config, host));
		},
	};
};
