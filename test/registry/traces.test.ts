import test from 'ava';
import {addImage, addIndex} from '../../source/demo/build-content.js';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import {natureOf} from '../../source/registry/kinds.js';
import type {RegistryKind} from '../../source/world.js';
import {journeyWorld} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';
import {listRequests, readAll, startRegistry} from './_embedded.js';

const name = 'shipyard/docks/crane';

/** Three images, one of which has two tags more, and an index. */
const fill = (content: RegistryContent): void => {
	for (const tags of [['a', 'a1', 'a2'], ['b'], ['c']]) {
		addImage(content, name, {tags, layers: [{size: 10, seed: tags[0]!}]});
	}

	addIndex(content, name, {
		tags: ['multi'],
		children: ['amd64', 'arm64'].map(architecture => ({
			...addImage(content, name, {
				layers: [{size: 10, seed: architecture}],
				platform: {os: 'linux', architecture},
			}),
			platform: {os: 'linux', architecture},
		})),
	});
};

test('safeguard 13: looking sends nothing but GET and HEAD, whatever is opened', async t => {
	const content = createRegistryContent();
	fill(content);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world);
	await app.press('enter', 'enter', 'enter', 'w', 'esc', 'c', 'esc', 'esc');
	t.deepEqual(
		server.requests.filter(({method}) => !['GET', 'HEAD'].includes(method)),
		[],
	);
});

const costly: readonly RegistryKind[] = ['harbor', 'ghcr', 'ecr'];

for (const kind of costly) {
	test(`safeguard 13: ${kind} counts each GET as a pull, so what tags mean is asked by HEAD, and each manifest is read once`, async t => {
		t.truthy(natureOf(kind).capabilities.whatReadsCost);
		const {embedded, registry, content} = await startRegistry(t, {kind});
		fill(content);
		const {records} = await readAll(registry, name);
		t.is(records.size, 6);
		const reads = listRequests(embedded).filter(request =>
			request.startsWith(`GET /v2/${name}/manifests/`),
		);
		t.is(new Set(reads).size, reads.length);
		t.true(reads.every(request => request.includes('sha256:')));
		t.true(reads.length <= records.size);
	});
}

test('safeguard 13: what saving costs is said before the phrase is typed', async t => {
	const content = createRegistryContent();
	fill(content);
	const {world, server} = await journeyWorld(t, {content, kind: 'harbor'});
	const app = await openApp(t, world, {
		place: `${server.host}/${name}`,
		rows: 40,
	});
	await app.press('/');
	await app.typeText('multi');
	await app.press('enter', 'space', 'd');
	t.regex(
		app.frame().replaceAll(/\s+/gv, ' '),
		/Saving reads 3 manifests\. Harbor counts each manifest that is read as a pull/v,
	);
});
