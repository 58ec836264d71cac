import type {Digest} from '../oci/digest.js';
import {markKey, repositoryKey} from '../state/state.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Milliseconds for which a cursor has to rest before the detail under it is asked for. */
const rest = 120;

/** Tells what a digest and the tags that it had mean now. */
export const rereadDigest = async (
	session: Session,
	place: {
		host: string;
		repository: string;
		digest: Digest;
		tags: readonly string[];
	},
	dispatch: Dispatch,
): Promise<void> => {
	const {host, repository, digest, tags} = place;
	const {signal} = session;
	try {
		const registry = await session.openRegistry(host);
		const present = await registry.resolve(repository, digest, signal);
		const meanings = await Promise.all(
			tags.map(
				async tag =>
					[tag, await registry.resolve(repository, tag, signal)] as const,
			),
		);
		// A plan is not to be made of what was read before.
		session.readings.delete(repositoryKey(host, repository));
		dispatch({
			kind: 'digest-reread',
			host,
			repository,
			digest,
			isPresent: present === digest,
			tags: new Map(meanings),
		});
	} catch (error) {
		const {message, remedy} = describeProblem(error);
		dispatch({kind: 'notice-given', text: `${message} ${remedy}`});
	}
};

/** Tells everything that one manifest says. A newer request breaks it off. */
export const readDetail = async (
	{world, openRegistry}: Session,
	place: {
		host: string;
		repository: string;
		digest: Digest;
		signal: AbortSignal;
	},
	dispatch: Dispatch,
): Promise<void> => {
	const {host, repository, digest, signal} = place;
	const key = markKey(host, repository, digest);
	try {
		await world.clock.sleep(rest, signal);
		const registry = await openRegistry(host);
		const detail = await registry.readDetail(repository, digest, signal);
		dispatch(
			detail
				? {kind: 'detail-loaded', key, detail}
				: {
						kind: 'detail-failed',
						key,
						problem: {
							message: 'The registry does not have this manifest any more.',
							remedy: 'Press r to read the repository again.',
						},
					},
		);
	} catch (error) {
		dispatch(
			signal.aborted
				? {kind: 'detail-dropped', key}
				: {kind: 'detail-failed', key, problem: describeProblem(error)},
		);
	}
};
