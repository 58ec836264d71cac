import {mkdtemp, readdir, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {readMarks, writeMarks} from '../../source/storage/marks-file.js';
import {digestOf} from '../helpers/build-repository.js';

const makeFile = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'jetsam-marks-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return path.join(folder, 'state', 'marks.json');
};

const mark = {
	registry: '127.0.0.1:5000',
	repository: 'shop/cart',
	digest: digestOf('one'),
};

test("marks come back as they were written, and the file is its owner's only", async t => {
	const file = await makeFile(t);
	await writeMarks(file, [mark]);
	t.deepEqual(await readMarks(file), [mark]);
	const {mode} = await stat(file);
	t.is(mode % 0o1000, 0o600);
	t.deepEqual(await readdir(path.dirname(file)), ['marks.json']);
});

test('more marks than are written at a time come back whole and in order', async t => {
	const file = await makeFile(t);
	for (const count of [1999, 2000, 2001, 4000]) {
		const marks = Array.from({length: count}, (_, index) => ({
			...mark,
			digest: digestOf(`mark ${index}`),
		}));
		await writeMarks(file, marks);
		t.deepEqual(await readMarks(file), marks);
	}
});

test('without marks there is no file', async t => {
	const file = await makeFile(t);
	await writeMarks(file, [mark]);
	await writeMarks(file, []);
	t.deepEqual(await readdir(path.dirname(file)), []);
	t.deepEqual(await readMarks(file), []);
});

test('of a damaged file only what is a mark is taken', async t => {
	const file = await makeFile(t);
	await writeMarks(file, [mark]);
	await writeFile(
		file,
		JSON.stringify({
			marks: [
				mark,
				{...mark, digest: 'sha256:12'},
				{...mark, repository: '../x'},
				{...mark, registry: 7},
				'no mark',
			],
		}),
	);
	t.deepEqual(await readMarks(file), [mark]);
	await writeFile(file, '{"marks": [');
	t.deepEqual(await readMarks(file), []);
});
