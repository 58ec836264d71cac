/* eslint-disable ava/no-ignored-test-files -- formats.test.ts loads it */
/* eslint-disable @typescript-eslint/naming-convention -- names as the logs have them */
import test from 'ava';
import {
	proveByAuditLog,
	readArtifactRegistryEntry,
} from '../../source/pulls/artifact-registry-audit.js';
import {createArtifactRegistryFormat} from '../../source/pulls/log-formats.js';
import {digestOf} from '../helpers/build-repository.js';
import {describeRead, idsOf, readAll} from './_describe-records.js';

const digest = digestOf('one');
const at = '2025-11-03T14:05:30.123Z';

type Fields = {
	readonly method?: string;
	readonly resource?: string;
	readonly url?: string;
	readonly status?: unknown;
	readonly service?: string;
};

const usualResource =
	'projects/shop/locations/europe-west1/repositories/apps/dockerImages/team%2Fweb';
const usualUrl = '/v2/shop/apps/team/web/manifests/v1';

const entry = ({
	method = 'Docker-GetManifest',
	resource = usualResource,
	url = usualUrl,
	status,
	service = 'artifactregistry.googleapis.com',
}: Fields = {}) => ({
	insertId: 'a1',
	logName: 'projects/shop/logs/cloudaudit.googleapis.com%2Fdata_access',
	timestamp: '2025-11-03T14:05:30.123456789Z',
	protoPayload: {
		serviceName: service,
		methodName: method,
		resourceName: resource,
		status,
		authenticationInfo: {principalEmail: 'ci@shop.test'},
		requestMetadata: {
			callerIp: '192.0.2.7',
			callerSuppliedUserAgent: 'containerd/1.7.2,gzip(gfe)',
		},
		request: {requestMethod: 'GET', requestUrl: url},
	},
});

const host = 'europe-west1-docker.pkg.dev';
const cases: ReadonlyArray<readonly [string, Fields, readonly string[]]> = [
	['a tag', {}, [`pull ${host}/shop/apps/team/web:v1 ${at}`]],
	[
		'a digest',
		{url: `/v2/shop/apps/team/web/manifests/${digest}`},
		[`pull ${host}/shop/apps/team/web@one ${at}`],
	],
	[
		'a whole address, with slashes encoded and a query',
		{
			url: 'https://europe-west1-docker.pkg.dev/v2/shop/apps/team%2Fweb/manifests/v1?x=1',
		},
		[`pull ${host}/shop/apps/team/web:v1 ${at}`],
	],
	[
		'a status that is empty',
		{status: {}},
		[`pull ${host}/shop/apps/team/web:v1 ${at}`],
	],
	[
		'a status of a table',
		{status: {code: '0'}},
		[`pull ${host}/shop/apps/team/web:v1 ${at}`],
	],
	['not found', {status: {code: 5}}, [`other ${host} ${at}`]],
	[
		'refused, as a table tells it',
		{status: {code: '7', message: 'denied'}},
		[`other ${host} ${at}`],
	],
	[
		'HEAD',
		{method: 'Docker-HeadManifest'},
		[`check ${host}/shop/apps/team/web:v1 ${at}`],
	],
	[
		'PUT',
		{method: 'Docker-PutManifest'},
		[`push ${host}/shop/apps/team/web:v1 ${at}`],
	],
	['a blob', {method: 'Docker-ServeBlob'}, [`other ${host} ${at}`]],
	[
		'a delete from the console',
		{
			method:
				'google.devtools.artifactregistry.v1.ArtifactRegistry.DeleteVersion',
		},
		[`other ${host} ${at}`],
	],
	['another service', {service: 'storage.googleapis.com'}, [`other  ${at}`]],
	[
		'a repository in the place of Container Registry, which two hosts serve',
		{
			resource:
				'projects/shop/locations/europe/repositories/eu.gcr.io/dockerImages/web',
			url: '/v2/shop/eu.gcr.io/web/manifests/v1',
		},
		[
			`pull eu.gcr.io/shop/web:v1 ${at}`,
			`pull europe-docker.pkg.dev/shop/eu.gcr.io/web:v1 ${at}`,
		],
	],
	[
		'a project of a domain',
		{
			resource:
				'projects/example.com:shop/locations/us/repositories/gcr.io/dockerImages/web',
			url: '/v2/example.com/shop/gcr.io/web/manifests/v1',
		},
		[
			`pull gcr.io/example.com/shop/web:v1 ${at}`,
			`pull us-docker.pkg.dev/example.com/shop/gcr.io/web:v1 ${at}`,
		],
	],
	[
		'a project of a domain with its colon',
		{
			resource:
				'projects/example.com:shop/locations/us/repositories/apps/dockerImages/web',
			url: '/v2/example.com:shop/apps/web/manifests/v1',
		},
		[`pull us-docker.pkg.dev/example.com/shop/apps/web:v1 ${at}`],
	],
	[
		'a repository that stands for another: both were pulled',
		{url: '/v2/shop/all/team/web/manifests/v1'},
		[
			`pull ${host}/shop/apps/team/web:v1 ${at}`,
			`pull ${host}/shop/all/team/web:v1 ${at}`,
		],
	],
	[
		'a resource that ends with the repository',
		{resource: 'projects/shop/locations/europe-west1/repositories/apps'},
		[`pull ${host}/shop/apps/team/web:v1 ${at}`],
	],
	['no address', {url: ''}, ['bad']],
	['no resource', {resource: ''}, ['bad']],
	[
		'a tag that is none',
		{url: '/v2/shop/apps/team/web/manifests/%FF'},
		['bad'],
	],
];

