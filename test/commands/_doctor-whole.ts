/* eslint-disable ava/no-ignored-test-files -- loaded by doctor.test.ts */
import {Buffer} from 'node:buffer';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {isJsonObject} from '../../source/oci/json.js';
import {silentHost, skip, startLoopback} from '../http/_loopback.js';
import {startNamedHosts} from '../http/_named-hosts.js';
import {variables} from '../helpers/stand-in.js';
import {
	examine,
	listOf,
	openMachine,
	startRegistry,
} from './_doctor-machine.js';

/** A machine on which much is amiss. */
const openIll = async (t: ExecutionContext) => {
	const machine = await openMachine(t);
	const well = await startRegistry(t);
	const closed = await startRegistry(t, {catalog: 'denied'});
	const locked = await startRegistry(t, {
		credentials: {username: 'lab', password: 'labpw'},
	});
	const keeping = await startRegistry(t);
	const page = await startLoopback(t, (_request, response) => {
		response.writeHead(200, {'content-type': 'text/html'}).end('<html>');
	});
	const broken = await startLoopback(t, ({url}, response) => {
		response.writeHead(url === '/v2/' ? 200 : 418).end('{}');
	});
	const hosts = [
		well,
		closed,
		locked,
		keeping,
		page,
		broken,
		{host: silentHost},
	].map(({host}) => host);
	await machine.write('settings.json', {
		registries: [
			...hosts.map(address => ({
				address,
				...(address === keeping.host && {kind: 'ghcr'}),
				...(address === well.host && {
					pulls: [{source: 'distribution-events:/nowhere'}],
				}),
			})),
			{address: 'Two Words'},
			{address: 'https://lab:planted-secret@r.example/?x'},
		],
	});
	await machine.write('kubeconfig', {
		apiVersion: 'v1',
		kind: 'Config',
		clusters: [{name: 'gone', cluster: {server: `http://${silentHost}`}}],
		users: [{name: 'me', user: {token: 'planted-secret'}}],
		contexts: [{name: 'gone', context: {cluster: 'gone', user: 'me'}}],
	});
	return {machine, hosts, keeping};
};

test('doctor --json has these fields and no others, and every no has something to do', async t => {
	const {machine, hosts} = await openIll(t);
	const {document, exitCode} = await examine(machine, 'registry', []);
	t.is(exitCode, 1);
	t.true(isJsonObject(document));
	if (!isJsonObject(document)) {
		return;
	}

	const {subjects, checkedAt, ...rest} = document;
	t.deepEqual(rest, {schemaVersion: 1, well: false});
	t.is(new Date(String(checkedAt)).toISOString(), String(checkedAt));
	const kinds: unknown[] = [];
	for (const subject of listOf(subjects).filter(each => isJsonObject(each))) {
		const {kind, name, source, checks, ...others} = subject;
		kinds.push(kind);
		t.deepEqual(others, {});
		t.true(name === null || (typeof name === 'string' && name !== ''));
		t.true(source === null || (typeof source === 'string' && source !== ''));
		t.true(listOf(checks).length > 0);
		for (const entry of listOf(checks).filter(each => isJsonObject(each))) {
			const {check, state, says, remedy, ...more} = entry;
			t.deepEqual(more, {});
			t.true(
				[
					'found',
					'reachable',
					'login',
					'may list',
					'may delete',
					'clock',
				].includes(String(check)),
			);
			t.true(['yes', 'no', 'unknown'].includes(String(state)));
			t.regex(String(says), /\.$/);
			t.true(
				state === 'no'
					? /[.)]$/.test(String(remedy))
					: typeof state === 'string',
				`${String(says)}`,
			);
		}
	}

	t.deepEqual(kinds, [
		'settings',
		...hosts.map(() => 'registry'),
		'cluster',
		'pulls',
	]);
});

