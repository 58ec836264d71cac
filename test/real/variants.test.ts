import {Buffer} from 'node:buffer';
import {readFile} from 'node:fs/promises';
import test, {type ExecutionContext} from 'ava';
import {openMachine} from '../helpers/explorer-machine.js';
import {
	listTruth,
	pushImage,
	pushIndex,
	type PushedDescriptor,
} from '../helpers/push-content.js';
import {
	canUseTls,
	findRealRegistry,
	labAuthorization,
	type RealRegistry,
	type RealRegistryOptions,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {type OpenApp, openApp} from '../helpers/render-app.js';
import {standIn} from '../helpers/stand-in.js';
import {scopesOf, startTokenServer} from '../helpers/token-server.js';
import {skip} from '../http/_loopback.js';

type Machine = Awaited<ReturnType<typeof openMachine>>;

/** A registry as somebody runs it, and how the machine gets into it. */
type Stage = {
	readonly registry: RealRegistry;
	/** What whoever pushes sends along. */
	readonly authorization?: string | undefined;
	/** The variables of the explorer. */
	readonly environment?: Readonly<Record<string, string>>;
};

type Variant = {
	readonly title: string;
	readonly needsTls?: boolean;
	readonly open: (t: ExecutionContext, machine: Machine) => Promise<Stage>;
	/** What stands on the first screen. */
	readonly login: string;
	readonly answer: string;
};

const start = async (
	t: ExecutionContext,
	options: Partial<RealRegistryOptions> = {},
): Promise<RealRegistry> => {
	const registry = await startRealRegistry({deletes: true, ...options});
	t.teardown(registry.stop);
	return registry;
};

const logIn = async ({write}: Machine, {host}: RealRegistry): Promise<void> =>
	write(
		'config.json',
		JSON.stringify({auths: {[host]: {auth: labAuthorization.slice(6)}}}),
	);

/** A registry that wants tokens for everything, and whoever gives them out to the one login. */
const openTokens = async (
	t: ExecutionContext,
	machine: Machine,
): Promise<Stage> => {
	const tokens = await startTokenServer(t, asked =>
		asked.authorization === labAuthorization
			? {status: 200, scopes: scopesOf(asked)}
			: {status: 401},
	);
	const registry = await start(t, {tokenRealm: tokens.realm});
	await tokens.useKey(registry.directory);
	await logIn(machine, registry);
	const url = new URL(tokens.realm);
	url.searchParams.set('service', 'lab');
	url.searchParams.set('scope', 'repository:shop/app:pull,push');
	const reply = await fetch(url, {headers: {authorization: labAuthorization}});
	const {token} =
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
		(await reply.json()) as {token: string};
	return {registry, authorization: `Bearer ${token}`};
};

const variants: readonly Variant[] = [
	{
		title: 'that asks for nothing',
		open: async t => ({registry: await start(t)}),
		login: 'nobody',
		answer: 'yes, open',
	},
	{
		title: 'with a password that docker keeps',
		async open(t, machine) {
			const registry = await start(t, {htpasswd: true});
			await logIn(machine, registry);
			return {registry, authorization: labAuthorization};
		},
		login: 'docker config',
		answer: 'yes',
	},
	{
		title: 'that wants tokens',
		needsTls: true,
		open: openTokens,
		login: 'docker config',
		answer: 'yes',
	},
	{
		title: 'with TLS by a private authority in certs.d',
		needsTls: true,
		async open(t, machine) {
			const registry = await start(t, {tls: true});
			await machine.write(
				`certs.d/${registry.host}/ca.crt`,
				await readFile(registry.certificate ?? '', 'utf8'),
			);
			return {registry};
		},
		login: 'nobody',
		answer: 'yes, open',
	},
	{
		title: 'whose password a program on the PATH keeps',
		async open(t, machine) {
			const registry = await start(t, {htpasswd: true});
			const {environment} = await standIn(
				t,
				'docker-credential-lab',
				`let server = '';
				process.stdin.on('data', part => { server += part; });
				process.stdin.on('end', () => {
					const isAsked = arguments_[0] === 'get' && server.trim() === '${registry.host}';
					console.log(isAsked
						? JSON.stringify({ServerURL: server, Username: 'lab', Secret: 'labpw'})
						: 'credentials not found in native keychain');
					process.exitCode = isAsked ? 0 : 1;
				});`,
			);
			await machine.write(
				'config.json',
				JSON.stringify({credHelpers: {[registry.host]: 'lab'}}),
			);
			return {registry, authorization: labAuthorization, environment};
		},
		login: 'helper lab',
		answer: 'yes',
	},
];

/** An index over two images with two tags, and two images besides, the newest first. */
const push = async ({
	registry: {url},
	authorization,
}: Stage): Promise<PushedDescriptor> => {
	const pushOne = async (tags: string[], architecture: string, day: number) =>
		pushImage(url, 'shop/app', {
			tags,
			layers: [Buffer.from(`${architecture} ${day}`)],
			created: new Date(Date.UTC(2026, 0, day)).toISOString(),
			platform: {os: 'linux', architecture},
			authorization,
		});
	const children = [
		await pushOne([], 'amd64', 20),
		await pushOne([], 'arm64', 20),
	];
	await pushOne(['old'], 'amd64', 2);
	await pushOne(['older'], 'amd64', 1);
	return pushIndex(url, 'shop/app', {
		tags: ['new', 'latest'],
		children,
		...(authorization && {authorization}),
	});
};

const readPhrase = (app: OpenApp): string =>
	/To delete, type (?<phrase>.+?) and press Enter/v.exec(
		app.frame().replaceAll(/\s+/gv, ' '),
	)?.groups?.['phrase'] ?? 'there is no phrase';

const canRun = (t: ExecutionContext, needsTls = false): boolean => {
	const why = findRealRegistry()
		? needsTls && !canUseTls()
			? 'there is no openssl on this machine'
			: undefined
		: 'there is no docker-registry on this machine';
	if (why !== undefined) {
		skip(t, why);
	}

	return why === undefined;
};

/** From the first screen to the marks of the index that is on top, reviewed. */
const openReview = async (
	t: ExecutionContext,
	machine: Machine,
	{registry, environment}: Stage,
	{login, answer}: Pick<Variant, 'login' | 'answer'>,
): Promise<OpenApp> => {
	await machine.save(registry.host);
	const app = await openApp(t, machine.run(environment), {columns: 100});
	t.regex(
		app.frame(),
		new RegExp(`› +${registry.host} +${login} +${answer}$`, 'm'),
	);
	await app.press('enter');
	t.regex(app.frame(), /^ › +shop\/app/m);
	await app.press('enter');
	t.true(app.frame().includes('3 digests, 4 tags'));
	await app.press('space', 'd');
	t.true(app.frame().includes('new'));
	return app;
};

for (const {title, needsTls, open, ...told} of variants) {
	test(`a real registry ${title}: opened, drilled into, marked, confirmed, deleted and undone by keys`, async t => {
		if (!canRun(t, needsTls)) {
			return;
		}

		const machine = await openMachine(t);
		const stage = await open(t, machine);
		const index = await push(stage);
		const {url, host} = stage.registry;
		const read = async () => listTruth(url, 'shop/app', stage.authorization);
		const before = await read();
		t.is(before.size, 4);

		const app = await openReview(t, machine, stage, told);
		await app.typeText(readPhrase(app));
		t.deepEqual(await read(), before);
		await app.press('enter');
		t.true(app.frame().includes('deleted 3'), `${host}`);
		t.deepEqual(
			await read(),
			new Map([...before].filter(([, digest]) => digest !== index.digest)),
		);

		await app.press('u', 'y');
		t.true(app.frame().includes('put back 3'), `${host}`);
		t.deepEqual(await read(), before);
		await app.press('esc', 'esc');
		t.true(app.frame().includes('3 digests, 4 tags'));
		await app.press('q');
		t.is(app.exitCode(), 0);
	});
}

test('a real registry with deletes switched off: what is confirmed is refused with what to set, and stays marked', async t => {
	if (!canRun(t)) {
		return;
	}

	const machine = await openMachine(t);
	const stage = {registry: await start(t, {deletes: false})};
	await push(stage);
	const before = await listTruth(stage.registry.url, 'shop/app');
	const app = await openReview(t, machine, stage, {
		login: 'nobody',
		answer: 'yes, open',
	});
	await app.typeText(readPhrase(app));
	await app.press('enter');
	t.true(app.frame().includes('REGISTRY_STORAGE_DELETE_ENABLED=true'));
	t.true(app.frame().includes('refused'));
	t.deepEqual(await listTruth(stage.registry.url, 'shop/app'), before);
	await app.press('esc');
	t.true(app.frame().includes('1 digest marked'));
	await app.press('q', 'q');
	t.is(app.exitCode(), 3);
});
