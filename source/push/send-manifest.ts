import type {PutReply, ServedContent} from '../contents.js';
import type {Registry} from '../world.js';

/** The only caller of `putManifest`: what puts back and what writes a list of referrers anew send by it. Each reads back what it has sent. */
export const sendManifest = async (
	registry: Registry,
	{repository, reference}: {repository: string; reference: string},
	options: {readonly content: ServedContent; readonly signal: AbortSignal},
): Promise<PutReply> => registry.putManifest(repository, reference, options);
