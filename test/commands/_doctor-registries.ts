/* eslint-disable ava/no-ignored-test-files -- loaded by doctor.test.ts */
import {existsSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {silentHost, startLoopback} from '../http/_loopback.js';
import {standIn} from '../helpers/stand-in.js';
import {examine, openMachine, startRegistry} from './_doctor-machine.js';

test('a registry that asks for nothing is well, as JSON and as text', async t => {
	const machine = await openMachine(t);
	const {host, requests} = await startRegistry(t);
	const {exitCode, states, find, document, subjects} = await examine(
		machine,
		'registry',
		[host],
	);
	t.deepEqual(states, [
		'reachable yes',
		'login yes',
		'may list yes',
		'may delete unknown',
		'clock yes',
	]);
	t.is(find('reachable').says, `${host} answers by http.`);
	t.is(
		find('may list').says,
		'It lists its repositories, 2 on the first page, and the tags of app.',
	);
	t.is(exitCode, 0);
	t.like(document, {schemaVersion: 1, well: true});
	t.deepEqual(
		subjects.map(({name, source}) => [name, source]),
		[[host, null]],
	);
	t.true(requests.every(({method}) => method === 'GET' || method === 'HEAD'));

	const {text} = await machine.run([host]);
	t.regex(
		text,
		new RegExp(`^Registry ${host}\n  reachable   yes      ${host} answers `),
	);
	t.true(
		text.endsWith(
			'\n\nNothing to mend; 3 answers are unknown, which is no fault.\n',
		),
	);
	const named = await examine(machine, 'registry', [`${host}/web`]);
	t.is(named.find('may list').says, 'It lists the tags of web.');
});

test('every registry of the settings and the logins is looked at once', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t);
	await machine.write('settings.json', {registries: [{address: host}]});
	await machine.logIn(host);
	const {subjects, find} = await examine(machine, 'registry', []);
	t.deepEqual(
		subjects.map(({name, source}) => [name, source]),
		[[host, 'saved']],
	);
	t.is(
		find('login').says,
		`There is a login that docker or podman keeps; ${host} does not ask for it.`,
	);
});

test('where nothing is known that is said, with what to do', async t => {
	const machine = await openMachine(t);
	const {exitCode, text} = await machine.run([]);
	t.is(exitCode, 1);
	t.true(text.includes('No registry is known on this machine.'));
	t.regex(text, /jetsam\s+doctor\s+registry\.example\.com/);
	t.regex(text, /^ {2}found {7}unknown {2}No kubeconfig names a cluster/m);
	t.regex(text, /^ {2}found {7}unknown {2}No source of pulls is named/m);
	t.true(
		text.endsWith(
			'\n\n1 thing to mend; 2 answers are unknown, which is no fault.\n',
		),
	);
});

test('a registry that does not answer, or is none, is a fault with something to do', async t => {
	const machine = await openMachine(t);
	const silent = await examine(machine, 'registry', [silentHost]);
	t.deepEqual(silent.states, ['reachable no']);
	t.is(silent.exitCode, 1);
	t.true(silent.find('reachable').remedy.includes('Check the address'));
	const page = await startLoopback(t, (_request, response) => {
		response.writeHead(200, {'content-type': 'text/html'}).end('<html>');
	});
	const web = await examine(machine, 'registry', [page.host]);
	t.deepEqual(web.states, ['reachable no']);
	t.regex(web.find('reachable').says, /answers, but not like a registry/);
});

test('a login that is missing, wrong or not to be had is a fault with the command that mends it', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t, {
		credentials: {username: 'lab', password: 'labpw'},
	});
	const missing = await examine(machine, 'registry', [host]);
	t.deepEqual(missing.states, ['reachable yes', 'login no', 'clock yes']);
	t.true(missing.find('login').remedy.includes(`docker login ${host}`));
	await machine.logIn(host, 'wrong');
	const wrong = await examine(machine, 'registry', [host]);
	t.regex(wrong.find('login').says, /does not accept the login/);
	await machine.logIn(host);
	const right = await examine(machine, 'registry', [host]);
	t.deepEqual(right.states, [
		'reachable yes',
		'login yes',
		'may list yes',
		'may delete unknown',
		'clock yes',
	]);
	t.is(
		right.find('login').says,
		`${host} accepts the login that docker or podman keeps.`,
	);
	t.regex(right.find('may delete').says, /a name and a password/);
	await machine.write('config.json', {credsStore: 'planted'});
	const helper = await standIn(
		t,
		'docker-credential-planted',
		"console.log('planted-secret'); process.exitCode = 1;",
	);
	const {exitCode, text} = await machine.run([host], helper.environment);
	t.is(exitCode, 1);
	t.regex(text, / {2}login {7}no {7}docker-credential-planted, which keeps/);
	t.false(text.includes('planted-secret'));
});

test('a closed catalog is a fault, and a repository that is named is none', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t, {catalog: 'denied'});
	const closed = await examine(machine, 'registry', [host]);
	t.is(closed.find('may list').state, 'no');
	t.true(closed.find('may list').remedy.includes(`jetsam ${host}/REPOSITORY`));
	const {states} = await examine(machine, 'registry', [`${host}/app`]);
	t.true(states.includes('may list yes'));
});

test('a clock that is wrong is a fault', async t => {
	const machine = await openMachine(t);
	const {host} = await startLoopback(t, (_request, response) => {
		response
			.writeHead(200, {date: new Date(Date.now() + 3_600_000).toUTCString()})
			.end('{"repositories": []}');
	});
	const {states, find} = await examine(machine, 'registry', [host]);
	t.true(states.includes('clock no'));
	t.is(
		find('clock').says,
		`The clock of ${host} is 60 minutes ahead of this machine's.`,
	);
});

test('a program that keeps a login is not started for a registry that is not there', async t => {
	const machine = await openMachine(t);
	await machine.write('config.json', {credsStore: 'planted'});
	const helper = await standIn(
		t,
		'docker-credential-planted',
		"console.log('credentials not found in native keychain'); process.exitCode = 1;",
	);
	const {exitCode} = await machine.run([silentHost], helper.environment);
	t.is(exitCode, 1);
	t.false(existsSync(path.join(helper.folder, 'calls.jsonl')));
	const {host} = await startRegistry(t);
	await machine.run([host], helper.environment);
	t.true(existsSync(path.join(helper.folder, 'calls.jsonl')));
});

test('that jetsam itself deletes nothing there is said too', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t);
	const asked = await examine(machine, 'registry', [host]);
	t.notRegex(asked.find('may delete').says, /read-only/);
	const held = await examine(machine, 'registry', [host, '--read-only']);
	t.regex(held.find('may delete').says, /read-only by your own word/);
	await machine.write('settings.json', {
		registries: [{address: host, readOnly: true}],
	});
	const saved = await examine(machine, 'registry', [host]);
	t.regex(saved.find('may delete').says, /read-only by your own word/);
});
