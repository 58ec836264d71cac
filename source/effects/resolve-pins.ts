import type {ImageReference} from '../evidence/image-reference.js';
import {nameImage} from '../move/image-map.js';
import type {RewriteOptions} from '../move/plan-rewrite.js';
import {askNames} from './ask-names.js';
import type {Session} from './session.js';

/** Asks the home, once for each tag, which digest is written beside it; where there is none a few words say why. */
export const resolvePins = async (
	session: Pick<Session, 'openRegistry' | 'signal'>,
	images: readonly ImageReference[],
): Promise<ReadonlyMap<string, ReturnType<RewriteOptions['pinOf']>>> => {
	const answers = await askNames(
		session,
		images.map(image => nameImage(image)),
	);
	return new Map(
		[...answers].map(([name, found]) => [
			name,
			typeof found === 'string'
				? found
				: {
						why: found
							? `has no digest to write: ${found.why}`
							: `is not at ${name} yet, so there is no digest to write; copy it first`,
					},
		]),
	);
};
