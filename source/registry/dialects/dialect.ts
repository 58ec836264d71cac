import type {HttpClient} from '../../http/client.js';
import type {Credentials} from '../../http/credentials.js';
import type {Digest} from '../../oci/digest.js';
import type {DigestRecord} from '../../oci/record.js';
import type {Pricing} from '../../contents.js';
import type {DeleteReply} from '../../world.js';

/** What a registry's own list says of a digest before its manifest is read. */
export type ListedDigest = Pick<DigestRecord, 'digest' | 'tags' | 'mediaType'> &
	Partial<
		Pick<
			DigestRecord,
			'created' | 'uploaded' | 'platforms' | 'size' | 'locked' | 'status'
		>
	> & {
		/** Whether it is known to be one image that is about nothing: where its size is known too, its manifest need not be read. */
		readonly isPlain?: boolean;
	};

/** A page of such a list. */
export type Listing = {
	readonly digests: readonly ListedDigest[];
	/** Sentences on what the list may hide: while there is one, nothing in the repository may be deleted. */
	readonly gaps: readonly string[];
};

/**
How one vendor's registry is asked what the distribution API does not tell, or tells only slowly.

Its methods throw `HttpError`, or `UserError` where there is a better sentence to say.
*/
export type Dialect = {
	/** Names of repositories, in pages, as they were sent. */
	readonly listRepositories: (
		signal: AbortSignal,
	) => AsyncGenerator<readonly unknown[], void, undefined>;
	/** As of a `Registry`; left out where the distribution API is asked. */
	readonly findRepository?: (
		path: string,
		signal: AbortSignal,
	) => Promise<string | undefined>;
	/** All digests of a repository with their tags, untagged ones too; left out where only tags can be listed. A digest comes again where a later page says more of it, and what that leaves out holds on. */
	readonly listDigests?: (
		repository: string,
		signal: AbortSignal,
	) => AsyncGenerator<Listing, void, undefined>;
	/** As in `Pricing`; left out where pulls are not limited. */
	readonly readPullsLeft?: Pricing['readPullsLeft'];
	/** As in `Pricing`; left out where no list tells it. */
	readonly countManifests?: Pricing['countManifests'];
	/** The path by whose DELETE a tag is removed, where it is not that of the distribution API. */
	readonly tagPath?: (repository: string, tag: string) => string;
	/** Sends the DELETE of a tag, where the vendor's own API takes it at another host. */
	readonly sendTagDelete?: HttpClient['send'];
	/** Statuses from 500 on that are an answer to a delete, and no failure: `readRefusal` reads them. */
	readonly answersBy?: readonly number[];
	/** What a refused delete means in this vendor's words; `undefined` where the usual reading holds. */
	readonly readRefusal?: (refusal: Refusal) => DeleteReply | undefined;
};

/** A delete that was answered by 400 or more. */
export type Refusal = {
	readonly repository: string;
	readonly reference: Digest | string;
	readonly status: number;
	/** The registry's own error codes, foreign. */
	readonly codes: readonly string[];
	/** What it says besides, foreign. */
	readonly detail: string | undefined;
};

/** What a dialect may use besides the client of the registry's host, where its vendor has an API at another one. */
export type Besides = {
	/** Asks for the login of the registry's host: for the vendor's own hosts only. */
	readonly findLogin: (
		signal: AbortSignal,
	) => Credentials | undefined | Promise<Credentials | undefined>;
	/** Where that API is said to answer instead of its own address. */
	readonly origin: string | undefined;
	/** A client for such a host, one for each; it answers no challenge. */
	readonly open: (origin: string) => HttpClient;
};

/** Speaks a dialect through the client of the registry's host. */
export type Speak = (client: HttpClient, besides?: Besides) => Dialect;
