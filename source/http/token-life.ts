import {Buffer} from 'node:buffer';
import {isJsonObject, parseJson} from '../oci/json.js';

/**
Seconds that a token holds from when it was given, as far as it is one that says so itself; its signature is for others to check. Both times are of the clock that wrote it, so that none of ours has to agree.
@see https://www.rfc-editor.org/rfc/rfc7519#section-4.1
*/
export const readTokenLife = (token: string): number | undefined => {
	const [, claims = ''] = token.split('.');
	const read = parseJson(Buffer.from(claims, 'base64url').toString('utf8'));
	if (!isJsonObject(read)) {
		return undefined;
	}

	const {exp: end, iat: issued, nbf: begin} = read;
	const from = typeof issued === 'number' ? issued : begin;
	const life =
		typeof end === 'number' && typeof from === 'number' ? end - from : 0;
	return Number.isFinite(life) && life > 0 ? life : undefined;
};
