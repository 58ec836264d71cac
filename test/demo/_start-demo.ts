import test, {type ExecutionContext} from 'ava';
import {type DemoOptions, startDemo} from '../../source/demo/start-demo.js';

const now = Date.UTC(2026, 10, 22, 10);

async function start(t: ExecutionContext, options?: DemoOptions) {
	const demo = await startDemo(now, options);
	t.teardown(demo.close);
	return demo;
}

async function requestText(url: string, path: string): Promise<string> {
	const response = await fetch(`${url}/v2/${path}`);
	return response.text();
}

test('the demo lists its repositories and lets one delete', async t => {
	const {url, content} = await start(t);
	t.regex(await requestText(url, '_catalog'), /"shop\/checkout"/v);
	const {tags} = content.repositories.get('tools/lint')!;
	const {status} = await fetch(
		`${url}/v2/tools/lint/manifests/${tags.get('main')}`,
		{method: 'DELETE'},
	);
	t.is(status, 202);
	t.false(tags.has('main'));
});

test('SBOMs have fallback tags unless the referrers API is served', async t => {
	const name = 'platform/base/python';
	const plain = await start(t, {latency: 0});
	const tagged = await requestText(plain.url, `${name}/tags/list`);
	t.regex(tagged, /"sha256-[\da-f]{64}"/v);
	const dialect = {referrers: 'served'} as const;
	const {url, content} = await start(t, {latency: 0, dialect});
	const untagged = await requestText(url, `${name}/tags/list`);
	t.notRegex(untagged, /"sha256-[\da-f]{64}"/v);
	const digest = content.repositories.get(name)?.tags.get('latest');
	const referrers = await requestText(url, `${name}/referrers/${digest}`);
	t.regex(referrers, /application\/spdx\+json/v);
});
