import type {Digest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import type {Clock, Registry, RepositoryReading} from '../world.js';

/** Reads a repository to its end. Throws what the registry throws; a reading that broke off is never returned. */
export const collectReading = async (
	registry: Registry,
	repository: string,
	{clock, signal}: {clock: Clock; signal: AbortSignal},
): Promise<RepositoryReading> => {
	const readAt = clock.now();
	const records = new Map<Digest, DigestRecord>();
	let gaps: readonly string[] = [];
	for await (const part of registry.readRepository(repository, signal)) {
		for (const record of part.records) {
			records.set(record.digest, record);
		}

		gaps = part.gaps;
	}

	return {repository, records, gaps, readAt};
};
