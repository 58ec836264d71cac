import type {Capabilities} from '../world.js';
import type {Session} from './session.js';

/** Whether a registry deletes what is about a digest together with it, and whether it deletes at all. Of one that cannot be opened the careful guess is that it takes referrers along. */
export const findDeleting = async (
	session: Session,
	host: string,
): Promise<Pick<Capabilities, 'deletesReferrers' | 'whyNoDelete'>> => {
	try {
		const {capabilities} = await session.openRegistry(host);
		const {deletesReferrers, whyNoDelete} = capabilities;
		return {
			deletesReferrers,
			...(whyNoDelete === undefined ? {} : {whyNoDelete}),
		};
	} catch {
		return {deletesReferrers: true};
	}
};
