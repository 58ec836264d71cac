/* eslint-disable ava/no-ignored-test-files -- loaded by find-places.test.ts */
import {existsSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
	findCloudPrograms,
	findLogins,
	nameLogin,
} from '../../source/find-places/list-logins.js';
import {makeFolder, standIn, variables} from '../helpers/stand-in.js';

const auth = 'bGFiOnBsYW50ZWQ='; // A name and a password.

const files: ReadonlyArray<
	readonly [
		what: string,
		name: string,
		content: string,
		ways: readonly string[],
	]
> = [
	[
		'passwords that docker keeps',
		'config.json',
		`{"auths": {"r.example:5000": {"auth": "${auth}"}, "https://q.example/v2/": {"auth": "${auth}"}}}`,
		['r.example:5000 by docker config', 'q.example by docker config'],
	],
	[
		'an identity token',
		'config.json',
		'{"auths": {"r.example": {"identitytoken": "planted"}}}',
		['r.example by docker config'],
	],
	[
		'Docker Hub as docker writes it',
		'config.json',
		`{"auths": {"https://index.docker.io/v1/": {"auth": "${auth}"}}}`,
		['docker.io by docker config'],
	],
	[
		'a program for all of them',
		'config.json',
		'{"auths": {"r.example": {}, "q.example": {}}, "credsStore": "pass"}',
		['r.example by helper pass', 'q.example by helper pass'],
	],
	[
		'a program for one of them',
		'config.json',
		`{"auths": {"r.example": {"auth": "${auth}"}}, "credHelpers": {"q.example": "gcloud"}}`,
		['r.example by docker config', 'q.example by helper gcloud'],
	],
	[
		'what podman keeps',
		'auth.json',
		`{"auths": {"r.example": {"auth": "${auth}"}}}`,
		['r.example by podman'],
	],
	[
		'logins for parts of a registry',
		'auth.json',
		`{"auths": {"r.example/team/app": {"auth": "${auth}"}, "r.example/team": {"auth": "${auth}"}}}`,
		['r.example by podman'],
	],
	[
		'what the oldest docker kept',
		'.dockercfg',
		`{"r.example": {"auth": "${auth}"}}`,
		['r.example by docker config'],
	],
	[
		'entries without a login',
		'config.json',
		'{"auths": {"r.example": {}}}',
		[],
	],
	[
		'keys that are no hosts',
		'config.json',
		`{"auths": {"lab:planted@r.example": {"auth": "${auth}"}, "": {"auth": "${auth}"}, "a b": {"auth": "${auth}"}}}`,
		[],
	],
	['auths that are none', 'config.json', '{"auths": 7, "credHelpers": []}', []],
	['nothing', 'config.json', '{}', []],
];

for (const [what, name, content, ways] of files) {
	test(`logins are found in ${name}: ${what}`, async t => {
		const folder = await makeFolder(t);
		const file = path.join(folder, name);
		await writeFile(file, content);
		const found = await findLogins([file]);
		t.deepEqual(
			[...found.ways].map(([host, way]) => `${host} by ${way}`),
			ways,
		);
		t.deepEqual(found.problems, []);
	});
}

test('the first file that knows a host says how it is logged in; one that cannot be read is a sentence', async t => {
	const folder = await makeFolder(t);
	await mkdir(path.join(folder, 'docker'));
	const podman = path.join(folder, 'auth.json');
	const broken = path.join(folder, 'broken.json');
	const docker = path.join(folder, 'docker', 'config.json');
	await writeFile(podman, `{"auths": {"r.example": {"auth": "${auth}"}}}`);
	await writeFile(broken, '{"auths": planted-secret');
	await writeFile(
		docker,
		`{"auths": {"r.example": {"auth": "${auth}"}, "q.example": {"auth": "${auth}"}}}`,
	);
	const found = await findLogins([
		podman,
		broken,
		path.join(folder, 'none.json'),
		docker,
	]);
	t.deepEqual(
		[...found.ways],
		[
			['r.example', 'podman'],
			['q.example', 'docker config'],
		],
	);
	t.is(found.problems.length, 1);
	t.true(found.problems[0]?.startsWith(`${broken} is not a JSON object`));
	t.false(found.problems.join('').includes('planted'));
});

test('gcloud and az are looked for and not run; they log in to their own registries only', async t => {
	const {environment, folder} = await standIn(t, 'gcloud', '');
	t.deepEqual(await findCloudPrograms(environment), ['gcloud']);
	t.deepEqual(await findCloudPrograms(variables([])), []);
	const ways = new Map([['eu.gcr.io', 'podman']]);
	const how = {ways, environment};
	t.is(await nameLogin('europe-docker.pkg.dev', how), 'gcloud');
	t.is(await nameLogin('eu.gcr.io', how), 'podman');
	t.is(await nameLogin('lab.azurecr.io', how), undefined);
	t.is(await nameLogin('r.example', how), undefined);
	t.false(existsSync(path.join(folder, 'calls.jsonl')));
});

test('a file of that name which cannot be run is no program', async t => {
	const folder = await makeFolder(t);
	await writeFile(path.join(folder, 'az'), '', {mode: 0o644});
	t.deepEqual(await findCloudPrograms(variables([['PATH', folder]])), []);
});
