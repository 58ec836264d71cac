import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	addImages,
	createGate,
	deletionOf,
	listDeletions,
	startRegistry,
} from '../helpers/journey-world.js';
import {openTerminal, type PseudoTerminal} from '../helpers/pseudo-terminal.js';

const bin = fileURLToPath(
	new URL('../../distribution/cli.js', import.meta.url),
);

const openBin = async (
	t: ExecutionContext,
	where: string,
): Promise<PseudoTerminal> => {
	const home = await mkdtemp(path.join(os.tmpdir(), 'jetsam-home-'));
	t.teardown(async () => rm(home, {recursive: true, force: true}));
	const terminal = openTerminal({
		command: process.execPath,
		arguments: [bin, '--state', home, where],
		columns: 100,
		rows: 30,
		environment: Object.fromEntries(
			['HOME', 'DOCKER_CONFIG', 'XDG_CONFIG_HOME'].map(name => [name, home]),
		),
	});
	t.teardown(async () => {
		terminal.kill('SIGKILL');
		await terminal.exited;
	});
	return terminal;
};

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

	const terminal = await openBin(t, `${server.host}/app`);
	await terminal.waitFor(/3 digests, 3 tags, \d/v);
	for (const marked of ['1 digest marked', '2 digests marked', '3 digests']) {
		terminal.press('Space');
		await terminal.waitFor(marked);
	}

	terminal.press('d');
	await terminal.waitFor('To delete, type');
	terminal.write(`delete 3 from ${server.host}\r`);
	await gate.reached;
	return {terminal, gate, server, digests};
};

test('SIGTERM in a batch lets the step in flight end, reaches no other, and tells what was done', async t => {
	const {terminal, gate, server, digests} = await beginBatch(t);
	terminal.kill('SIGTERM');
	await terminal.waitFor('Stopping after the step in flight.');
	gate.open();
	t.deepEqual(await terminal.exited, {exitCode: 143, signal: undefined});
	t.deepEqual(listDeletions(server), [deletionOf('app', digests[0]!)]);
	t.is(terminal.bufferType, 'normal');
	t.false(terminal.cursorHidden);
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

test('a signal does not wait for a registry that does not answer', async t => {
	const {server, faults} = await startRegistry(t);
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async () => {
		await gate.pass();
		return false;
	};

	const terminal = await openBin(t, server.host);
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
	const terminal = await openBin(t, `${server.host}/app`);
	await terminal.waitFor(/2 digests, 2 tags, \d/v);
	// Ctrl-F1 to Ctrl-F4 and a mouse: Ink's own reader of keys throws at the first four.
	terminal.write('\u001B[1;5P\u001B[1;5Q\u001B[1;5R\u001B[1;5S\u001B[<0;3;4M');
	terminal.press('Down');
	await terminal.waitFor(/› +[\da-f]{12} +a/v);
	terminal.press('q');
	t.deepEqual(await terminal.exited, {exitCode: 0, signal: undefined});
});
