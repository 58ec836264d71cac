import {execFileSync} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import fc from 'fast-check';
import {applyEdits, type Edit} from '../../source/move/edit-text.js';
import {createUnifiedDiff} from '../../source/move/unified-diff.js';

const lines = (from: number, to: number): string =>
	Array.from({length: to - from + 1}, (_, index) => `${from + index}\n`).join(
		'',
	);

const editOf = (text: string, before: string, after: string): Edit => ({
	offset: text.indexOf(before),
	before,
	after,
});

test('a change has three lines around it, and those that are near are one hunk', t => {
	const before = lines(10, 40);
	const edits = [
		editOf(before, '12', 'a'),
		editOf(before, '18', 'b'),
		editOf(before, '19', 'c'),
		editOf(before, '30', '30\nx'),
	];
	t.is(
		createUnifiedDiff('some file', {before, edits}),
		`--- a/some file\t
+++ b/some file\t
@@ -1,13 +1,13 @@
 10
 11
-12
+a
 13
 14
 15
 16
 17
-18
-19
+b
+c
 20
 21
 22
@@ -19,6 +19,7 @@
 28
 29
 30
+x
 31
 32
 33
`,
	);
});

test('a last line without an end says so', t => {
	const before = 'a\nb';
	t.is(
		createUnifiedDiff('f', {before, edits: [editOf(before, 'b', 'c')]}),
		String.raw`--- a/f
+++ b/f
@@ -1,2 +1,2 @@
 a
-b
\ No newline at end of file
+c
\ No newline at end of file
`,
	);
});

const someText = fc
	.array(fc.constantFrom('a', 'bb', '\tc', '', 'é', 'd\r'), {maxLength: 40})
	.chain(all => fc.constantFrom('', '\n').map(end => all.join('\n') + end));

const someEdits = (text: string): fc.Arbitrary<readonly Edit[]> =>
	fc.uniqueArray(fc.nat({max: text.length}), {maxLength: 6}).chain(offsets =>
		fc.tuple(
			...offsets
				.toSorted((one, other) => one - other)
				.map((offset, index, all) => {
					const next = all[index + 1] ?? text.length;
					return fc.record({
						offset: fc.constant(offset),
						before: fc
							.nat({max: Math.min(3, next - offset)})
							.map(length => text.slice(offset, offset + length)),
						after: fc.constantFrom('', 'x', 'y\nz', '\n'),
					});
				}),
		),
	);

test('git apply makes of the old text the new one', async t => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-diff-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	await fc.assert(
		fc.asyncProperty(
			someText.chain(text => fc.tuple(fc.constant(text), someEdits(text))),
			async ([before, edits]) => {
				const after = applyEdits(before, edits);
				fc.pre(before !== '' && after !== '' && before !== after);
				const changing = edits.filter(edit => edit.before !== edit.after);
				await writeFile(path.join(folder, 'f'), before);
				execFileSync('git', ['apply', '-'], {
					cwd: folder,
					input: createUnifiedDiff('f', {before, edits: changing}),
					stdio: ['pipe', 'ignore', 'pipe'],
					// No work tree above is meant.
					env: Object.fromEntries([
						['PATH', process.env['PATH']],
						['GIT_CEILING_DIRECTORIES', os.tmpdir()],
					]),
				});
				t.is(await readFile(path.join(folder, 'f'), 'utf8'), after);
			},
		),
		{numRuns: 60},
	);
});
