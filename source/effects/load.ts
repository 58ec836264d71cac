import {type Digest, parseDigest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import {repositoryKey} from '../state/state.js';
import {ClosedCatalogError} from '../user-error.js';
import type {Registry, RepositoryPart, Urgency} from '../world.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Milliseconds between two parts that are told; it grows, so that a list of 100,000 is not copied for each hundred. */
const pauseAfterPart = (records: number): number => 30 + records / 100;

/** Tells how the opening of a registry went. */
export const openRegistry = async (
	opening: Promise<Registry>,
	host: string,
	dispatch: Dispatch,
): Promise<void> => {
	try {
		const {capabilities} = await opening;
		dispatch({kind: 'registry-opened', host, capabilities});
	} catch (error) {
		dispatch({kind: 'registry-failed', host, problem: describeProblem(error)});
	}
};

/** Tells the repositories of a registry, page by page. */
export const listRepositories = async (
	session: Session,
	{host, signal}: {host: string; signal: AbortSignal},
	dispatch: Dispatch,
): Promise<void> => {
	const all: string[] = [];
	try {
		const registry = await session.openRegistry(host);
		const pages = registry.listRepositories(signal, text => {
			dispatch({kind: 'notice-given', text});
		});
		for await (const names of pages) {
			all.push(...names);
			dispatch({kind: 'repositories-listed', host, names});
		}

		dispatch({kind: 'repositories-completed', host, names: all});
	} catch (error) {
		// Nobody waits for it any more.
		if (signal.aborted) {
			return;
		}

		if (error instanceof ClosedCatalogError) {
			const {message: reason} = error;
			dispatch({kind: 'repositories-closed', host, reason});
			return;
		}

		const problem = describeProblem(error);
		dispatch({kind: 'repositories-failed', host, problem});
	}
};

/** Tells the digests of a repository as they are read, and at the end the whole reading. */
export const readRepository = async (
	session: Session,
	place: {
		host: string;
		repository: string;
		signal: AbortSignal;
		urgency: () => Urgency;
	},
	dispatch: Dispatch,
): Promise<void> => {
	const {host, repository, signal, urgency} = place;
	const {clock} = session.world;
	const readAt = clock.now();
	const records = new Map<Digest, DigestRecord>();
	let last: RepositoryPart | undefined;
	try {
		const opened = await session.openRegistry(host);
		const registry = opened.withUrgency(urgency);
		for await (const part of registry.readRepository(repository, signal)) {
			for (const record of part.records) {
				records.set(record.digest, record);
			}

			last = part;
			await session.tellPart(
				{kind: 'digests-loaded', host, repository, part, now: clock.now()},
				{dispatch, signal},
			);
			await clock.sleep(pauseAfterPart(records.size), signal);
		}

		const reading = {repository, records, gaps: last?.gaps ?? [], readAt};
		session.readings.set(repositoryKey(host, repository), reading);
		dispatch({kind: 'digests-completed', host, reading, now: clock.now()});
	} catch (error) {
		// Nobody waits for it any more.
		if (!signal.aborted) {
			const problem = describeProblem(error);
			dispatch({kind: 'digests-failed', host, repository, problem});
		}
	}
};

/** Tells whether a path is a repository or a prefix, and which digest a reference behind it means. */
export const findPath = async (
	{openRegistry: open, signal}: Session,
	place: {host: string; path: string; reference: string | undefined},
	dispatch: Dispatch,
): Promise<void> => {
	const {host, path, reference} = place;
	try {
		const registry = await open(host);
		const repository =
			reference === undefined
				? await registry.findRepository(path, signal)
				: path;
		const digest =
			reference === undefined
				? undefined
				: (parseDigest(reference) ??
					(await registry.resolve(path, reference, signal)));
		dispatch({
			kind: 'path-found',
			host,
			path,
			repository,
			reference,
			digest,
		});
	} catch (error) {
		dispatch({
			kind: 'repositories-failed',
			host,
			problem: describeProblem(error),
		});
	}
};
