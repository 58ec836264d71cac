import {Buffer} from 'node:buffer';
import {existsSync} from 'node:fs';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {
	type EmbeddedRegistryOptions,
	startEmbeddedRegistry,
} from '../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	type Answer,
	silentHost,
	skip,
	startLoopback,
} from '../http/_loopback.js';
import {startNamedHosts} from '../http/_named-hosts.js';
import {openMachine} from '../helpers/explorer-machine.js';
import {addImages} from '../helpers/journey-world.js';
import {type OpenApp, openApp} from '../helpers/render-app.js';
import {standIn} from '../helpers/stand-in.js';

const startRegistry = async (
	t: ExecutionContext,
	options: Partial<EmbeddedRegistryOptions> = {},
) => {
	const content = createRegistryContent();
	addImages(content, 'shop/cart', ['2.0', '1.0']);
	const registry = await startEmbeddedRegistry({
		content,
		deletes: 'enabled',
		...options,
	});
	t.teardown(registry.close);
	return registry;
};

/** The line of the screen that begins with a host. */
const lineOf = (app: OpenApp, host: string): string =>
	app
		.frame()
		.split('\n')
		.find(line => line.replace(/^[\s›]+/, '').startsWith(host)) ?? '';

const footerOf = (app: OpenApp): string =>
	app.frame().trimEnd().split('\n').at(-1) ?? '';

test('a closed catalog: a repository is typed, opens, and is listed the next time', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t, {catalog: 'denied'});
	await machine.save(host);
	const app = await openApp(t, machine.run());
	t.regex(lineOf(app, host), /nobody +yes, open$/);
	await app.press('enter');
	t.true(
		app.frame().includes(`${host} does not tell which repositories it has.`),
	);
	t.regex(footerOf(app), /Enter open/);
	t.notRegex(footerOf(app), /filter|sort|rules/);
	await app.press('enter');
	await app.typeText('shop/cart');
	await app.press('enter');
	t.true(app.frame().includes('2 digests, 2 tags'));
	await app.press('esc');
	t.true(app.frame().includes('1 repository that you opened'));

	const next = await openApp(t, machine.run());
	t.regex(lineOf(next, host), /yes, open +now$/);
	await next.press('enter');
	t.regex(next.frame(), /^ › +shop\/cart +2 /m);
	t.true(next.frame().includes('1 repository that you opened'));
	await next.press('enter');
	t.true(next.frame().includes('2 digests, 2 tags'));
});

test('a repository that is not there is not remembered', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t, {catalog: 'denied'});
	await machine.save(host);
	const app = await openApp(t, machine.run());
	await app.press('enter', 'enter');
	await app.typeText('shop/crat');
	await app.press('enter');
	t.is(app.exitCode(), undefined);
	await app.press('esc');
	const next = await openApp(t, machine.run());
	await next.press('enter');
	t.true(next.frame().includes('this registry lists no repositories'));
});

test('a typed address is on the first screen the next time, and the last visit first', async t => {
	const machine = await openMachine(t);
	const first = await startRegistry(t);
	const second = await startRegistry(t);
	await machine.save(first.host);
	const app = await openApp(t, machine.run());
	await app.press('o');
	await app.typeText(`${second.host}/shop`);
	await app.press('enter');
	t.true(app.frame().includes('shop/cart'));
	const next = await openApp(t, machine.run());
	t.regex(lineOf(next, second.host), /now$/);
	t.true(
		next.frame().indexOf(second.host) < next.frame().indexOf(first.host),
		'the last visit is not first',
	);
});

const registry = 'registry.example';
const tokens = 'tokens.example';
const basic = `Basic ${Buffer.from('lab:planted-secret').toString('base64')}`;

/** A registry that wants tokens which another host gives out. */
const wantTokens: Answer = ({headers, url}, response) => {
	if (headers.authorization !== 'Bearer granted') {
		response
			.writeHead(401, {
				'www-authenticate': `Bearer realm="https://${tokens}/token",service="lab"`,
			})
			.end();
		return;
	}

	response
		.writeHead(200, {'content-type': 'application/json'})
		.end(
			url?.startsWith('/v2/_catalog')
				? '{"repositories": ["app"]}'
				: '{"name": "app", "tags": []}',
		);
};

