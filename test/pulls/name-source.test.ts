import test from 'ava';
import {
	parseSourceName,
	type PullEngine,
	type PullKind,
} from '../../source/pulls/name-source.js';
import {UserError} from '../../source/user-error.js';

const good: ReadonlyArray<readonly [string, PullKind, PullEngine, string]> = [
	['acr-events:logs/', 'acr-events', 'files', 'logs/'],
	[String.raw`acr-events:C:\logs`, 'acr-events', 'files', String.raw`C:\logs`],
	[
		'acr-events:az://acct/box/y=2026',
		'acr-events',
		'az-storage',
		'acct/box/y=2026',
	],
	['acr-events:workspace://1-2', 'acr-events', 'log-analytics', '1-2'],
	['gcs-usage:bigquery://p.d.t', 'gcs-usage', 'bigquery', 'p.d.t'],
	['ar-audit:gcloud://p', 'ar-audit', 'gcloud', 'p'],
	['kubernetes-events:*.json', 'kubernetes-events', 'files', '*.json'],
	['docker-hub:tags', 'docker-hub', 'docker-hub', 'tags'],
	['hub-counters:samples', 'hub-counters', 'samples', 'samples'],
	['hub-counters:a.jsonl', 'hub-counters', 'files', 'a.jsonl'],
	['opensearch:https://h/i-*', 'opensearch', 'opensearch', 'https://h/i-*'],
	['auto:a.json', 'auto', 'files', 'a.json'],
];

for (const [name, kind, engine, where] of good) {
	test(`a source: ${name}`, t => {
		t.deepEqual(parseSourceName(name), {name, kind, engine, where});
	});
}

const bad: ReadonlyArray<readonly [string, RegExp]> = [
	['logs/', /it has no KIND.*The kinds are gcs-usage, /v],
	['acr:logs/', /no kind of pulls "acr".*acr-events/v],
	['toString:logs/', /no kind of pulls "toString"/v],
	['acr-events:', /does not say where.*acr-events:logs\//v],
	['acr-events:bigquery://p.d.t', /cannot be read from.*files, az-storage/v],
	['distribution-log:gcloud://p', /It is read from files\./v],
	['docker-hub:pulls', /Write docker-hub:tags\./v],
	['opensearch:logs', /Write opensearch:https:/v],
	['auto:bigquery://p.d.t', /cannot be read from/v],
];

for (const [name, expected] of bad) {
	test(`no source: ${name}`, t => {
		const error = t.throws(() => parseSourceName(name), {
			instanceOf: UserError,
		});
		t.regex(error?.sentence ?? '', expected);
		t.is(error?.exitCode, 2);
	});
}
