import {Buffer} from 'node:buffer';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {startCommand} from '../../source/commands/start-command.js';
import {addImage} from '../../source/demo/build-content.js';
import {createClusterContent} from '../../source/demo/cluster-content.js';
import {builtInResources} from '../../source/demo/cluster-resources.js';
import {
	type EmbeddedClusterOptions,
	startEmbeddedCluster,
} from '../../source/demo/embedded-cluster.js';
import {
	type EmbeddedRegistryOptions,
	startEmbeddedRegistry,
} from '../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {isJsonObject, parseJson} from '../../source/oci/json.js';
import {judgeClock} from '../../source/plain/judge-clock.js';
import {readGranted} from '../../source/registry/ask-delete-right.js';
import {silentHost, startLoopback} from '../http/_loopback.js';
import {pushImage} from '../helpers/push-content.js';
import {
	canUseTls,
	findRealRegistry,
	labAuthorization,
	type RealRegistryOptions,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {makeFolder, standIn, variables} from '../helpers/stand-in.js';
import {scopesOf, startTokenServer} from '../helpers/token-server.js';

type Check = {
	readonly check: unknown;
	readonly state: unknown;
	readonly says: string;
	readonly remedy: string;
};

/** A machine with a home of its own, where nothing is but what a test puts there. */
const openMachine = async (t: ExecutionContext) => {
	const home = await makeFolder(t);
	const environment = variables([
		['DOCKER_CONFIG', home],
		['XDG_CONFIG_HOME', path.join(home, 'config')],
		['XDG_STATE_HOME', path.join(home, 'state')],
		['XDG_CACHE_HOME', path.join(home, 'cache')],
		['KUBECONFIG', path.join(home, 'kubeconfig')],
		['PATH', home],
	]);
	const write = async (name: string, content: unknown): Promise<string> => {
		const file = path.join(home, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(
			file,
			typeof content === 'string' ? content : JSON.stringify(content),
		);
		return file;
	};

	return {
		home,
		write,
		logIn: async (host: string, password = 'labpw') =>
			write('config.json', {
				auths: Object.fromEntries([
					[host, {auth: Buffer.from(`lab:${password}`).toString('base64')}],
				]),
			}),
		async run(
			commandArguments: readonly string[],
			more: Readonly<Record<string, string>> = {},
		) {
			const printed: string[] = [];
			const errors: string[] = [];
			const exitCode = await startCommand(
				parseCommandLine([
					'doctor',
					...commandArguments,
					'--config',
					path.join(home, 'settings.json'),
				]),
				{
					environment: {...environment, ...more},
					isTerminal: false,
					print(text) {
						printed.push(text);
					},
					printError(text) {
						errors.push(text);
					},
				},
			);
			return {exitCode, text: printed.join(''), errors: errors.join('')};
		},
	};
};

type Machine = Awaited<ReturnType<typeof openMachine>>;

const listOf = (value: unknown): readonly unknown[] =>
	Array.isArray(value) ? value : [];

/** What the doctor says of everything of a kind, by name and by check. */
const examine = async (
	{run}: Machine,
	kind: string,
	commandArguments: readonly string[],
) => {
	const {exitCode, text} = await run([...commandArguments, '--json']);
	const document = parseJson(text);
	const subjects = isJsonObject(document)
		? listOf(document['subjects'])
				.filter(entry => isJsonObject(entry))
				.filter(subject => subject['kind'] === kind)
		: [];
	const checks = subjects
		.flatMap(subject => listOf(subject['checks']))
		.filter(entry => isJsonObject(entry))
		.map(({check, state, says, remedy}): Check => ({
			check,
			state,
			says: String(says),
			remedy: typeof remedy === 'string' ? remedy : '',
		}));
	return {
		exitCode,
		document,
		subjects,
		states: checks.map(({check, state}) => `${String(check)} ${String(state)}`),
		find: (name: string): Check =>
			checks.find(({check}) => check === name) ?? {
				check: name,
				state: 'missing',
				says: '',
				remedy: '',
			},
	};
};

const startRegistry = async (
	t: ExecutionContext,
	options: Partial<EmbeddedRegistryOptions> = {},
) => {
	const content = createRegistryContent();
	addImage(content, 'app', {tags: ['a'], layers: []});
	addImage(content, 'web', {tags: ['b'], layers: []});
	const registry = await startEmbeddedRegistry({
		content,
		deletes: 'enabled',
		...options,
	});
	t.teardown(registry.close);
	return registry;
};

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
		new RegExp(`^Registry ${host}\n  yes      reachable   ${host} `),
	);
	t.true(text.endsWith('\n\nAll is well.\n'));
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
	t.true(text.includes('jetsam doctor registry.example.com'));
	t.regex(text, /^ {2}unknown {2}found {7}No kubeconfig names a cluster/m);
	t.regex(text, /^ {2}unknown {2}found {7}No source of pulls is named/m);
	t.true(text.endsWith('\n\n1 thing to mend.\n'));
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
	t.regex(text, /no {7}login {7}docker-credential-planted, which keeps/);
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

const second = 1000;
const clocks: ReadonlyArray<
	readonly [
		skew: number | undefined,
		state: 'yes' | 'no' | 'unknown',
		says: RegExp,
	]
> = [
	[undefined, 'unknown', /does not tell its time/],
	[0, 'yes', /0 s apart/],
	[59 * second, 'yes', /59 s apart/],
	[-60 * second, 'yes', /60 s apart/],
	[-61 * second, 'no', /61 s behind/],
	[180 * second, 'no', /3 minutes ahead of/],
	[-3 * 3600 * second, 'no', /3 hours behind/],
	[400 * 86_400 * second, 'no', /400 days ahead of/],
];

for (const [skew, state, says] of clocks) {
	test(`a clock that is ${skew ?? 'an unknown time'} ms ahead: ${state}`, t => {
		const check = judgeClock('h.example', skew);
		t.is(check.state, state);
		t.regex(check.says, says);
		t.is(check.remedy !== '', state === 'no');
	});
}

const headerOf = (claims: unknown): string =>
	`Bearer x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
const granted: ReadonlyArray<
	readonly [header: string, actions: readonly string[] | undefined]
> = [
	['Bearer opaque', undefined],
	['Bearer a.b.c', undefined],
	[headerOf({sub: 'lab'}), undefined],
	[headerOf({access: null}), []],
	[headerOf({access: [{type: 'registry', name: 'app', actions: ['*']}]}), []],
	[headerOf({access: [{type: 'repository', name: 'web', actions: ['*']}]}), []],
	[
		headerOf({
			access: [
				{type: 'repository', name: 'app', actions: ['pull', 7, 'delete']},
			],
		}),
		['pull', 'delete'],
	],
];

for (const [header, actions] of granted) {
	test(`what a token is for: ${header}`, t => {
		t.deepEqual(readGranted(header, 'app'), actions);
	});
}

const testReal = (
	title: string,
	options: Omit<RealRegistryOptions, 'deletes'>,
	check: (
		t: ExecutionContext,
		with_: {readonly machine: Machine; readonly host: string},
	) => Promise<void>,
): void => {
	(findRealRegistry() ? test : test.skip)(title, async t => {
		const real = await startRealRegistry({
			deletes: true,
			log: 'json',
			...options,
		});
		t.teardown(real.stop);
		await pushImage(real.url, 'app', {
			tags: ['a'],
			layers: [],
			created: '2026-11-01T00:00:00Z',
			platform: {os: 'linux', architecture: 'amd64'},
			authorization: options.htpasswd ? labAuthorization : undefined,
		});
		await check(t, {machine: await openMachine(t), host: real.host});
		t.false(real.readLog().includes('"http.request.method":"DELETE"'));
	});
};

testReal(
	'docker-registry without a login is well',
	{},
	async (t, {machine, host}) => {
		const {exitCode, states} = await examine(machine, 'registry', [host]);
		t.is(exitCode, 0);
		t.deepEqual(states, [
			'reachable yes',
			'login yes',
			'may list yes',
			'may delete unknown',
			'clock yes',
		]);
	},
);

testReal(
	'docker-registry with htpasswd is well with a login, and not without',
	{htpasswd: true},
	async (t, {machine, host}) => {
		const without = await examine(machine, 'registry', [host]);
		t.is(without.exitCode, 1);
		t.is(without.find('login').state, 'no');
		await machine.logIn(host);
		const {exitCode, states} = await examine(machine, 'registry', [host]);
		t.is(exitCode, 0);
		t.true(states.includes('login yes'));
		t.true(states.includes('may list yes'));
	},
);

(findRealRegistry() && canUseTls() ? test : test.skip)(
	'of docker-registry with tokens the scope tells who may delete',
	async t => {
		const tokens = await startTokenServer(t, asked =>
			asked.authorization !== undefined &&
			asked.authorization !== labAuthorization
				? {status: 401}
				: {
						status: 200,
						scopes: asked.authorization
							? scopesOf(asked)
							: scopesOf(asked).map(scope => scope.replace(/:[^:]*$/, ':pull')),
					},
		);
		const real = await startRealRegistry({
			deletes: true,
			log: 'json',
			tokenRealm: tokens.realm,
		});
		t.teardown(real.stop);
		await tokens.useKey(real.directory);
		const machine = await openMachine(t);
		const place = `${real.host}/app`;
		const anonymous = await examine(machine, 'registry', [place]);
		t.is(anonymous.find('may delete').state, 'no');
		t.is(
			anonymous.find('may delete').says,
			`${real.host} gives no token that deletes in app, only one for pull.`,
		);
		t.true(anonymous.find('may delete').remedy.startsWith('Log in'));
		await machine.logIn(real.host);
		const lab = await examine(machine, 'registry', [place]);
		t.is(lab.find('may delete').state, 'yes');
		await machine.logIn(real.host, 'wrong');
		const wrong = await examine(machine, 'registry', [place]);
		t.is(wrong.find('login').state, 'no');
		t.false(real.readLog().includes('"http.request.method":"DELETE"'));
	},
);

const startClusters = async (
	t: ExecutionContext,
	clusters: Readonly<Record<string, Partial<EmbeddedClusterOptions>>>,
) => {
	const machine = await openMachine(t);
	const started: Array<{name: string; server: string}> = [];
	for (const [name, options] of Object.entries(clusters)) {
		const cluster = await startEmbeddedCluster({
			content: createClusterContent(builtInResources),
			...options,
		});
		t.teardown(cluster.close);
		started.push({name, server: cluster.url});
	}

	started.push({name: 'gone', server: `http://${silentHost}`});
	await machine.write('kubeconfig', {
		apiVersion: 'v1',
		kind: 'Config',
		clusters: started.map(({name, server}) => ({name, cluster: {server}})),
		users: [{name: 'me', user: {token: 'planted-secret'}}],
		contexts: started.map(({name}) => ({
			name,
			context: {cluster: name, user: 'me'},
		})),
	});
	const {host} = await startRegistry(t);
	return {machine, host};
};

