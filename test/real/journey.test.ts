import {Buffer} from 'node:buffer';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {
	assertScreenIsGivenBack,
	pressAndWait,
	readPhrase,
} from '../helpers/open-program.js';
import {openTerminal, type PseudoTerminal} from '../helpers/pseudo-terminal.js';
import {
	listTruth,
	manifestExists,
	pushImage,
	type PushedDescriptor,
} from '../helpers/push-content.js';
import {
	findRealRegistry,
	type RealRegistry,
	type RealRegistryOptions,
	startRealRegistry,
} from '../helpers/real-registry.js';

const bin = fileURLToPath(
	new URL('../../distribution/cli.js', import.meta.url),
);
const wipesScrollback = '\u001B[3J';

type Stage = {
	readonly registry: RealRegistry;
	/** A folder of the test's own: docker's config, and jetsam's state. */
	readonly home: string;
	readonly open: (
		where: readonly string[],
		size?: {columns: number; rows: number},
	) => PseudoTerminal;
	/** Pushes one image for each tag, the newest first. */
	readonly push: (
		repository: string,
		tags: readonly string[],
		authorization?: string,
	) => Promise<PushedDescriptor[]>;
	readonly readJournal: () => Promise<string[]>;
};

const createStage = async (
	t: ExecutionContext,
	options: RealRegistryOptions,
): Promise<Stage> => {
	const registry = await startRealRegistry(options);
	t.teardown(registry.stop);
	const home = await mkdtemp(path.join(os.tmpdir(), 'jetsam-home-'));
	t.teardown(async () => rm(home, {recursive: true, force: true}));
	const folder = path.join(home, 'journal');
	return {
		registry,
		home,
		open(where, size) {
			const terminal = openTerminal({
				command: process.execPath,
				arguments: [bin, '--state', home, ...where],
				columns: 100,
				rows: 30,
				cwd: home,
				...size,
				environment: Object.fromEntries([
					['HOME', home],
					['DOCKER_CONFIG', home],
					['XDG_CONFIG_HOME', home],
					['XDG_STATE_HOME', home],
				]),
			});
			t.teardown(async () => {
				terminal.kill('SIGKILL');
				await terminal.exited;
			});
			return terminal;
		},
		push: async (repository, tags, authorization) =>
			Promise.all(
				tags.map(async (tag, position) =>
					pushImage(registry.url, repository, {
						tags: [tag],
						layers: [Buffer.from(`${repository} ${tag}`)],
						created: new Date(Date.UTC(2026, 0, 20 - position)).toISOString(),
						platform: {os: 'linux', architecture: 'amd64'},
						...(authorization && {authorization}),
					}),
				),
			),
		async readJournal() {
			const files = await readdir(folder).catch(() => []);
			const texts = await Promise.all(
				files.map(async file => readFile(path.join(folder, file), 'utf8')),
			);
			return texts.join('').trimEnd().split('\n').filter(Boolean);
		},
	};
};

const skip = async (t: ExecutionContext, why: string): Promise<void> => {
	if (process.env['CI'] === 'true') {
		t.fail(`${why}, and CI must not skip this test`);
		return;
	}

	t.log(`skip: ${why}`);
	t.pass();
};

const testWithRegistry = (
	title: string,
	options: RealRegistryOptions,
	body: (t: ExecutionContext, stage: Stage) => Promise<void>,
): void => {
	test(title, async t => {
		await (findRealRegistry()
			? body(t, await createStage(t, options))
			: skip(t, 'there is no docker-registry on this machine'));
	});
};

const countTags = async (
	{url}: RealRegistry,
	repository: string,
): Promise<number> => {
	const truth = await listTruth(url, repository);
	return truth.size;
};

