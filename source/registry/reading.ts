import {HttpError} from '../http/http-error.js';
import type {Digest} from '../oci/digest.js';
import type {ImageConfig} from '../oci/manifest.js';
import type {DigestRecord} from '../oci/record.js';
import type {DescriptionCache} from './description-cache.js';
import type {ManifestDescription} from './describe-manifest.js';
import type {ManifestSource} from './manifest-source.js';

/** One reading of one repository, while it goes on. */
export type Reading = {
	readonly source: ManifestSource;
	readonly cache: DescriptionCache;
	readonly repository: string;
	readonly signal: AbortSignal;
	/** Reading a manifest leaves a pull behind, so that a tag is asked for by HEAD first, which leaves none. */
	readonly isCostly?: boolean;
	readonly records: Map<Digest, DigestRecord>;
	/** What manifests say that are being read or have been read, each at most once. */
	readonly described: Map<Digest, Promise<ManifestDescription | undefined>>;
	/** What is below an index, the same way. */
	readonly summed: Map<Digest, Promise<void>>;
	/** The same for configs. */
	readonly configs: Map<Digest, Promise<ImageConfig | undefined>>;
	readonly emit: (digest: Digest, fields: Partial<DigestRecord>) => void;
	readonly addGap: (gap: string) => void;
};

/** Whether a failure is about one digest only, so that the others can still be read. */
export const isLocal = (error: unknown): error is HttpError =>
	error instanceof HttpError &&
	error.failure !== 'network' &&
	![401, 403, 429].includes(error.status);
