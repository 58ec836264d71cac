import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import {collectReading} from '../../source/plan/collect-reading.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import type {HttpSettings} from '../../source/http/open-client.js';
import {parseDigest} from '../../source/oci/digest.js';
import {isJsonObject, parseJson} from '../../source/oci/json.js';
import {UserError} from '../../source/user-error.js';
import {pushImage} from '../helpers/push-content.js';
import {
	canUseTls,
	findRealRegistry,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {
	scopesOf,
	startTokenServer,
	type TokenPolicy,
	type TokenServer,
} from '../helpers/token-server.js';

const settings: HttpSettings = {
	readOnly: false,
	insecureHosts: [],
	proxies: {http: undefined, https: undefined, none: undefined},
	retryPause: 1,
	now: () => Date.now(),
};
const {signal} = new AbortController();
const right = `Basic ${Buffer.from('lab:labpw').toString('base64')}`;

/** The login may do everything; who has none may pull. */
const policy: TokenPolicy = asked => {
	if (asked.authorization !== undefined && asked.authorization !== right) {
		return {status: 401};
	}

	const scopes = scopesOf(asked);
	return {
		status: 200,
		scopes: asked.authorization
			? scopes
			: scopes.filter(scope => scope.endsWith(':pull')),
	};
};

const fetchToken = async ({realm}: TokenServer, scope: string) => {
	const url = new URL(realm);
	url.searchParams.set('service', 'lab');
	url.searchParams.set('scope', scope);
	const reply = await fetch(url, {headers: {authorization: right}});
	const document = parseJson(await reply.text());
	return isJsonObject(document) ? String(document['token']) : '';
};

const startPair = async (t: ExecutionContext) => {
	const tokens = await startTokenServer(t, policy);
	const registry = await startRealRegistry({
		deletes: true,
		tokenRealm: tokens.realm,
	});
	t.teardown(registry.stop);
	await tokens.useKey(registry.directory);
	const token = await fetchToken(tokens, 'repository:app:pull,push');
	const {digest} = await pushImage(registry.url, 'app', {
		tags: ['a'],
		layers: [Buffer.from('layer')],
		created: '2026-11-01T00:00:00Z',
		platform: {os: 'linux', architecture: 'amd64'},
		authorization: `Bearer ${token}`,
	});
	return {tokens, registry, digest: parseDigest(digest)!};
};

const skip = (t: ExecutionContext): void => {
	t.log('skip: there is no docker-registry or no openssl on this machine');
	t.pass();
};

const testWithServers = (
	title: string,
	body: (
		t: ExecutionContext,
		servers: Awaited<ReturnType<typeof startPair>>,
	) => Promise<void>,
): void => {
	test(title, async t => {
		if (!findRealRegistry() || !canUseTls()) {
			skip(t);
			return;
		}

		await body(t, await startPair(t));
	});
};

const clock = {
	now: () => Date.now(),
	async sleep() {
		// Nothing here is worth waiting for.
	},
};

testWithServers(
	'a real registry that wants tokens is listed, read and deleted from with a login',
	async (t, {tokens, registry, digest}) => {
		const opened = await openRegistry(registry.url, {
			settings,
			logins: new Map([[registry.host, {username: 'lab', password: 'labpw'}]]),
			signal,
		});
		const names: string[] = [];
		for await (const page of opened.listRepositories(signal)) {
			names.push(...page);
		}

		t.deepEqual(names, ['app']);
		const reading = await collectReading(opened, 'app', {clock, signal});
		t.deepEqual([...reading.records.keys()], [digest]);
		t.deepEqual(reading.records.get(digest)?.tags, ['a']);
		const reply = await opened.deleteManifest('app', digest, signal);
		t.is(reply.kind, 'accepted');
		t.is(await opened.resolve('app', digest, signal), undefined);
		// The catalog, reading, deleting: a token each, however many requests there were.
		t.true(tokens.seen.length <= 6);
	},
);

testWithServers(
	'without a login a real registry that wants tokens is read, and keeps what is there',
	async (t, {registry, digest}) => {
		const opened = await openRegistry(registry.url, {
			settings,
			logins: new Map(),
			signal,
		});
		const reading = await collectReading(opened, 'app', {clock, signal});
		t.deepEqual([...reading.records.keys()], [digest]);
		const reply = await opened.deleteManifest('app', digest, signal);
		t.not(reply.kind, 'accepted');
		t.is(await opened.resolve('app', digest, signal), digest);
	},
);

testWithServers(
	'a wrong login is told before anything is drawn',
	async (t, {registry}) => {
		const error = await t.throwsAsync(
			openRegistry(registry.url, {
				settings,
				logins: new Map([[registry.host, {username: 'lab', password: 'no'}]]),
				signal,
			}),
			{instanceOf: UserError},
		);
		t.regex(error.message, /does not accept the login for 127/);
	},
);