/** Two hosts behind a proxy, the second of which gives out tokens for the first, and a machine that has a login for the first. */
const openNamed = async (t: ExecutionContext, answer: Answer) => {
	const hosts = await startNamedHosts(t, {
		[registry]: answer,
		[tokens](_request, response) {
			response.end('{"token": "granted"}');
		},
	});
	if (!hosts) {
		skip(t, 'there is no openssl on this machine');
		return undefined;
	}

	const machine = await openMachine(t);
	for (const name of [registry, tokens]) {
		await machine.write(`certs.d/${name}/ca.crt`, hosts.settings.ca ?? '');
	}

	await machine.write(
		'config.json',
		JSON.stringify({auths: {[registry]: {auth: basic.slice(6)}}}),
	);
	return {
		machine,
		environment: Object.fromEntries([
			['HTTPS_PROXY', hosts.settings.proxies.https ?? ''],
		]),
		sentTo: (name: string) =>
			(hosts.servers.get(name)?.seen ?? []).map(
				({authorization}) => authorization,
			),
	};
};

test('safeguard 14: whether a login may go to another host is asked once, and nothing leaves before y', async t => {
	const named = await openNamed(t, wantTokens);
	if (!named) {
		return;
	}

	const {machine, environment, sentTo} = named;
	const app = await openApp(t, machine.run(environment));
	t.regex(lineOf(app, registry), /docker config +yes/);
	await app.press('enter');
	t.true(app.frame().includes(`Send your login to ${tokens}?`));
	t.regex(footerOf(app), /y allow/);
	// Neither a key that is none of this screen nor leaving it sends anything.
	await app.press('enter', 'space', 'r', 'esc', 'enter');
	t.true(app.frame().includes(`Send your login to ${tokens}?`));
	t.deepEqual(sentTo(tokens), []);
	t.true(sentTo(registry).every(header => header === undefined));
	await app.press('y');
	t.true(app.frame().includes('1 repository'));
	t.true(sentTo(tokens).length > 0);
	t.true(sentTo(tokens).every(header => header === basic));
	t.true(
		sentTo(registry).every(
			header => header === undefined || header === 'Bearer granted',
		),
	);
	t.like(await machine.readSettings(), {
		registries: [{address: registry, tokenHosts: [tokens]}],
	});

	const next = await openApp(t, machine.run(environment));
	await next.press('enter');
	t.true(next.frame().includes('1 repository'));
});

test('safeguard 14: the host that only a repository names is asked about on its screen', async t => {
	const named = await openNamed(t, (request, response, ...rest) => {
		// The registry as such is open to all.
		if (/^\/v2\/(?:_catalog|$)/v.test(request.url ?? '')) {
			response
				.writeHead(200, {'content-type': 'application/json'})
				.end('{"repositories": ["app"]}');
			return;
		}

		wantTokens(request, response, ...rest);
	});
	if (!named) {
		return;
	}

	const {machine, environment, sentTo} = named;
	const app = await openApp(t, machine.run(environment));
	await app.press('enter', 'enter');
	t.true(app.frame().includes(`Send your login to ${tokens}?`));
	t.regex(footerOf(app), /y allow/);
	t.deepEqual(sentTo(tokens), []);
	await app.press('y');
	t.regex(app.frame(), /No tag is left in this repository/);
	t.true(sentTo(tokens).length > 0);
	t.true(sentTo(tokens).every(header => header === basic));
	t.like(await machine.readSettings(), {
		registries: [{address: registry, tokenHosts: [tokens]}],
	});
});