testWithRegistry(
	'three marks in two repositories of a real registry go, and nothing else',
	{deletes: true},
	async (t, {registry, open, push, readJournal}) => {
		const cart = await push('shop/cart', ['v3', 'v2', 'v1']);
		const web = await push('shop/web', ['w2', 'w1']);
		await push('tools', ['t1']);
		const terminal = open([registry.url]);
		await terminal.waitFor('tools');
		t.is(terminal.bufferType, 'alternate');
		t.true(terminal.cursorHidden);
		await pressAndWait(
			terminal,
			['Enter', /3 digests, 3 tags, \d/v],
			['Down', /› +[\da-f]{12} +v2/v],
			['Space', '1 digest marked'],
			['Space', '2 digests marked'],
			['Escape', 'REPOSITORY'],
			['Down', /› +shop\/web/v],
			['Enter', /2 digests, 2 tags, \d/v],
			['Down', /› +[\da-f]{12} +w1/v],
			['Space', '3 digests marked in 2 repositories'],
			['d', 'To delete, type'],
		);
		for (const text of ['v2', 'v1', 'w1', 'shop/cart', 'shop/web']) {
			t.true(terminal.screen().join('\n').includes(text));
		}

		const phrase = readPhrase(terminal);
		t.is(
			phrase,
			`delete 3 from ${registry.host}, 3 of unknown use, 2 of 3 from shop/cart`,
		);
		terminal.write(phrase);
		await terminal.waitFor(`${phrase}▏`);
		t.is(await countTags(registry, 'shop/cart'), 3);
		await pressAndWait(
			terminal,
			['Enter', 'Done.'],
			['Escape', /1 digest, 1 tag, \d/v],
		);
		terminal.press('q');
		t.deepEqual(await terminal.exited, {exitCode: 0, signal: undefined});

		t.deepEqual(
			[
				await listTruth(registry.url, 'shop/cart'),
				await listTruth(registry.url, 'shop/web'),
				await countTags(registry, 'tools'),
			],
			[
				new Map([['v3', cart[0]!.digest]]),
				new Map([['w2', web[0]!.digest]]),
				1,
			],
		);
		for (const {digest} of cart.slice(1)) {
			t.false(await manifestExists(registry.url, 'shop/cart', digest));
		}

		t.false(await manifestExists(registry.url, 'shop/web', web[1]!.digest));
		assertScreenIsGivenBack(t, terminal);
		const shell = terminal.screen().join('');
		t.true(shell.includes(`jetsam: deleted 3 in ${registry.host}; journal: `));
		const lines = await readJournal();
		t.is(lines.filter(line => line.includes('"kind":"step-ended"')).length, 3);
		t.true(lines[0]?.includes(phrase));
	},
);

testWithRegistry(
	'the plan of a review is written to a file, the shell names the command, and that deletes it',
	{deletes: true},
	async (t, {registry, home, open, push}) => {
		await push('shop/cart', ['v4', 'v3', 'v2', 'v1']);
		const terminal = open([`${registry.host}/shop/cart`]);
		await terminal.waitFor(/4 digests, 4 tags, \d/v);
		await pressAndWait(
			terminal,
			['Down', /› +[\da-f]{12} +v3/v],
			['Space', '1 digest marked'],
			['d', 'To delete, type'],
		);
		terminal.write('\u0005');
		await terminal.waitFor('Within a day: jetsam apply');
		await pressAndWait(terminal, ['Escape', /4 digests, 4 tags, \d/v]);
		terminal.press('q');
		await terminal.waitFor('Press q again');
		terminal.press('q');
		t.like(await terminal.exited, {exitCode: 0});
		t.is(await countTags(registry, 'shop/cart'), 4);
		const file = /jetsam apply (?<file>\S+\.json)/v.exec(
			terminal.screen().join(''),
		)?.groups?.['file'];
		const text = await readFile(path.join(home, file ?? ''), 'utf8');
		const phrase = /"phrase": ?"(?<phrase>[^"]+)"/v.exec(text)?.groups?.[
			'phrase'
		];
		const shell = open([
			'apply',
			file ?? '',
			'--yes',
			'--confirm',
			phrase ?? '',
		]);
		await shell.waitFor('deleted 1');
		t.like(await shell.exited, {exitCode: 0});
		const left = await listTruth(registry.url, 'shop/cart');
		t.deepEqual([...left.keys()].toSorted(), ['v1', 'v2', 'v4']);
	},
);

testWithRegistry(
	'a real registry with deletes disabled: all refused, with what to set, and exit code 3',
	{deletes: false},
	async (t, {registry, open, push}) => {
		await push('app', ['b', 'a']);
		const terminal = open([`${registry.host}/app`]);
		await terminal.waitFor(/2 digests, 2 tags, \d/v);
		await pressAndWait(
			terminal,
			['Space', '1 digest marked'],
			['Space', '2 digests marked'],
			['d', 'To delete, type'],
		);
		terminal.write(readPhrase(terminal));
		await pressAndWait(
			terminal,
			['Enter', 'What did not go is on top'],
			['Escape', 'marked in'],
			['q', 'Press q again'],
		);
		t.true(terminal.raw.includes('storage.delete.enabled'));
		terminal.press('q');
		t.deepEqual(await terminal.exited, {exitCode: 3, signal: undefined});
		t.is(await countTags(registry, 'app'), 2);
		assertScreenIsGivenBack(t, terminal);
	},
);

