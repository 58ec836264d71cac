import test from 'ava';
import {
	describeHttpError,
	explainError,
} from '../../source/http/describe-error.js';
import {HttpError, type HttpFailure} from '../../source/http/http-error.js';
import {UserError} from '../../source/user-error.js';

const host = 'h.example:5000';

const describe = (
	failure: HttpFailure,
	fields: {
		readonly status?: number;
		readonly code?: string;
		readonly body?: string;
		readonly detail?: string;
	} = {},
) => {
	const {code, ...others} = fields;
	return describeHttpError(
		new HttpError({
			failure,
			method: 'GET',
			url: `https://${host}/v2/`,
			...others,
			cause:
				code === undefined ? undefined : Object.assign(new Error(code), {code}),
		}),
		host,
	);
};

const networkCases: ReadonlyArray<readonly [string, string]> = [
	['ECONNREFUSED', 'Nothing answers at h.example:5000'],
	['ENOTFOUND', 'No host named h.example:5000'],
	['EAI_AGAIN', 'could not be looked up'],
	['ETIMEDOUT', 'did not answer in time'],
	['UND_ERR_CONNECT_TIMEOUT', 'did not answer in time'],
	['UND_ERR_HEADERS_TIMEOUT', 'did not answer in time'],
	['UND_ERR_BODY_TIMEOUT', 'did not answer in time'],
	['EHOSTUNREACH', 'did not answer in time'],
	['ECONNRESET', 'broke the connection'],
	['EPIPE', 'broke the connection'],
	['UND_ERR_SOCKET', 'broke the connection'],
	['HPE_INVALID_CONSTANT', 'HPE_INVALID_CONSTANT'],
	['SOMETHING_NEW', 'SOMETHING_NEW'],
	['EPROTO', 'broke the connection before its reply was whole (EPROTO).'],
	['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak https'],
	['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'does not speak https'],
	['ERR_SSL_HTTP_REQUEST', 'does not speak https'],
	[
		'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
		'wants to be shown a certificate',
	],
	['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'wants to be shown a certificate'],
	['UND_ERR_ABORTED', 'does not let jetsam through to'],
	['CERT_HAS_EXPIRED', 'has expired'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another name'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'cannot be trusted'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'cannot be trusted'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'cannot be trusted'],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'cannot be trusted'],
	['CERT_NOT_YET_VALID', 'cannot be trusted'],
	['CERT_UNTRUSTED', 'cannot be trusted'],
];

for (const [code, expected] of networkCases) {
	test(`${code} is explained`, t => {
		const {message, remedy} = describe('network', {code});
		t.true(message.includes(expected));
		t.true(message.includes(host));
		t.not(remedy, '');
	});
}

test('a failure of the network without a code is explained', t => {
	const {message} = describe('network');
	t.is(message, `${host} broke the connection before its reply was whole.`);
});

const body = '{"errors": [{"code": "DENIED", "message": "not you"}]}';

const statusCases: ReadonlyArray<readonly [number, string, string]> = [
	[401, 'wants a login (401 DENIED: not you)', `docker login ${host}`],
	[403, 'does not allow this with your login (403 DENIED: not you)', 'log in'],
	[404, 'does not know it (404 DENIED: not you)', ''],
	[429, 'asks for fewer requests (429 DENIED: not you)', 'Wait'],
	[500, 'failed (500 DENIED: not you)', 'Try again'],
	[503, 'failed (503 DENIED: not you)', 'Try again'],
	[400, 'refused the request (400 DENIED: not you)', ''],
	[301, 'refused the request (301 DENIED: not you)', ''],
];

for (const [status, expected, expectedRemedy] of statusCases) {
	test(`status ${status} is explained`, t => {
		const {message, remedy} = describe('status', {status, body});
		t.is(message, `${host} ${expected}.`);
		t.true(remedy.includes(expectedRemedy));
	});
}

test('a status without words is explained', t => {
	const {message} = describe('status', {status: 502});
	t.is(message, `${host} failed (502).`);
});

const otherCases: ReadonlyArray<readonly [HttpFailure, string]> = [
	['too-large', 'more than such a reply can hold'],
	['malformed', 'does not answer like a registry (text/html)'],
	['wrong-digest', 'do not match their digest (text/html)'],
	['held', 'Nothing was sent, because of --read-only.'],
];

for (const [failure, expected] of otherCases) {
	test(`${failure} is explained`, t => {
		const {message} = describe(failure, {detail: 'text/html'});
		t.true(message.includes(expected));
	});
}

test('an error of HTTP becomes one for the operator, any other stays', t => {
	const error = new HttpError({
		failure: 'status',
		method: 'GET',
		url: `https://${host}/v2/`,
		status: 401,
	});
	const explained = explainError(error, host);
	t.true(explained instanceof UserError);
	t.like(explained, {
		message: `${host} wants a login (401).`,
		exitCode: 1,
		cause: error,
	});
	const other = new TypeError('a bug');
	t.is(explainError(other, host), other);
});
