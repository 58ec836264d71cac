import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {loadSettings} from '../../source/storage/settings.js';

const write = async (t: ExecutionContext, text: string): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'jetsam-settings-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const file = path.join(folder, 'config.json');
	await writeFile(file, text);
	return file;
};

test('settings are read as the operator wrote them, and the file stays as it is', async t => {
	const text = JSON.stringify({
		registries: [
			{
				address: 'registry.example.com',
				protected: true,
				neverTouch: ['latest'],
			},
			{address: 'mirror.example.com', readOnly: true},
		],
	});
	const file = await write(t, text);
	const {settings, notice} = await loadSettings(file);
	t.is(notice, undefined);
	t.deepEqual(
		settings.registries.map(({address}) => address),
		['registry.example.com', 'mirror.example.com'],
	);
	t.true(settings.registries[0]?.protected);
	t.is(await readFile(file, 'utf8'), text);
});

test('without a file there are no settings, and none is made', async t => {
	const file = path.join(path.dirname(await write(t, '')), 'other.json');
	const {settings, notice} = await loadSettings(file);
	t.deepEqual(settings, {registries: []});
	t.is(notice, undefined);
	t.deepEqual(await readdir(path.dirname(file)), ['config.json']);
});

for (const [name, text] of [
	['no JSON', '{"registries": ['],
	['no object', '[]'],
	['an unknown field', '{"registries": [{"address": "a.b", "protect": true}]}'],
	['a wrong type', '{"registries": "a.b"}'],
	['an entry without an address', '{"registries": [{}]}'],
] as const) {
	test(`a file with ${name} is kept aside, named, and never written over`, async t => {
		const file = await write(t, text);
		const first = await loadSettings(file);
		t.deepEqual(first.settings, {registries: []});
		t.true(first.notice?.includes(`${file}.damaged-1`));
		t.is(await readFile(`${file}.damaged-1`, 'utf8'), text);
		await writeFile(file, text);
		const second = await loadSettings(file);
		t.true(second.notice?.includes(`${file}.damaged-2`));
		t.is(await readFile(`${file}.damaged-1`, 'utf8'), text);
	});
}
