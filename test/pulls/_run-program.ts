/* eslint-disable ava/no-ignored-test-files -- programs.test.ts loads it */
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {chmod, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import path from 'node:path';
import test from 'ava';
import {decodeText} from '../../source/oci/json.js';
import {runProgram} from '../../source/programs/run-program.js';
import {UserError} from '../../source/user-error.js';
import {makeFolder, standIn, variables} from '../helpers/stand-in.js';

const forever = new AbortController().signal;

const settings = {
	command: 'tool',
	arguments: ['read', 'a b; $(c) "d"', '*'],
	title: 'tool read',
	timeout: 60_000,
	remedy: 'Sign in with tool login.',
	signal: forever,
};

const readText = async (output: AsyncIterable<Uint8Array>): Promise<string> => {
	let text = '';
	for await (const bytes of output) {
		text += decodeText(bytes);
	}

	return text;
};

test('a program gets each argument as it is, only the environment that was given, and no input', async t => {
	const {environment, readCalls} = await standIn(
		t,
		'tool',
		`process.stdin.on('data', () => {}).on('end', () => console.log(Object.keys(process.env).filter(name => !name.startsWith('__')).toSorted().join(' ')));`,
	);
	const text = await runProgram(
		{
			...settings,
			environment: {...environment, ...variables([['GIVEN', 'yes']])},
		},
		readText,
	);
	t.is(text, 'GIVEN PATH\n');
	t.deepEqual(await readCalls(), [settings.arguments]);
});

test('a large output is streamed through', async t => {
	const {environment} = await standIn(
		t,
		'tool',
		`const chunk = Buffer.alloc(1 << 20, 'x'); let left = 150;
		const write = () => { while (left-- > 0) { if (!process.stdout.write(chunk)) { process.stdout.once('drain', write); return; } } };
		write();`,
	);
	let size = 0;
	await runProgram({...settings, environment}, async output => {
		for await (const bytes of output) {
			size += bytes.length;
		}
	});
	t.is(size, 150 * 1024 * 1024);
});

for (const [title, code, message] of [
	[
		'its last line',
		String.raw`console.error('WARNING: old\n\nno such thing\n'); process.exit(1);`,
		'tool read ended with exit code 1 and said: no such thing',
	],
	[
		'the last line that it calls an error, though advice follows',
		String.raw`console.error('ERROR: (tool.read) You do not have an account.\nPlease run:\n\n  $ tool login\n\nto sign in.'); process.exit(1);`,
		'tool read ended with exit code 1 and said: ERROR: (tool.read) You do not have an account.',
	],
	[
		'that it said nothing',
		'process.exit(3);',
		'tool read ended with exit code 3 and said nothing.',
	],
	[
		'the signal that ended it',
		`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`,
		'tool read ended by SIGTERM and said nothing.',
	],
	[
		'one line without control characters',
		String.raw`process.stderr.write('ERROR: \u001b[31mred\ttext\u0007'); process.exit(1);`,
		'tool read ended with exit code 1 and said: ERROR: [31mred text',
	],
	[
		'no secret of the environment and nothing that looks like one',
		`console.error('ERROR: ' + process.env.AZURE_STORAGE_KEY + ' at https://a.example/c?sv=1&sig=abc%3D&x=1 Bearer abcdef AccountKey=xyz==;'); process.exit(1);`,
		'tool read ended with exit code 1 and said: ERROR: … at https://a.example/c?sv=1&sig=…&x=1 Bearer … AccountKey=…;',
	],
	[
		'the end of what is endless, and no more than a line of it',
		`process.stderr.write('x'.repeat(3e6), () => process.exit(1));`,
		`tool read ended with exit code 1 and said: ${'x'.repeat(300)}…`,
	],
] as const) {
	test(`a program that fails: the error says ${title}`, async t => {
		const {environment} = await standIn(t, 'tool', code);
		const error = await t.throwsAsync(
			runProgram(
				{
					...settings,
					environment: {
						...environment,
						...variables([['AZURE_STORAGE_KEY', 'very-secret-key']]),
					},
				},
				readText,
			),
			{instanceOf: UserError},
		);
		t.is(error?.message, message);
		t.is(error?.remedy, settings.remedy);
	});
}

test('a program that is missing, and one that may not be run, are said so', async t => {
	const folder = await makeFolder(t);
	const environment = variables([['PATH', folder]]);
	const run = async () => runProgram({...settings, environment}, readText);
	const missing = await t.throwsAsync(run(), {instanceOf: UserError});
	t.is(missing?.message, 'tool is not installed or not on PATH.');

	const file = path.join(folder, 'tool');
	await writeFile(file, '#!/bin/sh\n');
	await chmod(file, 0o600);
	const locked = await t.throwsAsync(run(), {instanceOf: UserError});
	t.is(locked?.message, 'tool on PATH may not be run.');
});

test('aborting stops a program and what it has started', async t => {
	const server = createServer(socket => {
		socket.resume().on('error', () => {
			socket.destroy();
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	// Like az: a script that starts another program, which does the work.
	const {environment} = await standIn(
		t,
		'tool',
		`const work = "require('node:net').connect(${port}, '127.0.0.1'); setInterval(() => {}, 1000);";
		require('node:child_process').spawn(process.execPath, ['-e', work], {stdio: 'inherit'});`,
	);
	const controller = new AbortController();
	const ended = t.throwsAsync(
		runProgram({...settings, environment, signal: controller.signal}, readText),
		{message: 'The screen was left.'},
	);
	await once(server, 'connection');
	controller.abort(new Error('The screen was left.'));
	await ended;
	// The server closes once its last connection has.
	server.close();
	await once(server, 'close');
});

test('a program that takes too long is stopped', async t => {
	const {environment} = await standIn(
		t,
		'tool',
		'setInterval(() => {}, 1000);',
	);
	const error = await t.throwsAsync(
		runProgram({...settings, environment, timeout: 50}, readText),
		{instanceOf: UserError},
	);
	t.is(error?.message, 'tool read took longer than 1 min and was stopped.');
});

test('a program whose output cannot be used is stopped, and the error is what the reader says', async t => {
	const {environment} = await standIn(
		t,
		'tool',
		`setInterval(() => console.log('more'), 1);`,
	);
	await t.throwsAsync(
		runProgram({...settings, environment}, async output => {
			const first = await output[Symbol.asyncIterator]().next();
			throw new Error(`Not this: ${first.done}`);
		}),
		{message: 'Not this: false'},
	);
});

test('a program that fails says why itself, although its half output could not be read either', async t => {
	const {environment} = await standIn(
		t,
		'tool',
		`process.stdout.write('[{', () => { console.error('ERROR: quota'); process.exitCode = 1; });`,
	);
	await t.throwsAsync(
		runProgram({...settings, environment}, async output => {
			await readText(output);
			throw new Error('half');
		}),
		{message: /quota/v},
	);
});

test('what has been aborted starts nothing', async t => {
	const {environment, folder} = await standIn(t, 'tool', '');
	await t.throwsAsync(
		runProgram(
			{
				...settings,
				environment,
				signal: AbortSignal.abort(new Error('The screen was left.')),
			},
			readText,
		),
		{message: 'The screen was left.'},
	);
	t.false(existsSync(path.join(folder, 'calls.jsonl')));
});
