import {HttpError} from '../../http/http-error.js';
import type {HttpClient} from '../../http/client.js';
import {isRepositoryName} from '../../oci/reference.js';
import {UserError} from '../../user-error.js';
import {createManifestSource} from '../manifest-source.js';
import type {Besides, Listing, Speak} from './dialect.js';
import {
	describeMissing,
	listDoubts,
	listMissing,
} from './google-completeness.js';
import {openDockerImages} from './google-docker-images.js';
import {type GoogleList, readGoogleList} from './google-list.js';
import {readGoogleRefusal} from './google-refusal.js';

// Paths that are asked for at the same time; the host's limiter bounds them.
const pathsAtOnce = 32;

/** From so many digests on a list is compared with the other API although nothing in it looks wrong. */
const manyDigests = 500;

/**
Artifact Registry and the `gcr.io` hosts that it serves.
@see https://cloud.google.com/artifact-registry/docs/docker
*/
export const speakGoogle: Speak = (client, besides) => {
	// Where the catalog is closed, the paths that were asked about are where a walk begins.
	const paths = new Set<string>();
	return {
		async *listRepositories(signal) {
			yield* listRepositories(client, paths, signal);
		},
		async findRepository(path, signal) {
			paths.add(path);
			return isImage(await readGoogleList(client, path, signal))
				? path
				: undefined;
		},
		async *listDigests(repository, signal) {
			yield await readListing(client, besides, {repository, signal});
		},
		readRefusal: readGoogleRefusal,
	};
};

const isImage = ({digests, tags}: GoogleList): boolean =>
	digests.length + tags.length > 0;

async function* listRepositories(
	client: HttpClient,
	paths: ReadonlySet<string>,
	signal: AbortSignal,
): AsyncGenerator<readonly unknown[], void, undefined> {
	const listed = new Set<string>();
	let refusal: HttpError | undefined;
	try {
		const pages = createManifestSource(client).listNames(
			'/v2/_catalog?n=1000',
			'repositories',
			signal,
		);
		for await (const names of pages) {
			for (const name of names.filter(one => typeof one === 'string')) {
				listed.add(name);
			}

			yield names;
		}
	} catch (error) {
		if (!(error instanceof HttpError) || !isClosed(error)) {
			throw error;
		}

		refusal = error;
	}

	const below = (path: string): boolean =>
		[...listed].some(name => name === path || name.startsWith(`${path}/`));
	const unlisted = [...paths].filter(path => !below(path));
	if (refusal !== undefined && unlisted.length === 0 && listed.size === 0) {
		throw new UserError(
			`${client.host} does not list its repositories to this login.`,
			{
				remedy: `Name a project or a repository, such as ${client.host}/PROJECT or ${client.host}/PROJECT/REPOSITORY: what lies below it is found.`,
				status: refusal.status,
			},
		);
	}

	yield* walk(client, unlisted, signal);
}

/** Whether a registry keeps its catalog to itself, which is no failure. */
const isClosed = ({failure, status}: HttpError): boolean =>
	(failure === 'status' && [400, 401, 403, 404, 405].includes(status)) ||
	failure === 'malformed';

/** What lies at and below some paths, which each say what is next below them. A path that cannot be read hides no other; its failure is thrown at the end. */
async function* walk(
	client: HttpClient,
	paths: readonly string[],
	signal: AbortSignal,
): AsyncGenerator<readonly string[], void, undefined> {
	const seen = new Set(paths);
	const waiting = [...paths];
	let failure: {error: unknown} | undefined;
	while (waiting.length > 0) {
		const lists = await Promise.all(
			waiting
				.splice(0, pathsAtOnce)
				.map(async path => lookAtPath(client, path, signal)),
		);
		signal.throwIfAborted();
		failure ??= lists.find(entry => 'error' in entry);
		const found = lists.filter(entry => 'list' in entry);
		for (const {path, list} of found) {
			const below = list.children
				.map(child => `${path}/${child}`)
				.filter(child => isRepositoryName(child) && !seen.has(child));
			for (const child of below) {
				seen.add(child);
				waiting.push(child);
			}
		}

		yield found.filter(({list}) => isImage(list)).map(({path}) => path);
	}

	if (failure) {
		throw failure.error;
	}
}

/** What a path has, nothing where there is no such path, or why that could not be read. */
const lookAtPath = async (
	client: HttpClient,
	path: string,
	signal: AbortSignal,
): Promise<
	| {readonly path: string; readonly list: GoogleList}
	| {readonly error: unknown}
	| {readonly path: string}
> => {
	try {
		return {path, list: await readGoogleList(client, path, signal)};
	} catch (error) {
		return error instanceof HttpError && error.status === 404
			? {path}
			: {error};
	}
};

/** All digests of an image by one list, and what makes it doubtful that they are all. */
const readListing = async (
	client: HttpClient,
	besides: Besides | undefined,
	{repository, signal}: {repository: string; signal: AbortSignal},
): Promise<Listing> => {
	let list = await readGoogleList(client, repository, signal);
	let {gaps, doubts} = listDoubts(list, repository);
	const isMany = list.digests.length >= manyDigests;
	const images = openDockerImages(client.host, besides);
	if (images && (gaps.length + doubts.length > 0 || isMany)) {
		const known = await images(repository, signal);
		if (known && listMissing(list, known).length > 0) {
			// What was pushed between the two lists is in the second only.
			list = await readGoogleList(client, repository, signal);
			({gaps, doubts} = listDoubts(list, repository));
		}

		const missing = known ? listMissing(list, known) : [];
		if (missing.length > 0) {
			gaps = [...gaps, describeMissing(repository, missing)];
		}

		if (known && missing.length === 0 && known.size >= list.digests.length) {
			doubts = [];
		}
	}

	return {digests: list.digests, gaps: [...gaps, ...doubts]};
};