test('each cluster of the kubeconfig is reached and listed, or it is said what is missing', async t => {
	const {machine, host} = await startClusters(t, {
		prod: {},
		edge: {refuses: ({resource}) => resource.kind === 'Job'},
	});
	const {exitCode, document} = await examine(machine, 'cluster', [host]);
	t.is(exitCode, 1);
	const text = JSON.stringify(document);
	t.false(text.includes('planted-secret'));
	const only = async (name: string) =>
		examine(machine, 'cluster', [host, '--context', name]);
	const prod = await only('prod');
	t.deepEqual(prod.states, ['reachable yes', 'may list yes', 'clock yes']);
	t.regex(prod.find('may list').says, /Pods, .*CronJobs of all namespaces/);
	t.is(prod.exitCode, 0);
	const edge = await only('edge');
	t.is(edge.find('may list').state, 'no');
	t.regex(edge.find('may list').says, /^The Jobs of all namespaces of edge/);
	t.regex(edge.find('may list').remedy, /auth can-i list/);
	const gone = await only('gone');
	t.deepEqual(gone.states, ['reachable no']);
	t.regex(gone.find('reachable').says, /nothing listens at 127\.0\.0\.1:1\./);
	t.regex(gone.find('reachable').remedy, /--without-context gone/);
});

