/* eslint-disable ava/no-ignored-test-files -- marking.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import {addImage} from '../../source/demo/build-content.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {parseMap} from '../../source/move/map-file.js';
import type {UsesSource} from '../../source/evidence/use.js';
import {
	buildSource,
	buildUse,
	buildUsesReading,
	buildUsesSources,
} from '../helpers/build-uses.js';
import {journeyWorld} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

const begin = Date.UTC(2026, 10, 22);
const uses = [
	buildUse('redis:7'),
	buildUse('nginx:1', {role: 'template', kind: 'Deployment', name: 'web'}),
	buildUse('quay.io/library/redis:7', {name: 'other'}),
	buildUse('busybox:1', {role: 'revision', name: 'old'}),
];

const open = async (
	t: ExecutionContext,
	sources: readonly UsesSource[] = [buildSource({readAt: begin})],
) => {
	const content = createRegistryContent();
	for (const name of ['redis', 'nginx', 'busybox']) {
		addImage(content, `mirror/library/${name}`, {
			tags: [name === 'redis' ? '7' : '1'],
			layers: [],
		});
	}

	const journey = await journeyWorld(t, {
		content,
		uses: buildUsesSources(() => buildUsesReading(uses, sources)),
	});
	const app = await openApp(t, journey.world, {columns: 120});
	await app.press('enter', 'E');
	const lineOf = (text: string): string =>
		app
			.frame()
			.split('\n')
			.find(line => line.includes(text)) ?? '';
	/** The line of the reference under a repository. */
	const lineBelow = (text: string): string => {
		const lines = app.frame().split('\n');
		return lines[lines.findIndex(line => line.includes(text)) + 1] ?? '';
	};

	const type = async (text: string): Promise<void> => {
		await app.press(...text);
	};

	return {...journey, app, lineOf, lineBelow, type};
};

test('a home is chosen on screen, and each image says how far it has come', async t => {
	const {app, server, lineBelow, type, rules} = await open(t);
	await app.press('w');
	t.regex(app.frame(), /No home is chosen yet; t asks for one\./v);
	await app.press('t');
	await type('mirror');
	await app.press('enter');
	t.regex(app.frame(), /"mirror" is no registry to bring images to\./v);
	await app.press('ctrl-u');
	await type(`${server.host}/mirror`);
	await app.press('enter');
	t.regex(
		app.frame(),
		/docker\.io\/library\/redis:7 and quay\.io\/library\/redis:7 would both go to \S+\/mirror\/library\/redis\./v,
	);
	// What is marked goes there, and nothing else.
	await app.press('esc', 'home', 'down', 'down', ' ');
	t.regex(app.frame(), /1 marked/v);
	await app.press('up', 'up', 'up', 'up');
	const rows = [
		'docker.io/library/busybox',
		'docker.io/library/nginx',
		'docker.io/library/redis',
	];
	for (const row of rows) {
		t.true(app.frame().includes(row));
	}

	await app.press('home', ' ', 'down', 'down', 'down', 'down', ' ');
	t.regex(app.frame(), /3 marked/v);
	await app.press('t');
	await type(`${server.host}/mirror`);
	await app.press('enter');
	t.regex(
		lineBelow('docker.io/library/nginx'),
		/● +:1 +copied, not rewritten/v,
	);
	t.regex(
		lineBelow('docker.io/library/redis'),
		/● +:7 +rewritten, still running the old one/v,
	);
	t.regex(lineBelow('docker.io/library/busybox'), /● +:1 +home/v);
	t.regex(lineBelow('quay.io/library/redis'), /^ +:7 +elsewhere/v);
	await app.press('w', 'enter');
	const text = rules.files.get('map.yaml') ?? '';
	t.is(parseMap(text, 'map.yaml').entries.length, 3);
	t.regex(app.frame(), /Written\. In the shell: jetsam copy --map map\.yaml/v);
});

test('where a cluster did not answer what is not named is unknown, and why is said', async t => {
	const {app, server, lineBelow, type} = await open(t, [
		buildSource({readAt: begin}),
		buildSource({name: 'edge', state: 'failed', readAt: undefined}),
	]);
	await app.press('t');
	await type(`${server.host}/mirror {home}/{host}/{repository}`);
	await app.press('enter');
	t.regex(lineBelow('docker.io/library/busybox'), /:1 +elsewhere/v);
	await app.press('home', 'down');
	t.regex(app.frame(), /› \S+\/mirror\/docker\.io\/library\/\S+/v);
	await app.press('home', 'down', ' ', 't');
	await type(`${server.host}/mirror`);
	await app.press('enter');
	t.regex(lineBelow('docker.io/library/busybox'), /● +:1 +unknown/v);
	t.regex(app.frame(), /unknown: edge: could not be read/v);
});

test('a filter shows images by their host, by what names them and by what is marked, and a marks what it shows', async t => {
	const {app, type} = await open(t);
	const count = (): string => /\d+ of \d+/v.exec(app.frame())?.[0] ?? '';
	await app.press('/');
	await type('quay');
	t.is(count(), '2 of 8');
	await app.press('enter', 'a');
	t.regex(app.frame(), /1 marked/v);
	t.false(app.frame().includes('docker.io/library/nginx'));
	await app.press('/', 'ctrl-u');
	await type('deployment');
	t.regex(app.frame(), /docker\.io\/library\/nginx/v);
	t.is(count(), '2 of 8');
	await app.press('enter', 'a');
	t.regex(app.frame(), /2 marked/v);
	await app.press('/', 'ctrl-u');
	await type('marked');
	t.is(count(), '4 of 8');
	await app.press('enter', 'a');
	t.notRegex(app.frame(), /\d+ marked/v);
	await app.press('/', 'ctrl-u');
	await type('nothing-of-the-kind');
	await app.press('enter');
	t.regex(app.frame(), /Nothing here matches the filter\. Esc clears it\./v);
	// The filter is left before the list is.
	await app.press('esc');
	t.regex(app.frame(), /images from elsewhere/v);
	t.true(app.frame().includes('docker.io/library/nginx'));
});
