import test, {type ExecutionContext} from 'ava';
import {addImage, addTag} from '../../source/demo/build-content.js';
import {
	startEmbeddedRegistry,
	type EmbeddedRegistryOptions,
} from '../../source/demo/embedded-registry.js';
import {
	createRegistryContent,
	ensureRepository,
} from '../../source/demo/registry-content.js';

async function startRegistry(
	t: ExecutionContext,
	options: Partial<EmbeddedRegistryOptions>,
) {
	const content = createRegistryContent();
	for (const name of ['data/etl', 'shop/cart', 'app']) {
		ensureRepository(content, name);
	}

	const {digest} = addImage(content, 'app', {
		layers: [{size: 1, seed: 'one'}],
	});
	for (const tag of ['v2', 'v10', 'latest', 'V3']) {
		addTag(content, 'app', tag, digest);
	}

	const registry = await startEmbeddedRegistry({
		content,
		deletes: 'enabled',
		...options,
	});
	t.teardown(registry.close);
	return registry;
}

async function collectPages(url: string, path: string): Promise<unknown[]> {
	const response = await fetch(`${url}${path}`);
	const page: unknown = await response.json();
	const link = response.headers.get('link');
	if (!link) {
		return [page];
	}

	const next = /^<(?<path>\/[^>]+)>; rel="next"$/v.exec(link)?.groups?.['path'];
	return [page, ...(await collectPages(url, next ?? '/link-not-understood'))];
}

test('the version check answers 200 with the API version', async t => {
	const {url} = await startRegistry(t, {});
	const response = await fetch(`${url}/v2/`);
	t.is(response.status, 200);
	t.is(response.headers.get('docker-distribution-api-version'), 'registry/2.0');
	t.deepEqual(await response.json(), {});
});

test('_catalog is sorted and lists an emptied repository', async t => {
	const {url} = await startRegistry(t, {});
	t.deepEqual(await collectPages(url, '/v2/_catalog'), [
		{repositories: ['app', 'data/etl', 'shop/cart']},
	]);
});

test('_catalog pages by n and last with a relative Link', async t => {
	const {url} = await startRegistry(t, {});
	const response = await fetch(`${url}/v2/_catalog?n=2`);
	t.is(
		response.headers.get('link'),
		'</v2/_catalog?last=data%2Fetl&n=2>; rel="next"',
	);
	t.deepEqual(await collectPages(url, '/v2/_catalog?n=1'), [
		{repositories: ['app']},
		{repositories: ['data/etl']},
		{repositories: ['shop/cart']},
	]);
	t.deepEqual(await collectPages(url, '/v2/_catalog?n=0'), [
		{repositories: []},
	]);
});

test('_catalog refuses more than 1000 entries and overlooks what is no number', async t => {
	const {url} = await startRegistry(t, {});
	const response = await fetch(`${url}/v2/_catalog?n=1001`);
	t.is(response.status, 400);
	t.deepEqual(await response.json(), {
		errors: [
			{
				code: 'PAGINATION_NUMBER_INVALID',
				message: 'invalid number of results requested',
				detail: {n: 1001},
			},
		],
	});
	const accepted = await fetch(`${url}/v2/_catalog?n=1000`);
	t.is(accepted.status, 200);
	const overlooked = await fetch(`${url}/v2/_catalog?n=many`);
	t.is(overlooked.status, 200);
});

test('_catalog can be denied', async t => {
	const {url} = await startRegistry(t, {catalog: 'denied'});
	const response = await fetch(`${url}/v2/_catalog`);
	t.is(response.status, 403);
	t.regex(await response.text(), /"code":"DENIED"/v);
	const tags = await fetch(`${url}/v2/app/tags/list`);
	t.is(tags.status, 200);
});

test('tags/list pages by n and last', async t => {
	const {url} = await startRegistry(t, {});
	t.deepEqual(await collectPages(url, '/v2/app/tags/list'), [
		{name: 'app', tags: ['V3', 'latest', 'v10', 'v2']},
	]);
	t.deepEqual(await collectPages(url, '/v2/app/tags/list?n=3'), [
		{name: 'app', tags: ['V3', 'latest', 'v10']},
		{name: 'app', tags: ['v2']},
	]);
	t.deepEqual(await collectPages(url, '/v2/app/tags/list?last=v10'), [
		{name: 'app', tags: ['v2']},
	]);
	const response = await fetch(`${url}/v2/app/tags/list?n=-1`);
	t.is(response.status, 400);
});

test('pageSize limits a page whatever n asks for', async t => {
	const {url} = await startRegistry(t, {pageSize: 2});
	t.deepEqual(await collectPages(url, '/v2/app/tags/list?n=1000'), [
		{name: 'app', tags: ['V3', 'latest']},
		{name: 'app', tags: ['v10', 'v2']},
	]);
	t.deepEqual(await collectPages(url, '/v2/_catalog'), [
		{repositories: ['app', 'data/etl']},
		{repositories: ['shop/cart']},
	]);
});

test('tags/list says null without a tag and 404 for an unknown repository', async t => {
	const {url} = await startRegistry(t, {});
	const empty = await fetch(`${url}/v2/data/etl/tags/list`);
	t.is(await empty.text(), '{"name":"data/etl","tags":null}\n');
	const unknown = await fetch(`${url}/v2/no/such/tags/list`);
	t.is(unknown.status, 404);
	t.deepEqual(await unknown.json(), {
		errors: [
			{
				code: 'NAME_UNKNOWN',
				message: 'repository name not known to registry',
				detail: {name: 'no/such'},
			},
		],
	});
});

test('referrers and other unknown paths answer 404 as text, a wrong method 405', async t => {
	const {url} = await startRegistry(t, {});
	const digest = `sha256:${'0'.repeat(64)}`;
	for (const path of [`/v2/app/referrers/${digest}`, '/v2/UPPER/tags/list']) {
		const response = await fetch(`${url}${path}`);
		t.is(response.status, 404);

		t.is(await response.text(), '404 page not found\n');
	}

	const response = await fetch(`${url}/v2/_catalog`, {method: 'POST'});
	t.is(response.status, 405);
	t.is(response.headers.get('allow'), 'GET');
});
