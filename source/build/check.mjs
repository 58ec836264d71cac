import {spawn} from 'node:child_process';
import process from 'node:process';

/* What is looked at before the tests run: the slow ones first, two at a time, each with its output in one piece. Every one is run, whatever the others say. */
const checks = [
	['xo', 'test'],
	['xo', 'source', 'media'],
	['tsc', '-p', 'test'],
	['node', '--import=tsx', 'source/build/bundle.ts'],
];

/** Resolves to whether it passed. */
const run = async ([program, ...words]) =>
	new Promise((resolve, reject) => {
		const child = spawn(program, words, {
			stdio: ['ignore', 'pipe', 'pipe'],
			shell: process.platform === 'win32',
		});
		const parts = [];
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', part => {
				parts.push(part);
			});
		}

		child.on('error', reject);
		child.on('close', code => {
			process.stdout.write(parts.join(''));
			if (code !== 0) {
				console.error(`${[program, ...words].join(' ')} failed.`);
			}

			resolve(code === 0);
		});
	});

const waiting = checks.values();
let isWell = true;
const work = async () => {
	for (const check of waiting) {
		const passed = await run(check);
		isWell &&= passed;
	}
};

await Promise.all([work(), work()]);
process.exitCode = isWell ? 0 : 1;
