/* eslint-disable @typescript-eslint/naming-convention -- names as logs, tables and the environment have them */
import {Buffer} from 'node:buffer';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {openHubTimes} from '../../source/commands/open-hub-times.js';
import {openReaders} from '../../source/commands/open-readers.js';
import type {ReaderSurroundings} from '../../source/commands/open-reader.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	type AskedSource,
	parseSourceName,
	pullKinds,
} from '../../source/pulls/name-source.js';
import type {PullReader, ReadReply} from '../../source/pulls/pull-reader.js';
import {UserError} from '../../source/user-error.js';
import {startLoopback} from '../http/_loopback.js';
import {digestOf} from '../helpers/build-repository.js';
import {createHubRegistry} from '../helpers/hub-registry.js';
import {startRegistry} from '../helpers/journey-world.js';
import {startBigQuery} from '../helpers/bigquery-server.js';
import {makeFolder, standIn} from '../helpers/stand-in.js';
import {
	createLogin,
	resultColumns,
	usageTable,
} from '../pulls/_open-bigquery.js';

const day = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 10, 25, 12);
const time = new Date(now - 3 * day).toISOString();
const one = digestOf('one');

const surround = async (
	t: ExecutionContext,
	fields: Partial<ReaderSurroundings> = {},
): Promise<ReaderSurroundings & {readonly folder: string}> => {
	const folder = await makeFolder(t);
	return {
		folder,
		clock: {now: () => now, sleep: async () => undefined},
		environment: {},
		http: {
			readOnly: true,
			insecureHosts: [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: 1,
			now: () => now,
		},
		folders: {state: folder, config: folder, cache: path.join(folder, 'cache')},
		maxBytes: undefined,
		apartAgents: undefined,
		keepsCounts: true,
		...fields,
	};
};

const ask = (name: string, fields: Partial<AskedSource> = {}): AskedSource => ({
	...parseSourceName(name),
	host: undefined,
	declared: {from: undefined, to: undefined},
	anonymousReadsAreRefused: false,
	...fields,
});

const readOne = async (
	asked: AskedSource,
	surroundings: ReaderSurroundings,
	about: {readonly host: string; readonly repository?: string},
): Promise<ReadReply> => {
	const [reader] = await openReaders([asked], surroundings);
	return read(reader!, about);
};

const read = async (
	reader: PullReader,
	about: {readonly host: string; readonly repository?: string},
): Promise<ReadReply> =>
	reader.read(
		{
			repository: undefined,
			...about,
			window: {from: now - 90 * day, to: now},
			isAgreed: 'within-cap',
		},
		{tell: () => undefined, signal: new AbortController().signal},
	);

/** `registry.test/shop/web sha256:… pull 1`, without pushes. */
const describe = ({tallies}: ReadReply): readonly string[] =>
	tallies.map(({host, repository, image, action, days}) => {
		const count = [...days.values()].reduce((sum, more) => sum + more, 0);
		const name = 'digest' in image ? image.digest : image.kind;
		return `${host}/${repository} ${name} ${action} ${count}`;
	});

const notification = {
	id: 'e1',
	timestamp: time,
	action: 'pull',
	target: {
		mediaType: 'application/vnd.oci.image.manifest.v1+json',
		digest: one,
		repository: 'shop/web',
		url: `http://registry.test/v2/shop/web/manifests/${one}`,
	},
	request: {method: 'GET', useragent: 'containerd/1.7.2'},
};

const samples: ReadonlyArray<
	readonly [kind: string, host: string, content: string, told: string]
> = [
	[
		'distribution-events',
		'registry.test',
		JSON.stringify(notification),
		`registry.test/shop/web ${one} pull 1`,
	],
	[
		'distribution-log',
		'registry.test',
		JSON.stringify({
			'go.version': 'go1.19.8',
			'http.request.host': 'registry.test',
			'http.request.id': 'r1',
			'http.request.method': 'GET',
			'http.request.uri': `/v2/shop/web/manifests/${one}`,
			'http.request.useragent': 'containerd/1.7.2',
			'http.response.status': 200,
			msg: 'response completed',
			time,
		}),
		`registry.test/shop/web ${one} pull 1`,
	],
	[
		'acr-events',
		'acme.azurecr.io',
		JSON.stringify({
			time,
			category: 'ContainerRegistryRepositoryEvents',
			operationName: 'Pull',
			resultDescription: '200',
			properties: {
				repository: 'shop/web',
				digest: one,
				loginServer: 'acme.azurecr.io',
				userAgent: 'containerd/v1.7.2',
			},
		}),
		`acme.azurecr.io/shop/web ${one} pull 1`,
	],
	[
		'gcs-usage',
		'gcr.io',
		[
			'"time_micros","cs_method","sc_status","cs_referer","cs_user_agent","s_request_id","cs_bucket","cs_object"',
			`"${(now - 3 * day) * 1000}","GET","200","https://gcr.io/v2/acme/api/blobs/${one}","docker/18.09","r-1","artifacts.acme.appspot.com","containers/images/${one}"`,
			'',
		].join('\n'),
		`gcr.io/acme/api ${one} pull 1`,
	],
	[
		'ar-audit',
		'europe-west1-docker.pkg.dev',
		JSON.stringify({
			insertId: 'i1',
			logName: 'projects/acme/logs/cloudaudit.googleapis.com%2Fdata_access',
			timestamp: time,
			protoPayload: {
				serviceName: 'artifactregistry.googleapis.com',
				methodName: 'Docker-GetManifest',
				resourceName:
					'projects/acme/locations/europe-west1/repositories/apps/dockerImages/api',
				requestMetadata: {callerSuppliedUserAgent: 'containerd/v1.7.2'},
				request: {
					requestMethod: 'GET',
					requestUrl: `/v2/acme/apps/api/manifests/${one}`,
				},
			},
		}),
		`europe-west1-docker.pkg.dev/acme/apps/api ${one} pull 1`,
	],
	[
		'kubernetes-events',
		'registry.test',
		JSON.stringify({
			kind: 'Event',
			type: 'Normal',
			reason: 'Pulled',
			message: `Successfully pulled image "registry.test/shop/web@${one}" in 1.2s`,
			lastTimestamp: time,
			metadata: {uid: 'u1', name: 'web.1', namespace: 'shop'},
			involvedObject: {kind: 'Pod', namespace: 'shop', name: 'web'},
			count: 1,
		}),
		`registry.test/shop/web ${one} pull 1`,
	],
];

for (const [kind, host, content, told] of samples) {
	for (const said of [kind, 'auto']) {
		test(`a file of ${kind}, named ${said}, is read by its format`, async t => {
			const surroundings = await surround(t);
			const file = path.join(surroundings.folder, 'log');
			await writeFile(file, content);
			const reply = await readOne(ask(`${said}:${file}`), surroundings, {host});
			t.deepEqual(describe(reply), [told]);
			t.is(reply.source.name, `${said}:${file}`);
		});
	}
}

test('what a file of no known kind holds is said, with the kinds', async t => {
	const surroundings = await surround(t);
	const file = path.join(surroundings.folder, 'notes.txt');
	await writeFile(file, 'some notes\n');
	const error = await t.throwsAsync(
		readOne(ask(`auto:${file}`), surroundings, {host: 'registry.test'}),
		{instanceOf: UserError},
	);
	t.regex(error.sentence, /begins with “some notes”/v);
	t.regex(error.sentence, /distribution-log/v);
});

test('a log of another registry says whose it is', async t => {
	const surroundings = await surround(t);
	const file = path.join(surroundings.folder, 'log');
	await writeFile(file, `${JSON.stringify(notification)}\n`);
	const asked = ask(`distribution-events:${file}`);
	const {source, tallies} = await readOne(asked, surroundings, {
		host: 'other.test',
	});
	t.deepEqual(tallies, []);
	t.regex(source.remark ?? '', /about registry\.test/v);
});

test('what the operator declared is what notifications prove, and only that', async t => {
	const surroundings = await surround(t);
	const file = path.join(surroundings.folder, 'log');
	const first = {
		...notification,
		id: 'e0',
		timestamp: new Date(now - 200 * day).toISOString(),
	};
	await writeFile(
		file,
		`${JSON.stringify(first)}\n${JSON.stringify(notification)}\n`,
	);
	const name = `distribution-events:${file}`;
	const about = {host: 'registry.test'};
	const silent = await readOne(ask(name), surroundings, about);
	t.like(silent.source, {proves: 'nothing', covers: undefined});
	const declared = {from: now - 100 * day, to: now};
	const said = await readOne(ask(name, {declared}), surroundings, about);
	t.like(said.source, {proves: 'all-digests', covers: declared});
});

test('scanners are those of the settings, or the usual ones', async t => {
	const surroundings = await surround(t);
	const file = path.join(surroundings.folder, 'log');
	await writeFile(file, `${JSON.stringify(notification)}\n`);
	const asked = ask(`distribution-events:${file}`);
	const about = {host: 'registry.test'};
	const isApart = async (apartAgents: readonly string[] | undefined) => {
		const {tallies} = await readOne(
			asked,
			{...surroundings, apartAgents},
			about,
		);
		return tallies.map(tally => tally.isApart);
	};

	t.deepEqual(await isApart(undefined), [false]);
	t.deepEqual(await isApart(['Containerd/']), [true]);
});

test('a source that was saved for a registry is for no other', async t => {
	const surroundings = await surround(t);
	const readers = await openReaders(
		[
			ask('acr-events:logs/', {host: 'acme.azurecr.io'}),
			ask('auto:logs/', {host: 'registry.test'}),
			ask('docker-hub:tags'),
			ask('distribution-log:logs/'),
		],
		surroundings,
	);
	const forHost = (host: string) =>
		readers.filter(({isFor}) => isFor(host)).map(({name}) => name);
	t.deepEqual(forHost('acme.azurecr.io'), [
		'acr-events:logs/',
		'distribution-log:logs/',
	]);
	t.deepEqual(forHost('registry.test'), [
		'auto:logs/',
		'distribution-log:logs/',
	]);
	t.deepEqual(forHost('docker.io'), [
		'docker-hub:tags',
		'distribution-log:logs/',
	]);
});

const document = (count: number, at: number) =>
	JSON.stringify({
		namespace: 'shop',
		name: 'web',
		pull_count: count,
		star_count: 0,
		timestamp: new Date(at).toISOString(),
	});

test('counters come from the samples in the state folder, or from files', async t => {
	const surroundings = await surround(t);
	const {folder} = surroundings;
	const lines = `${document(10, now - 3 * day)}\n${document(17, now - 2 * day)}\n`;
	await writeFile(path.join(folder, 'counter-samples.jsonl'), lines);
	await mkdir(path.join(folder, 'kept'));
	await writeFile(path.join(folder, 'kept', 'a.jsonl'), lines);
	for (const name of [
		'hub-counters:samples',
		`hub-counters:${path.join(folder, 'kept')}`,
	]) {
		const reply = await readOne(ask(name), surroundings, {host: 'docker.io'});
		t.deepEqual(
			[name, ...describe(reply)],
			[name, 'docker.io/shop/web repository pull 7'],
		);
	}
});

test('the tag API is asked without a login, and OpenSearch with the one of the environment', async t => {
	const asked: string[] = [];
	const hub = await startLoopback(t, (request, response) => {
		asked.push(`${request.method} ${request.url?.split('?')[0]}`);
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({count: 0, next: null, results: []}));
	});
	const search = await startLoopback(t, (request, response) => {
		asked.push(`search ${request.headers.authorization}`);
		response.statusCode = 403;
		response.end('{}');
	});
	const surroundings = await surround(t, {
		hubOrigin: hub.origin,
		environment: {
			JETSAM_OPENSEARCH_USERNAME: 'reader',
			JETSAM_OPENSEARCH_PASSWORD: 'secret',
		},
	});
	await readOne(ask('docker-hub:tags'), surroundings, {
		host: 'docker.io',
		repository: 'shop/web',
	});
	await t.throwsAsync(
		readOne(ask(`opensearch:${search.origin}/metrics-*`), surroundings, {
			host: 'docker.io',
		}),
		{instanceOf: UserError},
	);
	t.deepEqual(asked.slice(0, 2), [
		'GET /v2/namespaces/shop/repositories/web/tags',
		`search Basic ${Buffer.from('reader:secret').toString('base64')}`,
	]);
});

