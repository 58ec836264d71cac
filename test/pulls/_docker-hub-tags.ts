/* eslint-disable ava/no-ignored-test-files, @typescript-eslint/naming-convention -- hub.test.ts loads it; Docker Hub's fields have their own names */
import test, {type ExecutionContext} from 'ava';
import type {PulledImage} from '../../source/evidence/pull.js';
import {createDockerHubTagsReader} from '../../source/pulls/docker-hub-tags.js';
import type {Credentials} from '../../source/http/credentials.js';
import {UserError} from '../../source/user-error.js';
import {type Answer, startLoopback} from '../http/_loopback.js';
import {
	answerJson,
	at,
	clock,
	http,
	iso,
	now,
	readHub,
	shorten,
} from './_hub-world.js';

/** A digest that can be told by its first digit. */
const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

const [index, amd64, arm64, old, other] = ['a', 'b', 'c', 'd', 'e'].map(
	letter => digestOf(letter),
);

const image = (digest: string | undefined, pulled: number | undefined) => ({
	architecture: 'amd64',
	os: 'linux',
	digest,
	last_pulled: pulled === undefined ? null : iso(pulled),
	last_pushed: iso(at(1)),
});

const tag = (name: string, fields: Readonly<Record<string, unknown>> = {}) => ({
	name,
	tag_last_pulled: iso(at(20)),
	tag_last_pushed: iso(at(2)),
	digest: index,
	images: [],
	...fields,
});

const open = (origin: string, login?: Credentials) =>
	createDockerHubTagsReader({
		name: 'docker-hub:tags',
		http,
		clock,
		origin,
		findLogin: async () => login,
	});

const read = async (
	t: ExecutionContext,
	answer: Answer,
	login?: Credentials,
) => {
	const server = await startLoopback(t, answer);
	return {server, ...(await readHub(open(server.origin, login), 'shop/app'))};
};

const readPage = async (t: ExecutionContext, ...results: unknown[]) =>
	read(t, (_request, response) => {
		answerJson(response, {count: results.length, next: null, results});
	});

const shortenUnknown = (unknown: readonly PulledImage[] | undefined) =>
	unknown?.map(image =>
		image.kind === 'tag'
			? `:${image.tag}`
			: image.kind === 'digest'
				? image.digest
				: image.kind,
	);

test("Docker Hub's times are credited to the tag's digest and to each platform's", async t => {
	const {server, tallies, source} = await readPage(
		t,
		tag('latest', {images: [image(amd64, at(20)), image(arm64, at(3))]}),
	);
	t.deepEqual(shorten(tallies), [
		`shop/app aaaa last-seen ${iso(at(20))}`,
		`shop/app aaaa push ${iso(at(2))}`,
		`shop/app bbbb last-seen ${iso(at(20))}`,
		`shop/app bbbb push ${iso(at(1))}`,
		`shop/app cccc last-seen ${iso(at(3))}`,
		`shop/app cccc push ${iso(at(1))}`,
	]);
	t.true(
		tallies
			.filter(({action}) => action === 'last-seen')
			.every(({days}) => days.size === 0),
	);
	t.like(source, {
		state: 'read',
		proves: 'tagged-digests',
		repository: 'shop/app',
		covers: {from: at(1), to: now},
		gaps: [],
		unknown: [],
		records: 1,
	});
	t.deepEqual(
		server.seen.map(({path, authorization}) => ({path, authorization})),
		[
			{
				path: '/v2/namespaces/shop/repositories/app/tags?page_size=100',
				authorization: undefined,
			},
		],
	);
});

test('a time that Docker Hub leaves out is unknown, unless another tag names it', async t => {
	const {source, tallies} = await readPage(
		t,
		tag('one', {
			tag_last_pulled: null,
			images: [image(amd64, undefined), image(arm64, undefined)],
		}),
		tag('two', {digest: other, images: [image(amd64, at(9))]}),
		tag('three', {digest: undefined, tag_last_pulled: '0001-01-01T00:00:00Z'}),
	);
	t.deepEqual(shortenUnknown(source.unknown), [index, arm64, ':three']);
	t.true(shorten(tallies).includes(`shop/app bbbb last-seen ${iso(at(9))}`));
});

test('an old tag without a digest is told as a tag, with what its images say', async t => {
	const {tallies, source} = await readPage(
		t,
		tag('old', {
			digest: undefined,
			images: [image(old, at(5)), image(undefined, at(5))],
		}),
	);
	t.deepEqual(shorten(tallies), [
		`shop/app :old last-seen ${iso(at(20))}`,
		`shop/app :old push ${iso(at(2))}`,
		`shop/app dddd last-seen ${iso(at(5))}`,
		`shop/app dddd push ${iso(at(1))}`,
	]);
	t.deepEqual(source.unknown, []);
});

test('a tag that was pulled before its last push may have meant another digest', async t => {
	const {tallies} = await readPage(
		t,
		tag('latest', {tag_last_pulled: iso(at(20)), tag_last_pushed: iso(at(21))}),
		tag('unpushed', {digest: other, tag_last_pushed: null}),
	);
	t.deepEqual(shorten(tallies), [
		`shop/app :latest last-seen ${iso(at(20))}`,
		`shop/app :unpushed last-seen ${iso(at(20))}`,
		`shop/app aaaa push ${iso(at(21))}`,
	]);
});

