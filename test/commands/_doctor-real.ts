import test, {type ExecutionContext} from 'ava';
import {pushImage} from '../helpers/push-content.js';
import {
	canUseTls,
	findRealRegistry,
	labAuthorization,
	type RealRegistryOptions,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {scopesOf, startTokenServer} from '../helpers/token-server.js';
import {examine, type Machine, openMachine} from './_doctor-machine.js';

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
