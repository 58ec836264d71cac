import {inspect} from 'node:util';
import test from 'ava';
import {HttpError, redactUrl} from '../../source/http/http-error.js';

const urls: ReadonlyArray<readonly [string, string]> = [
	['https://h.example/v2/', 'https://h.example/v2/'],
	['https://user:secret@h.example/v2/', 'https://h.example/v2/'],
	['https://secret@h.example:5000/', 'https://h.example:5000/'],
	['https://h.example/v2/#secret', 'https://h.example/v2/'],
	[
		'https://h.example/v2/_catalog?n=5&last=b',
		'https://h.example/v2/_catalog?n=5&last=b',
	],
	[
		'https://h.example/blob?X-Amz-Signature=secret&n=5',
		'https://h.example/blob?X-Amz-Signature=REDACTED&n=5',
	],
	[
		'https://h.example/?token=secret&token=secret2',
		'https://h.example/?token=REDACTED',
	],
	['https://h.example/?N=secret', 'https://h.example/?N=REDACTED'],
	['/v2/?token=secret', '(unreadable address)'],
	['', '(unreadable address)'],
];

for (const [url, expected] of urls) {
	test(`${JSON.stringify(url)} is shown without its secrets`, t => {
		t.is(redactUrl(url), expected);
	});
}

test('it reads the codes and the words of the registry', t => {
	const error = new HttpError({
		failure: 'status',
		method: 'GET',
		url: 'https://h.example/v2/x',
		status: 404,
		body: JSON.stringify({
			errors: [
				{code: 'NAME_UNKNOWN', message: 'no such name', detail: 'secret'},
				{code: 'NAME_UNKNOWN', message: 'not here'},
				{code: 'DENIED'},
				{code: 7, message: ''},
				'text',
				null,
			],
		}),
	});
	t.deepEqual(error.codes, ['NAME_UNKNOWN', 'DENIED']);
	t.is(error.detail, 'no such name; not here');
	t.is(
		error.message,
		'GET https://h.example/v2/x: 404 NAME_UNKNOWN DENIED no such name; not here',
	);
	t.is(error.name, 'HttpError');
	t.is(error.networkCode, '');
});

for (const body of [
	'',
	'<html>secret</html>',
	'[]',
	'null',
	'{"errors": "secret"}',
	'{"errors": {"code": "secret"}}',
]) {
	test(`of the body ${JSON.stringify(body)} nothing is kept`, t => {
		const error = new HttpError({
			failure: 'status',
			method: 'HEAD',
			url: 'https://h.example/',
			status: 502,
			body,
		});
		t.deepEqual(error.codes, []);
		t.is(error.detail, '');
		t.is(error.message, 'HEAD https://h.example/: 502');
	});
}

test('neither its text nor its JSON nor its inspection tells a secret', t => {
	const error = new HttpError({
		failure: 'network',
		method: 'GET',
		url: 'https://user:secret@h.example/x?token=secret#secret',
		body: '{"token": "secret", "errors": [{"detail": "secret"}]}',
		cause: new Error('other side closed'),
	});
	for (const text of [
		error.message,
		String(error),
		error.stack ?? '',
		JSON.stringify(error),
		inspect(error),
	]) {
		t.false(text.replaceAll(/\(file:.*\)/g, '').includes('secret'));
	}

	t.is(error.status, 0);
	t.is(error.message, 'GET https://h.example/x?token=REDACTED: network');
});

test('the network code is found wherever it lies', t => {
	const withCode = (code: string, cause?: unknown) =>
		Object.assign(new Error(code, {cause}), {code});
	const causes: ReadonlyArray<readonly [unknown, string]> = [
		[withCode('ECONNRESET'), 'ECONNRESET'],
		[new Error('outer', {cause: withCode('EPIPE')}), 'EPIPE'],
		[
			new AggregateError([withCode('ECONNREFUSED'), withCode('EPIPE')], 'all'),
			'ECONNREFUSED',
		],
		[withCode('', withCode('EPIPE')), 'EPIPE'],
		[new Error('none'), ''],
		['text', ''],
		[undefined, ''],
	];
	const loop = new Error('loop');
	loop.cause = loop;
	const find = (cause: unknown): string =>
		new HttpError({failure: 'network', method: 'GET', url: '', cause})
			.networkCode;
	t.deepEqual(
		causes.map(([cause]) => find(cause)),
		causes.map(([, code]) => code),
	);
	t.is(find(loop), '');
});
