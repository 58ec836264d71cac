/* eslint-disable ava/no-ignored-test-files -- logins.test.ts loads it */
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createLogins} from '../../source/http/logins.js';
import {
	nameLoginCommand,
	readVendorHost,
} from '../../source/http/vendor-hosts.js';
import {makeFolder, standIn, variables} from '../helpers/stand-in.js';

const {signal} = new AbortController();
const google = 'us-docker.pkg.dev';
const azure = 'lab.azurecr.io';
const amazon = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

const hosts: ReadonlyArray<readonly [host: string, vendor: unknown]> = [
	['gcr.io', {vendor: 'google'}],
	['eu.gcr.io', {vendor: 'google'}],
	[google, {vendor: 'google'}],
	['us-west1-docker.pkg.dev', {vendor: 'google'}],
	['gcr.io.evil.example', undefined],
	['evilgcr.io', undefined],
	['evil-pkg.dev', undefined],
	['pkg.dev:443', undefined],
	[azure, {vendor: 'azure', name: 'lab'}],
	['lab.azurecr.cn', {vendor: 'azure', name: 'lab'}],
	['lab-a1b2.azurecr.io', {vendor: 'azure', name: 'lab-a1b2'}],
	['a.lab.azurecr.io', undefined],
	['--help.azurecr.io', undefined],
	['lab.azurecr.io.evil.example', undefined],
	[amazon, {vendor: 'amazon', region: 'eu-west-1'}],
	[
		'123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn',
		{vendor: 'amazon', region: 'cn-north-1'},
	],
	[
		'123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
		{vendor: 'amazon', region: 'us-gov-west-1'},
	],
	['12345.dkr.ecr.eu-west-1.amazonaws.com', undefined],
	['123456789012.dkr.ecr.--debug.amazonaws.com', undefined],
	['123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example', undefined],
	['public.ecr.aws', {vendor: 'amazon-public'}],
	['docker.io', undefined],
	['127.0.0.1:5000', undefined],
];

for (const [host, vendor] of hosts) {
	test(`the vendor of ${host}`, t => {
		const found: unknown = readVendorHost(host);
		t.deepEqual(found, vendor);
	});
}

test('the command that logs in is the vendor’s', t => {
	t.deepEqual(
		[
			nameLoginCommand('r.example:5000'),
			nameLoginCommand('registry-1.docker.io'),
			nameLoginCommand(google),
			nameLoginCommand(google, {program: 'gcloud'}),
			nameLoginCommand(google, {}),
			nameLoginCommand(azure),
			nameLoginCommand(amazon),
		],
		[
			'docker login r.example:5000',
			'docker login',
			'gcloud auth login',
			'gcloud auth login',
			`gcloud auth configure-docker ${google}`,
			'az acr login -n lab',
			`aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin ${amazon}`,
		],
	);
});

/** The login for a host where only one program is on the `PATH`. */
const ask = async (
	t: ExecutionContext,
	host: string,
	{
		program,
		code,
		given = [],
		files = [],
	}: {
		program: string;
		code: string;
		given?: ReadonlyArray<readonly [string, string]>;
		files?: readonly string[];
	},
) => {
	const {environment, readCalls} = await standIn(t, program, code);
	const logins = createLogins({
		files,
		environment: {...environment, ...variables(given)},
	});
	const login = await logins.get(host, {repository: 'app', signal});
	const calls = await readCalls().catch(() => []);
	return {login, calls: calls.map(each => each.join(' '))};
};

const gcloud = `
if (arguments_[0] === 'config') {
	console.log(JSON.stringify({credential: {access_token: 'ya29.config', id_token: 'x', token_expiry: '2026-11-26T04:00:00Z'}}));
} else {
	console.log('ya29.default');
}`;

test('gcloud gives its access token, and when it ends', async t => {
	t.deepEqual(await ask(t, google, {program: 'gcloud', code: gcloud}), {
		login: {
			username: 'oauth2accesstoken',
			password: 'ya29.config',
			program: 'gcloud',
			until: Date.UTC(2026, 10, 26, 4),
		},
		calls: ['config config-helper --format=json(credential)'],
	});
});

test('GOOGLE_APPLICATION_CREDENTIALS goes before who is signed in to gcloud, and a given token before both', async t => {
	const key = ['GOOGLE_APPLICATION_CREDENTIALS', '/key.json'] as const;
	const first = await ask(t, google, {
		program: 'gcloud',
		code: gcloud,
		given: [key],
	});
	t.is(first.login?.password, 'ya29.default');
	t.deepEqual(first.calls, ['auth application-default print-access-token']);
	const broken = await ask(t, google, {
		program: 'gcloud',
		code: `if (arguments_[0] === 'auth') process.exit(1);${gcloud}`,
		given: [key],
	});
	t.is(broken.login?.password, 'ya29.config');
	const given = await ask(t, google, {
		program: 'gcloud',
		code: gcloud,
		given: [key, ['CLOUDSDK_AUTH_ACCESS_TOKEN', 'ya29.given']],
	});
	t.is(given.login?.password, 'ya29.given');
	t.deepEqual(given.calls, []);
});

