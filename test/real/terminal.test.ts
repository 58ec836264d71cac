import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {addImage} from '../../source/demo/build-content.js';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import {
	addImages,
	addPlatforms,
	createGate,
	listDeletions,
	startRegistry,
} from '../helpers/journey-world.js';
import {
	assertScreenIsGivenBack,
	makeHome,
	openProgram,
	pressAndWait,
	readPhrase,
} from '../helpers/open-program.js';
import type {PseudoTerminal} from '../helpers/pseudo-terminal.js';

const fillContent = (): RegistryContent => {
	const content = createRegistryContent();
	addImages(content, 'shop/cart', ['v3', 'v2', 'v1']);
	addPlatforms(content, 'shop/web', {
		tags: ['1.0', 'latest'],
		architectures: ['amd64', 'arm64'],
	});
	addImages(
		content,
		'tools/builder',
		Array.from({length: 70}, (_, index) => `build-${70 - index}`),
	);
	addImage(content, 'shop/odd', {
		tags: ['odd'],
		labels: {note: '仮名 \u001B[31mred\u202E 👩‍👩‍👧 '.repeat(20)},
		layers: [{size: 10, seed: 'odd'}],
	});
	return content;
};

/** A program in a terminal, and the registry that it looks at. */
type Player = {
	readonly terminal: PseudoTerminal;
	readonly host: string;
	readonly deletions: () => string[];
	/** Lets deletions through; until then they wait. */
	readonly openGate: () => void;
	readonly reached: Promise<void>;
};

const play = async (
	t: ExecutionContext,
	size: {columns: number; rows: number},
	environment: Record<string, string> = {},
): Promise<Player> => {
	const {server, faults} = await startRegistry(t, {content: fillContent()});
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({method}) => {
		if (method === 'DELETE') {
			await gate.pass();
		}

		return false;
	};

	const terminal = await openProgram(t, [server.host], {...size, environment});
	return {
		terminal,
		host: server.host,
		deletions: () => listDeletions(server),
		openGate: gate.open,
		reached: gate.reached,
	};
};

const isBusy = /(?:reading|asking|so far|opening)…|≥/v;

/** The screen with what differs between two registries with the same content left out: the port, the name of the journal's file, and ages, which go on. */
const readScreen = ({terminal, host}: Player): string =>
	terminal
		.screen()
		.join('\n')
		.replaceAll(host, 'HOST:PORT')
		.replaceAll(/ +\d+[mhdy]\b/gv, ' AGE')
		.replaceAll(/\S*journal\/\S*|…\S*jsonl/gv, 'JOURNAL');

/** Waits until the screen shows something and nothing is under way. */
const waitUntilIdle = async (
	{terminal}: Player,
	pattern: RegExp,
): Promise<void> =>
	terminal.waitFor(screen => {
		const text = screen.join('\n');
		return pattern.test(text) && !isBusy.test(text);
	});

/** A piece of a journey: what is pressed, and what the screen shows when all is done. */
type Step = readonly [
	title: string,
	act: string | readonly string[] | ((player: Player) => Promise<void> | void),
	shows: RegExp,
];

const type =
	(text: string) =>
	({terminal}: Player): void => {
		terminal.write(text);
	};

