import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {inRoot} from '../../../source/build/bundle-options.js';
import {type Program, startProgram} from '../pty/program.js';
import type {Stage} from './open-stage.js';
import {digests, repositories} from './shape.js';

/** Milliseconds from a key to its frame. */
export type KeyTimes = {
	readonly during: readonly number[];
	readonly after: readonly number[];
};

const size = {columns: 120, rows: 40};
/** Keys while nothing is under way any more. */
const idleKeys = 200;
/** Milliseconds between keys. */
const pause = 60;

const keysOpen = /jetsam keys/;
const ended = 'jetsam outcome';
const runOpen = /jetsam (?:deleting|outcome)/;

/** Marks all that is to go by a file, types the phrase, and starts the batch. */
const beginBatch = async (
	{host, places}: Stage,
	folder: string,
): Promise<Program> => {
	const file = path.join(folder, 'references');
	const lines = places.map(
		({repository, digest}) => `${host}/${repository}@${digest}\n`,
	);
	await writeFile(file, lines.join(''));
	const program = startProgram(
		[inRoot('distribution/cli.js'), host, '--state', folder, '--marks', file],
		size,
	);
	await program.timeUntil('', new RegExp(`${digests} marked`));
	await program.timeUntil('d', /To delete, type/);
	const all = digests + repositories;
	const phrase = `delete ${digests} from ${host}, ${digests} of unknown use, ${digests} of ${all} from ${repositories} repositories`;
	await program.timeUntil(phrase, /5 repositories/);
	await program.timeUntil('\r', runOpen);
	return program;
};

/** Opens the list of keys and leaves it, and how long each took; one of both at a time. */
const pressKeys = async (
	program: Program,
	isEnough: (keys: number) => boolean,
): Promise<number[]> => {
	const times: number[] = [];
	while (!isEnough(times.length)) {
		times.push(await program.timeUntil('?', keysOpen));
		await sleep(pause);
		times.push(await program.timeUntil('h', runOpen));
		await sleep(pause);
	}

	return times;
};

/** What a key takes on the screen of a batch while it runs, and when it has ended. */
export const timeKeys = async (
	stage: Stage,
	folder: string,
): Promise<KeyTimes> => {
	const program = await beginBatch(stage, folder);
	try {
		const during = await pressKeys(program, () =>
			program.text().includes(ended),
		);
		const after = await pressKeys(program, count => count >= idleKeys);
		return {during, after};
	} finally {
		await program.end();
	}
};
