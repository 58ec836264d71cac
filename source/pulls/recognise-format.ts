import {isJsonObject, parseJson} from '../oci/json.js';
import {makeSafe} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import {findField, findText} from './find-field.js';
import {isImageCounts} from './log-formats.js';
import {sampleValues} from './sample-values.js';

/** The kinds of pull logs that a file can be. */
export const recognisedKinds = [
	'gcs-usage',
	'ar-audit',
	'kubernetes-events',
	'acr-events',
	'distribution-events',
	'distribution-log',
] as const;

/** One of `recognisedKinds`. */
export type RecognisedKind = (typeof recognisedKinds)[number];

const has = (value: unknown, ...paths: readonly string[]): boolean =>
	paths.every(path => findField(value, path) !== undefined);

const isUsage = (value: unknown): boolean =>
	has(value, 'time_micros', 'cs_method') || has(value, 'time_micros', 'cs_uri');

const isAudit = (value: unknown): boolean =>
	findText(value, 'logName').includes('cloudaudit') ||
	has(value, 'protoPayload') ||
	has(value, 'protopayload_auditlog') ||
	has(value, 'protopayload_auditlog.methodName');

const isKubernetesEvent = (value: unknown): boolean =>
	findText(value, 'kind') === 'Event' ||
	has(value, 'involvedObject', 'reason') ||
	has(value, 'regarding', 'note') ||
	findText(value, 'logName').endsWith('/logs/events') ||
	has(value, 'jsonPayload.involvedObject') ||
	has(value, 'jsonPayload.message') ||
	has(value, 'imageName', 'numberOfPulls');

const azureCategory = 'ContainerRegistryRepositoryEvents';

const isAzureEvent = (value: unknown): boolean =>
	findText(value, 'category') === azureCategory ||
	findText(value, 'Type') === azureCategory ||
	has(value, 'properties.loginServer') ||
	has(value, 'LoginServer', 'Repository') ||
	has(value, 'Repository', 'AccessCount');

const isNotification = (value: unknown): boolean =>
	has(value, 'action', 'target.repository');

const isRegistryLine = (value: unknown): boolean => {
	const log = findText(value, 'log');
	return (
		(isJsonObject(value) &&
			Object.keys(value).some(name => name.startsWith('http.request.'))) ||
		(has(value, 'go.version') &&
			(has(value, 'msg') || has(value, 'message'))) ||
		(log !== '' && isRegistryText(log))
	);
};

const isRegistryText = (text: string): boolean =>
	/\bhttp\.request\.|\bgo\.version["=]|"(?:GET|HEAD|PUT) \/v2\//.test(text);

const recognisers: ReadonlyArray<
	readonly [RecognisedKind, (value: unknown) => boolean]
> = [
	['gcs-usage', isUsage],
	['acr-events', isAzureEvent],
	['ar-audit', isAudit],
	['kubernetes-events', isKubernetesEvent],
	['distribution-events', isNotification],
	['distribution-log', isRegistryLine],
];

/** An answer of Log Analytics keeps the names of its columns apart from the rows. */
const isAzureTable = (value: unknown): boolean => {
	const [table] = readArray(findField(value, 'tables'));
	const names = readArray(findField(table, 'columns')).map(column =>
		findText(column, 'name'),
	);
	return names.includes('Repository') && names.length > 1;
};

const readArray = (value: unknown): readonly unknown[] =>
	Array.isArray(value) ? value : [];

/** What stands in a document that is a list under a name. */
const unfold = (value: unknown): readonly unknown[] => {
	const inner = ['items', 'events', 'records'].flatMap(name =>
		readArray(isJsonObject(value) ? value[name] : undefined),
	);
	return inner.length > 0 ? inner.slice(0, 5) : [value];
};

const recogniseValues = (head: string): RecognisedKind | undefined => {
	const values = sampleValues(head);
	if (values.some(value => isAzureTable(value))) {
		return 'acr-events';
	}

	const all = values.flatMap(value => unfold(value));
	return recognisers.find(([, isOfKind]) =>
		all.some(value => isOfKind(value)),
	)?.[0];
};

const recogniseColumns = (head: string): RecognisedKind | undefined => {
	if (isImageCounts(head)) {
		return 'kubernetes-events';
	}

	const [first = ''] = head.split('\n', 1);
	const columns = new Set(
		first
			.split(',')
			.map(column => column.replaceAll(/["\s]/g, '').toLowerCase()),
	);
	if (columns.has('time_micros')) {
		return 'gcs-usage';
	}

	return columns.has('loginserver') && columns.has('repository')
		? 'acr-events'
		: undefined;
};

/** What the file begins with, for a sentence. */
const describeHead = (head: string): string => {
	if (head === '') {
		return 'it is empty';
	}

	const [value] = sampleValues(head);
	if (value && /^[[{]/.test(head)) {
		const names = Object.keys(value).slice(0, 6).join(', ');
		return names === ''
			? 'its first record has no fields'
			: `its first record has the fields ${makeSafe(names)}`;
	}

	const [line = ''] = head.split('\n', 1);
	return parseJson(head) === undefined
		? `it begins with “${makeSafe(line.slice(0, 60).trimEnd())}”`
		: 'it holds no record';
};

/**
The kind of a file of pull logs, by its content.

Throws `UserError`, which says what the file holds and which kinds there are, where it is none of them.
@param head - The first characters of the file, unpacked; 64 KiB are enough.
@param file - Its name, for the error.
*/
export const recogniseFormat = (head: string, file: string): RecognisedKind => {
	const text = head.replace(/^\uFEFF/, '').trimStart();
	const kind =
		recogniseColumns(text) ??
		recogniseValues(text) ??
		(isRegistryText(text) ? 'distribution-log' : undefined);
	if (kind === undefined) {
		throw new UserError(
			`The file ${makeSafe(file)} is no log of pulls that jetsam recognises: ${describeHead(text)}.`,
			{
				remedy: `Name its kind in --pulls KIND:WHERE, one of ${recognisedKinds.join(', ')}.`,
				exitCode: 2,
			},
		);
	}

	return kind;
};