test('a cluster that is left out is not asked, and a refusal that was accepted is none', async t => {
	const {machine, host} = await startClusters(t, {
		edge: {refuses: ({resource}) => resource.kind === 'Job'},
	});
	await machine.write('settings.json', {
		registries: [],
		uses: {
			withoutContexts: ['gone'],
			accepted: [{context: 'edge', kind: 'Job', namespace: ''}],
		},
	});
	const {states, exitCode, find} = await examine(machine, 'cluster', [host]);
	t.deepEqual(states, [
		'reachable yes',
		'may list yes',
		'clock yes',
		'reachable unknown',
	]);
	t.regex(find('may list').says, /that it refuses Jobs was accepted/);
	t.is(exitCode, 0);
});

test('a kubeconfig or a file of logins that is broken is told, and the rest is looked at', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t);
	await machine.write('kubeconfig', '{');
	await machine.write('config.json', 'planted-secret');
	await machine.write('settings.json', {registries: [{address: host}]});
	const {exitCode, text} = await machine.run([]);
	t.is(exitCode, 1);
	t.regex(text, /^Settings\n {2}no/);
	t.true(text.includes('is not a JSON object, so no login was read.'));
	t.true(text.includes(path.join(machine.home, 'kubeconfig')));
	t.false(text.includes('planted-secret'));
});

