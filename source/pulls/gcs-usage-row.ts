import type {PullAction} from '../evidence/pull.js';
import {type Digest, parseDigest} from '../oci/digest.js';
import {isRepositoryName} from '../oci/reference.js';

/** The columns that are used, in the order in which they are handed on. */
export const usageColumns = [
	'time_micros',
	's_request_id',
	'cs_method',
	'sc_status',
	'cs_user_agent',
	'cs_bucket',
	'cs_referer',
	'cs_object',
] as const;

/** The cells of a row that tell what was fetched, by whom and how. */
export type UsageFields = {
	readonly method: string;
	readonly status: string;
	readonly agent: string;
	readonly bucket: string;
	readonly referer: string;
	readonly object: string;
};

/** What a row is, apart from when. */
export type UsageMeaning =
	| {
			readonly kind: 'record';
			readonly host: string;
			/** Empty where no referer names it: a blob of any repository of the project. */
			readonly repository: string;
			readonly image: {readonly kind: 'blob'; readonly digest: Digest};
			readonly tag: undefined;
			readonly action: PullAction;
			readonly agent: string;
	  }
	| {readonly kind: 'other'; readonly host: string};

const refererPattern =
	/^https:\/\/(?<host>(?:[a-z]+\.)?gcr\.io)\/v2\/(?<repository>.+)\/blobs\/sha256:[\da-f]{64}$/v;

/** `artifacts.PROJECT.appspot.com` is gcr.io's bucket, `eu.artifacts.…` that of eu.gcr.io. */
const bucketPattern = /^(?:(?<region>[a-z]+)\.)?artifacts\..+\.appspot\.com$/v;

const objectPattern = /^containers\/images\/(?<digest>sha256:[\da-f]{64})$/v;

const hostOf = (bucket: string): string => {
	const groups = bucketPattern.exec(bucket)?.groups;
	return groups === undefined
		? ''
		: groups['region'] === undefined
			? 'gcr.io'
			: `${groups['region']}.gcr.io`;
};

/** Whether a blob was sent, or a part of one; where not, the rest of the row but for its bucket does not matter. */
export const isFetched = (method: string, status: string): boolean =>
	method === 'GET' && (status === '200' || status === '206');

/**
What a row of a usage log is. Blobs that were fetched are records; uploads, calls of the bucket's own API, what was not changed or not there are others. A part of a blob counts too, once for each request.

The registry served manifests itself, so that none of them is ever in these logs: who counts knows which manifests have a config.
*/
export const judgeUsage = ({
	method,
	status,
	agent,
	bucket,
	referer,
	object,
}: UsageFields): UsageMeaning => {
	if (!isFetched(method, status)) {
		return {kind: 'other', host: hostOf(bucket)};
	}

	const digest = parseDigest(objectPattern.exec(object)?.groups?.['digest']);
	const {host = hostOf(bucket), repository = ''} =
		refererPattern.exec(referer)?.groups ?? {};
	if (digest === undefined || host === '') {
		return {kind: 'other', host};
	}

	return {
		kind: 'record',
		host,
		repository: isRepositoryName(repository) ? repository : '',
		image: {kind: 'blob', digest},
		tag: undefined,
		action: 'pull',
		agent,
	};
};
