import {Buffer} from 'node:buffer';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';

/** What a request was sent with that may be secret. */
type Sent = {
	readonly authorization: string | undefined;
	readonly form: string | undefined;
	readonly question: string | undefined;
};

/** What is shorter would blot out ordinary words. */
const shortestSecret = 6;
const secretName = /password|secret|token/i;

/** What stands behind the scheme of an Authorization header, and of a name and a password the password. */
const readHeader = (authorization: string): readonly string[] => {
	const [, scheme = '', sent = ''] =
		/^(?<scheme>\S+)\s+(?<sent>.+)$/.exec(authorization) ?? [];
	return scheme.toLowerCase() === 'basic'
		? [
				sent,
				Buffer.from(sent, 'base64')
					.toString('utf8')
					.replace(/^[^:]*:/, ''),
			]
		: [sent];
};

const listSecrets = ({
	authorization = '',
	form = '',
	question = '',
}: Sent): readonly string[] => {
	const document = question === '' ? undefined : parseJson(question);
	const fields: ReadonlyArray<readonly [string, unknown]> = [
		...new URLSearchParams(form),
		...Object.entries(isJsonObject(document) ? document : {}),
	];
	return [
		...readHeader(authorization),
		...fields.flatMap(([name, value]) =>
			typeof value === 'string' && secretName.test(name) ? [value] : [],
		),
	].filter(({length}) => length >= shortestSecret);
};

/** The body of a reply that says what went wrong, without the login that the request was sent with: some servers repeat it, and the operator is shown their words. */
export const hideSent = (body: Uint8Array, sent: Sent): Uint8Array => {
	const text = decodeText(body);
	let hidden = text;
	for (const secret of listSecrets(sent)) {
		hidden = hidden.replaceAll(secret, '…');
	}

	return hidden === text ? body : Buffer.from(hidden);
};