test('each source of pulls is read, or it is said why it cannot be', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t);
	const log = await machine.write(
		'pulls.jsonl',
		`${JSON.stringify({
			events: [
				{
					id: '1',
					timestamp: new Date().toISOString(),
					action: 'pull',
					target: {
						mediaType: 'application/vnd.oci.image.manifest.v1+json',
						digest: `sha256:${'a'.repeat(64)}`,
						repository: 'app',
						url: `http://${host}/v2/app/manifests/a`,
						tag: 'a',
					},
					request: {
						id: '1',
						host,
						method: 'GET',
						useragent: 'containerd/1.7',
					},
				},
			],
		})}\n`,
	);
	const ask = async (source: string) =>
		examine(machine, 'pulls', [host, '--pulls', source]);
	const good = await ask(`distribution-events:${log}`);
	t.deepEqual(good.states, ['may list yes']);
	t.regex(good.find('may list').says, /It tells of pulls: 1 record/);
	t.is(good.exitCode, 0);
	const missing = await ask(`distribution-events:${log}.gone`);
	t.is(missing.exitCode, 1);
	t.deepEqual(
		missing.states.map(state => state.split(' ').at(-1)),
		['no'],
	);
	const hub = await ask('docker-hub:tags');
	t.is(hub.exitCode, 0);
	t.deepEqual(hub.states, ['found unknown']);
});

test('doctor takes one place, and says what is wrong usage', t => {
	t.like(parseCommandLine(['doctor']), {command: 'doctor', where: undefined});
	t.like(parseCommandLine(['doctor', 'h.example', '--json']), {
		command: 'doctor',
		where: 'h.example',
		json: true,
	});
	t.throws(() => parseCommandLine(['doctor', 'a.example', 'b.example']), {
		message: '"b.example" is one place too many.',
	});
});