test('a table is asked under the cap of the command line', async t => {
	const server = await startBigQuery(t, {
		tables: {'acme.logs.usage': usageTable},
		columns: resultColumns('bucket', 'referer', 'digest'),
		bytes: 5_000_000,
	});
	const {environment, openClient} = await createLogin(t, server);
	const surroundings = await surround(t, {
		environment,
		openBigQuery: openClient,
		maxBytes: 4_000_000,
	});
	const asked = ask('gcs-usage:bigquery://acme.logs.usage');
	const error = await t.throwsAsync(
		readOne(asked, surroundings, {host: 'gcr.io'}),
		{instanceOf: UserError},
	);
	t.regex(error.sentence, /would scan 5 MB, and the cap is 4 MB/v);
	const {source} = await readOne(
		asked,
		{...surroundings, maxBytes: 5_000_000},
		{host: 'gcr.io'},
	);
	t.is(source.state, 'read');
});

for (const [name, command, words] of [
	[
		'acr-events:az://acmelogs/events',
		'az',
		['storage', 'blob', 'download-batch'],
	],
	[
		'acr-events:workspace://00000000-0000-0000-0000-000000000000',
		'az',
		['monitor', 'log-analytics', 'query'],
	],
	['ar-audit:gcloud://acme-prod', 'gcloud', ['logging', 'read']],
	['kubernetes-events:gcloud://acme-prod', 'gcloud', ['logging', 'read']],
] as const) {
	test(`${name} asks the operator's own ${command}`, async t => {
		const program = await standIn(t, command, 'console.log("[]");');
		const surroundings = await surround(t, {environment: program.environment});
		await readOne(ask(name), surroundings, {
			host: command === 'az' ? 'acme.azurecr.io' : 'europe-docker.pkg.dev',
		}).catch((error: unknown) => {
			// An answer with nothing in it may be no answer; what counts here is who was asked.
			t.true(error instanceof UserError);
		});
		const [call] = await program.readCalls();
		t.deepEqual(call?.slice(0, words.length), [...words]);
	});
}