test('entries of the audit log', t => {
	for (const [title, fields, expected] of cases) {
		t.deepEqual(
			describeRead(readArtifactRegistryEntry(entry(fields))),
			expected,
			`${title}`,
		);
	}
});

test('the records of one entry have ids of their own, and the same ones when it comes again', t => {
	const fields = {
		resource: 'projects/shop/locations/us/repositories/gcr.io/dockerImages/web',
		url: '/v2/shop/gcr.io/web/manifests/v1',
	};
	const ids = idsOf(readArtifactRegistryEntry(entry(fields)));
	t.is(new Set(ids).size, 2);
	t.deepEqual(idsOf(readArtifactRegistryEntry(entry(fields))), ids);
});

test('rows of the table that a sink makes', t => {
	const {protoPayload, timestamp, insertId} = entry();
	const {request, ...rest} = protoPayload;
	const record = {...rest, requestJson: JSON.stringify(request), status: null};
	const rows = [
		{insertId, timestamp, protopayload_auditlog: record},
		{
			insertId,
			timestamp: '2025-11-03 14:05:30.123456 UTC',
			protopayload_auditlog: record,
		},
		{
			timestamp,
			...Object.fromEntries(
				Object.entries(record).map(([name, value]) => [
					`protopayload_auditlog.${name}`,
					value,
				]),
			),
		},
	];
	for (const row of rows) {
		const read = readArtifactRegistryEntry(row);
		t.deepEqual(describeRead(read), [
			`pull ${host}/shop/apps/team/web:v1 ${at}`,
		]);
		t.like(read[0], {
			record: {
				agent: 'containerd/1.7.2,gzip(gfe)',
				client: '192.0.2.7 ci@shop.test',
			},
		});
	}
});

test('what is no entry is bad', t => {
	const format = createArtifactRegistryFormat({
		anonymousReadsAreRefused: false,
	});
	const {timestamp, ...timeless} = entry();
	t.is(typeof timestamp, 'string');
	t.deepEqual(
		describeRead(
			readAll(format.open('f', []), [
				JSON.stringify(entry()).slice(0, 200),
				'7',
				'{"a":1}',
				JSON.stringify(timeless),
			]),
		),
		['bad', 'bad', 'bad', 'bad'],
	);
});

test('it proves absence only where nobody pulls without credentials', t => {
	t.is(proveByAuditLog({anonymousReadsAreRefused: true}), 'all-digests');
	t.is(proveByAuditLog({anonymousReadsAreRefused: false}), 'nothing');
});

test('a newest-first list is joined as well: a tag’s HEAD and the GET of its digest', t => {
	const format = createArtifactRegistryFormat({anonymousReadsAreRefused: true});
	const request = (seconds: number, method: string, reference: string) =>
		JSON.stringify({
			...entry({method, url: `/v2/shop/apps/team/web/manifests/${reference}`}),
			insertId: String(seconds),
			timestamp: `2025-11-03T14:05:3${seconds}Z`,
		});
	t.deepEqual(
		describeRead(
			readAll(format.open('f', []), [
				request(3, 'Docker-GetManifest', digestOf('child')),
				request(2, 'Docker-GetManifest', digestOf('index')),
				request(1, 'Docker-HeadManifest', 'v1'),
			]),
		),
		[
			`pull ${host}/shop/apps/team/web@index as v1 2025-11-03T14:05:32.000Z`,
			`pull ${host}/shop/apps/team/web@child part 2025-11-03T14:05:33.000Z`,
		],
	);
});
