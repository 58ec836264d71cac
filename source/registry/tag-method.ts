/** How to ask what the next tag means. */
export type TagMethod = {
	/** By GET, which brings the manifest along; else by HEAD, which leaves no pull behind and needs no body. */
	readonly bringsManifest: () => boolean;
	/** Tells whether the manifest of a tag that was asked for was known already. */
	readonly note: (wasKnown: boolean) => void;
};

/** After so many surprises in a row the other method is taken. */
const patience = 8;

/**
Chooses the method that needs the fewest requests: where a manifest is not known, a HEAD would be one more request before its GET.

Whether it is known shows only when the tag has been asked for. It begins with what holds for a repository that was read before or was not, and follows what is found: the first reading may have
been broken off, and a thousand tags may be new.
@param options.isCostly - Each GET counts as a pull: then several tags of one digest, and all that is known, cost none.
*/
export const createTagMethod = (
	wasReadBefore: boolean,
	{isCostly}: {readonly isCostly: boolean},
): TagMethod => {
	let balance = wasReadBefore ? patience : -patience;
	return {
		bringsManifest: () => !isCostly && balance <= 0,
		note(wasKnown) {
			balance = Math.max(
				-patience,
				Math.min(patience, balance + (wasKnown ? 1 : -1)),
			);
		},
	};
};
