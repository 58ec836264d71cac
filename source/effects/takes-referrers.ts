import type {Session} from './session.js';

/** Whether a registry deletes what is about a digest together with it; said of one that cannot be opened too, because that is the careful guess. */
export const takesReferrers = async (
	session: Session,
	host: string,
): Promise<boolean> => {
	try {
		const {capabilities} = await session.openRegistry(host);
		return capabilities.deletesReferrers;
	} catch {
		return true;
	}
};
