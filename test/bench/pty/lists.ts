import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Apps} from '../apps/bundle-apps.js';
import {shortDigest} from '../apps/sample-digests.js';
import {type Program, startProgram} from './program.js';

/** A list on a screen, and where its cursor is. */
export type List = {
	readonly program: Program;
	/** Presses one key; resolves to the milliseconds until its frame is drawn. */
	readonly press: (key: 'j' | 'k') => Promise<number>;
	/** Rows from the first: where the cursor is. */
	readonly row: () => number;
	/** Presses `j` so often at 30 Hz without waiting, as a held key does; resolves to how far the cursor went and to the milliseconds from the last key to its frame. */
	readonly hold: (
		keys: number,
	) => Promise<{readonly moved: number; readonly settled: number}>;
	/** Goes to the first row and from there down to another, so that the last row on the screen is that one. */
	readonly goDownTo: (row: number) => Promise<void>;
};

/** Milliseconds until everything that follows from opening a list is done. */
const rest = 1500;

const cursorAt = (row: number): RegExp =>
	new RegExp(String.raw`›[^\n]*${shortDigest(row)}`);

const openList = async (program: Program, ready: RegExp): Promise<List> => {
	let row = 0;
	await program.timeUntil('', ready);
	await sleep(rest);
	return {
		program,
		row: () => row,
		async hold(keys) {
			for (let key = 1; key < keys; key++) {
				program.send('j');
				await sleep(1000 / 30);
			}

			const from = row;
			row += keys;
			try {
				const settled = await program.timeUntil('j', cursorAt(row));
				return {moved: keys, settled};
			} catch {
				// Keys were lost: where has the cursor come to?
				const last = [...program.text().matchAll(/›[^\n]*?([\da-f]{12})/g)].at(
					-1,
				);
				row = Number.parseInt(last?.[1] ?? '', 16);
				return {moved: row - from, settled: Number.NaN};
			}
		},
		async goDownTo(next) {
			const keys = 'k'.repeat(row) + 'j'.repeat(next);
			row = next;
			await program.timeUntil(keys, cursorAt(row));
		},
		async press(key) {
			row += key === 'j' ? 1 : -1;
			return program.timeUntil(key, cursorAt(row));
		},
	};
};

/** The explorer on a repository with so many digests, read to its end. */
export const openJetsam = async (
	apps: Apps,
	count: number,
	size: {readonly columns: number; readonly rows: number},
): Promise<List> =>
	openList(
		startProgram(
			[apps.jetsam, String(count), path.join(apps.folder, `marks-${count}`)],
			size,
		),
		// While it is being read the totals say "at least".
		new RegExp(
			String.raw`${count.toLocaleString('en')} digests, [\d,]+ tags, \d`,
		),
	);

/** The bare list with so many rows. From 160 columns on it has as much text beside it as jetsam has. */
export const openBareList = async (
	apps: Apps,
	count: number,
	size: {readonly columns: number; readonly rows: number},
): Promise<List> =>
	openList(
		startProgram(
			[apps.bareList, String(count), ...(size.columns >= 160 ? ['wide'] : [])],
			size,
		),
		new RegExp(`${count} rows`),
	);
