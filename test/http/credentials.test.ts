import {Buffer} from 'node:buffer';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {answerBasic, readDockerLogins} from '../../source/http/credentials.js';
import {UserError} from '../../source/user-error.js';

const encode = (text: string): string => Buffer.from(text).toString('base64');

/** A folder such as `~/.docker`, with this text as its config. */
const makeFolder = async (
	t: ExecutionContext,
	text: string | undefined,
): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-docker-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	if (text !== undefined) {
		await writeFile(path.join(folder, 'config.json'), text);
	}

	return folder;
};

const readLogins = async (t: ExecutionContext, document: unknown) =>
	readDockerLogins(await makeFolder(t, JSON.stringify(document)));

test('names and passwords are read as docker keeps them', async t => {
	const logins = await readLogins(t, {
		auths: Object.fromEntries([
			['plain.example:5000', {auth: encode('lab:labpw')}],
			['colons.example', {auth: encode('lab:a:b::c:')}],
			['empty.example', {auth: encode('lab:')}],
			['umlaut.example', {auth: encode('läb:pässword')}],
			['padded.example', {auth: encode('lab:labpw\0\0')}],
			['apart.example', {username: 'lab', password: 'a:b', auth: ''}],
		]),
	});
	t.deepEqual(
		[...logins].map(([host, {username, password}]) => [
			host,
			username,
			password,
		]),
		[
			['plain.example:5000', 'lab', 'labpw'],
			['colons.example', 'lab', 'a:b::c:'],
			['empty.example', 'lab', ''],
			['umlaut.example', 'läb', 'pässword'],
			['padded.example', 'lab', 'labpw'],
			['apart.example', 'lab', 'a:b'],
		],
	);
});

test('a key is known by its host, whatever scheme and path it has', async t => {
	const auth = encode('lab:labpw');
	const logins = await readLogins(t, {
		auths: Object.fromEntries([
			['https://index.docker.io/v1/', {auth}],
			['http://h.example:5000', {auth}],
			['h.example/v2/', {auth}],
			['Upper.Example', {auth}],
		]),
	});
	t.deepEqual(
		[...logins.keys()],
		['index.docker.io', 'h.example:5000', 'h.example', 'upper.example'],
	);
});

test('entries without a password are none', async t => {
	const logins = await readLogins(t, {
		auths: Object.fromEntries<unknown>([
			['a.example', {}],
			['b.example', null],
			['c.example', 'text'],
			['d.example', {auth: 7}],
			['e.example', {auth: encode('no colon')}],
			['f.example', {auth: encode(':no name')}],
			['g.example', {auth: ''}],
			['h.example', {username: 'lab'}],
		]),
		credsStore: 'desktop',
	});
	t.is(logins.size, 0);
});

test('without a file there are no logins', async t => {
	const folder = await makeFolder(t, undefined);
	t.deepEqual(await readDockerLogins(folder), new Map());
	t.deepEqual(await readDockerLogins(path.join(folder, 'none')), new Map());
});

test('a file without logins has none', async t => {
	for (const document of [{}, {auths: null}, {auths: []}, {auths: 'text'}]) {
		t.deepEqual(await readLogins(t, document), new Map());
	}
});

for (const text of ['', '{"auths": ', '[]', 'null', '"text"']) {
	test(`a file that holds ${JSON.stringify(text)} is named`, async t => {
		const folder = await makeFolder(t, text);
		const error = await t.throwsAsync(readDockerLogins(folder), {
			instanceOf: UserError,
		});
		t.true(error?.message.includes(path.join(folder, 'config.json')));
	});
}

const login = {username: 'lab', password: 'a:b'};
const basic = `Basic ${encode('lab:a:b')}`;

test('only a challenge for Basic is answered by Basic', t => {
	const answers: ReadonlyArray<readonly [string, string | undefined]> = [
		['Basic realm="lab"', basic],
		['basic', basic],
		['BASIC realm="x", charset="UTF-8"', basic],
		['Bearer realm="https://h.example/token", Basic realm="lab"', basic],
		['Bearer realm="https://h.example/token",service="h"', undefined],
		['Bearer realm="basic"', undefined],
		['Basically realm="lab"', undefined],
		['Digest realm="lab"', undefined],
		['', undefined],
	];
	t.deepEqual(
		answers.map(([challenge]) => answerBasic(challenge, login)),
		answers.map(([, answer]) => answer),
	);
	t.is(answerBasic('Basic realm="lab"', undefined), undefined);
});
