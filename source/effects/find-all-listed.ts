import {UserError} from '../user-error.js';
import type {Registry, RepositoryReading} from '../world.js';
import type {Session} from './session.js';

/**
Whether readings hold every digest of a registry, so that no other can share a blob with one of them. Only a registry that lists untagged digests can say so, and only such a one is asked for its repositories.

What cannot be known, or has a name that cannot be read, counts as not listed.
@param readings - Fresh ones.
*/
export const findAllListed = async (
	{openRegistry, signal}: Session,
	host: string,
	readings: readonly RepositoryReading[],
): Promise<boolean> => {
	try {
		const registry = await openRegistry(host);
		const names = new Set(readings.map(({repository}) => repository));
		return (
			registry.capabilities.listsUntagged &&
			(await areAllNamed(registry, {names, signal}))
		);
	} catch (error) {
		if (!(error instanceof UserError)) {
			throw error;
		}

		return false;
	}
};

const areAllNamed = async (
	registry: Registry,
	{names, signal}: {names: ReadonlySet<string>; signal: AbortSignal},
): Promise<boolean> => {
	let isWhole = true;
	const pages = registry.listRepositories(signal, () => {
		isWhole = false;
	});
	for await (const page of pages) {
		if (page.some(name => !names.has(name))) {
			return false;
		}
	}

	return isWhole;
};
