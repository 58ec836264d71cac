import {makeSafe} from '../../text/safe-text.js';

const longest = 200;

const cut = (text: string): string =>
	text.length > longest ? `${text.slice(0, longest)}…` : text;

/** A name out of a cluster, for a sentence of ours: no controls, and short. */
export const quoteName = (text: string): string => cut(makeSafe(text));

// A token or a key is long and has neither spaces nor dots; a word, a host or a role hardly ever is.
const secrets = /[\w\-+=]{40,}|(?<=\b(?:bearer|basic)\s+)\S+/giv;

/** A line that a cluster or a plugin said, for a sentence of ours: no controls, nothing that may be a credential, and short. */
export const quoteForeign = (text: string): string =>
	cut(makeSafe(text.trim()).replaceAll(secrets, '…'));

/** The last line of a text that says something. */
export const lastLine = (text: string): string =>
	text
		.split(/[\r\n]+/v)
		.findLast(line => line.trim() !== '')
		?.trim() ?? '';
