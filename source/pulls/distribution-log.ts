import {normalizeHost} from '../evidence/image-reference.js';
import type {PullAction, PulledImage} from '../evidence/pull.js';
import {parseDigest} from '../oci/digest.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {isRepositoryName, isTag} from '../oci/reference.js';
import {clientOf} from './client-of.js';
import {readInteger} from './find-field.js';
import {parseLogfmt} from './logfmt.js';
import type {ReadRecord} from './pull-record.js';
import {readKnownTime} from './known-time.js';

type Fields = Readonly<Record<string, unknown>>;

/** A request for a manifest, from whatever line. */
type ManifestRequest = {
	readonly method: string;
	/** As a number; the line's own text where it is none. */
	readonly status: number | undefined;
	readonly host: string;
	readonly repository: string;
	readonly reference: string;
	readonly time: number | undefined;
	readonly id: string | undefined;
	readonly agent: string;
	readonly client: string;
	/** Of the response; an empty text where the line does not tell. */
	readonly mediaType: string;
};

const textOf = (fields: Fields, name: string): string => {
	const value = fields[name];
	return typeof value === 'string' ? value : '';
};

const bad = (problem: string): ReadRecord => ({kind: 'bad', problem});

const actionOf = (
	method: string,
	status: number | undefined,
): PullAction | undefined => {
	if (method === 'PUT') {
		return status === 201 ? 'push' : undefined;
	}

	if (status !== 200) {
		return undefined;
	}

	return method === 'GET' ? 'pull' : method === 'HEAD' ? 'check' : undefined;
};

const imageOf = (reference: string): PulledImage | undefined => {
	const digest = parseDigest(reference);
	if (digest !== undefined) {
		return {kind: 'digest', digest};
	}

	return isTag(reference) ? {kind: 'tag', tag: reference} : undefined;
};

const describe = (request: ManifestRequest): ReadRecord => {
	const {method, status, repository, reference, time, ...rest} = request;
	if (time === undefined) {
		return bad('The line tells no time.');
	}

	const action = actionOf(method, status);
	const host = normalizeHost(rest.host);
	if (action === undefined) {
		return {kind: 'other', time, host};
	}

	const image = imageOf(reference);
	return image === undefined || !isRepositoryName(repository)
		? bad('The line names no repository, tag or digest.')
		: {
				kind: 'record',
				record: {
					...rest,
					time,
					host,
					repository,
					image,
					tag: undefined,
					action,
					count: 1,
				},
			};
};

const pathPattern =
	/^\/v2\/(?<repository>.+)\/manifests\/(?<reference>[^/?#]+)/;

/** A line of the registry's own log, whatever it was written as. */
const readFields = (fields: Fields): ReadRecord => {
	const time = readKnownTime(fields['time'] ?? fields['@timestamp']);
	const host = normalizeHost(textOf(fields, 'http.request.host'));
	const message = textOf(fields, 'msg') || textOf(fields, 'message');
	const path = pathPattern.exec(textOf(fields, 'http.request.uri'))?.groups;
	if (message !== 'response completed' || path === undefined) {
		return {kind: 'other', time, host};
	}

	const id = textOf(fields, 'http.request.id');
	return describe({
		method: textOf(fields, 'http.request.method'),
		status: readInteger(fields['http.response.status']),
		host,
		repository: textOf(fields, 'vars.name') || (path['repository'] ?? ''),
		reference: textOf(fields, 'vars.reference') || (path['reference'] ?? ''),
		time,
		id: id === '' ? undefined : id,
		agent: textOf(fields, 'http.request.useragent'),
		client: clientOf(
			textOf(fields, 'http.request.remoteaddr'),
			textOf(fields, 'auth.user.name'),
		),
		mediaType: textOf(fields, 'http.response.contenttype').replace(
			/\s*;.*/,
			'',
		),
	});
};

/** Whether a registry that writes such a line writes one for every response that it completes. */
const isOfRequest = (fields: Fields): boolean =>
	textOf(fields, 'level') === 'info' &&
	textOf(fields, 'http.request.method') !== '';

const combinedPattern =
	/(?<address>\S+) \S+ (?<user>\S+) \[(?<time>[^\]]+)] "(?<method>GET|HEAD|PUT) (?<uri>\/v2\/[^ "]+)[^"]*" (?<status>\d{3}) \S+(?: "(?:[^"\\]|\\.)*" "(?<agent>(?:[^"\\]|\\.)*)")?/;

/** A line in the combined format of web servers; `undefined` for every other. */
const readCombined = (line: string): ReadRecord | undefined => {
	const {
		address = '',
		user = '',
		time = '',
		method = '',
		uri,
		status,
		agent = '',
	} = combinedPattern.exec(line)?.groups ?? {};
	if (uri === undefined) {
		return undefined;
	}

	const at = readKnownTime(time);
	const path = pathPattern.exec(uri)?.groups;
	return path === undefined
		? {kind: 'other', time: at, host: ''}
		: describe({
				method,
				status: Number(status),
				host: '',
				repository: path['repository'] ?? '',
				reference: path['reference'] ?? '',
				time: at,
				id: undefined,
				agent: agent.replaceAll(/\\(.)/g, '$1'),
				client: clientOf(address, user === '-' ? '' : user),
				mediaType: '',
			});
};

/** What docker's log driver wrapped; the line itself where it did not. */
const unwrap = (line: string): string => {
	if (!line.startsWith('{"log":')) {
		return line;
	}

	const wrapped = parseJson(line);
	const log = isJsonObject(wrapped) ? wrapped['log'] : undefined;
	return typeof log === 'string' ? log.trimEnd() : line;
};

/** The fields of a structured line, whatever stands before them: times and streams of CRI, of `docker logs` and `kubectl logs`. `undefined` for other lines, `bad` for one that is cut off. */
const readStructured = (line: string): Fields | 'bad' | undefined => {
	const json = line.indexOf('{"');
	// Braces may stand in a value of logfmt, too.
	const text = line.search(/\btime="?\d{4}-/);
	if (json !== -1 && (text === -1 || json < text)) {
		const fields = parseJson(line.slice(json));
		return isJsonObject(fields) ? fields : 'bad';
	}

	return text === -1 ? undefined : (parseLogfmt(line.slice(text)) ?? 'bad');
};

/** Reads the lines of one log, in their order. */
export type DistributionLog = {
	readonly read: (line: string) => readonly ReadRecord[];
};

/**
Opens the log of a distribution registry, as JSON, for logstash or as text, bare or wrapped by docker or by a Kubernetes runtime.

A request leaves up to three lines. The one that counts says `response completed`; lines in the combined format count only as long as no other line has told of a request. They name no host. What else
interleaves is `other`.
@see https://distribution.github.io/distribution/about/configuration/#log
*/
export const openDistributionLog = (): DistributionLog => {
	let isStructured = false;
	return {
		read(written) {
			const line = unwrap(written);
			const fields = readStructured(line);
			if (fields === 'bad') {
				return [bad('The line is cut off.')];
			}

			if (fields !== undefined) {
				isStructured ||= isOfRequest(fields);
				return [readFields(fields)];
			}

			const combined = readCombined(line);
			return combined === undefined || isStructured
				? [{kind: 'other', time: undefined, host: ''}]
				: [combined];
		},
	};
};
