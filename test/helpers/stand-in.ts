import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {ExecutionContext} from 'ava';

/** A program that stands in for one of the operator's, on a `PATH` where nothing else is. */
export type StandIn = {
	/** The variables that make it the one that is found. */
	readonly environment: Readonly<Record<string, string>>;
	/** The arguments of each call so far. */
	readonly readCalls: () => Promise<ReadonlyArray<readonly string[]>>;
	/** Its folder, where its code may leave something too. */
	readonly folder: string;
};

/** A folder that is gone when the test has ended. */
export const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'jetsam-programs-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};

/** An environment. */
export const variables = (
	entries: ReadonlyArray<readonly [string, string]>,
): Readonly<Record<string, string>> => Object.fromEntries(entries);

const readList = (value: unknown): readonly string[] =>
	Array.isArray(value) ? value.map(String) : [];

/**
Puts a program on a `PATH` of its own.
@param code - What it does, in CommonJS; `arguments_` are its arguments, `value(flag)` what follows a flag.
*/
export const standIn = async (
	t: ExecutionContext,
	name: string,
	code: string,
): Promise<StandIn> => {
	const folder = await makeFolder(t);
	const calls = path.join(folder, 'calls.jsonl');
	const lines = [
		`#!${process.execPath}`,
		"const fs = require('node:fs');",
		"const path = require('node:path');",
		'const arguments_ = process.argv.slice(2);',
		'const value = flag => arguments_[arguments_.indexOf(flag) + 1];',
		String.raw`fs.appendFileSync(${JSON.stringify(calls)}, JSON.stringify(arguments_) + '\n');`,
		code,
	];
	await writeFile(path.join(folder, name), lines.join('\n'), {mode: 0o755});
	return {
		environment: variables([['PATH', folder]]),
		async readCalls() {
			const text = await readFile(calls, 'utf8');
			return text
				.trimEnd()
				.split('\n')
				.map(line => readList(JSON.parse(line)));
		},
		folder,
	};
};
