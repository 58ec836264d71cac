/* eslint-disable ava/no-ignored-test-files -- programs.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import {createGcloudReader} from '../../source/pulls/engines/gcloud-logging.js';
import type {GcloudKind} from '../../source/pulls/engines/gcloud-filter.js';
import {
	createArtifactRegistryFormat,
	kubernetesEventsFormat,
} from '../../source/pulls/log-formats.js';
import {UserError} from '../../source/user-error.js';
import {digestOf} from '../helpers/build-repository.js';
import {standIn} from '../helpers/stand-in.js';

const host = 'europe-west1-docker.pkg.dev';
const day = 24 * 60 * 60 * 1000;
const now = Date.parse('2026-11-20T12:00:00Z');
const window = {from: now - 10 * day, to: now};

/** An entry of the audit log, as gcloud prints it. */
const auditEntry = (
	time: string,
	reference: string,
	{method = 'GetManifest', agent = 'containerd/v1.7.2'} = {},
) => ({
	insertId: `id-${time}-${reference}`,
	logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access',
	timestamp: time,
	protoPayload: {
		serviceName: 'artifactregistry.googleapis.com',
		methodName: `Docker-${method}`,
		resourceName:
			'projects/acme-prod/locations/europe-west1/repositories/apps/dockerImages/shop%2Fapi',
		requestMetadata: {
			callerIp: '192.0.2.7',
			callerSuppliedUserAgent: agent,
		},
		request: {
			requestMethod: 'GET',
			requestUrl: `/v2/acme-prod/apps/shop/api/manifests/${reference}`,
		},
	},
});

const eventEntry = (time: string, image: string, reason = 'Pulled') => ({
	insertId: `event-${time}`,
	logName: 'projects/acme-prod/logs/events',
	timestamp: time,
	jsonPayload: {
		kind: 'Event',
		reason,
		message:
			reason === 'Pulled'
				? `Successfully pulled image "${image}" in 1.2s`
				: `Pulling image "${image}"`,
		involvedObject: {kind: 'Pod', namespace: 'shop', name: 'api', uid: 'u1'},
	},
});

/** Queries tell nothing while they run. */
const told = (): void => undefined;

/** Reads the project with a gcloud that prints these entries, and others where it is asked for one from before the window. */
const read = async (
	t: ExecutionContext,
	{
		kind = 'ar-audit',
		entries,
		before = [],
		code,
		isRefused = true,
		asked = host,
	}: {
		kind?: GcloudKind;
		entries?: readonly unknown[];
		before?: readonly unknown[];
		code?: string;
		isRefused?: boolean;
		asked?: string;
	},
) => {
	const gcloud = await standIn(
		t,
		'gcloud',
		code ??
			String.raw`const entries = arguments_.includes('--limit=1') ? ${JSON.stringify(before)} : ${JSON.stringify(entries)};
			process.stdout.write(JSON.stringify(entries, undefined, 2) + '\n');`,
	);
	const format =
		kind === 'ar-audit'
			? createArtifactRegistryFormat({anonymousReadsAreRefused: isRefused})
			: kubernetesEventsFormat;
	const reader = createGcloudReader({
		name: `${kind}:gcloud://acme-prod`,
		kind,
		where: 'acme-prod',
		host: undefined,
		format,
		proves: format.proves,
		apartAgents: ['Trivy'],
		environment: gcloud.environment,
	});
	const reply = await reader.read(
		{host: asked, repository: undefined, window, isAgreed: true},
		{tell: told, signal: AbortSignal.timeout(60_000)},
	);
	return {...reply, calls: await gcloud.readCalls()};
};

const one = digestOf('one');

test('gcloud is asked for reads and pushes of the window, oldest first, and for one read before it', async t => {
	const {calls, tallies, source} = await read(t, {
		entries: [
			auditEntry('2026-11-11T08:00:00.123456789Z', one),
			auditEntry('2026-11-12T08:00:00.5Z', one, {agent: 'Trivy/0.50'}),
			auditEntry('2026-11-19T22:00:00Z', one),
		],
		before: [auditEntry('2026-10-01T08:00:00Z', one)],
	});
	t.deepEqual(calls, [
		[
			'logging',
			'read',
			'log_id("cloudaudit.googleapis.com/data_access") AND protoPayload.serviceName="artifactregistry.googleapis.com" AND protoPayload.methodName=("Docker-GetManifest" OR "Docker-HeadManifest" OR "Docker-GetTags" OR "Docker-ServeBlob" OR "Docker-Catalog") AND protoPayload.resourceName:"/locations/europe-west1/" AND timestamp<"2026-11-10T12:00:00.000Z"',
			'--project=acme-prod',
			'--format=json',
			'--quiet',
			'--order=desc',
			'--limit=1',
		],
		[
			'logging',
			'read',
			'log_id("cloudaudit.googleapis.com/data_access") AND protoPayload.serviceName="artifactregistry.googleapis.com" AND protoPayload.methodName=("Docker-GetManifest" OR "Docker-HeadManifest" OR "Docker-PutManifest") AND protoPayload.resourceName:"/locations/europe-west1/" AND timestamp>="2026-11-10T12:00:00.000Z" AND timestamp<"2026-11-20T12:00:00.000Z"',
			'--project=acme-prod',
			'--format=json',
			'--quiet',
			'--order=asc',
		],
	]);
	t.deepEqual(
		tallies.map(({isApart, days, image}) => ({
			image,
			isApart,
			count: [...days.values()].reduce((sum, count) => sum + count, 0),
		})),
		[
			{image: {kind: 'digest', digest: one}, isApart: false, count: 2},
			{image: {kind: 'digest', digest: one}, isApart: true, count: 1},
		],
	);
	t.like(source, {
		name: 'ar-audit:gcloud://acme-prod',
		state: 'read',
		proves: 'all-digests',
		covers: {from: window.from, to: now - 60 * 60 * 1000},
		gaps: [],
		records: 3,
		skipped: 0,
		readAt: now,
	});
});

