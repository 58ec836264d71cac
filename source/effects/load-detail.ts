import type {Digest} from '../oci/digest.js';
import {markKey} from '../state/state.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Milliseconds for which a cursor has to rest before the detail under it is asked for. */
const rest = 120;

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
