import type {Capabilities} from '../world.js';

/** What of a registry's abilities decides which digests may go. */
export type Deleting = Pick<
	Capabilities,
	'deletesReferrers' | 'removesTagsFirst' | 'whyNoDelete'
>;

/** A registry that takes no more than it is told, and lets go what it is told. */
export const plainDeleting: Deleting = {
	deletesReferrers: false,
	removesTagsFirst: false,
};

export const pickDeleting = ({
	deletesReferrers,
	removesTagsFirst,
	whyNoDelete,
}: Capabilities): Deleting => ({
	deletesReferrers,
	removesTagsFirst,
	...(whyNoDelete === undefined ? {} : {whyNoDelete}),
});
