import {Buffer} from 'node:buffer';
import {decodeText} from '../oci/json.js';

/** What is shorter would blot out ordinary words. */
const shortestSecret = 6;

/** What is secret in an Authorization header: what stands behind its scheme, and of a name and a password the password. */
const listSecrets = (authorization: string): readonly string[] => {
	const [, scheme = '', sent = ''] =
		/^(?<scheme>\S+)\s+(?<sent>.+)$/.exec(authorization) ?? [];
	const password =
		scheme.toLowerCase() === 'basic'
			? Buffer.from(sent, 'base64')
					.toString('utf8')
					.replace(/^[^:]*:/, '')
			: '';
	return [sent, password].filter(({length}) => length >= shortestSecret);
};

/** The body of a reply that says what went wrong, without the login that the request was sent with: some servers repeat it, and the operator is shown their words. */
export const hideSent = (
	body: Uint8Array,
	authorization: string | undefined,
): Uint8Array => {
	let text = decodeText(body);
	const {length} = text;
	for (const secret of authorization ? listSecrets(authorization) : []) {
		text = text.replaceAll(secret, '…');
	}

	return text.length === length ? body : Buffer.from(text);
};
