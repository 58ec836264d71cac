/* eslint-disable ava/no-ignored-test-files -- formats.test.ts loads it */
/* eslint-disable @typescript-eslint/naming-convention -- names as the logs have them */
import test from 'ava';
import {
	type RecognisedKind,
	recogniseFormat,
	recognisedKinds,
} from '../../source/pulls/recognise-format.js';
import {UserError} from '../../source/user-error.js';

const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);

const audit = {
	logName: 'projects/p/logs/cloudaudit.googleapis.com%2Fdata_access',
	protoPayload: {},
};
const kubernetes = {
	logName: 'projects/p/logs/events',
	jsonPayload: {message: 'x'},
};
const azure = {
	category: 'ContainerRegistryRepositoryEvents',
	properties: {loginServer: 'a.azurecr.io'},
};
const notification = {id: '1', action: 'pull', target: {repository: 'app'}};
const line = {'go.version': 'go1.19', level: 'info', msg: 'listening'};
const event = {
	kind: 'Event',
	involvedObject: {kind: 'Pod'},
	reason: 'Pulled',
	message: 'x',
};

const cases: ReadonlyArray<readonly [string, RecognisedKind]> = [
	['"time_micros","c_ip","cs_method"\n"1"', 'gcs-usage'],
	[
		JSON.stringify([{time_micros: '1', cs_method: 'GET', cs_object: 'x'}]),
		'gcs-usage',
	],
	[pretty([audit, audit]), 'ar-audit'],
	[`${JSON.stringify(audit)}\n${JSON.stringify(audit)}`, 'ar-audit'],
	[
		JSON.stringify({timestamp: 'x', protopayload_auditlog: {methodName: 'a'}}),
		'ar-audit',
	],
	[JSON.stringify(kubernetes), 'kubernetes-events'],
	[
		pretty({apiVersion: 'v1', items: [event], kind: 'List', metadata: {}}),
		'kubernetes-events',
	],
	[
		pretty({
			apiVersion: 'v1',
			items: Array.from({length: 9}, () => event),
		}).slice(0, 700),
		'kubernetes-events',
	],
	['imageName,numberOfPulls\nbusybox,1', 'kubernetes-events'],
	['timeOfImagePull,imageName,numberOfPulls\n', 'kubernetes-events'],
	[pretty([{imageName: 'a', numberOfPulls: '1'}]), 'kubernetes-events'],
	[`\uFEFF${JSON.stringify(azure)}`, 'acr-events'],
	[JSON.stringify({records: [azure]}), 'acr-events'],
	[
		pretty([
			{
				LoginServer: 'a',
				Repository: 'b',
				Digest: 'c',
				TableName: 'PrimaryResult',
			},
		]),
		'acr-events',
	],
	[pretty([{Repository: 'b', Digest: 'c', AccessCount: '3'}]), 'acr-events'],
	[
		pretty({
			tables: [
				{
					name: 'PrimaryResult',
					columns: [{name: 'Repository'}, {name: 'Digest'}],
					rows: [],
				},
			],
		}),
		'acr-events',
	],
	[JSON.stringify({events: [notification]}), 'distribution-events'],
	[pretty([{events: [notification]}]), 'distribution-events'],
	[JSON.stringify(notification), 'distribution-events'],
	[JSON.stringify(line), 'distribution-log'],
	[
		JSON.stringify({
			log: 'time="2025-01-01" level=info go.version=go1.19\n',
			stream: 'stderr',
		}),
		'distribution-log',
	],
	[`2025-11-03T14:05:31Z stdout F ${JSON.stringify(line)}`, 'distribution-log'],
	[
		'time="2025-01-01T00:00:00Z" level=info msg="response completed" http.request.method=GET',
		'distribution-log',
	],
	[
		'192.0.2.7 - - [03/Nov/2025:14:05:30 +0000] "GET /v2/ HTTP/1.1" 200 2 "" "curl"',
		'distribution-log',
	],
	// The first line may be cut, or of something else.
	[`"cut}\n${JSON.stringify(notification)}\n`, 'distribution-events'],
];

test('a file is recognised by what it holds', t => {
	for (const [head, kind] of cases) {
		t.is(recogniseFormat(head, 'f'), kind, `${head}`);
	}
});

const strangers: ReadonlyArray<readonly [string, RegExp]> = [
	['', /it is empty/],
	['  \n', /it is empty/],
	['[]', /holds no record/],
	['{"colour": "red", "size": 3}', /has the fields colour, size/],
	['Dear Sir,\n', /begins with “Dear Sir,”/],
	['\u001B[31mred\n', /begins with “\uFFFD\[31mred”/],
];

test('what is none of them is said, with the kinds there are', t => {
	for (const [head, message] of strangers) {
		const error = t.throws(() => recogniseFormat(head, 'logs/a.json'), {
			instanceOf: UserError,
			message,
		});
		t.regex(error.message, /logs\/a\.json/);
		t.is(error.exitCode, 2);
		for (const kind of recognisedKinds) {
			t.true(error.remedy.includes(kind));
		}
	}
});