test("Docker Hub's times are asked without being named, with the login of this machine, and once where they are named", async t => {
	const hub = createHubRegistry(createRegistryContent());
	hub.behaviour.passwords.set('ann', 'secret of ann');
	const {server, faults} = await startRegistry(t);
	faults.intercept = hub.api;
	const folder = await makeFolder(t);
	await writeFile(
		path.join(folder, 'config.json'),
		JSON.stringify({
			auths: {
				'https://index.docker.io/v1/': {
					auth: Buffer.from('ann:secret of ann').toString('base64'),
				},
			},
		}),
	);
	const surroundings = await surround(t, {
		hubOrigin: server.url,
		environment: {DOCKER_CONFIG: folder},
	});
	t.deepEqual(openHubTimes([ask('docker-hub:tags')], surroundings), []);
	const [reader] = openHubTimes([], surroundings);
	t.true(reader?.isFor('docker.io'));
	t.true(reader?.isFor('registry-1.docker.io'));
	t.false(reader?.isFor('ghcr.io'));
	await t.throwsAsync(
		read(reader!, {host: 'docker.io', repository: 'ann/none'}),
		{message: /shows no repository ann\/none/v},
	);
	t.deepEqual(
		server.requests.map(({method, path: at}) => `${method} ${at}`),
		[
			'POST /v2/auth/token',
			'GET /v2/namespaces/ann/repositories/none/tags?page_size=100',
		],
	);
});

