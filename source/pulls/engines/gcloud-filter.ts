import type {TimeSpan} from '../../evidence/pull.js';

/** The kinds of logs that gcloud reads. */
export type GcloudKind = 'ar-audit' | 'kubernetes-events';

/** Requests that are logged as reads of data, which is what must be switched on for pulls. */
const reads = ['Docker-GetManifest', 'Docker-HeadManifest'];
const otherReads = ['Docker-GetTags', 'Docker-ServeBlob', 'Docker-Catalog'];

const anyOf = (values: readonly string[]): string =>
	`(${values.map(value => `"${value}"`).join(' OR ')})`;

/** Where the resources of a host lie, so that other registries of the project are not read; nothing where the host does not tell. */
const placeOf = (host: string): readonly string[] => {
	const location = /^(?<location>[a-z\d\-]+)-docker\.pkg\.dev$/v.exec(host)
		?.groups?.['location'];
	if (location !== undefined) {
		return [`protoPayload.resourceName:"/locations/${location}/"`];
	}

	return /^(?:[a-z]+\.)?gcr\.io$/v.test(host)
		? [`protoPayload.resourceName:"/repositories/${host}"`]
		: [];
};

const auditOf = (
	host: string,
	methods: readonly string[],
): readonly string[] => [
	'log_id("cloudaudit.googleapis.com/data_access")',
	'protoPayload.serviceName="artifactregistry.googleapis.com"',
	`protoPayload.methodName=${anyOf(methods)}`,
	...placeOf(host),
];

const toText = (time: number): string => `"${new Date(time).toISOString()}"`;

/**
The filter for everything that counts in a window.
@see https://cloud.google.com/logging/docs/view/logging-query-language
*/
export const filterWindow = (
	kind: GcloudKind,
	{host, window}: {readonly host: string; readonly window: TimeSpan},
): string =>
	[
		...(kind === 'ar-audit'
			? auditOf(host, [...reads, 'Docker-PutManifest'])
			: ['log_id("events")', 'jsonPayload.reason=("Pulling" OR "Pulled")']),
		`timestamp>=${toText(window.from)}`,
		`timestamp<${toText(window.to)}`,
	].join(' AND ');

/** The filter for what shows that reads of a registry were logged before a time already. */
export const filterBefore = (host: string, time: number): string =>
	[
		...auditOf(host, [...reads, ...otherReads]),
		`timestamp<${toText(time)}`,
	].join(' AND ');
