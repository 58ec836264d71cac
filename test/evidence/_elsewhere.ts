import test from 'ava';
import {
	listElsewhere,
	type OwnRegistry,
} from '../../source/evidence/elsewhere.js';
import {countAttempts} from '../../source/evidence/count-attempts.js';
import type {PullSource, PullTally} from '../../source/evidence/pull.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
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

const day = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 10, 22);
const today = now / day;

/** How often a day `nginx:1` is pulled, by what sources tell. */
const rate = (
	tallies: ReadonlyArray<Partial<PullTally>>,
	sources: readonly PullSource[] = [],
	written = 'nginx:1',
): number | undefined => {
	const [nginx] = listElsewhere([buildUse(written)], []);
	return (
		nginx &&
		countAttempts(
			{
				tallies: tallies.map(tally =>
					buildTally({
						source: 'events',
						host: 'docker.io',
						repository: 'library/nginx',
						image: {kind: 'tag', tag: '1'},
						action: 'attempt',
						days: new Map([[today - 1, 20]]),
						...tally,
					}),
				),
				sources,
			},
			nginx,
			{reference: nginx.references[0]!, windowDays: 10, now},
		)
	);
};

const events = (from: number): PullSource => ({
	...buildPullSource(),
	name: 'events',
	covers: {from: now - from * day, to: now},
});
const nginxDigest = digestOf('nginx');

const rates: ReadonlyArray<
	readonly [string, number | undefined, ...Parameters<typeof rate>]
> = [
	['nothing', undefined, []],
	['one tally', 2, [{}]],
	['over what the source covers', 5, [{}], [events(4)]],
	['over no more than the window', 2, [{}], [events(100)]],
	['over a day at least', 20, [{}], [events(0.1)]],
	['the attempts, not the pulls beside them', 2, [{}, {action: 'pull'}]],
	['pulls where there are no attempts', 2, [{action: 'pull'}]],
	[
		'the source that tells most',
		4,
		[{}, {source: 'b', days: new Map([[today, 40]])}],
	],
	['not before the window', 0, [{days: new Map([[today - 50, 9]])}]],
	['another tag', undefined, [{image: {kind: 'tag', tag: '11'}}]],
	['another repository', undefined, [{repository: 'library/redis'}]],
	['scanners', undefined, [{isApart: true}]],
	[
		'a digest',
		2,
		[{image: {kind: 'digest', digest: nginxDigest}}],
		[],
		`nginx@${nginxDigest}`,
	],
];

for (const [title, expected, ...told] of rates) {
	test(`attempts a day: ${title}`, t => {
		t.is(rate(...told), expected);
	});
}
