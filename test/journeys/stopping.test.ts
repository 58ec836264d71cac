import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	addImages,
	createGate,
	deletionOf,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

/** A batch of three whose first deletion is held at a gate. */
const beginBatch = async (t: ExecutionContext) => {
	const content = createRegistryContent();
	const digests = addImages(content, 'app', ['d', 'c', 'b', 'a']);
	const opened = await journeyWorld(t, {content});
	const {world, server, faults} = opened;
	const app = await openApp(t, world, {place: `${server.host}/app`});
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({method}) => {
		if (method === 'DELETE') {
			await gate.pass();
		}

		return false;
	};

	await app.press('space', 'space', 'space', 'd');
	await app.typeText(`delete 3 from ${server.host}, 3 of 4 from app`);
	await app.tap('enter');
	await gate.reached;
	return {...opened, app, gate, digests};
};

test('Ctrl-C in a batch: the step in flight ends, the rest is not reached and stays marked', async t => {
	const {app, gate, digests, server, readJournal} = await beginBatch(t);
	await app.tap('ctrl-c');
	t.true(app.frame().includes('Stopping after the step in flight.'));
	t.is(app.exitCode(), undefined);
	gate.open();
	await app.settled();
	t.deepEqual(listDeletions(server), [deletionOf('app', digests[0]!)]);
	t.true(app.frame().includes('deleted 1, not reached 2'));
	t.deepEqual(
		[...app.state().marks.values()].map(({digest}) => digest),
		digests.slice(1, 3),
	);
	const lines = await readJournal();
	t.is(lines.at(-1)?.['kind'], 'batch-ended');
	await app.press('esc', 'q', 'q');
	t.is(app.exitCode(), 1);
});

test('Ctrl-C twice breaks off the step in flight and says that nobody knows about it', async t => {
	const {app, server, readJournal} = await beginBatch(t);
	await app.tap('ctrl-c', 'ctrl-c');
	await app.settled();
	t.is(listDeletions(server).length, 1);
	t.true(app.frame().includes('failed 1, not reached 2'));
	t.true(app.state().marks.size === 3);
	const lines = await readJournal();
	t.regex(
		JSON.stringify(lines.find(({kind}) => kind === 'step-ended')?.['outcome']),
		/Whether the digest is gone is not known\./v,
	);
	await app.press('ctrl-c');
	t.is(app.exitCode(), 130);
});

test('neither Esc nor q leaves a batch under way, also not from the help over it', async t => {
	const {app, gate, server} = await beginBatch(t);
	await app.tap('esc', 'q', 'backspace', 'h', 'left');
	t.is(app.state().trail.at(-1)?.kind, 'run');
	t.true(app.frame().includes('The batch is under way.'));
	await app.tap('?', 'q', 'q');
	t.is(app.exitCode(), undefined);
	t.is(app.state().trail.at(-1)?.kind, 'help');

	// And Ctrl-C there is the same as without the help.
	await app.tap('ctrl-c');
	t.is(app.exitCode(), undefined);
	gate.open();
	await app.settled();
	t.is(listDeletions(server).length, 1);
	await app.press('esc');
	t.true(app.frame().includes('deleted 1, not reached 2'));
});

test('Ctrl-C elsewhere quits at once, also while something is being read', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['a']);
	const {world, faults, server} = await journeyWorld(t, {content});
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({path}) => {
		if (path.includes('/tags/list')) {
			await gate.pass();
		}

		return false;
	};

	const app = await openApp(t, world);
	await app.tap('enter');
	await app.until(state => state.registries[0]?.repositories.length === 1);
	await app.tap('enter');
	await gate.reached;
	await app.tap('space', 'ctrl-c');
	t.is(app.exitCode(), 130);
	// Nothing is waited for: the reading was broken off.
	await app.settled();
	t.deepEqual(listDeletions(server), []);
});

test('q asks when there are marks, Esc stays, q again leaves', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'q');
	t.true(app.frame().includes('1 digest in 1 repository is marked.'));
	t.is(app.exitCode(), undefined);
	await app.press('esc');
	t.is(app.state().trail.at(-1)?.kind, 'digests');
	await app.press('q', 'q');
	t.is(app.exitCode(), 0);
	t.deepEqual(app.state().farewell, []);
});
