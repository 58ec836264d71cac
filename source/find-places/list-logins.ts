import path from 'node:path';
import {
	type DockerConfig,
	listLoginHosts,
	readDockerConfig,
} from '../http/credentials.js';
import {nameVendorProgram} from '../http/vendor-hosts.js';
import {nameHost} from '../oci/docker-hub.js';
import {parseWhere} from '../oci/reference.js';
import {hasProgram} from '../programs/find-program.js';
import type {Environment} from '../programs/launch-program.js';
import type {CloudProgram} from '../places.js';
import {UserError} from '../user-error.js';

/** The registries that this machine is logged in to, as far as files tell. */
export type FoundLogins = {
	/** By host, how: `docker config`, `helper pass`, `podman`; in the order of the files. */
	readonly ways: ReadonlyMap<string, string>;
	/** One sentence for each file that could not be read. */
	readonly problems: readonly string[];
};

/** Who keeps the logins of a file: both write the same, under other names. */
const ownerOf = (file: string): string =>
	['config.json', '.dockercfg'].includes(path.basename(file))
		? 'docker config'
		: 'podman';

const describeWays = (
	config: DockerConfig,
	owner: string,
): ReadonlyArray<readonly [string, string]> =>
	listLoginHosts([config]).map(host => {
		// A login may be for some of its repositories only.
		const helper = [...config.helpers].find(
			([key]) => nameHost(key.replace(/\/.*$/, '')) === host,
		)?.[1];
		return [host, helper === undefined ? owner : `helper ${helper.name}`];
	});

/** Reads who is logged in where. No program that keeps logins is run. */
export const findLogins = async (
	files: readonly string[],
): Promise<FoundLogins> => {
	const ways = new Map<string, string>();
	const problems: string[] = [];
	for (const file of files) {
		try {
			const config = await readDockerConfig(file);
			for (const [name, way] of describeWays(config, ownerOf(file))) {
				const host = parseWhere(name)?.host;
				if (host !== undefined && !ways.has(host)) {
					ways.set(host, way);
				}
			}
		} catch (error) {
			if (!(error instanceof UserError)) {
				throw error;
			}

			problems.push(error.sentence);
		}
	}

	return {ways, problems};
};

const cloudPrograms: readonly CloudProgram[] = ['gcloud', 'az'];

/** The vendors' programs on this machine that may know of registries. */
export const findCloudPrograms = async (
	environment: Environment,
): Promise<readonly CloudProgram[]> => {
	const found = await Promise.all(
		cloudPrograms.map(async program => hasProgram(program, environment)),
	);
	return cloudPrograms.filter((_, index) => found[index]);
};

/** How this machine would log in to a host; `undefined` where nothing tells. */
export const nameLogin = async (
	host: string,
	{
		ways,
		environment,
	}: Pick<FoundLogins, 'ways'> & {readonly environment: Environment},
): Promise<string | undefined> => {
	const program = nameVendorProgram(host);
	return (
		ways.get(host) ??
		(program !== undefined && (await hasProgram(program, environment))
			? program
			: undefined)
	);
};
