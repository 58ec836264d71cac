/* eslint-disable ava/no-ignored-test-files -- marking.test.ts loads it */
import test from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {shortenDigest} from '../../source/oci/digest.js';
import {removeDigest} from '../helpers/fake-world.js';
import {
	addImages,
	addPlatforms,
	createGate,
	journeyWorld,
	listDeletions,
	startRegistry,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

test('a port where nothing answers: a sentence, and r tries again when it came up', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['a']);
	const {world, server, faults} = await journeyWorld(t, {content});
	let isDown = true;
	faults.intercept = (_request, response) => {
		if (isDown) {
			response.destroy();
		}

		return isDown;
	};

	const app = await openApp(t, world, {place: server.host});
	t.true(app.frame().includes(`${server.host} broke the connection`));
	t.true(app.frame().includes('Press r to try again, Esc to go back.'));
	await app.press('r');
	t.true(app.frame().includes('broke the connection'));
	isDown = false;
	await app.press('r');
	t.true(app.frame().includes('1 repository'));
	await app.press('enter');
	t.true(app.frame().includes('1 digest, 1 tag'));
});

test('a path that was given is opened by r when its registry came up, also where the catalog is closed', async t => {
	const content = createRegistryContent();
	addImages(content, 'shop/app', ['a']);
	const {world, server, faults} = await journeyWorld(t, {
		content,
		catalog: 'denied',
	});
	faults.intercept = (_request, response) => {
		response.destroy();
		return true;
	};

	const app = await openApp(t, world, {place: `${server.host}/shop/app`});
	t.true(app.frame().includes('broke the connection'));
	faults.intercept = undefined;
	await app.press('r');
	t.true(app.frame().includes(`${server.host} ▸ shop/app`));
	t.true(app.frame().includes('1 digest, 1 tag'));
});

test('a dead port is told by its name, and Enter on it asks again', async t => {
	const dead = await startRegistry(t);
	await dead.server.close();
	const {world} = await journeyWorld(t, {alsoKnown: [dead.known]});
	const app = await openApp(t, world);
	await app.press('down', 'enter');
	t.true(
		app
			.frame()
			.includes(`Nothing answers at ${dead.server.host} (connection refused).`),
	);
	await app.press('esc');
	t.true(app.frame().includes('does not open'));
	await app.press('enter');
	t.true(app.frame().includes('Nothing answers'));
	t.is(app.exitCode(), undefined);
});

test('a registry that goes down in a repository: the rows stay, the failure is told, r mends it', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const {world, server, faults} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	faults.intercept = (_request, response) => {
		response.destroy();
		return true;
	};

	await app.press('r');
	t.true(app.frame().includes('broken off: r reads again'));
	t.regex(app.frame(), /^ › +[\da-f]{12} +b/mv);

	// What could not be read again is not deleted.
	await app.press('space', 'd');
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(
		listDeletions(server).filter(line => line.endsWith('202')),
		[],
	);
	t.true(content.repositories.get('app')?.manifests.size === 2);
	await app.press('esc');
	faults.intercept = undefined;
	await app.press('r');
	t.false(app.frame().includes('broken off'));
});

test('a list of repositories that could not be read again says so above and below its rows, and r mends it', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['a']);
	const {world, server, faults} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: server.host});
	t.true(app.frame().includes('OCI registry'));
	faults.intercept = (_request, response) => {
		response.writeHead(418).end();
		return true;
	};

	await app.press('r');
	t.regex(app.frame(), /1 repository +broken off: r reads again/);
	t.true(app.frame().includes(`${server.host} refused the request (418).`));
	t.regex(app.frame(), /^ › +app/mv);
	await app.press('enter', 'r');
	t.true(app.frame().includes(`${server.host} refused the request (418).`));
	faults.intercept = undefined;
	await app.press('r', 'esc', 'r');
	t.false(app.frame().includes('broken off'));
	t.true(app.frame().includes('OCI registry'));
});

test('a catalog that is listed to nobody: o opens a repository by its name', async t => {
	const content = createRegistryContent();
	addImages(content, 'shop/cart', ['a']);
	const {world, server} = await journeyWorld(t, {content, catalog: 'denied'});
	const app = await openApp(t, world, {place: server.host});
	t.true(app.frame().includes('403 DENIED'));
	t.true(app.frame().includes('does not tell which repositories it has'));
	t.true(app.frame().includes('Press Enter and type the name'));
	await app.press('o');
	await app.typeText('Shop Cart');
	await app.press('enter');
	t.true(app.frame().includes('A repository name has lower-case letters'));
	await app.press('ctrl-u');
	await app.typeText('shop/cart');
	await app.press('enter');
	t.true(app.frame().includes('shop/cart'));
	t.true(app.frame().includes('1 digest, 1 tag'));
	await app.press('space', 'd');
	await app.typeText(`delete 1 from ${server.host}, empty shop/cart`);
	await app.press('enter');
	t.is(listDeletions(server).length, 1);
});