testWithRegistry(
	'a real registry with a password: the right one of docker opens it, a wrong one is told',
	{deletes: true, htpasswd: true},
	async (t, {registry, home, open, push}) => {
		const authorize = (text: string): string =>
			Buffer.from(text).toString('base64');
		await push('app', ['a'], `Basic ${authorize('lab:labpw')}`);
		const login = async (text: string) =>
			writeFile(
				path.join(home, 'config.json'),
				JSON.stringify({auths: {[registry.host]: {auth: authorize(text)}}}),
			);

		await login('lab:wrong');
		const refused = open([registry.host]);
		await refused.waitFor('does not accept the login');
		t.true(
			refused.screen().join('\n').includes(`docker login ${registry.host}`),
		);
		refused.press('q');
		t.like(await refused.exited, {exitCode: 0});

		await login('lab:labpw');
		const opened = open([]);
		await opened.waitFor(registry.host);
		await pressAndWait(
			opened,
			['Enter', '1 repository'],
			['Enter', /1 digest, 1 tag, \d/v],
		);
		opened.press('q');
		t.like(await opened.exited, {exitCode: 0});
		t.false(opened.raw.includes('labpw'));
		t.false(refused.raw.includes('wrong'));
	},
);

testWithRegistry(
	'a resize in the middle of the work shows what a fresh start at that size shows',
	{deletes: true},
	async (t, {registry, open, push}) => {
		await push(
			'app',
			Array.from({length: 30}, (_, index) => `tag-${30 - index}`),
		);
		const small = {columns: 80, rows: 24};
		const keys = async (terminal: PseudoTerminal): Promise<void> => {
			await terminal.waitFor(/30 digests, 30 tags, \d/v);
			await pressAndWait(
				terminal,
				['Down', /› +[\da-f]{12} +tag-29/v],
				['Space', '1 digest marked'],
				['Space', '2 digests marked'],
			);
		};

		// Both are open before either has marks, which the other would offer to take up.
		const fresh = open([`${registry.host}/app`], small);
		const resized = open([`${registry.host}/app`], {columns: 120, rows: 40});
		await keys(fresh);
		await keys(resized);
		resized.resize(small.columns, small.rows);
		const expected = fresh.screen().join('\n');
		await resized.waitFor(screen => screen.join('\n') === expected);
		t.is(resized.screen().join('\n'), expected);

		// And through a screen that is too small, and back.
		resized.resize(40, 10);
		await resized.waitFor('jetsam needs');
		resized.resize(small.columns, small.rows);
		await resized.waitFor(screen => screen.join('\n') === expected);
		for (const terminal of [fresh, resized]) {
			t.false(terminal.raw.includes(wipesScrollback));
		}
	},
);

testWithRegistry(
	'a phrase that is pasted into a real terminal still takes Enter; pasted into a list it is nothing',
	{deletes: true},
	async (t, {registry, open, push}) => {
		await push('app', ['b', 'a']);
		const terminal = open([`${registry.host}/app`]);
		await terminal.waitFor(/2 digests, 2 tags, \d/v);
		t.true(terminal.bracketedPaste);
		terminal.paste(`d\ndelete 1 from ${registry.host}\n`);
		await terminal.waitFor('Pasted text is not taken as keys.');
		await pressAndWait(
			terminal,
			['Space', '1 digest marked'],
			['d', 'To delete, type'],
		);
		terminal.paste(`${readPhrase(terminal)}\n`);
		await terminal.waitFor(`delete 1 from ${registry.host}, 1 of unknown use▏`);
		t.is(await countTags(registry, 'app'), 2);
		await pressAndWait(terminal, ['Enter', 'Done.']);
		t.is(await countTags(registry, 'app'), 1);
		terminal.press('Escape');
		await terminal.waitFor(/1 digest, 1 tag, \d/v);
		terminal.press('q');
		t.like(await terminal.exited, {exitCode: 0});
	},
);
