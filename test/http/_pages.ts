import test from 'ava';
import {nextPage, requestPages} from '../../source/http/pages.js';
import {ask, catchHttpError, openClient, startLoopback} from './_loopback.js';

const tags = '/v2/app/tags/list';

const links: ReadonlyArray<readonly [string, string | undefined]> = [
	[`<${tags}?n=2&last=b>; rel="next"`, `${tags}?n=2&last=b`],
	[`<${tags}?n=2&last=b>;rel=next`, `${tags}?n=2&last=b`],
	[`<${tags}?n=2&last=b> ; REL = "Next"`, `${tags}?n=2&last=b`],
	[`${tags}?n=2&last=b; rel="next"`, `${tags}?n=2&last=b`],
	['<?last=b>; rel="next"', `${tags}?last=b`],
	['<list?last=b>; rel="next"', `${tags}?last=b`],
	['<https://other.example:9/x?last=b>; rel="next"', `${tags}?last=b`],
	['https://other.example/x?last=b; rel="next"', `${tags}?last=b`],
	[
		`<${tags}?n=50&next_page=gAAAAABk-x_Q%3D%3D>; rel="next"`,
		`${tags}?n=50&next_page=gAAAAABk-x_Q%3D%3D`,
	],
	[
		`<${tags}?last=0>; rel="first", <${tags}?last=b>; rel="next", <${tags}?last=z>; rel="last"`,
		`${tags}?last=b`,
	],
	[`<${tags}?last=a,b>; rel="next"`, `${tags}?last=a,b`],
	[`<${tags}?last=b>; title="more"; rel="next"`, `${tags}?last=b`],
	[`<${tags}?last=b>; rel="last next"; title="more"`, `${tags}?last=b`],
	[`<${tags}?last=b>; rel="prev"`, undefined],
	[`<${tags}?last=b>; rel="nextcloud"`, undefined],
	[`<${tags}?last=b>`, undefined],
	[`<${tags}>; rel="next"`, undefined],
	['<>; rel="next"', undefined],
	['rel="next"', undefined],
	[`<${tags}?last=b; rel="next"`, `${tags}?last=b`],
	[`<<${tags}?last=b>>; rel="next"`, `${tags}?last=b`],
	[';;;,,,<>;rel', undefined],
	[`<http://[broken?last=b>; rel="next"`, undefined],
	['', undefined],
];

for (const [link, expected] of links) {
	test(`after ${JSON.stringify(link)} comes ${expected ?? 'nothing'}`, t => {
		t.is(nextPage(link, `${tags}?n=1000`), expected);
	});
}

test('without a Link header nothing comes', t => {
	t.is(nextPage(undefined, tags), undefined);
});

/** A server of a list whose pages follow each other by the given Link headers. */
const startList = async (
	t: Parameters<typeof startLoopback>[0],
	following: ReadonlyArray<readonly [string, string | string[]]>,
) =>
	startLoopback(t, (request, response) => {
		const link = new Map(following).get(request.url ?? '');
		if (link !== undefined) {
			response.setHeader('link', link);
		}

		response.end(request.url);
	});

const collectPages = async (
	origin: string,
	path: string,
): Promise<string[]> => {
	const bodies: string[] = [];
	for await (const {body} of requestPages(openClient(origin), ask(path))) {
		bodies.push(new TextDecoder().decode(body));
	}

	return bodies;
};

test('all pages are read, each once', async t => {
	const {origin, seen} = await startList(t, [
		['/list?n=2', '</list?last=b&n=2>; rel="next"'],
		['/list?last=b&n=2', '<http://127.0.0.1:1/list?last=d&n=2>; rel="next"'],
	]);
	const pages = ['/list?n=2', '/list?last=b&n=2', '/list?last=d&n=2'];
	t.deepEqual(await collectPages(origin, '/list?n=2'), pages);
	t.deepEqual(
		seen.map(({path}) => path),
		pages,
	);
});

test('the next page may be named in a second Link header', async t => {
	const {origin} = await startList(t, [
		['/list', ['</help>; rel="help"', '</list?last=b>; rel="next"']],
	]);
	t.deepEqual(await collectPages(origin, '/list'), ['/list', '/list?last=b']);
});

test('a last page that names itself ends the list', async t => {
	const {origin, seen} = await startList(t, [
		['/list?n=2', '</list?last=b&n=2>; rel="next"'],
		['/list?last=b&n=2', '</list?last=b&n=2>; rel="next"'],
	]);
	const pages = await collectPages(origin, '/list?n=2');
	t.is(pages.length, 2);
	t.is(seen.length, 2);
});

test('pages in a circle end', async t => {
	const {origin} = await startList(t, [
		['/list?n=2', '</list?last=b>; rel="next"'],
		['/list?last=b', '</list?n=2>; rel="next"'],
	]);
	t.deepEqual(await collectPages(origin, '/list?n=2'), [
		'/list?n=2',
		'/list?last=b',
	]);
});

test('a page that fails ends the list by its error', async t => {
	const {origin} = await startLoopback(t, (request, response) => {
		if (request.url === '/list') {
			response.setHeader('link', '</list?last=b>; rel="next"').end();
		} else {
			response.writeHead(403).end();
		}
	});
	const error = await catchHttpError(t, collectPages(origin, '/list'));
	t.is(error.status, 403);
});

for (const link of [
	'<>; rel="next"',
	'</list>; rel="next"',
	'; rel="next"',
	'<http://[broken?last=b>; rel=next',
]) {
	test(`a list that goes on at ${link} is not taken for a whole one`, async t => {
		const {origin} = await startList(t, [['/list?n=2', link]]);
		const error = await catchHttpError(t, collectPages(origin, '/list?n=2'));
		t.is(error.failure, 'malformed');
	});
}