const az = `console.log(JSON.stringify({accessToken: 'eyJ.a-z', loginServer: process.env.SERVER ?? 'lab.azurecr.io'}));`;

test('az gives a refresh token of the registry that was asked for, and of no other', async t => {
	t.deepEqual(await ask(t, azure, {program: 'az', code: az}), {
		login: {
			username: '',
			password: '',
			identityToken: 'eyJ.a-z',
			program: 'az',
		},
		calls: ['acr login --name lab --expose-token --output json'],
	});
	const other = await ask(t, azure, {
		program: 'az',
		code: az,
		given: [['SERVER', 'other.azurecr.io']],
	});
	t.is(other.login, undefined);
});

test('aws gives a password for the region that the host names', async t => {
	const code = `console.log('QVdT/p+w==');`;
	t.deepEqual(await ask(t, amazon, {program: 'aws', code}), {
		login: {username: 'AWS', password: 'QVdT/p+w==', program: 'aws'},
		calls: ['ecr get-login-password --region eu-west-1'],
	});
	const {calls} = await ask(t, 'public.ecr.aws', {program: 'aws', code});
	t.deepEqual(calls, ['ecr-public get-login-password --region us-east-1']);
});

const nothing: ReadonlyArray<
	readonly [what: string, program: string, code: string]
> = [
	['is not there', 'other', ''],
	[
		'fails',
		'gcloud',
		`console.log('{"credential": {"access_token": "ya29.x"}}'); process.exitCode = 1;`,
	],
	['says no JSON', 'gcloud', `console.log('Please run gcloud auth login');`],
	['says something else', 'gcloud', `console.log('{"credential": null}');`],
	[
		'says a token that is none',
		'gcloud',
		`console.log(JSON.stringify({credential: {access_token: 'two words'}}));`,
	],
	[
		'says more than a login',
		'gcloud',
		`process.stdout.write('x'.repeat(1 << 20));`,
	],
];

for (const [what, program, code] of nothing) {
	test(`a vendor's program that ${what} has no login`, async t => {
		const {login} = await ask(t, google, {program, code});
		t.is(login, undefined);
	});
}

test('a host of no vendor, or of another, starts no program', async t => {
	for (const host of ['r.example', azure, '127.0.0.1:5000', 'docker.io']) {
		const {login, calls} = await ask(t, host, {
			program: 'gcloud',
			code: gcloud,
			given: [['CLOUDSDK_AUTH_ACCESS_TOKEN', 'ya29.given']],
		});
		t.is(login, undefined);
		t.deepEqual(calls, []);
	}
});

test('what docker and podman keep goes before the vendor’s program', async t => {
	const folder = await makeFolder(t);
	const file = path.join(folder, 'config.json');
	await mkdir(folder, {recursive: true});
	await writeFile(
		file,
		JSON.stringify({
			auths: Object.fromEntries([
				[google, {username: 'lab', password: 'kept'}],
			]),
		}),
	);
	const {login, calls} = await ask(t, google, {
		program: 'gcloud',
		code: gcloud,
		files: [file],
	});
	t.deepEqual(login, {username: 'lab', password: 'kept'});
	t.deepEqual(calls, []);
});

test('of several logins for a registry the narrowest is taken, and all names of Docker Hub are one', async t => {
	const folder = await makeFolder(t);
	const file = path.join(folder, 'auth.json');
	const keys = [
		'r.example',
		'r.example/team',
		'r.example/team/app',
		'docker.io',
		'docker.io/team',
		'https://other.example/v1/',
	];
	await writeFile(
		file,
		JSON.stringify({
			auths: Object.fromEntries(
				keys.map(key => [key, {username: 'lab', password: `of ${key}`}]),
			),
		}),
	);
	const logins = createLogins({files: [file], environment: {}});
	const find = async (host: string, repository: string | undefined) => {
		const login = await logins.get(host, {repository, signal});
		return login?.password;
	};

	t.deepEqual(
		[
			await find('r.example', undefined),
			await find('r.example', 'other'),
			await find('r.example', 'team'),
			await find('r.example', 'team/web'),
			await find('r.example', 'team/app'),
			await find('r.example', 'team/app/deep'),
			await find('r.example', 'team/apple'),
			await find('registry-1.docker.io', 'team/app'),
			await find('index.docker.io', 'library/nginx'),
			await find('other.example', 'v1/x'),
		],
		[
			'of r.example',
			'of r.example',
			'of r.example/team',
			'of r.example/team',
			'of r.example/team/app',
			'of r.example/team/app',
			'of r.example/team',
			'of docker.io/team',
			'of docker.io',
			'of https://other.example/v1/',
		],
	);
	t.deepEqual(await logins.listNamespaces?.('r.example'), ['team', 'team/app']);
});