test('without a read before the window it is covered from the first one, and a day after the last one at most', async t => {
	const {source} = await read(t, {
		entries: [
			auditEntry('2026-11-11T08:00:00Z', '1.0', {method: 'PutManifest'}),
			auditEntry('2026-11-12T08:00:00Z', one),
			auditEntry('2026-11-14T08:00:00Z', one),
			auditEntry('2026-11-18T08:00:00Z', '1.1', {method: 'PutManifest'}),
		],
	});
	t.deepEqual(source.covers, {
		from: Date.parse('2026-11-12T08:00:00Z'),
		to: Date.parse('2026-11-15T08:00:00Z'),
	});
});

test('a log that names only pushes covers nothing', async t => {
	const {source} = await read(t, {
		entries: [
			auditEntry('2026-11-19T08:00:00Z', '1.0', {method: 'PutManifest'}),
		],
	});
	t.is(source.covers, undefined);
});

test('where anonymous reads are allowed the audit log proves nothing', async t => {
	const {source} = await read(t, {
		entries: [auditEntry('2026-11-19T08:00:00Z', one)],
		isRefused: false,
	});
	t.is(source.proves, 'nothing');
});

test('events of a cluster are read in one go', async t => {
	const image = `${host}/acme-prod/apps/shop/api@${one}`;
	const {calls, tallies, source} = await read(t, {
		kind: 'kubernetes-events',
		entries: [
			eventEntry('2026-11-15T08:00:00Z', image, 'Pulling'),
			eventEntry('2026-11-15T08:00:02Z', image),
			eventEntry('2026-11-15T08:00:03Z', 'busybox'),
		],
	});
	t.deepEqual(
		calls.map(call => call[2]),
		[
			'log_id("events") AND jsonPayload.reason=("Pulling" OR "Pulled") AND timestamp>="2026-11-10T12:00:00.000Z" AND timestamp<"2026-11-20T12:00:00.000Z"',
		],
	);
	t.deepEqual(tallies.map(({action}) => action).toSorted(), [
		'attempt',
		'pull',
	]);
	t.like(source, {proves: 'nothing', records: 2});
});

test('a log about other registries says so instead of zeros', async t => {
	const {source} = await read(t, {
		kind: 'kubernetes-events',
		entries: [eventEntry('2026-11-15T08:00:03Z', 'busybox')],
	});
	t.is(
		source.remark,
		'Its only record is not about this registry; it is about docker.io.',
	);
});

test('entries that cannot be read are counted, the first one with its place', async t => {
	const {source} = await read(t, {
		entries: [auditEntry('2026-11-19T08:00:00Z', one), {text: 'else'}, 7],
	});
	t.is(source.skipped, 2);
	t.regex(source.firstProblem ?? '', /^Entry 2: /v);
});

test('an answer that breaks off keeps what came and has a gap that nobody can accept', async t => {
	const text = JSON.stringify([auditEntry('2026-11-19T08:00:00Z', one), {}]);
	const {tallies, source} = await read(t, {
		code: `process.stdout.write(arguments_.includes('--limit=1') ? '[]' : ${JSON.stringify(text.slice(0, -2))});`,
	});
	t.is(tallies.length, 1);
	t.like(source.gaps[0], {canBeAccepted: false, span: undefined});
	t.is(
		source.gaps[0]?.message,
		'What gcloud logging read printed breaks off before its JSON array ends. Try again; if it stays so, look at it with another program.',
	);
});

test('who is not signed in is told so', async t => {
	const error = await t.throwsAsync(
		read(t, {
			code: String.raw`console.error('ERROR: (gcloud.logging.read) You do not currently have an active account selected.\nPlease run:\n\n  $ gcloud auth login\n\nto obtain new credentials.'); process.exit(1);`,
		}),
		{instanceOf: UserError},
	);
	t.is(
		error?.sentence,
		'gcloud logging read ended with exit code 1 and said: ERROR: (gcloud.logging.read) You do not currently have an active account selected. Sign in with gcloud auth login, and see that you may read the logs of acme-prod.',
	);
});

test('gcloud is asked about the registries that its log can name', t => {
	const open = (kind: GcloudKind, where = 'acme-prod', saved?: string) =>
		createGcloudReader({
			name: `${kind}:gcloud://${where}`,
			kind,
			where,
			host: saved,
			format: kubernetesEventsFormat,
			proves: 'nothing',
			apartAgents: [],
			environment: {},
		});
	t.true(open('ar-audit').isFor(host));
	t.true(open('ar-audit').isFor('eu.gcr.io'));
	t.false(open('ar-audit').isFor('registry.example'));
	t.true(open('kubernetes-events').isFor('registry.example'));
	t.true(open('ar-audit', 'acme-prod', 'r.example').isFor('r.example'));
	t.false(open('ar-audit', 'acme-prod', 'r.example').isFor(host));
	for (const where of ['', 'A b', '--impersonate', 'x/y']) {
		t.throws(() => open('ar-audit', where), {instanceOf: UserError});
	}

	t.notThrows(() => open('ar-audit', 'example.com:acme-prod'));
});