test('every kind has a reader for each of its engines', async t => {
	const surroundings = await surround(t);
	const names = [
		...Object.keys(pullKinds)
			.filter(kind => !['docker-hub', 'opensearch'].includes(kind))
			.map(kind => `${kind}:logs/`),
		'docker-hub:tags',
		'opensearch:https://search.test/metrics-*',
		'hub-counters:samples',
		'gcs-usage:bigquery://acme-prod.logs.usage',
		'ar-audit:bigquery://acme-prod.logs.audit',
		'kubernetes-events:bigquery://acme-prod.logs.events',
	];
	const readers = await openReaders(
		names.map(name => ask(name)),
		surroundings,
	);
	t.deepEqual(
		readers.map(({name}) => name),
		names,
	);
});

for (const [name, message] of [
	['gcs-usage:bigquery://acme', /names no table/v],
	['acr-events:az://A', /names no container/v],
	['acr-events:workspace://x', /names no workspace/v],
	['ar-audit:gcloud://X', /names no project/v],
] as const) {
	test(`${name} is wrong usage`, async t => {
		const surroundings = await surround(t);
		const error = await t.throwsAsync(openReaders([ask(name)], surroundings), {
			instanceOf: UserError,
		});
		t.regex(error.sentence, message);
		t.is(error.exitCode, 2);
	});
}
