import type {Digest} from '../oci/digest.js';
import type {DigestRecords} from '../oci/record.js';
import type {MatchedRepository} from './match-uses.js';
import type {PulledImage, PullSource, PullsReading} from './pull.js';
import {listNames} from './repository-names.js';

/** The digests that an image of a source means. */
const listDigests = (
	image: PulledImage,
	records: DigestRecords,
): readonly Digest[] => {
	switch (image.kind) {
		case 'digest': {
			return [image.digest];
		}

		case 'tag': {
			return [...records.values()]
				.filter(({tags}) => tags.includes(image.tag))
				.map(({digest}) => digest);
		}

		// A config or a layer may be of any of them.
		case 'blob':
		case 'repository': {
			return [...records.keys()];
		}

		default: {
			const never: never = image;
			return never;
		}
	}
};

/** The sources that list a digest of a repository and say themselves that they do not know when it was pulled, by digest. */
export const findUnknown = (
	{sources}: PullsReading,
	repository: MatchedRepository,
): ReadonlyMap<Digest, readonly string[]> => {
	const found = new Map<Digest, readonly string[]>();
	const names = new Set(listNames(repository).map(name => name.repository));
	const isAsked = (source: PullSource): boolean =>
		source.repository === undefined || names.has(source.repository);
	for (const {name, unknown = []} of sources.filter(source =>
		isAsked(source),
	)) {
		for (const digest of unknown.flatMap(image =>
			listDigests(image, repository.records),
		)) {
			found.set(digest, [...(found.get(digest) ?? []), name]);
		}
	}

	return found;
};
