import {type Deleting, pickDeleting} from '../plan/deleting.js';
import type {Session} from './session.js';

/** How a registry deletes, as far as it decides what may go. Of one that cannot be opened the careful guess is that it takes referrers along, and keeps what a list names. */
export const findDeleting = async (
	session: Session,
	host: string,
): Promise<Deleting> => {
	try {
		const {capabilities} = await session.openRegistry(host);
		return pickDeleting(capabilities);
	} catch {
		return {deletesReferrers: true, removesTagsFirst: true};
	}
};
