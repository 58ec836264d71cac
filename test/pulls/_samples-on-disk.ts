/* eslint-disable ava/no-ignored-test-files, no-bitwise -- hub.test.ts loads it; the mode of a file is made of bits */
import {
	appendFileSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {
	appendSamples,
	locateSamples,
	readLastSamples,
	readSampleLines,
} from '../../source/storage/counter-samples.js';
import {readSampleFiles} from '../../source/storage/find-sample-files.js';
import {UserError} from '../../source/user-error.js';
import {at} from './_hub-world.js';

const openFolder = (t: ExecutionContext): string => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jetsam-samples-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

const sampleAt = (date: number, pulls: bigint) => ({
	namespace: 'shop',
	name: 'app',
	time: at(date),
	pulls,
	stars: 3,
});

const collect = async (lines: AsyncIterable<{text: string; line: number}>) => {
	const found: string[] = [];
	for await (const {text, line} of lines) {
		found.push(`${line} ${text}`);
	}

	return found;
};

test('samples are kept as JSON lines that their owner alone can read', async t => {
	const file = locateSamples(path.join(openFolder(t), 'state'));
	await appendSamples(file, [sampleAt(1, 5n)]);
	await appendSamples(file, [sampleAt(2, 9_007_199_254_740_993n)]);
	t.is(
		readFileSync(file, 'utf8'),
		'{"timestamp":"2026-11-01T00:00:00+00:00","namespace":"shop","name":"app","pull_count":5,"star_count":3}\n' +
			'{"timestamp":"2026-11-02T00:00:00+00:00","namespace":"shop","name":"app","pull_count":"9007199254740993","star_count":3}\n',
	);
	t.is(statSync(file).mode & 0o777, 0o600);
	t.is(statSync(path.dirname(file)).mode & 0o777, 0o700);
	const last = await readLastSamples(file, new Set(['shop/app']));
	t.deepEqual(last.get('shop/app'), sampleAt(2, 9_007_199_254_740_993n));
});

test('a last line that was cut off is passed over, and the next sample begins a line', async t => {
	const file = locateSamples(openFolder(t));
	await appendSamples(file, [sampleAt(1, 5n)]);
	appendFileSync(file, '{"timestamp":"2026-11-0');
	const before = await collect(readSampleLines(file));
	t.is(before.length, 1);
	await appendSamples(file, [sampleAt(2, 6n)]);
	const lines = await collect(readSampleLines(file));
	t.is(lines.length, 3);
	t.regex(lines[2] ?? '', /^3 {"timestamp":"2026-11-02/);
});

test('where nothing was sampled there are no lines', async t => {
	t.deepEqual(await collect(readSampleLines(locateSamples(openFolder(t)))), []);
});

test('a place that cannot be written to is one sentence', async t => {
	const file = path.join(openFolder(t), 'file');
	writeFileSync(file, '');
	const error = await t.throwsAsync(
		appendSamples(path.join(file, 'samples'), [sampleAt(1, 5n)]),
		{instanceOf: UserError},
	);
	t.regex(error?.sentence ?? '', /could not be kept in .* --state/);
});

test('a file, a folder and a glob of samples are read, gzip too', async t => {
	const folder = openFolder(t);
	writeFileSync(path.join(folder, 'a.jsonl'), '1\n2');
	writeFileSync(path.join(folder, 'b.jsonl.gz'), gzipSync('3\n'));
	const {signal} = new AbortController();
	for (const [where, expected] of [
		[folder, ['1 1', '2 2', '1 3']],
		[path.join(folder, '*.jsonl'), ['1 1', '2 2']],
		[path.join(folder, 'b.jsonl.gz'), ['1 3']],
	] as const) {
		t.deepEqual(await collect(readSampleFiles(where, signal)), expected);
	}

	await t.throwsAsync(
		collect(readSampleFiles(path.join(folder, 'none*'), signal)),
		{instanceOf: UserError, message: /There are no files/},
	);
	writeFileSync(
		path.join(folder, 'c.gz'),
		gzipSync('1\n'.repeat(99)).subarray(0, 15),
	);
	await t.throwsAsync(
		collect(readSampleFiles(path.join(folder, 'c.gz'), signal)),
		{instanceOf: UserError, message: /cannot be read/},
	);
});
