import {shortenDigest, parseDigest} from '../../oci/digest.js';
import type {DeleteReply} from '../../world.js';
import type {Refusal} from './dialect.js';

/** What a refused delete means in Google's words. Each is about one digest or one tag. */
export const readGoogleRefusal = (
	refusal: Refusal,
): DeleteReply | undefined => {
	const reason = explain(refusal);
	return reason === undefined
		? undefined
		: {kind: 'refused', scope: 'digest', status: refusal.status, reason};
};

const explain = ({codes, detail = ''}: Refusal): string | undefined => {
	if (codes.includes('GOOGLE_MANIFEST_DANGLING_TAG')) {
		const tag = /\btags?:?\s+(?<name>\w[\w.-]*)/.exec(detail)?.groups?.['name'];
		return tag === undefined
			? 'Google keeps it because a tag still means it. Read the repository again; a tag that appeared since has to be seen before it goes.'
			: `Google keeps it because the tag ${tag} still means it. Read the repository again; a tag that appeared since has to be seen before it goes.`;
	}

	if (codes.includes('GOOGLE_MANIFEST_DANGLING_PARENT_IMAGE')) {
		const parent = parseDigest(/[a-z\d]+:[a-f\d]{64,}/.exec(detail)?.[0]);
		return `Google keeps it because ${parent ? `the index ${shortenDigest(parent)}` : 'an index'} names it, which may have no tag. Read the repository again and delete that index first, if nobody needs it.`;
	}

	return /immutab/i.test(detail)
		? 'Tags of this repository are immutable, so Google removes none and keeps what they mean. Whoever administers it can allow that in its settings: gcloud artifacts repositories update NAME --no-immutable-tags.'
		: undefined;
};