test('the next page is asked where the first one was, whichever of its names Docker Hub writes', async t => {
	const {server, source, tallies} = await read(
		t,
		({url = ''}, response) => {
			if (url === '/v2/auth/token') {
				answerJson(response, Object.fromEntries([['access_token', 'a-token']]));
				return;
			}

			const second = url.includes('page=2');
			answerJson(response, {
				count: 2,
				next: second
					? null
					: 'https://registry.hub.docker.com/v2/repositories/shop/app/tags?page=2&page_size=100',
				results: [tag(second ? 'v2' : 'v1', {digest: second ? other : index})],
			});
		},
		{username: 'ann', password: 'secret of ann'},
	);
	const [login, ...pages] = server.seen;
	t.is(login?.path, '/v2/auth/token');
	t.deepEqual(
		pages.map(({path}) => path),
		[
			'/v2/namespaces/shop/repositories/app/tags?page_size=100',
			'/v2/repositories/shop/app/tags?page=2&page_size=100',
		],
	);
	t.true(pages.every(({authorization}) => authorization === 'Bearer a-token'));
	t.is(tallies.length, 4);
	t.deepEqual(source.gaps, []);
});

const brokenLists: ReadonlyArray<readonly [string, unknown, number, RegExp]> = [
	[
		'leads to another host',
		'https://evil.example/v2/repositories/shop/app/tags?page=2',
		2,
		/broke off after 1: .*it names a next page of its list that is not to be followed/,
	],
	[
		'leads to something else',
		'https://hub.docker.com/v2/users/login?page=2',
		2,
		/not to be followed/,
	],
	[
		'leads in a circle',
		'/v2/namespaces/shop/repositories/app/tags?page_size=100&page=1',
		1,
		/its list of pages does not end/,
	],
	['is no address', 7, 1, /not to be followed/],
	[
		'is missing though more was counted',
		null,
		2,
		/counts 2 tags of shop\/app and listed 1/,
	],
];

for (const [title, next, count, message] of brokenLists) {
	test(`a list whose next page ${title} is a gap over everything`, async t => {
		const {source, tallies, server} = await read(t, (_request, response) => {
			answerJson(response, {count, next, results: [tag('v1')]});
		});
		t.is(source.gaps.length, 1);
		t.regex(source.gaps[0]?.message ?? '', message);
		t.like(source.gaps[0], {span: undefined, canBeAccepted: false});
		t.true(tallies.length > 0);
		t.is(server.seen.length, title.endsWith('circle') ? 2 : 1);
	});
}

test('a list that changes while it is read is a gap', async t => {
	const {source} = await read(t, ({url = ''}, response) => {
		const second = url.includes('page=2');
		answerJson(response, {
			count: second ? 1 : 2,
			next: second ? null : '/v2/repositories/shop/app/tags?page=2',
			results: [tag('v1')],
		});
	});
	t.regex(source.gaps[0]?.message ?? '', /changed while/);
});

test('a page that fails leaves what came before it, and a gap', async t => {
	const {source, tallies} = await read(t, ({url = ''}, response) => {
		if (url.includes('page=2')) {
			answerJson(response, {message: 'no'}, 400);
			return;
		}

		answerJson(response, {
			count: 2,
			next: '/v2/repositories/shop/app/tags?page=2',
			results: [tag('v1')],
		});
	});
	t.is(tallies.length, 2);
	t.regex(
		source.gaps[0]?.message ?? '',
		/broke off after 1: Docker Hub refused/,
	);
});

for (const [title, headers] of [
	['seconds', {'retry-after': '0'}],
	['a moment since 1970', {'x-retry-after': String(now / 1000)}],
	[
		'a limit that starts anew',
		{
			'x-ratelimit-limit': '180',
			'x-ratelimit-remaining': '0',
			'x-ratelimit-reset': String(now / 1000),
		},
	],
] as const) {
	test(`a 429 with ${title} is waited for and asked again`, async t => {
		const {server, source} = await read(t, (_request, response, attempt) => {
			if (attempt === 1) {
				response.writeHead(429, headers);
				response.end();
				return;
			}

			answerJson(response, {count: 1, next: null, results: [tag('v1')]});
		});
		t.is(server.seen.length, 2);
		t.is(source.state, 'read');
	});
}

test('a tag without a name that a tag may have is counted and told', async t => {
	const {source} = await readPage(t, tag('v1'), tag('../x'), 7);
	t.like(source, {records: 1, skipped: 2});
	t.regex(source.firstProblem ?? '', /^tag 2: /);
});

test('without any time nothing is covered', async t => {
	const {source} = await readPage(
		t,
		tag('v1', {tag_last_pulled: null, tag_last_pushed: null}),
	);
	t.is(source.covers, undefined);
});

const failures: ReadonlyArray<readonly [string, number, unknown, RegExp]> = [
	[
		'404',
		404,
		{message: 'object not found'},
		/shows no repository shop\/app \(404\)/,
	],
	['401', 401, {detail: 'no'}, /a private repository is not shown/],
	[
		'an error body',
		200,
		{message: 'internal error'},
		/about shop\/app cannot be used: no JSON list of results\./,
	],
	['503', 503, {}, /^Docker Hub failed \(503\)/],
];

for (const [title, status, body, message] of failures) {
	test(`${title} for the first page is one sentence`, async t => {
		const server = await startLoopback(t, (_request, response) => {
			answerJson(response, body, status);
		});
		const error = await t.throwsAsync(
			readHub(open(server.origin), 'shop/app'),
			{instanceOf: UserError},
		);
		t.regex(error?.sentence ?? '', message);
	});
}

test('a name that Docker Hub cannot have is not asked for', async t => {
	const server = await startLoopback(t, (_request, response) => {
		response.end();
	});
	await t.throwsAsync(readHub(open(server.origin), 'shop/team/app'), {
		instanceOf: UserError,
	});
	t.is(server.seen.length, 0);
});

test('only Docker Hub is asked about, under any of its names', t => {
	const {isFor} = open('http://127.0.0.1:1');
	t.true(isFor('docker.io'));
	t.true(isFor('registry-1.docker.io'));
	t.false(isFor('ghcr.io'));
});
