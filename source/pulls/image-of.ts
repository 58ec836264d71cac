import type {ImageReference} from '../evidence/image-reference.js';
import type {PulledImage} from '../evidence/pull.js';

/** The image that a reference pulls: runtimes take the digest and ignore a tag beside it. */
export const imageOf = ({digest, tag}: ImageReference): PulledImage =>
	digest === undefined
		? {kind: 'tag', tag: tag ?? 'latest'}
		: {kind: 'digest', digest};
