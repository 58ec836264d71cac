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

/** A batch of 40 of which one is gone and at least two wait for the registry's answer. */
const beginMany = async (t: ExecutionContext) => {
	const content = createRegistryContent();
	const names = Array.from({length: 41}, (_, index) => `t${index}`);
	addImages(content, 'app', names);
	const opened = await journeyWorld(t, {content});
	const {world, server, faults} = opened;
	const app = await openApp(t, world, {place: `${server.host}/app`, rows: 60});
	const gate = createGate();
	t.teardown(gate.open);
	let asked = 0;
	const several = new Promise<void>(resolve => {
		faults.intercept = async ({method}) => {
			if (method === 'DELETE') {
				asked++;
				if (asked === 3) {
					resolve();
				}

				if (asked > 1) {
					await gate.pass();
				}
			}

			return false;
		};
	});
	await app.press('a', 'space', 'd');
	await app.typeText(
		/delete 40 from .*? from app/v.exec(app.frame())?.[0] ?? '',
	);
	await app.tap('enter');
	await several;
	return {...opened, app, gate};
};

/** The digests of the lines of a kind. */
const listDigests = (
	lines: ReadonlyArray<Readonly<Record<string, unknown>>>,
	wanted: string,
): unknown[] =>
	lines
		.filter(({kind}) => kind === wanted)
		.map(({digest}) => digest)
		.toSorted((one, other) => (String(one) < String(other) ? -1 : 1));

test('Ctrl-C with several steps in flight: all of them end, nothing new is sent, and the journal has each', async t => {
	const {app, gate, server, readJournal} = await beginMany(t);
	await app.tap('ctrl-c');
	gate.open();
	await app.settled();
	const sent = listDeletions(server).length;
	t.true(sent >= 3 && sent < 40);
	t.true(app.frame().includes(`deleted ${sent}, not reached ${40 - sent}`));
	t.is(app.state().marks.size, 40 - sent);
	const lines = await readJournal();
	t.is(listDigests(lines, 'step-began').length, sent);
	t.deepEqual(
		listDigests(lines, 'step-ended'),
		listDigests(lines, 'step-began'),
	);
});

test('Ctrl-C twice with several steps in flight: of each of them it is said that nobody knows', async t => {
	const {app, server, readJournal} = await beginMany(t);
	await app.tap('ctrl-c', 'ctrl-c');
	await app.settled();
	const sent = listDeletions(server).length;
	t.true(sent >= 3 && sent < 40);
	const lines = await readJournal();
	const unknown = lines.filter(line =>
		JSON.stringify(line['outcome'] ?? '').includes('is not known'),
	);
	// Some had been handed to the connection and were not read there.
	t.true(unknown.length >= sent - 1);
	t.deepEqual(
		listDigests(lines, 'step-ended'),
		listDigests(lines, 'step-began'),
	);
	t.is(app.state().marks.size, 39);
});

test('p holds a batch and lets it go on: what is in flight ends, and nothing is sent until then', async t => {
	const {app, gate, server} = await beginBatch(t);
	await app.tap('p');
	t.regex(app.frame(), / paused$/mv);
	gate.open();
	await app.until(state => {
		const screen = state.trail.at(-1);
		return screen?.kind === 'run' && screen.outcomes.length === 1;
	});
	t.true(app.frame().includes('nothing new is sent. 2 left; p goes on.'));
	t.is(listDeletions(server).length, 1);
	await app.press('p');
	t.is(listDeletions(server).length, 3);
	t.true(app.frame().includes('deleted 3'));
});

test('Ctrl-C ends a batch that is held', async t => {
	const {app, gate, server} = await beginBatch(t);
	await app.tap('p', 'ctrl-c');
	gate.open();
	await app.settled();
	t.is(listDeletions(server).length, 1);
	t.true(app.frame().includes('deleted 1, not reached 2'));
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
