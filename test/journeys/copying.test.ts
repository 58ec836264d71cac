import test, {type ExecutionContext} from 'ava';
import type {Intercept} from '../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {addWhole} from '../helpers/add-whole.js';
import {
	buildUse,
	buildUsesReading,
	buildUsesSources,
} from '../helpers/build-uses.js';
import {createHubRegistry} from '../helpers/hub-registry.js';
import {
	createGate,
	type JourneyOptions,
	journeyWorld,
	startRegistry,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

/** The layers of an image: one that all have, and one of its own. */
const layersOf = (own: string) =>
	[
		['shared', 60_000],
		[own, 5000],
	] as const;

/** Two registries: images lie in the one, and are named from there; the other is home. All are marked, and the home is chosen. */
const open = async (
	t: ExecutionContext,
	options: JourneyOptions & {readonly names?: readonly string[]} = {},
) => {
	const {names = ['library/redis:7', 'library/nginx:1'], ...rest} = options;
	const content = createRegistryContent();
	const there = createRegistryContent();
	const redis = addWhole(there, 'library/redis', {
		tags: ['7'],
		layers: layersOf('redis'),
	});
	const nginx = addWhole(there, 'library/nginx', {
		tags: ['1'],
		layers: layersOf('nginx'),
	});
	const source = await startRegistry(t, {content: there});
	const journey = await journeyWorld(t, {
		content,
		uses: buildUsesSources(() =>
			buildUsesReading(
				names.map((name, index) =>
					buildUse(`${source.server.host}/${name}`, {name: `api-${index}`}),
				),
			),
		),
		...rest,
	});
	const app = await openApp(t, journey.world, {columns: 120});
	await app.press('enter', 'E', 'a', 't');
	await app.typeText(`${journey.server.host}/mirror`);
	await app.press('enter');
	const tagsOf = (name: string) =>
		content.repositories.get(`mirror/library/${name}`)?.tags ??
		new Map<string, string>();
	journey.server.requests.length = 0;
	return {...journey, app, source, content, redis, nginx, tagsOf};
};

/** What was sent that changes a registry, without the begin of an upload that finds out whether one may push, and its end. */
const listWrites = ({
	server: {requests},
}: Pick<Awaited<ReturnType<typeof open>>, 'server'>): string[] =>
	requests
		.filter(({method}) => method === 'PUT')
		.map(({path}) => path.replace(/\?.*$/v, ''));

test('C shows what would be copied and sends nothing; Enter is no yes; y copies, tags last, and the list says so', async t => {
	const journey = await open(t);
	const {app, redis, tagsOf, readJournal} = journey;
	t.regex(app.frame(), /:7 +elsewhere/v);
	await app.press('C');
	t.regex(app.frame(), /2 images: 2 new/v);
	t.true(app.frame().includes(redis.digest.slice(7, 19)));
	t.regex(app.frame(), /Nothing has been sent yet\. y copies 2 images/v);
	await app.press('enter', ' ', 'n', 'down');
	t.deepEqual(listWrites(journey), []);
	await app.press('y');
	t.regex(app.frame(), /2 copied/v);
	t.is(tagsOf('redis').get('7'), redis.digest);
	const paths = listWrites(journey);
	for (const name of ['redis', 'nginx']) {
		const own = paths.filter(path => path.includes(`/library/${name}/`));
		t.regex(own.at(-1) ?? '', /\/manifests\/[17]$/v);
		t.regex(own.at(-2) ?? '', /\/manifests\/sha256:/v);
	}

	// The layer and the config that both have are sent once, and mounted once.
	t.is(paths.filter(path => path.includes('/blobs/uploads/')).length, 4);
	const lines = await readJournal();
	t.deepEqual(
		lines
			.map(({kind}) => String(kind))
			.toSorted((one, other) => (one < other ? -1 : 1)),
		[
			'copy-began',
			'copy-ended',
			'image-began',
			'image-began',
			'image-ended',
			'image-ended',
		],
	);
	await app.press('esc');
	t.regex(app.frame(), /:7 +rewritten, still running the old one/v);
	await app.press('q');
	t.is(app.exitCode(), 0);
});

test('without marks the image under the cursor is copied, and no other', async t => {
	const {app, tagsOf} = await open(t);
	await app.press('a', 'home', 'C');
	t.regex(app.frame(), /1 image: 1 new/v);
	await app.press('y');
	t.is(tagsOf('nginx').size + tagsOf('redis').size, 1);
});

test('a second time nothing is sent', async t => {
	const journey = await open(t);
	const {app, server} = journey;
	await app.press('C', 'y', 'esc', 'C');
	t.regex(app.frame(), /2 images: 2 there already/v);
	server.requests.length = 0;
	await app.press('y');
	t.regex(app.frame(), /2 copied/v);
	t.deepEqual(listWrites(journey), []);
});

test('a tag that would move at home wants its phrase: nothing else moves it', async t => {
	const journey = await open(t);
	const {app, content, tagsOf, redis, server} = journey;
	const old = addWhole(content, 'mirror/library/redis', {
		tags: ['7'],
		layers: [['other', 10]],
	});
	await app.press('C');
	t.regex(app.frame(), /1 new, 1 moves a tag/v);
	t.true(app.frame().includes(old.digest.slice(7, 19)));
	const phrase = `move 1 tag at ${server.host}`;
	for (const wrong of ['y', 'yes', `${phrase}.`, phrase.toUpperCase()]) {
		await app.press('ctrl-u');
		await app.typeText(wrong);
		await app.press('enter');
	}

	t.regex(app.frame(), /That is not the phrase/v);
	t.deepEqual(listWrites(journey), []);
	t.is(tagsOf('redis').get('7'), old.digest);
	await app.press('ctrl-u');
	await app.typeText(phrase);
	await app.press('enter');
	t.regex(app.frame(), /2 copied/v);
	t.is(tagsOf('redis').get('7'), redis.digest);
});

test('safeguard 5: under --read-only nothing is sent, and it is said', async t => {
	const {app, server, tagsOf, readJournal} = await open(t, {readOnly: true});
	await app.press('C');
	t.regex(app.frame(), /Read-only: nothing is sent that changes a registry/v);
	await app.press('y');
	t.regex(app.frame(), /2 would be copied/v);
	t.deepEqual(
		server.requests.filter(({method}) => !['GET', 'HEAD'].includes(method)),
		[],
	);
	t.is(tagsOf('redis').size, 0);
	t.deepEqual(await readJournal(), []);
});

const isBlob: (...call: Parameters<Intercept>) => boolean = ({method, path}) =>
	method === 'GET' && path.includes('/blobs/sha256:');

for (const key of ['ctrl-c', 'esc']) {
	test(`${key} breaks a copy off: nothing has a tag, q and the program stay, and r goes on`, async t => {
		const {app, source, tagsOf, redis} = await open(t);
		const gate = createGate();
		source.faults.intercept = async (...call) => {
			if (isBlob(...call)) {
				await gate.pass();
			}

			return false;
		};

		await app.press('C');
		await app.tap('y');
		await gate.reached;
		t.regex(app.frame(), /Esc break off/v);
		await app.press(key);
		t.regex(app.frame(), /2 unfinished/v);
		t.is(app.exitCode(), undefined);
		t.is(tagsOf('redis').size + tagsOf('nginx').size, 0);
		gate.open();
		await app.press('r', 'y');
		t.regex(app.frame(), /2 copied/v);
		t.is(tagsOf('redis').get('7'), redis.digest);
	});
}

test('an image that is not there is left out with its reason, and the rest is copied', async t => {
	const {app, tagsOf} = await open(t, {
		names: ['library/redis:7', 'library/gone:1'],
	});
	await app.press('C');
	t.regex(app.frame(), /2 images: 1 new, 1 left out/v);
	t.regex(app.frame(), /There is no \S+\/library\/gone:1\./v);
	await app.press('y');
	t.regex(app.frame(), /1 copied, 1 left out/v);
	t.is(tagsOf('redis').size, 1);
});

test('a home that one may not push to is one sentence, and nothing is asked', async t => {
	const journey = await open(t);
	const {app, faults} = journey;
	faults.intercept = ({method}, response) => {
		if (method !== 'POST') {
			return false;
		}

		response.writeHead(403, {'content-type': 'application/json'});
		response.end('{"errors": [{"code": "DENIED", "message": "no"}]}');
		return true;
	};

	await app.press('C');
	t.regex(app.frame(), /Nothing may be pushed to \S+\/mirror\/library/v);
	await app.press('y');
	t.deepEqual(listWrites(journey), []);
	faults.intercept = undefined;
	await app.press('r');
	t.regex(app.frame(), /y copies 2 images/v);
});

test('a blob that never comes whole: the image has no tag, the other comes, and the exit code is 1', async t => {
	const {app, source, tagsOf, nginx} = await open(t);
	source.faults.intercept = ({method, path}, response) => {
		if (method !== 'GET' || !path.includes('/redis/blobs/sha256:')) {
			return false;
		}

		response.writeHead(500).end();
		return true;
	};

	await app.press('C', 'y');
	t.regex(app.frame(), /1 copied, 1 failed/v);
	t.is(tagsOf('redis').size, 0);
	t.is(tagsOf('nginx').get('1'), nginx.digest);
	await app.press('esc', 'q');
	t.is(app.exitCode(), 1);
});

test("what is left of Docker Hub's pulls is said before, beside what this copy takes; where they run out it stops, and goes on later", async t => {
	const {app, source, tagsOf} = await open(t, {kind: 'docker-hub'});
	const hub = createHubRegistry(source.server.content);
	source.faults.intercept = hub.intercept;
	hub.behaviour.pulls = 1;
	await app.press('C');
	t.regex(
		app.frame(),
		/1 of 100 pulls in 6 h are left, and this copy takes 2\. It stops there/v,
	);
	t.is(hub.behaviour.pulls, 1);
	await app.press('y');
	t.regex(app.frame(), /1 copied, 1 failed/v);
	t.regex(app.frame(), /pull/v);
	t.is(tagsOf('redis').size + tagsOf('nginx').size, 1);
	hub.behaviour.pulls = 5;
	await app.press('r');
	t.regex(
		app.frame(),
		/5 of 100 pulls in 6 h are left, and this copy takes 1\./v,
	);
	await app.press('y');
	t.regex(app.frame(), /2 copied/v);
});
