import test from 'ava';
import {
	listElsewhere,
	type OwnRegistry,
} from '../../source/evidence/elsewhere.js';
import {buildUse} from '../helpers/build-uses.js';
import {digestOf} from '../helpers/build-repository.js';

const list = (
	written: readonly string[],
	own: ReadonlyArray<Partial<OwnRegistry>>,
): string[] =>
	listElsewhere(
		written.map(text => buildUse(text)),
		own.map(({host = '', path}) => ({host, path})),
	).map(({host, repository, count}) => `${host}/${repository} ${count}`);

test('what is not in the own registries is elsewhere, named most often first', t => {
	t.deepEqual(
		list(
			[
				'nginx',
				'docker.io/library/nginx:1',
				'registry.acme.io/shop',
				'ghcr.io/b/c',
				'ghcr.io/a/b',
			],
			[{host: 'registry.acme.io'}],
		),
		['docker.io/library/nginx 2', 'ghcr.io/a/b 1', 'ghcr.io/b/c 1'],
	);
});

const owned: ReadonlyArray<readonly [string, Partial<OwnRegistry>, boolean]> = [
	['acme/shop', {host: 'index.docker.io', path: 'acme'}, true],
	['acme/shop', {host: 'docker.io', path: 'acme/shop'}, true],
	['acmeshop/x', {host: 'docker.io', path: 'acme'}, false],
	['nginx', {host: 'docker.io', path: 'acme'}, false],
	['registry.acme.io:443/shop', {host: 'registry.acme.io'}, true],
	['registry.acme.io:5000/shop', {host: 'registry.acme.io'}, false],
	['gcr.io/acme/shop', {host: 'us-docker.pkg.dev', path: 'acme/gcr.io'}, true],
	['us-docker.pkg.dev/acme/gcr.io/shop', {host: 'gcr.io', path: 'acme'}, true],
];

for (const [written, own, isOwn] of owned) {
	test(`${written} is ${isOwn ? 'in' : 'not in'} ${own.host}/${own.path ?? ''}`, t => {
		t.is(list([written], [own]).length, isOwn ? 0 : 1);
	});
}

test('each reference tells how often it is named, and by what', t => {
	const digest = digestOf('nginx');
	const [nginx] = listElsewhere(
		[
			buildUse(`nginx:1@${digest}`, {name: 'a'}),
			buildUse('nginx:1', {name: 'b'}),
			buildUse('nginx:1', {name: 'c'}),
			buildUse(`nginx@${digest}`, {name: 'd', imageId: true}),
		],
		[],
	);
	t.is(nginx?.count, 3);
	t.is(nginx?.byDigest, 1);
	t.deepEqual(
		nginx?.references.map(({text, by, uses}) => [
			text,
			by,
			uses.map(({name}) => name).join(''),
		]),
		[
			['docker.io/library/nginx:1', 'tag', 'bc'],
			[`docker.io/library/nginx@${digest}`, 'digest', 'a'],
		],
	);
});