const journey: readonly Step[] = [
	['a registry opens', [], /› +shop\/cart +3 .*tools\/builder +70 /sv],
	['a filter that is being typed', type('/sh'), /\/sh▏ +3 of 4/v],
	['the rest of the filter', type('op/w'), /\/shop\/w▏ +1 of 4/v],
	['a filter that is kept', 'Enter', /\/shop\/w +1 of 4/v],
	['a filter that is cleared', 'Escape', /tools\/builder +70 /v],
	['the menu of orders', 's', /order\n/v],
	['another order', ['j', 'Enter'], /largest first.*› +shop\/web/sv],
	['the first order again', ['s'], /again turns it round/v],
	['chosen', ['k', 'Enter'], /› +shop\/web/v],
	['a long list', ['G', 'Enter'], /70 digests, 70 tags/v],
	['its end', 'End', /› +[\da-f]{12} +build-1\s/v],
	['a page up', 'PageUp', /› +[\da-f]{12} +build-(?!1\s)/v],
	['its beginning', 'Home', /› +[\da-f]{12} +build-70\s/v],
	['marks', ['Space', 'Space'], /2 digests marked in 1 repository/v],
	['a range', ['v', 'j', 'j', 'v'], /5 digests marked/v],
	['the marks', 'm', /marks\n/v],
	['and back', 'Escape', /70 tags.*5 digests marked/sv],
	// Where the terminal is wide its digest stands beside the list already.
	['the detail of a digest', 'Enter', /▸ +[\da-f]{12}\b/v],
	['its manifest', 'w', /schemaVersion/v],
	['its detail again', 'w', /built +2/v],
	['the list again', 'Escape', /TAGS/v],
	['the help', '?', /keys ▸ digests/v],
	['without the help', 'Escape', /TAGS/v],
	['all marks but one away', ['u', 'g', 'Space'], /1 digest marked/v],
	['the review', 'd', /To delete, type/v],
	['half a phrase', type('delete 1'), /delete 1▏/v],
	['a phrase that is wrong', type(' from nowhere\r'), /exactly/v],
	[
		'a batch under way',
		async player => {
			player.terminal.write(`\u0015${readPhrase(player.terminal)}\r`);
			await player.reached;
		},
		/now [\da-f]{12}/v,
	],
	['a batch that is asked to stop', 'Ctrl-C', /Stopping after the step/v],
	[
		'its outcome',
		player => {
			player.openGate();
		},
		/Done\./v,
	],
	['the list without it', 'Escape', /69 digests/v],
	['the repositories', 'Escape', /› +tools\/builder +69 /v],
];

const act = async (player: Player, [, what, shows]: Step): Promise<void> => {
	if (typeof what === 'function') {
		await what(player);
	} else {
		player.terminal.press(...[what].flat());
	}

	await waitUntilIdle(player, shows);
};

/** Resizes that come faster than anything can be drawn. In the middle the program is seen to have come that far, so that no key is pressed at a size that nobody meant. */
const storm = async (
	{terminal}: Player,
	{columns, rows}: {columns: number; rows: number},
): Promise<void> => {
	terminal.resize(200, 60);
	terminal.resize(5, 3);
	terminal.resize(61, 15);
	terminal.resize(40, 10);
	await terminal.waitFor(
		screen =>
			screen.join(' ').trim() ===
			'jetsam needs 60×15 characters; this terminal has 40×10.',
	);
	// None of these is the last one, whose screen ends the waiting.
	terminal.resize(199, 59);
	terminal.resize(59, 14);
	terminal.resize(columns, rows);
};

for (const size of [
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
	{columns: 200, rows: 60},
]) {
	const title = `${size.columns}×${size.rows}`;
	// One after the other: each has two programs and two terminals to follow.
	test.serial(
		`${journey.length} steps at ${title}; after each a storm of resizes leaves the screen as it is without one`,
		async t => {
			const usual = await play(t, size);
			// The other one has no colours, begins at another size, and all happens to it.
			const other = await play(
				t,
				{columns: 100, rows: 30},
				Object.fromEntries([['NO_COLOR', '1']]),
			);
			for (const step of journey) {
				// The one that fails is the last.
				t.log(step[0]);
				await act(usual, step);
				await act(other, step);
				await storm(other, size);
				const expected = readScreen(usual);
				await other.terminal
					.waitFor(() => readScreen(other) === expected)
					.catch(() => {
						t.is(readScreen(other), expected);
					});
			}

			t.is(usual.deletions().length, 1);
			t.is(other.deletions().length, 1);
			for (const {terminal} of [usual, other]) {
				t.true(terminal.cursorHidden);
				terminal.press('q');
				t.deepEqual(await terminal.exited, {exitCode: 0, signal: undefined});
				assertScreenIsGivenBack(t, terminal);
				t.true(terminal.screen().join('').includes('jetsam: deleted 1'));
			}

			t.regex(usual.terminal.raw, coloured);
			t.notRegex(other.terminal.raw, coloured);
		},
	);
}

