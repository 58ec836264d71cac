/* eslint-disable ava/no-ignored-test-files -- marking.test.ts loads it */
import test from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {usualCare} from '../../source/plan/care.js';
import {
	addImages,
	createGate,
	journeyWorld,
	startRegistry,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

const fill = () => {
	const content = createRegistryContent();
	addImages(content, 'shop/cart', ['3.0 latest', '2.0', '1.0']);
	addImages(content, 'shop/web', ['b', 'a']);
	addImages(content, 'tools', ['x']);
	return content;
};

const breadcrumb = (frame: string): string =>
	(frame.split('\n')[0] ?? '')
		.trim()
		.replace(/^jetsam /v, '')
		// What stands at the right end is how far the evidence reaches.
		.replace(/ {2,}.*$/v, '');

test('without a place the registries of this machine are listed, with where they are known from', async t => {
	const other = await startRegistry(t, {content: fill()});
	const {world, server} = await journeyWorld(t, {
		content: fill(),
		alsoKnown: [other.known],
	});
	const app = await openApp(t, world);
	t.is(breadcrumb(app.frame()), 'where to?');
	t.true(app.frame().includes(server.host));
	t.true(app.frame().includes(other.server.host));
	// Nothing is asked of a registry before it is opened.
	t.deepEqual([...server.requests, ...other.server.requests], []);
	await app.press('down', 'enter');
	t.is(breadcrumb(app.frame()), other.server.host);
	t.deepEqual(server.requests, []);
	await app.press('esc', 'esc');
	t.true(app.frame().includes('This is the first screen.'));
	t.is(app.exitCode(), undefined);
});

test('without a login anywhere the first screen says what to press, and an address can be typed', async t => {
	const {world, server} = await journeyWorld(t, {content: fill()});
	const app = await openApp(t, {
		...world,
		listKnownRegistries: async () => [],
	});
	t.true(app.frame().includes('No logins were found on this machine.'));
	await app.press('o');
	await app.typeText('not an address');
	await app.press('enter');
	t.true(
		app.frame().includes('"not an address" is no address: there is a space'),
	);
	await app.press('ctrl-u');
	await app.typeText(server.host);
	await app.press('enter');
	t.is(breadcrumb(app.frame()), server.host);
	t.true(app.frame().includes('3 repositories'));
});

test('a host opens its repositories', async t => {
	const {world, server} = await journeyWorld(t, {content: fill()});
	const app = await openApp(t, world, {place: server.host});
	t.is(breadcrumb(app.frame()), server.host);
	t.regex(app.frame(), /^ › +shop\/cart/mv);
	await app.press('esc');
	t.is(breadcrumb(app.frame()), 'where to?');
});

test('a host and a repository open the repository, and Esc leads to all of its registry', async t => {
	const {world, server} = await journeyWorld(t, {content: fill()});
	const app = await openApp(t, world, {place: `${server.host}/shop/web`});
	t.is(breadcrumb(app.frame()), `${server.host} ▸ shop/web`);
	t.true(app.frame().includes('2 digests, 2 tags'));
	await app.press('esc');
	t.is(breadcrumb(app.frame()), server.host);
	t.true(app.frame().includes('shop/cart'));
	t.true(app.frame().includes('tools'));
});

test('a host and a prefix open the repositories under it', async t => {
	const {world, server} = await journeyWorld(t, {content: fill()});
	const app = await openApp(t, world, {place: `${server.host}/shop`});
	t.is(breadcrumb(app.frame()), `${server.host} ▸ shop/…`);
	t.true(app.frame().includes('2 repositories'));
	t.true(app.frame().includes('shop/cart'));
	t.false(app.frame().includes('tools'));
});

test('a tag opens its repository with the cursor on its digest', async t => {
	const {world, server} = await journeyWorld(t, {content: fill()});
	const app = await openApp(t, world, {place: `${server.host}/shop/cart:1.0`});
	t.regex(app.frame(), /^ › +[\da-f]{12} +1\.0/mv);
});

test('a digest opens its repository with the cursor on it', async t => {
	const content = createRegistryContent();
	const digests = addImages(content, 'app', ['c', 'b', 'a']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {
		place: `${server.host}/app@${digests[1]}`,
	});
	t.regex(app.frame(), /^ › +[\da-f]{12} +b/mv);
});

test('a tag that does not exist is said, not passed over', async t => {
	const {world, server} = await journeyWorld(t, {content: fill()});
	const app = await openApp(t, world, {place: `${server.host}/shop/cart:9.9`});
	t.is(breadcrumb(app.frame()), `${server.host} ▸ shop/cart`);
	t.true(app.frame().includes('shop/cart has no 9.9.'));
});

test('a path that is nothing says so, and only when that is known', async t => {
	const {world, server, faults} = await journeyWorld(t, {content: fill()});
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({path}) => {
		if (path.includes('/tags/list')) {
			await gate.pass();
		}

		return false;
	};

	const app = await openApp(t, world, {
		place: `${server.host}/nothing`,
		isSettled: false,
	});
	await gate.reached;
	await app.tap('down');
	t.true(app.frame().includes('asking…'));
	gate.open();
	await app.settled();
	t.true(
		app.frame().includes('No repository is called nothing, and none lies'),
	);
});

test('an answer about a given path that comes after its screen was left opens nothing', async t => {
	const {world, server, faults} = await journeyWorld(t, {content: fill()});
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({path}) => {
		if (path.includes('/tags/list')) {
			await gate.pass();
		}

		return false;
	};

	const app = await openApp(t, world, {
		place: `${server.host}/shop/cart`,
		isSettled: false,
	});
	await gate.reached;
	await app.tap('esc', 'o', ...'registry.');
	gate.open();
	await app.settled();
	t.is(app.state().trail.at(-1)?.kind, 'text');
	t.true(app.frame().includes('registry.▏'));
});

test('a typed address may name a repository or a prefix, as on the command line', async t => {
	const {world, server} = await journeyWorld(t, {content: fill()});
	const app = await openApp(t, world);
	await app.press('o');
	await app.typeText(`${server.host}/shop`);
	await app.press('enter');
	t.is(breadcrumb(app.frame()), `${server.host} ▸ shop/…`);
	t.true(app.frame().includes('2 repositories'));
	await app.press('esc', 'o');
	await app.typeText(`${server.host}/shop/cart:2.0`);
	await app.press('enter');
	t.is(breadcrumb(app.frame()), `${server.host} ▸ shop/cart`);
	t.regex(app.frame(), /^ › +[\da-f]{12} +2\.0/mv);
	await app.press('esc');
	t.true(app.frame().includes('3 repositories'));
});

test('leaving a repository while it is read and coming back shows it whole', async t => {
	const {world, faults} = await journeyWorld(t, {content: fill()});
	const gate = createGate();
	t.teardown(gate.open);
	let isFirst = true;
	faults.intercept = async ({path}) => {
		if (path.includes('/tags/list') && isFirst) {
			isFirst = false;
			await gate.pass();
		}

		return false;
	};

	const app = await openApp(t, world);
	// Not until all is read: the totals of this repository wait at the gate.
	await app.tap('enter');
	await gate.reached;
	await app.tap('enter');
	// Both in one chunk: nothing has time to end in between.
	app.store.dispatch({kind: 'screen-closed'});
	app.store.dispatch({kind: 'item-opened'});
	gate.open();
	await app.settled();
	t.true(app.frame().includes('3 digests, 4 tags'));
	t.is(
		app.state().repositories.get(`${app.state().registries[0]!.host}/shop/cart`)
			?.reading.state,
		'complete',
	);
});

test('r twice reads twice, and the first reading does not end the second', async t => {
	const {world, server, faults} = await journeyWorld(t, {content: fill()});
	const app = await openApp(t, world, {place: `${server.host}/tools`});
	const gate = createGate();
	t.teardown(gate.open);
	let reads = 0;
	faults.intercept = async ({path}) => {
		if (path.includes('/tags/list')) {
			reads++;
			await gate.pass();
		}

		return false;
	};

	await app.tap('r');
	await gate.reached;
	await app.tap('r', 'down');
	t.true(app.frame().includes('reading…'));
	gate.open();
	await app.settled();
	t.is(reads, 2);
	t.false(app.frame().includes('not read to its end'));
	t.false(app.frame().includes('reading…'));
});

test('the demo lists its registry, and what is not real', async t => {
	const {startDemo} = await import('../../source/demo/start-demo.js');
	const demo = await startDemo(Date.UTC(2026, 10, 22));
	t.teardown(demo.close);
	const {world} = await journeyWorld(t);
	const app = await openApp(
		t,
		{
			...world,
			listKnownRegistries: async () => [
				{
					host: demo.host,
					address: demo.url,
					source: 'demo, nothing in it is real',
					care: usualCare,
				},
			],
		},
		{place: demo.url, isSettled: false, columns: 100},
	);
	// All of it takes a while to read.
	await app.until(state => state.registries[0]?.listing.state === 'complete');
	await app.tap('end', 'home');
	t.is(breadcrumb(app.frame()), demo.host);
	t.regex(app.frame(), /^ \d+ repositories$/mv);
	t.true(app.frame().includes('data/etl-nightly'));
	await app.tap('esc');
	t.true(app.frame().includes('demo, nothing in it is real'));
	t.is(app.frame().split(demo.host).length, 2);
});

test('the order of a list is chosen from a menu, and by no paste and no unknown key', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['a', 'b', 'c']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	const listTags = () =>
		[...app.frame().matchAll(/[\da-f]{12} {2}(?<tag>\w)/gv)].map(
			({groups}) => groups?.['tag'],
		);
	t.deepEqual(listTags(), ['a', 'b', 'c']);
	await app.press('s', 'down');
	t.regex(app.frame(), /› largest first/v);
	// Ctrl-F1, at which Ink's own reader of keys throws.
	app.send('\u001B[1;5P');
	await app.paste('\n\nj');
	t.is(app.state().trail.at(-1)?.kind, 'menu');
	await app.press('esc');
	t.deepEqual(listTags(), ['a', 'b', 'c']);
	await app.press('s', 'enter');
	t.deepEqual(listTags(), ['c', 'b', 'a']);
	await app.press('s', 'down', 'down', 'enter');
	t.deepEqual(listTags(), ['a', 'b', 'c']);
	await app.press('s', 'up', 'end', 'down', 'home', 'enter');
	t.deepEqual(listTags(), ['a', 'b', 'c']);
});
