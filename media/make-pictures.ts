/*
Makes the readme's pictures from the real program on the demo, in a real pseudo-terminal: `npm run media`.
*/
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {
	openTerminal,
	type PseudoTerminal,
	type ScreenCell,
} from '../test/helpers/pseudo-terminal.js';
import {drawScreen, drawTour} from './draw-screen.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = await mkdtemp(path.join(tmpdir(), 'jetsam-media-'));

const open = (size: {columns: number; rows: number}): PseudoTerminal =>
	openTerminal({
		command: process.execPath,
		arguments: [
			path.join(root, 'distribution/cli.js'),
			'--demo',
			'--state',
			path.join(home, 'state'),
		],
		...size,
		environment: Object.fromEntries([['HOME', home]]),
		cwd: home,
	});

type Frame = {
	readonly screen: ReadonlyArray<readonly ScreenCell[]>;
	readonly seconds: number;
};

const frames: Frame[] = [];
const save = async (name: string, picture: string): Promise<void> =>
	writeFile(path.join(root, 'media', name), picture);

const isStill = (screen: readonly string[]): boolean => {
	const text = screen.join('\n');
	return !text.includes('reading…') && !text.includes('asking…');
};

/** Presses keys one by one; each is a frame of the tour. */
const show = async (
	terminal: PseudoTerminal,
	steps: ReadonlyArray<
		readonly [keys: readonly string[], then: string | RegExp, seconds: number]
	>,
): Promise<void> => {
	for (const [keys, then, seconds] of steps) {
		for (const key of keys) {
			terminal.press(key);
		}

		await terminal.waitFor(then, {timeout: 240_000});
		await terminal.waitFor(isStill, {timeout: 240_000});
		frames.push({screen: terminal.cells(), seconds});
	}
};

try {
	const terminal = open({columns: 110, rows: 30});
	await terminal.waitFor('REPOSITORY');
	await terminal.waitFor(/ml\/llm-finetune +\d/, {timeout: 240_000});
	frames.push({screen: terminal.cells(), seconds: 2});
	await show(terminal, [
		[['/'], '/▏', 0.6],
		[[...'shop'], '/shop▏', 1],
		[['Enter'], 'shop/cart', 0.8],
		[['Down'], /› +shop\/checkout/, 0.8],
		[['Enter'], 'BUILT', 2.5],
		[['/'], '/▏', 0.6],
		[[...'tag:v1.'], '/tag:v1.▏', 1],
		[['Enter'], /\/tag:v1\. +\d.*rollback/s, 2.5],
	]);
	await save('digests.svg', drawScreen(terminal.cells()));
	await show(terminal, [
		// A key right behind Escape would be one with Alt.
		[['Escape'], /^(?!.*\/tag:v1)/s, 0.4],
		[['g'], /› +[\da-f]{12} +main/, 0.8],
		[['/'], '/▏', 0.6],
		[[...'tag:pr'], '/tag:pr▏', 1],
		[['Enter'], 'tag:pr', 1],
		[['Space'], '1 digest marked', 0.7],
		[['Space'], '2 digests marked', 0.7],
		[['Space'], '3 digests marked', 1.2],
		[['d'], 'To delete, type', 3],
	]);
	await save('review.svg', drawScreen(terminal.cells()));
	const phrase =
		/To delete, type (?<phrase>.+?) and press/.exec(
			terminal.screen().join('\n'),
		)?.groups?.['phrase'] ?? '';
	terminal.write(phrase);
	await terminal.waitFor(`${phrase}▏`);
	frames.push({screen: terminal.cells(), seconds: 1.5});
	await show(terminal, [[['Enter'], 'Done.', 3]]);
	await save('tour.svg', drawTour(frames));
	terminal.press('Escape');
	await terminal.waitFor('BUILT');
	terminal.press('q');
	await terminal.exited;
} finally {
	await rm(home, {recursive: true, force: true});
}
