import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	addImages,
	createGate,
	deletionOf,
	listDeletions,
	startRegistry,
} from '../helpers/journey-world.js';
import {
	assertScreenIsGivenBack,
	makeHome,
	openProgram,
	readPhrase,
} from '../helpers/open-program.js';

/** A batch of three in the built program, whose first deletion is held at a gate. */
const beginBatch = async (t: ExecutionContext) => {
	const content = createRegistryContent();
	const digests = addImages(content, 'app', ['c', 'b', 'a']);
	const {server, faults} = await startRegistry(t, {content});
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({method}) => {
		if (method === 'DELETE') {
			await gate.pass();
		}

		return false;
	};

	const home = await makeHome(t);
	const terminal = await openProgram(t, [`${server.host}/app`], {home});
	await terminal.waitFor(/3 digests, 3 tags, \d/v);
	for (const marked of ['1 digest marked', '2 digests marked', '3 digests']) {
		terminal.press('Space');
		await terminal.waitFor(marked);
	}

	terminal.press('d');
	await terminal.waitFor(/and\s+press\s+Enter/v);
	terminal.write(`${readPhrase(terminal)}\r`);
	await gate.reached;
	return {terminal, gate, server, digests, home};
};

test('SIGTERM in a batch lets the step in flight end, reaches no other, and tells what was done', async t => {
	const {terminal, gate, server, digests} = await beginBatch(t);
	terminal.kill('SIGTERM');
	await terminal.waitFor('Stopping after the step in flight.');
	gate.open();
	t.deepEqual(await terminal.exited, {exitCode: 143, signal: undefined});
	t.deepEqual(listDeletions(server), [deletionOf('app', digests[0]!)]);
	assertScreenIsGivenBack(t, terminal);
	t.true(
		terminal
			.screen()
			.join('')
			.includes(`jetsam: deleted 1, not reached 2 in ${server.host}`),
	);
});

test('a second SIGTERM does not wait for the step in flight', async t => {
	const {terminal, server} = await beginBatch(t);
	terminal.kill('SIGTERM');
	await terminal.waitFor('Stopping after the step in flight.');
	terminal.kill('SIGTERM');
	t.deepEqual(await terminal.exited, {exitCode: 143, signal: undefined});
	t.is(listDeletions(server).length, 1);
	t.true(
		terminal.screen().join('').includes('jetsam: failed 1, not reached 2'),
	);
});

test('Ctrl-C twice breaks off the step in flight; the outcome stays on the screen until it is left', async t => {
	const {terminal, server} = await beginBatch(t);
	terminal.press('Ctrl-C');
	await terminal.waitFor('Stopping after the step in flight.');
	terminal.press('Ctrl-C');
	await terminal.waitFor('What did not go is on top');
	t.true(terminal.screen().join('').includes('failed 1, not reached 2'));
	terminal.press('Ctrl-C');
	t.deepEqual(await terminal.exited, {exitCode: 130, signal: undefined});
	t.is(listDeletions(server).length, 1);
	assertScreenIsGivenBack(t, terminal);
});

test('a terminal that is closed in a batch lets the step in flight end, and the journal says how far it came', async t => {
	const {terminal, gate, server, digests, home} = await beginBatch(t);
	terminal.close();
	gate.open();
	await terminal.exited;
	const folder = path.join(home, 'journal');
	const [file = ''] = await readdir(folder);
	const lines = await readFile(path.join(folder, file), 'utf8');
	t.log(lines);
	t.deepEqual(listDeletions(server), [deletionOf('app', digests[0]!)]);
	t.regex(lines, /"kind":"step-ended".*"kind":"deleted"/v);
	t.regex(lines.trimEnd().split('\n').at(-1) ?? '', /"kind":"batch-ended"/v);
});

test('a signal does not wait for a registry that does not answer', async t => {
	const {server, faults} = await startRegistry(t);
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async () => {
		await gate.pass();
		return false;
	};

	const terminal = await openProgram(t, [server.host]);
	await gate.reached;
	await terminal.waitFor('opening…');
	terminal.kill('SIGTERM');
	t.deepEqual(await terminal.exited, {exitCode: 143, signal: undefined});
	t.is(terminal.bufferType, 'normal');
});

test('keys that nobody knows do not end the program', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const {server} = await startRegistry(t, {content});
	const terminal = await openProgram(t, [`${server.host}/app`]);
	await terminal.waitFor(/2 digests, 2 tags, \d/v);
	// Ctrl-F1 to Ctrl-F4 and a mouse: Ink's own reader of keys throws at the first four.
	terminal.write('\u001B[1;5P\u001B[1;5Q\u001B[1;5R\u001B[1;5S\u001B[<0;3;4M');
	terminal.press('Down');
	await terminal.waitFor(/› +[\da-f]{12} +a/v);
	terminal.press('q');
	t.deepEqual(await terminal.exited, {exitCode: 0, signal: undefined});
});
