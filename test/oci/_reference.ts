import test from 'ava';
import {
	isLoopback,
	isRepositoryName,
	isTag,
	parseWhere,
} from '../../source/oci/reference.js';
// eslint-disable-next-line import-x/no-unassigned-import -- the same matter in one process
import './_bad-addresses.js';

const digest = `sha256:${'a'.repeat(64)}`;

type Expected = {
	readonly scheme?: 'http' | 'https';
	readonly host: string;
	readonly path?: string;
	readonly tag?: string;
	readonly digest?: string;
};

const places: ReadonlyArray<readonly [string, Expected]> = [
	['registry.example.com', {host: 'registry.example.com'}],
	['Registry.Example.COM', {host: 'registry.example.com'}],
	['registry.example.com/', {host: 'registry.example.com'}],
	['  registry.example.com  ', {host: 'registry.example.com'}],
	['registry.example.com.', {host: 'registry.example.com.'}],
	['localhost', {host: 'localhost'}],
	['localhost/app', {host: 'localhost', path: 'app'}],
	['127.0.0.1:5000', {host: '127.0.0.1:5000'}],
	['registry:5000', {host: 'registry:5000'}],
	['h.example:65535', {host: 'h.example:65535'}],
	['[::1]:5000', {host: '[::1]:5000'}],
	['[2001:DB8::1]/app', {host: '[2001:db8::1]', path: 'app'}],
	['http://registry', {scheme: 'http', host: 'registry'}],
	['HTTPS://registry/', {scheme: 'https', host: 'registry'}],
	[
		'https://h.example:8443/team/app',
		{scheme: 'https', host: 'h.example:8443', path: 'team/app'},
	],
	['h.example/team/app/', {host: 'h.example', path: 'team/app'}],
	[
		'h.example:5000/app:5000',
		{host: 'h.example:5000', path: 'app', tag: '5000'},
	],
	['registry:5000/app', {host: 'registry:5000', path: 'app'}],
	['h.example/a/b:v1.2_3-x', {host: 'h.example', path: 'a/b', tag: 'v1.2_3-x'}],
	[`h.example/app@${digest}`, {host: 'h.example', path: 'app', digest}],
	[`h.example:1/app:v1@${digest}`, {host: 'h.example:1', path: 'app', digest}],
];

for (const [address, expected] of places) {
	test(`${JSON.stringify(address)} is a place`, t => {
		const where = parseWhere(address);
		const {reference} = where ?? {};
		t.deepEqual(
			{
				scheme: where?.scheme,
				host: where?.host,
				path: where?.path,
				tag: reference?.kind === 'tag' ? reference.tag : undefined,
				digest: reference?.kind === 'digest' ? reference.digest : undefined,
			},
			{
				scheme: undefined,
				path: undefined,
				tag: undefined,
				digest: undefined,
				...expected,
			},
		);
	});
}

const noPlaces = [
	'',
	' ',
	'/',
	'nginx',
	'library/nginx',
	'nginx:latest',
	'ftp://h.example',
	'http://',
	'https:///app',
	'//h.example/app',
	'user:password@h.example',
	'https://user@h.example/app',
	`h.example@${digest}`,
	'h.example:',
	'h.example:port',
	'h.example:0',
	'h.example:65536',
	'h.example:123456',
	'-h.example',
	'h..example',
	'h_x.example',
	String.raw`h.example\app`,
	'h.example?x',
	'[::1',
	'::1',
	'[zz::1]:5000',
	'h.example/UPPER/app',
	'h.example//app',
	'h.example/app//other',
	'h.example/../secret',
	'h.example/app/../../v2/_catalog',
	'h.example/app/./other',
	'h.example/%2e%2e/app',
	'h.example/app?n=1',
	'h.example/app#x',
	'h.example/app name',
	'h.example/app\nother',
	'h.example/_app',
	'h.example/app:',
	'h.example/app:-tag',
	'h.example/app:a/b',
	`h.example/app:${'t'.repeat(129)}`,
	'h.example/app@',
	'h.example/app@sha256:abc',
	`h.example/app@${digest}0`,
	`h.example/app@${digest}@${digest}`,
	`h.example/@${digest}`,
	`h.example/${'a'.repeat(256)}`,
];

for (const address of noPlaces) {
	test(`${JSON.stringify(address.slice(0, 90))} is no place`, t => {
		t.is(parseWhere(address), undefined);
	});
}

test('repository names follow the grammar of the specification', t => {
	const good = [
		'a',
		'app',
		'team/app',
		'a/b/c/d',
		'a.b',
		'a_b',
		'a__b',
		'a-b',
		'a---b',
		'0/1',
		'a'.repeat(255),
	];
	t.deepEqual(
		good.filter(name => !isRepositoryName(name)),
		[],
	);

	const bad = [
		undefined,
		null,
		1,
		['app'],
		'',
		'/',
		'/app',
		'app/',
		'a//b',
		'App',
		'a..b',
		'a___b',
		'a._b',
		'-a',
		'a-',
		'.a',
		'..',
		'a/..',
		'a b',
		'a\n',
		'ä',
		'a:b',
		'a@b',
		'a%2fb',
		'a'.repeat(256),
	];
	t.deepEqual(
		bad.filter(name => isRepositoryName(name)),
		[],
	);
});

test('a long text that is almost a name is turned down at once', t => {
	t.false(isRepositoryName(`${'a-'.repeat(127)}`));
	t.false(isRepositoryName(`${'a/'.repeat(60)}!`));
});

test('tags follow the grammar of the specification', t => {
	const good = ['1', 'latest', '_x', 'V1.2-rc_3', 't'.repeat(128)];
	t.deepEqual(
		good.filter(tag => !isTag(tag)),
		[],
	);

	const bad = [
		undefined,
		null,
		3,
		['v1'],
		'',
		'.x',
		'-x',
		'a/b',
		'a b',
		'a:b',
		'a\n',
		'ä',
		'../../x',
		't'.repeat(129),
	];
	t.deepEqual(
		bad.filter(tag => isTag(tag)),
		[],
	);
});

test('only this machine is loopback', t => {
	const good = [
		'localhost',
		'localhost:80',
		'127.0.0.1',
		'127.1.2.3:5000',
		'[::1]',
		'[::1]:5000',
	];
	t.deepEqual(
		good.filter(host => !isLoopback(host)),
		[],
	);

	const bad = [
		'',
		'h.example',
		'localhost.example.com',
		'127.0.0.1.example.com',
		'127.0.0.1:80.example',
		'x127.0.0.1',
		'128.0.0.1',
		'[::2]:5000',
		'[::1].example',
		'localhost:80/x',
	];
	t.deepEqual(
		bad.filter(host => isLoopback(host)),
		[],
	);
});
