/*
Runs the measurements of this folder, all or those named on the command line, and prints a table. Exit code 1 if a bound is exceeded.

Bounds are ratios to a baseline of the same run, because milliseconds belong to a machine.
*/
import {readdirSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath, pathToFileURL} from 'node:url';
import type {Measurement, Row} from './measurement.js';
import {headLine, isOver, rowLine} from './table/lines.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const ownFiles = new Set(['run', 'measurement']);

const names = readdirSync(folder)
	.filter(file => file.endsWith('.ts'))
	.map(file => path.basename(file, '.ts'))
	.filter(name => !ownFiles.has(name))
	.toSorted();

const load = async (name: string): Promise<Measurement> => {
	const url = pathToFileURL(path.join(folder, `${name}.ts`)).href;
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what every file of this folder exports
	const {measurement} = (await import(url)) as {
		readonly measurement: Measurement;
	};
	return measurement;
};

/** Prints the rows of one measurement as they come; resolves to how many are over their bound. */
const run = async (name: string): Promise<number> => {
	let over = 0;
	const print = (row: Row): void => {
		over += isOver(row) ? 1 : 0;
		console.log(rowLine(row));
	};

	try {
		const {title, measure} = await load(name);
		console.log(`\n${name}: ${title}\n${headLine}`);
		for await (const row of measure()) {
			print(row);
		}
	} catch (error) {
		over++;
		console.error(`${name} could not be measured:`, error);
	}

	return over;
};

const asked = process.argv.slice(2);
const unknown = asked.filter(name => !names.includes(name));
if (unknown.length > 0) {
	console.error(
		`There is no measurement ${unknown.join(', ')}; there are ${names.join(', ')}.`,
	);
	process.exitCode = 2;
} else {
	let over = 0;
	for (const name of asked.length > 0 ? asked : names) {
		over += await run(name);
	}

	console.log(
		over === 0
			? '\nEvery bound holds.'
			: `\n${over} ${over === 1 ? 'bound is' : 'bounds are'} exceeded.`,
	);
	process.exitCode = over === 0 ? 0 : 1;
}
