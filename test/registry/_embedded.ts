import type {ExecutionContext} from 'ava';
import {
	type EmbeddedRegistry,
	type EmbeddedRegistryOptions,
	startEmbeddedRegistry,
} from '../../source/demo/embedded-registry.js';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import type {DigestRecord} from '../../source/oci/record.js';
import {createRegistry} from '../../source/registry/create-registry.js';
import {natureOf} from '../../source/registry/kinds.js';
import {UserError} from '../../source/user-error.js';
import type {ContentCache} from '../../source/caches.js';
import type {
	Registry,
	RegistryKind,
	RepositoryPart,
} from '../../source/world.js';
import {openClient} from '../http/_loopback.js';

/** A signal that is never aborted. */
export const {signal} = new AbortController();

/** An embedded registry with what `fill` puts in, and jetsam's view of it; closed at the end of the test. */
export async function startRegistry(
	t: ExecutionContext,
	options: Partial<EmbeddedRegistryOptions> & {
		readonly readOnly?: boolean;
		readonly kind?: RegistryKind;
		readonly contents?: ContentCache;
	},
): Promise<{
	readonly embedded: EmbeddedRegistry;
	readonly registry: Registry;
	readonly content: RegistryContent;
}> {
	const content = createRegistryContent();
	const {readOnly = false, kind, contents, ...others} = options;
	const embedded = await startEmbeddedRegistry({
		content,
		deletes: 'enabled',
		...others,
	});
	t.teardown(embedded.close);
	const registry = createRegistry(
		openClient(embedded.url, {readOnly}),
		natureOf(kind),
		contents,
	);
	return {embedded, registry, content};
}

/** All that a reading of a repository tells. */
export type Reading = {
	readonly parts: readonly RepositoryPart[];
	/** The last state of each record, by digest. */
	readonly records: ReadonlyMap<string, DigestRecord>;
	readonly gaps: readonly string[];
};

/** Reads a repository to its end. */
export async function readAll(
	registry: Registry,
	repository: string,
): Promise<Reading> {
	const parts: RepositoryPart[] = [];
	const records = new Map<string, DigestRecord>();
	for await (const part of registry.readRepository(repository, signal)) {
		parts.push(part);
		for (const record of part.records) {
			records.set(record.digest, record);
		}
	}

	return {parts, records, gaps: parts.at(-1)?.gaps ?? []};
}

/** `METHOD /path` of each request, sorted. */
export const listRequests = ({requests}: EmbeddedRegistry): string[] =>
	requests.map(({method, path}) => `${method} ${path}`).toSorted();

/** The sentence of the `UserError` that a promise rejects with; anything else fails the test. */
export async function catchSentence(
	t: ExecutionContext,
	promise: Promise<unknown>,
): Promise<string> {
	const error = await t.throwsAsync(promise, {instanceOf: UserError});
	return error instanceof UserError ? error.sentence : '';
}
