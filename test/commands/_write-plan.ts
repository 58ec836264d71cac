/* eslint-disable ava/no-ignored-test-files -- reading.test.ts loads it */
import {mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {writePlan} from '../../source/commands/write-plan.js';
import {UserError} from '../../source/user-error.js';

const now = Date.UTC(2026, 10, 22, 13, 5, 9, 70);

test.serial(
	'a plan from the review gets a file of its own that others cannot read, and writes over none',
	async t => {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-plan-'));
		const before = process.cwd();
		t.teardown(async () => {
			process.chdir(before);
			await rm(folder, {recursive: true, force: true});
		});
		process.chdir(folder);
		const plan = {host: '[::1]:5000', text: '{}\n', now, isDemo: false};
		const file = await writePlan(plan);
		t.is(file, 'jetsam-plan-1-5000-20261122T130509Z.json');
		t.is(await readFile(file, 'utf8'), '{}\n');
		const {mode} = await stat(file);
		t.is(mode % 0o1000, 0o600);
		await t.throwsAsync(async () => writePlan({...plan, text: '[]'}), {
			instanceOf: UserError,
			message: /already/v,
		});
		t.is(await readFile(file, 'utf8'), '{}\n');
		await t.throwsAsync(
			async () => writePlan({...plan, isDemo: true, now: 0}),
			{
				instanceOf: UserError,
				message: /demo ends/v,
			},
		);
		t.deepEqual(await readdir('.'), [file]);
	},
);