test('no program is run before its key is pressed or its registry is opened', async t => {
	const machine = await openMachine(t);
	const {host, requests} = await startRegistry(t, {
		credentials: {username: 'lab', password: 'planted-secret'},
	});
	const found = await startRegistry(t);
	const hosts = await startNamedHosts(t, {
		'europe-docker.pkg.dev'(_request, response) {
			response.writeHead(401).end();
		},
	});
	if (!hosts) {
		skip(t, 'there is no openssl on this machine');
		return;
	}

	await machine.write(
		'certs.d/europe-docker.pkg.dev/ca.crt',
		hosts.settings.ca ?? '',
	);
	await machine.write(
		'config.json',
		JSON.stringify({credHelpers: {[host]: 'planted'}}),
	);
	const gcloud = await standIn(
		t,
		'gcloud',
		`console.log(JSON.stringify(arguments_[0] === 'projects'
			? [{projectId: 'lab'}]
			: [{name: 'projects/lab/locations/europe/repositories/images'}]));`,
	);
	const az = await standIn(
		t,
		'az',
		`console.log(JSON.stringify(arguments_[0] === 'account' ? ['ab-12'] : ['${found.host}']));`,
	);
	const helper = await standIn(
		t,
		'docker-credential-planted',
		`console.log(JSON.stringify({ServerURL: '${host}', Username: 'lab', Secret: 'planted-secret'}));`,
	);
	const listRun = (): readonly string[] =>
		Object.entries({gcloud, az, helper})
			.filter(([, {folder}]) => existsSync(path.join(folder, 'calls.jsonl')))
			.map(([name]) => name);
	const app = await openApp(
		t,
		machine.run(
			Object.fromEntries([
				[
					'PATH',
					[gcloud, az, helper].map(({folder}) => folder).join(path.delimiter),
				],
				['HTTPS_PROXY', hosts.settings.proxies.https ?? ''],
			]),
		),
		{columns: 100},
	);
	t.regex(lineOf(app, host), /helper planted +yes/);
	t.true(app.frame().includes('ask gcloud and az for more'));
	await app.press('down', 'up', 'r');
	t.deepEqual(listRun(), []);
	t.true(
		requests.every(
			({path: at, authorization}) =>
				authorization === undefined && at === '/v2/',
		),
	);

	await app.press('a');
	t.deepEqual(listRun(), ['gcloud', 'az']);
	const calls = await az.readCalls();
	t.deepEqual(
		calls.map(words => words.slice(0, 2).join(' ')),
		['account list', 'acr list'],
	);
	t.regex(lineOf(app, 'europe-docker.pkg.dev/lab/images'), /gcloud +yes/);
	t.regex(lineOf(app, found.host), /nobody +yes, open/);
	t.false(footerOf(app).includes('allow'));

	await app.press('home', 'enter');
	t.true(app.frame().includes('1 repository'));
	t.deepEqual(await helper.readCalls(), [['get']]);
});

test('what each registry answers stands on its line, and why it does not is said under the list', async t => {
	const machine = await openMachine(t);
	const open = await startRegistry(t);
	const closed = await startRegistry(t, {
		credentials: {username: 'lab', password: 'x'},
	});
	const page = await startLoopback(t, (_request, response) => {
		response.writeHead(200, {'content-type': 'text/html'}).end('<html>');
	});
	const broken = await startLoopback(t, (_request, response) => {
		response.writeHead(418).end();
	});
	const answers = [
		[open.host, 'yes, open'],
		[closed.host, 'wants a login'],
		[page.host, 'not a registry'],
		[broken.host, 'fails (418)'],
		[silentHost, 'not listening'],
	] as const;
	await machine.save(...answers.map(([host]) => host));
	const app = await openApp(t, machine.run(), {columns: 100});
	const sentences = [
		undefined,
		`${closed.host} wants a login, and none was found on this machine.`,
		`${page.host} answers, but not like a registry.`,
		`${broken.host} `,
		`Nothing answers at ${silentHost}`,
	];
	for (const [index, [host, answer]] of answers.entries()) {
		t.true(lineOf(app, host).includes(`nobody           ${answer}`), `${host}`);
		t.true(lineOf(app, host).startsWith(' ›'));
		const sentence = sentences[index];
		t.true(sentence === undefined || app.frame().includes(sentence), `${host}`);
		await app.press('down');
	}

	// Wide enough, the words are whole.
	const wide = await openApp(t, machine.run(), {columns: 120, rows: 40});
	t.true(lineOf(wide, open.host).includes('yes, open to everybody'));
	t.true(lineOf(wide, silentHost).includes('no: not listening'));
});

test('a registry that does not answer is opened: a sentence, a way back, and no dead key', async t => {
	const machine = await openMachine(t);
	await machine.save(silentHost);
	const app = await openApp(t, machine.run());
	await app.press('enter');
	t.true(app.frame().includes(`Nothing answers at ${silentHost}`));
	t.true(app.frame().includes('Press r to try again, Esc to go back.'));
	t.deepEqual(footerOf(app).trim().split(/ {2,}/), [
		'c coverage',
		'o go to',
		'r refresh',
		'e totals',
		'Esc back',
		'? help',
		'q quit',
	]);
	for (const key of ['enter', 'l', '/', 's', 'S', 'R', 'space']) {
		await app.press(key);
		t.true(app.frame().includes('Nothing answers at'), `${key}`);
		t.is(app.state().trail.length, 2, `${key}`);
	}

	await app.press('esc');
	t.regex(lineOf(app, silentHost), /does not open/);
	await app.press('q');
	t.is(app.exitCode(), 0);
	t.deepEqual(app.state().farewell, []);
});

test('a saved address that is none is said, because no care that was saved with it counts', async t => {
	const machine = await openMachine(t);
	await machine.save('two words', silentHost);
	const app = await openApp(t, machine.run());
	t.true(app.frame().includes('The settings name "two words", which is no'));
	t.regex(lineOf(app, silentHost), /not listening/);
});
