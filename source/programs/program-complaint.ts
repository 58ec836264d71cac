import type {Environment} from './launch-program.js';

const longest = 300;

/** Names of variables whose values nobody else may see. */
const secretName =
	/key|token|secret|password|passwd|credential|connection_string|sas/i;
/** What is shorter would blot out ordinary words. */
const shortestSecret = 6;

/** What looks like a secret wherever it stands: the signature of a URL, a key, a token. */
const secretForms: ReadonlyArray<readonly [RegExp, string]> = [
	[/\b(sig|accountkey|sharedaccesssignature)=[^&;\s"']+/gi, '$1=…'],
	[/\b(bearer|sharedkey)\s+[^\s"']+/gi, '$1 …'],
	[/\b(password|secret|token)(["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi, '$1$2…'],
	[/\beyJ[\w-]{10,}(?:\.[\w-]+)*/g, '…'],
	[/\bya29\.[\w.-]+/g, '…'],
];

const isSecret = (name: string, value: string | undefined): value is string =>
	value !== undefined &&
	value.length >= shortestSecret &&
	secretName.test(name) &&
	// A path to a file of credentials is no secret, and worth reading.
	!/^[~.]?\//.test(value);

const hideSecrets = (line: string, environment: Environment): string => {
	let hidden = line;
	for (const [name, value] of Object.entries(environment)) {
		if (isSecret(name, value)) {
			hidden = hidden.replaceAll(value, '…');
		}
	}

	for (const [form, instead] of secretForms) {
		hidden = hidden.replaceAll(form, instead);
	}

	return hidden;
};

/**
What a program that failed says itself, in one line; an empty text where it says nothing. Foreign.

That is the last line that it calls an error, since programs like to follow it by advice of several lines; without one, the last line. The values of secret variables of the environment and what looks like a key or a token are left out.
*/
export const findComplaint = (
	standardError: string,
	environment: Environment,
): string => {
	const lines = standardError
		.split(/[\r\n]+/)
		.map(line => line.replaceAll(/[\p{Cc}\s]+/gv, ' ').trim())
		.filter(line => line !== '');
	const line =
		lines.findLast(text => /^(?:[\w.:]+ )?error\b/i.test(text)) ??
		lines.at(-1) ??
		'';
	const hidden = hideSecrets(line, environment);
	return hidden.length > longest ? `${hidden.slice(0, longest)}…` : hidden;
};