// eslint-disable-next-line no-control-regex -- it is about them
const coloured = /\u001B\[(?:\d+;)*[34]\d(?:;|m)/v;

test('the settings of a registry hold on every screen: the word, the longer phrase, what is never touched, and read-only', async t => {
	const {server} = await startRegistry(t, {content: fillContent()});
	const other = await startRegistry(t, {content: fillContent()});
	const home = await makeHome(t);
	const config = path.join(home, 'settings.json');
	await writeFile(
		config,
		JSON.stringify({
			registries: [
				{
					address: server.host,
					protected: true,
					neverTouch: ['shop/cart:v3'],
				},
				{address: other.server.host, readOnly: true},
			],
		}),
	);
	const terminal = await openProgram(t, ['--config', config], {home});
	const {host} = server;
	await terminal.waitFor(host);
	await pressAndWait(
		terminal,
		['Enter', /tools\/builder +70 /v],
		['Enter', /3 digests, 3 tags, \d/v],
		['Space', 'neverTouch in the settings keeps it'],
		['j', /› +[\da-f]{12} +v1/v],
		['Space', '1 digest marked'],
		['d', 'and press Enter'],
	);
	t.true(terminal.screen()[0]?.endsWith('PROTECTED'));
	terminal.write(`delete 1 from ${host}\r`);
	await terminal.waitFor('exactly');
	t.deepEqual(listDeletions(server), []);
	const phrase = readPhrase(terminal);
	t.true(phrase.startsWith(`delete 1 from protected ${host}`));
	terminal.write(`\u0015${phrase}\r`);
	await terminal.waitFor('Done.');
	t.is(listDeletions(server).length, 1);

	await pressAndWait(
		terminal,
		['Escape', /2 digests, 2 tags, \d/v],
		['Escape', 'REPOSITORY'],
		['Escape', 'REGISTRY'],
		['j', new RegExp(`› +${other.server.host}`, 'v')],
		['Enter', /tools\/builder +70 /v],
		['Enter', /3 digests, 3 tags, \d/v],
		['Space', '1 digest marked'],
		['d', 'and press Enter'],
	);
	t.true(terminal.screen()[0]?.endsWith('READ-ONLY'));
	terminal.write(`${readPhrase(terminal)}\r`);
	await terminal.waitFor('Done.');
	t.true(terminal.screen().join(' ').includes('would delete 1'));
	t.deepEqual(listDeletions(other.server), []);
	terminal.press('Ctrl-C');
	await terminal.exited;
	assertScreenIsGivenBack(t, terminal);
});

test('the demo neither offers marks of an earlier run nor leaves its own; a screen reader gets words', async t => {
	const home = await makeHome(t);
	const file = path.join(home, 'marks.json');
	const marks = JSON.stringify({
		marks: [
			{
				registry: 'registry.example',
				repository: 'app',
				digest: `sha256:${'0'.repeat(64)}`,
			},
		],
	});
	await writeFile(file, marks);
	const terminal = await openProgram(t, ['--demo'], {
		home,
		environment: Object.fromEntries([['INK_SCREEN_READER', 'true']]),
	});
	await terminal.waitFor(/listitem: \(selected\) repository/v);
	terminal.press('Enter');
	await terminal.waitFor(/listitem: \(selected\) digest/v);
	terminal.press('Space');
	await terminal.waitFor(/listitem: (?:\(selected\) )?marked, digest/v);
	t.notRegex(terminal.screen().join('\n'), /[─━›●▸]/v);
	t.false(terminal.raw.includes('earlier run'));
	terminal.press('q');
	await terminal.waitFor('Press q again');
	terminal.press('q');
	t.deepEqual(await terminal.exited, {exitCode: 0, signal: undefined});
	assertScreenIsGivenBack(t, terminal);
	t.is(await readFile(file, 'utf8'), marks);
});

test('a terminal that says it cannot move its cursor is not drawn on', async t => {
	const terminal = await openProgram(t, [], {
		environment: Object.fromEntries([['TERM', 'dumb']]),
	});
	t.deepEqual(await terminal.exited, {exitCode: 2, signal: undefined});
	t.false(terminal.raw.includes('\u001B'));
	t.true(
		terminal.screen().join(' ').includes('There is no terminal to draw on'),
	);
});
