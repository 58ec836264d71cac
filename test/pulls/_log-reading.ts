/* eslint-disable ava/no-ignored-test-files -- log-files.test.ts loads it */
import {
	appendFile,
	mkdir,
	readdir,
	readFile,
	stat,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {createAcrFormat} from '../../source/pulls/acr-events.js';
import {
	guessShape,
	type LogFormat,
} from '../../source/pulls/engines/log-format.js';
import {splitCsvRow} from '../../source/pulls/engines/csv-row.js';
import type {ReadRecord} from '../../source/pulls/pull-record.js';
import {createPullCache} from '../../source/storage/pull-cache.js';
import {UserError} from '../../source/user-error.js';
import type {AggregateCache} from '../../source/caches.js';
import {
	createFolder,
	describeTallies,
	now,
	readLogs,
	writeFiles,
} from './_log-folder.js';

/** Pieces such as `app 3 id`: a repository, how often, and what makes it the same; `other` and `bad` are what they say. */
const readPiece = (piece: string): ReadRecord => {
	const [repository = '', count = '1', id] = piece.trim().split(' ');
	const host = repository.startsWith('far') ? 'far.example' : 'r.example';
	const time = Date.parse('2026-11-03T10:00:00Z');
	if (repository === 'other') {
		return {kind: 'other', time, host};
	}

	return repository.startsWith('bad')
		? {kind: 'bad', problem: 'It is bad.'}
		: {
				kind: 'record',
				record: {
					time: repository.startsWith('undated') ? undefined : time,
					host: repository === 'nowhere' ? '' : host,
					repository,
					image: {kind: 'repository'},
					tag: undefined,
					action: 'pull',
					count: Number(count),
					id,
					agent: '',
					client: '',
				},
			};
};

const buildFormat = (fields: Partial<LogFormat> = {}): LogFormat => ({
	kind: 'test',
	version: 1,
	proves: 'all-digests',
	open: () => ({read: piece => [readPiece(piece)]}),
	...fields,
});

const about = 'r.example';
const format = buildFormat();

test('a folder, a pattern and a file; gzip by its content; what is hidden is left out', async t => {
	const folder = createFolder(t);
	await writeFiles(
		folder,
		Object.fromEntries<string | Uint8Array>([
			['a/one.log', 'one\n'],
			['a/b/two', gzipSync('two\ntwo\n')],
			['three.log', 'three\n'],
			['.hidden', 'hidden\n'],
			['empty', ''],
		]),
	);
	const read = async (where: string) =>
		describeTallies(await readLogs({where, format, about}));
	const three = 'pull three repository x1';
	t.deepEqual(await read(folder), [
		'pull one repository x1',
		three,
		'pull two repository x2',
	]);
	t.deepEqual(await read(`${folder}/**/*.log`), [
		'pull one repository x1',
		three,
	]);
	t.deepEqual(await read(path.join(folder, 'three.log')), [three]);
	t.deepEqual(await read(path.join(folder, 'a', 'b', 'two')), [
		'pull two repository x2',
	]);
});

test('several gzip files one after the other are one; a damaged one counts as far as it goes', async t => {
	const folder = createFolder(t);
	const long = gzipSync(
		Array.from({length: 40_000}, (_, index) => `long 1 ${index}`).join('\n'),
	);
	await writeFiles(folder, {
		whole: Uint8Array.from([...gzipSync('one\n'), ...gzipSync('one\n')]),
		cut: long.subarray(0, -2000),
	});
	const {source, tallies} = await readLogs({where: folder, format, about});
	t.is(
		tallies.find(({repository}) => repository === 'one')?.days.get(20_760),
		2,
	);
	t.true(source.records > 2);
	t.is(
		source.firstProblem,
		'cut:1: The gzip file is damaged or cut off; what stands before that was read.',
	);
	t.deepEqual(
		source.gaps.map(({name, canBeAccepted}) => ({name, canBeAccepted})),
		[{name: 'rest of cut', canBeAccepted: false}],
	);
});

test('nothing of that name', async t => {
	const where = path.join(createFolder(t), 'nothing');
	const error = await t.throwsAsync(readLogs({where, format}), {
		instanceOf: UserError,
	});
	t.is(error.message, `There is no file or folder "${where}".`);
});

test('an empty folder and a pattern that fits nothing are read, and prove nothing', async t => {
	const folder = createFolder(t);
	for (const where of [folder, `${folder}/*.log`]) {
		const {source, tallies} = await readLogs({
			where,
			format,
			declared: {from: 0, to: now},
		});
		t.is(source.state, 'read');
		t.is(source.covers, undefined);
		t.is(source.remark, `There are no files in ${where}.`);
		t.deepEqual(tallies, []);
	}
});

test('a folder of the wrong logs says so, and proves nothing', async t => {
	const folder = createFolder(t);
	await writeFiles(folder, {
		access: '192.0.2.7 - - "GET /"\n'.repeat(3),
	});
	const {source} = await readLogs({where: folder, format: createAcrFormat()});
	t.is(source.covers, undefined);
	t.is(source.skipped, 3);
	t.is(source.remark, 'None of its 3 lines is a record of acr-events.');
	t.is(source.firstProblem, 'access:1: It is no JSON object.');
});

test('what cannot be followed or read is a gap, and the rest is read', async t => {
	const folder = createFolder(t);
	const elsewhere = createFolder(t);
	await writeFiles(folder, {one: 'one\n'});
	await mkdir(path.join(folder, 'sub'));
	await symlink(elsewhere, path.join(folder, 'link'));
	await symlink(path.join(folder, 'one'), path.join(folder, 'sub', 'same'));
	await symlink(path.join(folder, 'nothing'), path.join(folder, 'lost'));
	const {source, tallies} = await readLogs({where: folder, format, about});
	t.is(tallies[0]?.days.get(20_760), 2);
	t.deepEqual(source.gaps, [
		{
			name: 'unread link',
			message: 'link could not be read (a link to a folder).',
			span: undefined,
			canBeAccepted: false,
		},
	]);
});

test('what the operator declares is covered, from the oldest record on', async t => {
	const folder = createFolder(t);
	await writeFiles(folder, {one: 'one\nbad\n'});
	const oldest = Date.parse('2026-11-03T10:00:00Z');
	const read = async (declared: {
		from: number | undefined;
		to: number | undefined;
	}) => readLogs({where: folder, format, about, declared});
	const {source} = await read({from: 1, to: now});
	t.deepEqual(source.covers, {from: oldest, to: now});
	t.deepEqual(
		source.gaps.map(({name, message, canBeAccepted}) => ({
			name,
			message,
			canBeAccepted,
		})),
		[
			{
				name: 'unreadable lines of one',
				message:
					'1 record of one could not be read; the first is one:2: It is bad.',
				canBeAccepted: true,
			},
		],
	);
	const later = await read({from: oldest + 5, to: now});
	t.deepEqual(later.source.covers, {from: oldest + 5, to: now});
	for (const declared of [
		{from: undefined, to: undefined},
		{from: undefined, to: now},
		{from: 1, to: oldest},
		{from: 1, to: undefined},
	]) {
		const none = await read(declared);
		t.is(none.source.covers, undefined);
	}
});

test('a record that names no registry is about the one that is asked for', async t => {
	const folder = createFolder(t);
	await writeFiles(folder, {one: 'nowhere\nfar\n'});
	const reply = await readLogs({where: folder, format, about});
	t.deepEqual(describeTallies(reply), ['pull nowhere repository x1']);
	t.is(reply.tallies[0]?.host, about);
});

test('ids, counts and times: each id once; what counts for many or has no id always', async t => {
	const folder = createFolder(t);
	await writeFiles(folder, {
		a: 'app 1 x\napp 1 x\napp 1 y\napp 5\napp 5\nundated 7\n',
		b: 'app 1 y\napp 1 z\nundated 1 x\n',
	});
	const {source, tallies} = await readLogs({where: folder, format, about});
	t.deepEqual(describeTallies({tallies, source}), [
		'pull app repository x13',
		'pull undated repository x7',
	]);
	t.is(source.records, 6);
	t.is(tallies.find(({repository}) => repository === 'undated')?.undated, 7);
});

test('lines longer than any buffer, and longer than anything is read', async t => {
	const folder = createFolder(t);
	await writeFiles(folder, {
		long: `${'x'.repeat(5_000_000)}\n${'y'.repeat(17 * 1024 * 1024)}\r\nend\n\n`,
	});
	const reply = await readLogs({where: folder, format, about});
	t.deepEqual(
		reply.tallies.map(({repository}) => repository.length),
		[5_000_000, 3],
	);
	t.is(reply.source.firstProblem, 'long:2: It is longer than 16 MB.');
	t.is(reply.source.skipped, 1);
});

const elements: ReadonlyArray<
	readonly [text: string, pieces: readonly string[], problem?: string]
> = [
	['[{"a":1},{"b":[2]}]', ['{"a":1}', '{"b":[2]}']],
	['\uFEFF [ 1 , "a,]" , null ]\n', ['1 ', '"a,]" ', 'null ']],
	['[]', []],
	['[{"a":"\\"}]"},2]\n[3]', [String.raw`{"a":"\"}]"}`, '2', '3']],
	[
		'{"x":{"items":[9]},"y":"items","items":[{"a":1},2],"z":[8]}',
		['{"a":1}', '2'],
	],
	['{"items":[1]}\n{"items":[2]}', ['1', '2']],
	['[1,2', ['1'], 'a:1: The list is cut off: the file ends in it.'],
	['[1]\nnonsense', ['1'], 'a:2: It belongs to no list of records.'],
	['{"items":[1]}\n{"a":[2]}', ['1'], 'a:2: It belongs to no list of records.'],
];

test('elements of lists are read one by one', async t => {
	for (const [text, expected, problem] of elements) {
		const folder = createFolder(t);
		await writeFiles(folder, {a: text});
		const pieces: string[] = [];
		const {source} = await readLogs({
			where: folder,
			format: buildFormat({
				shapeOf: (_path, head) => guessShape(head, ['items']),
				open: () => ({
					read(piece) {
						pieces.push(piece);
						return [];
					},
				}),
			}),
		});
		t.deepEqual(pieces, expected, `of ${text}`);
		t.is(source.firstProblem, problem, `of ${text}`);
	}
});

test('elements that lie on both sides of a buffer', async t => {
	const folder = createFolder(t);
	const all = Array.from({length: 60_000}, (_, index) => `{"n":"${index}]"}`);
	await writeFiles(folder, {
		a: `{"kind":"List","items":[\n${all.join(',\n')}\n]}`,
	});
	const pieces: string[] = [];
	await readLogs({
		where: folder,
		format: buildFormat({
			shapeOf: () => ({kind: 'elements', list: 'items'}),
			open: () => ({
				read(piece) {
					pieces.push(piece.trim());
					return [];
				},
			}),
		}),
	});
	t.deepEqual(pieces, all);
});

test('the shape of a file is guessed by how it begins', t => {
	const lines = {kind: 'lines'} as const;
	const list = {kind: 'elements', list: 'items'} as const;
	t.deepEqual(guessShape(' \n[1', []), {kind: 'elements', list: undefined});
	t.deepEqual(guessShape('{"a":"items","items": [', ['items']), list);
	t.deepEqual(
		guessShape('{\n "a": {"b": [1]},\n "items" : [', ['items']),
		list,
	);
	t.deepEqual(guessShape('{"items": [', ['records']), lines);
	t.deepEqual(
		guessShape('{"a": {"items": [1]}}\n{"items": [', ['items']),
		lines,
	);
	t.deepEqual(guessShape('', ['items']), lines);
	t.deepEqual(guessShape('time=1 items=[', ['items']), lines);
});

test('a whole file, what is held back until its end, and one that is passed over', async t => {
	const folder = createFolder(t);
	await writeFiles(folder, {a: 'one\ntwo', text: 'bad'});
	const reply = await readLogs({
		where: folder,
		about,
		format: buildFormat({
			shapeOf: file =>
				file.endsWith('text') ? {kind: 'left-out'} : {kind: 'whole'},
			open: () => ({
				read: piece => piece.split('\n').map(line => readPiece(line)),
				end: () => [readPiece('late')],
			}),
		}),
	});
	t.deepEqual(describeTallies(reply), [
		'pull late repository x1',
		'pull one repository x1',
		'pull two repository x1',
	]);
	t.is(reply.source.skipped, 0);
});

test('rows of CSV are split as RFC 4180 says', t => {
	t.deepEqual(splitCsvRow('a,"b,""c""\n",,'), ['a', 'b,"c"\n', '', '']);
	t.deepEqual(splitCsvRow(''), ['']);
	t.deepEqual(splitCsvRow('""'), ['']);
	for (const row of ['"a', 'a"b', '"a"b', '"a" ,b']) {
		t.is(splitCsvRow(row), undefined);
	}
});

test('progress is told in bytes, at most four times a second', async t => {
	const folder = createFolder(t);
	for (let index = 0; index < 10; index++) {
		await writeFile(path.join(folder, `${index}`), 'one\n');
	}

	let time = 0;
	const told: Array<readonly [number, number]> = [];
	await readLogs({
		where: folder,
		format,
		about,
		clock: {
			now() {
				time += 50;
				return time;
			},
		},
		tell({progress, state}) {
			t.is(state, 'unasked');
			told.push([progress?.done ?? -1, progress?.total ?? -1]);
		},
	});
	t.deepEqual(told[0], [0, 40]);
	t.true(told.length > 2 && told.length <= time / 250 + 1);
	t.true(
		told.every(
			([done], index) => index === 0 || done > (told[index - 1]?.[0] ?? -1),
		),
	);
});

test('a reading that is aborted ends', async t => {
	const folder = createFolder(t);
	await writeFiles(folder, {a: 'one\n', b: 'one\n'});
	const controller = new AbortController();
	await t.throwsAsync(
		readLogs({
			where: folder,
			about,
			format: buildFormat({
				open(file) {
					controller.abort(new Error('It was closed.'));
					return {read: () => [readPiece(file)]};
				},
			}),
			signal: controller.signal,
		}),
		{message: 'It was closed.'},
	);
});

/** A format that tells which files it has read. */
const watch = (
	fields: Partial<LogFormat> = {},
): LogFormat & {readonly opened: string[]} => {
	const opened: string[] = [];
	return {
		...buildFormat({
			open(file) {
				opened.push(path.basename(file));
				return {read: piece => [readPiece(piece)]};
			},
			...fields,
		}),
		opened,
	};
};

const createCache = (folder: string): AggregateCache =>
	createPullCache({folder, most: 1_000_000, now: () => now});

test('what is kept of files comes to the same, and only what has changed is read', async t => {
	const folder = createFolder(t);
	const kept = path.join(createFolder(t), 'pulls');
	await writeFiles(folder, {
		a: 'app 1 x\napp 1 y\nundated\nfar 1 q\nbad\n',
		b: 'app 1 y\napp 1 z\napp 4\nother\n',
		c: 'bad',
	});
	const watched = watch();
	const read = async (host = about) =>
		readLogs({
			where: folder,
			format: watched,
			about: host,
			cache: createCache(kept),
			declared: {from: 0, to: now},
		});
	const first = await read();
	t.deepEqual(watched.opened.splice(0), ['a', 'b', 'c']);
	t.deepEqual(await read(), first);
	t.deepEqual(describeTallies(await read('far.example')), [
		'pull far repository x1',
	]);
	t.deepEqual(watched.opened.splice(0), []);

	await appendFile(path.join(folder, 'b'), 'app 1 x\napp 1 w\n');
	await writeFile(path.join(folder, 'd'), 'app 1 v\n');
	const second = await read();
	t.deepEqual(watched.opened.splice(0), ['b', 'd']);
	const whole = await readLogs({
		where: folder,
		format,
		about,
		declared: {from: 0, to: now},
	});
	t.deepEqual(second, whole);
	t.deepEqual(await read(), second);
	t.deepEqual(watched.opened.splice(0), []);

	const {size} = await stat(path.join(folder, 'a'));
	await writeFile(path.join(folder, 'a'), 'x'.repeat(size));
	await utimes(path.join(folder, 'a'), 1, 1);
	await read();
	t.deepEqual(watched.opened.splice(0), ['a']);
	await readLogs({
		where: folder,
		format: {...watched, version: 2},
		cache: createCache(kept),
	});
	t.deepEqual(watched.opened, ['a', 'b', 'c', 'd']);
});

test('what is kept can be read by its owner only; what is damaged or of no use is not believed', async t => {
	const folder = createFolder(t);
	const kept = path.join(createFolder(t), 'pulls');
	await writeFiles(folder, {a: 'app 1 x\napp 1 y\n'});
	const watched = watch();
	const read = async () =>
		readLogs({
			where: folder,
			format: watched,
			about,
			cache: createCache(kept),
		});
	const first = await read();
	const [name = ''] = await readdir(kept);
	const file = path.join(kept, name);
	const permissions = await Promise.all([stat(kept), stat(file)]);
	t.deepEqual(
		// eslint-disable-next-line no-bitwise -- permissions are bits
		permissions.map(({mode}) => mode & 0o777),
		[0o700, 0o600],
	);
	const bytes = await readFile(file);
	for (let place = 0; place < bytes.length; place += 7) {
		const damaged = Uint8Array.from(bytes);
		damaged[place] = (damaged[place] ?? 0) + 1;
		await writeFile(file, damaged);
		watched.opened.length = 0;
		t.deepEqual(await read(), first);
		t.deepEqual(watched.opened, ['a']);
	}

	for (const length of [0, 10, bytes.length - 1]) {
		await writeFile(file, bytes.subarray(0, length));
		t.deepEqual(await read(), first);
	}

	t.deepEqual(await readdir(kept), [name]);
});

test('what cannot be kept costs nothing but time', async t => {
	const folder = createFolder(t);
	await writeFiles(folder, {a: 'app 1 x\n', b: ''});
	const cache = createCache(path.join(folder, 'b'));
	const reply = await readLogs({
		where: path.join(folder, 'a'),
		format,
		about,
		cache,
	});
	t.deepEqual(describeTallies(reply), ['pull app repository x1']);
});

test('what a reading that was aborted had begun to keep is not there', async t => {
	const folder = createFolder(t);
	const kept = path.join(createFolder(t), 'pulls');
	await writeFiles(folder, {a: 'app\n', b: 'app\n'});
	const controller = new AbortController();
	await t.throwsAsync(
		readLogs({
			where: folder,
			about,
			cache: createCache(kept),
			format: buildFormat({
				open() {
					controller.abort(new Error('It was closed.'));
					return {read: () => []};
				},
			}),
			signal: controller.signal,
		}),
	);
	t.deepEqual(await readdir(kept), []);
});