test('as text each thing stands under its name, in order, with what to do behind an arrow', async t => {
	const {machine, hosts} = await openIll(t);
	const {text, exitCode} = await machine.run([]);
	t.is(exitCode, 1);
	t.deepEqual(
		text
			.split('\n')
			.filter(line => /^[A-Z]\w+ (?:\d|gone|distribution)|^Settings/.test(line))
			.map(line => line.replace(/ \(.*$/, '')),
		[
			'Settings',
			...hosts.map(host => `Registry ${host}`),
			'Cluster gone',
			'Pulls distribution-events:/nowhere',
		],
	);
	const count = (pattern: RegExp): number => [...text.matchAll(pattern)].length;
	const faults = count(/^ {2}[a-z ]{10} {2}no {7}/gm);
	t.is(faults, count(/→/g));
	t.regex(
		text,
		// That GitHub's registry deletes nothing cannot be mended.
		new RegExp(`\n${faults - 1} things to mend; \\d+ answers are unkn`),
	);
	t.false(text.includes('planted-secret'));
});

test('a saved address that is none is told, and the login in it is not', async t => {
	const {machine} = await openIll(t);
	const {document} = await examine(machine, 'settings', []);
	const text = JSON.stringify(document);
	t.true(
		text.includes(
			String.raw`The settings name \"Two Words\", which is no address`,
		),
	);
	t.true(text.includes(path.join(machine.home, 'settings.json')));
	t.false(text.includes('planted-secret'));
});

test('a registry that deletes nothing by the registry API is told, and no token is asked for', async t => {
	const {machine, keeping} = await openIll(t);
	const {find} = await examine(machine, 'registry', [keeping.host]);
	t.is(find('may delete').state, 'no');
	t.regex(find('may delete').says, /GitHub's registry deletes nothing/);
});

test('settings that are damaged are told with where they are kept', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t);
	await machine.write('settings.json', '{planted-secret');
	const {find, document} = await examine(machine, 'settings', [host]);
	t.is(find('found').state, 'no');
	t.true(
		find('found').says.includes(
			`${path.join(machine.home, 'settings.json')}.damaged-1`,
		),
	);
	t.true(find('found').remedy !== '');
	t.false(JSON.stringify(document).includes('planted-secret'));
});

test('safeguard 14: a login that would go to another host goes nowhere, and the setting that allows it is named', async t => {
	const registry = 'registry.example';
	const tokens = 'tokens.example';
	const hosts = await startNamedHosts(t, {
		[registry](request, response) {
			const isGranted = request.headers.authorization === 'Bearer granted';
			response
				.writeHead(isGranted ? 200 : 401, {
					'www-authenticate': `Bearer realm="https://${tokens}/token",service="x"`,
				})
				.end('{"repositories": ["app"], "name": "app", "tags": ["a"]}');
		},
		[tokens](_request, response) {
			response.end('{"token": "granted"}');
		},
	});
	if (!hosts) {
		skip(t, 'there is no openssl on this machine');
		return;
	}

	const machine = await openMachine(t);
	await machine.logIn(registry, 'planted-secret');
	for (const name of [registry, tokens]) {
		await machine.write(`certs.d/${name}/ca.crt`, hosts.settings.ca ?? '');
	}

	const environment = variables([
		['HTTPS_PROXY', hosts.settings.proxies.https ?? ''],
	]);
	const asked = await machine.run([registry], environment);
	t.is(asked.exitCode, 1);
	const words = asked.text.replaceAll(/\s+/g, ' ');
	t.true(words.includes(`to be sent to ${tokens}, which is another host.`));
	t.true(words.includes(`"tokenHosts": ["${tokens}"]`));
	t.deepEqual(hosts.servers.get(tokens)?.seen, []);

	await machine.write('settings.json', {
		registries: [{address: registry, tokenHosts: [tokens]}],
	});
	const allowed = await machine.run([registry], environment);
	t.is(allowed.exitCode, 0);
	t.deepEqual(
		new Set(
			hosts.servers.get(tokens)?.seen.map(({authorization}) => authorization),
		),
		new Set([`Basic ${Buffer.from('lab:planted-secret').toString('base64')}`]),
	);
	t.false(`${asked.text}${allowed.text}`.includes('planted-secret'));
});
