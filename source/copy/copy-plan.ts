import type {Digest} from '../oci/digest.js';

/** A repository of a registry. */
type Place = {readonly host: string; readonly repository: string};

/** An image that is to come home, as it stood when that was asked. */
export type PlannedImage = {
	/** As the mapping names it; foreign. */
	readonly from: string;
	/** Its name at home. */
	readonly to: string;
	readonly source: Place;
	readonly target: Place;
	/** The tag that it was named by; `undefined` for a digest. */
	readonly sourceTag: string | undefined;
	/** The tag that it gets at home; `undefined` where it is known by its digest alone. */
	readonly tag: string | undefined;
	/** What its tag meant elsewhere. */
	readonly digest: Digest;
	/** What its tag at home means then: another than elsewhere where platforms are left out. */
	readonly becomes: Digest;
	/** What its tag meant at home; `undefined` for nothing. */
	readonly was: Digest | undefined;
	/** Whether its manifest stood at home already. */
	readonly isThere: boolean;
};

/** An image that cannot be copied. */
export type UnplannedImage = {
	readonly from: string;
	readonly to: string;
	/** A sentence. Foreign in part. */
	readonly reason: string;
};

/** What a copy would do, before it is confirmed. */
export type CopyPlan = {
	readonly images: readonly PlannedImage[];
	readonly missing: readonly UnplannedImage[];
	/** Sentences on what reading there costs. */
	readonly costs: readonly string[];
};

/** Whether the tag at home means another digest now. */
export const movesTag = ({was, becomes}: PlannedImage): boolean =>
	was !== undefined && was !== becomes;

/** What has to be typed before a tag at home moves, which takes what runs by it along; `undefined` where none does. */
export const spellMovePhrase = (
	images: readonly PlannedImage[],
): string | undefined => {
	const moves = images.filter(image => movesTag(image));
	const hosts = new Set(moves.map(({target}) => target.host));
	return moves.length === 0
		? undefined
		: `move ${moves.length.toLocaleString('en')} ${moves.length === 1 ? 'tag' : 'tags'} at ${[...hosts].join(', ')}`;
};

declare const isConfirmed: unique symbol;

/** Images that the operator has said yes to: the only thing that is copied. */
export type ConfirmedCopy = {
	readonly images: readonly PlannedImage[];
	readonly [isConfirmed]: true;
};

/**
Confirms a copy; `undefined` where the phrase is not the one that its moving tags want.
@param typed - `undefined` for a plain yes.
*/
export const confirmCopy = (
	images: readonly PlannedImage[],
	typed: string | undefined,
): ConfirmedCopy | undefined => {
	const phrase = spellMovePhrase(images);
	return phrase === undefined || typed?.trim() === phrase
		? // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- only here a copy becomes a confirmed one
			({images} as unknown as ConfirmedCopy)
		: undefined;
};
