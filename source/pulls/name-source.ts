import {UserError} from '../user-error.js';

/** The kinds of sources of pulls, as `--pulls KIND:WHERE` names them, each with what it reads. */
export const pullKinds = {
	'gcs-usage': 'GCS usage logs of gcr.io, CSV files or a BigQuery table',
	'ar-audit': 'Artifact Registry audit logs, files, BigQuery or gcloud',
	'kubernetes-events': 'Kubernetes image events, files, BigQuery or gcloud',
	'acr-events':
		'Azure ContainerRegistryRepositoryEvents, files, az storage or a workspace',
	'docker-hub': "Docker Hub's own times of the last pulls",
	'hub-counters': "Docker Hub's counters, as jetsam sample keeps them",
	opensearch: "Docker Hub's counters in OpenSearch or Elasticsearch",
	'distribution-events': 'notifications of a distribution registry, files',
	'distribution-log': 'access logs of a distribution registry, files',
	auto: 'a file of any of these, recognised by its content',
} as const;

/** One of the kinds. */
export type PullKind = keyof typeof pullKinds;

/** What holds the records of a source. */
export type PullEngine =
	| 'files'
	| 'bigquery'
	| 'az-storage'
	| 'log-analytics'
	| 'gcloud'
	| 'opensearch'
	| 'docker-hub'
	| 'samples';

/** A source that the operator has named. */
export type NamedSource = {
	/** As it was written. */
	readonly name: string;
	readonly kind: PullKind;
	readonly engine: PullEngine;
	/** What follows the kind, without the scheme of an engine. */
	readonly where: string;
};

/** A source to open, and what the operator has said of it. */
export type AskedSource = NamedSource & {
	/** The registry that it was saved for; `undefined` where it was given for all. */
	readonly host: string | undefined;
	/** What it covers, where it does not say so itself; milliseconds since 1970. */
	readonly declared: {
		readonly from: number | undefined;
		readonly to: number | undefined;
	};
	/** Whether the registry refuses anonymous reads, which audit logs do not tell of. */
	readonly anonymousReadsAreRefused: boolean;
};

const schemes: ReadonlyArray<readonly [RegExp, PullEngine]> = [
	[/^bigquery:\/\//i, 'bigquery'],
	[/^az:\/\//i, 'az-storage'],
	[/^workspace:\/\//i, 'log-analytics'],
	[/^gcloud:\/\//i, 'gcloud'],
];

const enginesOf: Readonly<Record<PullKind, readonly PullEngine[]>> = {
	'gcs-usage': ['files', 'bigquery'],
	'ar-audit': ['files', 'bigquery', 'gcloud'],
	'kubernetes-events': ['files', 'bigquery', 'gcloud'],
	'acr-events': ['files', 'az-storage', 'log-analytics'],
	'docker-hub': ['docker-hub'],
	'hub-counters': ['samples', 'files'],
	opensearch: ['opensearch'],
	'distribution-events': ['files'],
	'distribution-log': ['files'],
	auto: ['files'],
};

const wrong = (message: string, remedy: string): UserError =>
	new UserError(message, {remedy, exitCode: 2});

const isKind = (text: string): text is PullKind =>
	Object.hasOwn(pullKinds, text);

const findEngine = (
	kind: PullKind,
	where: string,
): {engine: PullEngine; rest: string} => {
	if (kind === 'opensearch' && /^https?:\/\//i.test(where)) {
		return {engine: 'opensearch', rest: where};
	}

	if (kind === 'docker-hub' && where === 'tags') {
		return {engine: 'docker-hub', rest: where};
	}

	if (kind === 'hub-counters' && where === 'samples') {
		return {engine: 'samples', rest: where};
	}

	const [scheme, engine] =
		schemes.find(([pattern]) => pattern.test(where)) ?? [];
	return scheme && engine
		? {engine, rest: where.replace(scheme, '')}
		: {engine: 'files', rest: where};
};

const forms: Readonly<Partial<Record<PullKind, string>>> = {
	'docker-hub': 'docker-hub:tags',
	'hub-counters': 'hub-counters:samples, or a file of samples',
	opensearch: 'opensearch:https://HOST/INDEX-PATTERN',
};

/** The source that `KIND:WHERE` names. Throws `UserError` with exit code 2 where it names none. */
export const parseSourceName = (name: string): NamedSource => {
	const colon = name.indexOf(':');
	const kind = name.slice(0, Math.max(colon, 0));
	const where = name.slice(colon + 1).trim();
	if (!isKind(kind)) {
		throw wrong(
			colon === -1
				? `"${name}" names no source of pulls: it has no KIND before a colon.`
				: `There is no kind of pulls "${kind}".`,
			`The kinds are ${Object.keys(pullKinds).join(', ')}.`,
		);
	}

	if (where === '') {
		throw wrong(
			`"${name}" does not say where.`,
			`Write for example ${forms[kind] ?? `${kind}:logs/`}.`,
		);
	}

	const {engine, rest} = findEngine(kind, where);
	if (!enginesOf[kind].includes(engine)) {
		throw wrong(
			`${kind} cannot be read from "${where}".`,
			forms[kind] === undefined
				? `It is read from ${enginesOf[kind].join(', ')}.`
				: `Write ${forms[kind]}.`,
		);
	}

	return {name, kind, engine, where: rest};
};
