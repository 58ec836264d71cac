import type {Digest} from '../oci/digest.js';
import {type DigestRecord, emptyRecord} from '../oci/record.js';
import type {Registry, RepositoryReading} from '../world.js';

/** A reading with digests that are there and that the registry does not list: children whose index is gone already. Those that are not there are left out. Throws `UserError`. */
export const addUnlisted = async (
	registry: Registry,
	reading: RepositoryReading,
	{digests, signal}: {digests: readonly Digest[]; signal: AbortSignal},
): Promise<RepositoryReading> => {
	const unlisted = digests.filter(digest => !reading.records.has(digest));
	if (unlisted.length === 0) {
		return reading;
	}

	const {repository} = reading;
	const records = new Map(reading.records);
	for (const digest of unlisted) {
		const record = await readRecord(registry, {repository, digest, signal});
		if (record) {
			records.set(digest, record);
		}
	}

	return {...reading, records};
};

const readRecord = async (
	registry: Registry,
	{
		repository,
		digest,
		signal,
	}: {repository: string; digest: Digest; signal: AbortSignal},
): Promise<DigestRecord | undefined> => {
	// A HEAD counts against no limit of pulls, and most that is not listed is gone.
	const present = await registry.resolve(repository, digest, signal);
	const detail =
		present && (await registry.readDetail(repository, digest, signal));
	if (!detail) {
		return undefined;
	}

	const {configDescriptor, layers, children} = detail;
	const blobs = [...(configDescriptor ? [configDescriptor] : []), ...layers];
	const manifestSize = new TextEncoder().encode(detail.text).length;
	return {
		...emptyRecord(digest),
		mediaType: detail.mediaType,
		size: blobs.reduce((sum, {size}) => sum + size, manifestSize),
		created: detail.config?.created,
		children: children.map(child => child.digest),
		blobs: blobs.map(blob => ({digest: blob.digest, size: blob.size})),
		manifestSize,
		subject: detail.subject,
		state: 'loaded',
	};
};