test('a repository that vanishes while it is open', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const {world, server, clock} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space');
	content.repositories.delete('app');
	clock.advance(120_000);
	await app.press('d');
	t.true(app.frame().includes('Nothing of this can go.'));
	t.true(app.frame().includes('could not be read to its end'));
	await app.press('esc', 'r');
	t.true(app.frame().includes('broken off: r reads again'));
	t.deepEqual(listDeletions(server), []);
	await app.press('esc', 'q', 'q');
	t.is(app.exitCode(), 0);
});

test('digests that vanished since the review are gone already, which is no failure', async t => {
	const content = createRegistryContent();
	const [first] = addImages(content, 'app', ['b', 'a']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd');
	const repository = content.repositories.get('app');
	repository?.manifests.delete(first!);
	repository?.tags.delete('b');
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.true(app.frame().includes('was gone already'));
	t.deepEqual(listDeletions(server), []);
	await app.press('esc');
	t.is(app.state().marks.size, 0);
	t.false(app.frame().includes(first!.slice(7, 19)));
	await app.press('q');
	t.is(app.exitCode(), 0);
});

test('an empty registry and an emptied repository say what they are', async t => {
	const {world, server} = await journeyWorld(t);
	const app = await openApp(t, world, {place: server.host});
	t.true(app.frame().includes('This registry lists no repositories.'));
	await app.press('enter', 'space', 'd', 'down', 'end');
	server.content.repositories.set('app', {
		manifests: new Map(),
		tags: new Map(),
	});
	await app.press('r', 'enter');
	t.true(app.frame().includes('No tag is left in this repository.'));
	await app.press('space', 'end', 'd');
	t.true(app.frame().includes('Nothing is marked.'));
});

test('a wrong password is told with the command that mends it; none is told as none', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['a']);
	const credentials = {username: 'ann', password: 'right'};
	const logins = new Map<string, {username: string; password: string}>();
	const {world, server} = await journeyWorld(t, {
		content,
		credentials,
		logins,
	});
	const app = await openApp(t, world, {place: server.host});
	t.true(app.frame().includes(`${server.host} wants a login`));
	logins.set(server.host, {...credentials, password: 'wrong'});
	await app.press('r');
	t.true(
		app
			.frame()
			.includes('does not accept the login that docker or podman left'),
	);
	t.true(app.frame().includes(`docker login ${server.host}`));
	t.false(app.frame().includes('wrong'));
	logins.set(server.host, credentials);
	await app.press('r');
	t.true(app.frame().includes('1 repository'));
});

test('a list that is left before it is whole is asked for anew', async t => {
	const content = createRegistryContent();
	for (const name of ['a', 'b', 'c', 'd']) {
		addImages(content, name, ['1']);
	}

	const {world, faults, server} = await journeyWorld(t, {content, pageSize: 2});
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({path}) => {
		if (path.includes('last=')) {
			await gate.pass();
		}

		return false;
	};

	const app = await openApp(t, world);
	await app.tap('enter');
	await app.until(state => state.registries[0]?.repositories.length === 2);
	await app.tap('esc');
	await app.settled();
	t.is(app.state().trail.length, 1);
	gate.open();
	await app.press('enter');
	t.true(app.frame().includes('4 repositories'));
	t.false(app.frame().includes('so far'));
	t.true(server.requests.length > 0);
});

test('safeguard 12: a child that a registry deleted with another digest is named on the outcome, in the journal and by the exit code', async t => {
	const content = createRegistryContent();
	const [index, child] = addPlatforms(content, 'app', {
		tags: ['stays'],
		architectures: ['amd64'],
		age: 9,
	});
	addImages(content, 'app', ['goes']);
	const {world, server, faults, readJournal} = await journeyWorld(t, {content});
	faults.intercept = ({method}) => {
		if (method === 'DELETE' && child !== undefined) {
			removeDigest(server, 'app', child);
		}

		return false;
	};

	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd');
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.true(app.frame().includes('deleted 1'));
	const sentence = `The index ${shortenDigest(index)} in app stays, but its child ${shortenDigest(child ?? index)}, which was there before, is gone.`;
	t.true(app.frame().replaceAll(/\s+/gv, ' ').includes(sentence));
	const lines = await readJournal();
	t.regex(
		JSON.stringify(lines.find(({kind}) => kind === 'indexes-checked')),
		/"kind":"child-gone","repository":"app"/v,
	);
	await app.press('esc', 'q');
	t.is(app.exitCode(), 1);
	t.true(app.state().farewell.includes(`jetsam: ${sentence}`));
});
