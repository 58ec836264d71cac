import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import type {
	PullsReading,
	PullSource,
	PullTally,
} from '../../source/evidence/pull.js';
import {UserError} from '../../source/user-error.js';
import type {Digest} from '../../source/oci/digest.js';
import type {PullsSources} from '../../source/world.js';
import {
	buildPullsSources,
	buildPullSource,
	buildTally,
} from '../helpers/build-pulls.js';
import {
	addImages,
	createGate,
	deletionOf,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {
	buildSource,
	buildUse,
	buildUsesReading,
	buildUsesSources,
} from '../helpers/build-uses.js';
import {openApp} from '../helpers/render-app.js';

const begin = Date.UTC(2026, 10, 22);
const day = 24 * 60 * 60 * 1000;
const today = Math.floor(begin / day);

const complete = buildPullSource({
	covers: {from: begin - 400 * day, to: begin},
	records: 43,
	readAt: begin,
});

/** The pulls of one digest: how many days ago, and how often. */
const pulled = (
	image: PullTally['image'],
	counts: ReadonlyArray<readonly [ago: number, count: number]>,
	fields: Partial<PullTally> = {},
): Partial<PullTally> => {
	const days = counts.map(([ago, count]) => [today - ago, count] as const);
	const newest = Math.max(...days.map(([at]) => at));
	return {
		image,
		days: new Map(days),
		last: newest * day - 3_600_000,
		clients: new Map([['containerd', 40]]),
		...fields,
	};
};

/** Three images, the first pulled, the list of them open. */
const openList = async (
	t: ExecutionContext,
	{
		sources = [complete],
		columns = 120,
		pulls: other,
	}: {
		sources?: readonly PullSource[];
		columns?: number;
		pulls?: PullsSources;
	} = {},
) => {
	const content = createRegistryContent();
	const digests = addImages(content, 'app', ['a', 'b', 'c']);
	const [first, second] = digests;
	const usual = buildPullsSources(host => ({
		tallies: [
			pulled({kind: 'digest', digest: first!}, [
				[1, 40],
				[9, 2],
			]),
			pulled({kind: 'digest', digest: second!}, [[200, 3]]),
		].map(tally => buildTally({host, ...tally})),
		sources,
	}));
	const journey = await journeyWorld(t, {content, pulls: other ?? usual});
	const app = await openApp(t, journey.world, {columns});
	await app.press('enter', 'enter');
	const short = digests.map(digest => digest.slice(7, 19));
	return {
		...journey,
		app,
		/** The choices that were kept for the next run. */
		saved: () => usual.saved,
		digests,
		short,
		lineOf: (text: string): string =>
			app
				.frame()
				.split('\n')
				.find(line => line.includes(text)) ?? '',
	};
};

test('on each line stands the last pull and how often in the window, with a small chart', async t => {
	const {app, lineOf, short} = await openList(t);
	t.regex(app.frame(), /LAST PULL {2}PULLS 90d +USED BY/v);
	t.regex(lineOf(short[0]!), / 25h ago {2}[ ▁-█]+█ +42 {2}no/v);
	// Before the window: looked, and nothing in it.
	t.regex(lineOf(short[1]!), / 200d ago +0 {2}no/v);
	t.regex(lineOf(short[2]!), / none +0 {2}no/v);
	t.regex(app.frame(), /pulls 90d to 00:00 UTC/v);
	await app.press('esc');
	t.regex(lineOf('  app'), / 25h ago {2}[ ▁-█]+█ +42(?: |$)/v);
});

test('without a source nothing about pulls is drawn, and the review neither asks nor warns', async t => {
	const {app, server} = await openList(t, {pulls: buildPullsSources()});
	t.notRegex(app.frame(), /pull/iv);
	await app.press('space', 'd');
	t.notRegex(app.frame(), /pulls|pulled/iv);
	t.true(app.frame().includes(`delete 1 from ${server.host} and`));
});

test('the rows do not wait for the sources, and what is not read yet looks different from unknown', async t => {
	const gate = createGate();
	const pulls: PullsSources = {
		...buildPullsSources(() => ({tallies: [], sources: []})),
		async read({repository}, {tell}) {
			if (repository !== undefined) {
				return {tallies: [], sources: []};
			}

			tell({
				tallies: [],
				sources: [buildPullSource({progress: {done: 340_000_000, total: 1e9}})],
			});
			await gate.pass();
			return {tallies: [], sources: [buildPullSource({readAt: begin})]};
		},
	};
	const content = createRegistryContent();
	const [first] = addImages(content, 'app', ['a']);
	const {world, server} = await journeyWorld(t, {content, pulls});
	const app = await openApp(t, world, {
		columns: 120,
		place: `${server.host}/app`,
		isSettled: false,
	});
	await app.until(
		({repositories}) =>
			repositories.get(`${server.host}/app`)?.reading.state === 'complete',
	);
	await gate.reached;
	await app.tap('down');
	const line = (): string =>
		app
			.frame()
			.split('\n')
			.find(text => text.includes(first!.slice(7, 19))) ?? '';
	t.regex(line(), / … +… /v);
	t.regex(app.frame(), /pulls: 34% of 1 GB/v);
	gate.open();
	await app.settled();
	t.regex(line(), / \? +\? /v);
});

test('the detail says how often, when, by whom, and shows the days', async t => {
	const {app} = await openList(t);
	await app.press('enter');
	const frame = app.frame();
	const text = frame.replaceAll(/\s+/gv, ' ');
	t.true(text.includes('pulls 42 in 90 days, since 2026-08-24'));
	t.true(text.includes('last 2026-11-20 23:00 UTC (25h ago)'));
	t.true(text.includes('by its digest; seen by acr-events:logs'));
	t.true(text.includes('40 containerd'));
	t.regex(frame, /█ *▏ 40/v);
	t.regex(frame, /Sep +Oct +Nov/v);
	await app.press('esc', 'end', 'enter');
	t.regex(
		app.frame(),
		/none in 90 days, from 2026-08-24 to 2026-11-22 00:00 UTC, says acr-events:logs/v,
	);
	await app.press('esc', 'e');
	t.regex(app.frame(), /pulls +42 in 90 days/v);
	t.regex(app.frame(), /█ *▏ 40/v);
});

for (const [filter, rows] of [
	['pulled', [0]],
	['unpulled', [1, 2]],
	['pulls>10', [0]],
	['pulls<3', [1, 2]],
	['pulled>90d', [1]],
	['!pulled', [1, 2]],
	['pulls:unknown', []],
] as const) {
	test(`the filter ${filter} shows digests by their pulls`, async t => {
		const {app, short} = await openList(t);
		await app.press('/');
		await app.typeText(filter);
		await app.press('enter');
		t.deepEqual(
			[0, 1, 2].filter(index => app.frame().includes(short[index]!)),
			[...rows],
		);
	});
}

test('sorted by the last pull, what was never pulled comes first; by count, what was pulled least', async t => {
	const {app, short} = await openList(t);
	const order = (): number[] =>
		[0, 1, 2].toSorted(
			(first, second) =>
				app.frame().indexOf(short[first]!) -
				app.frame().indexOf(short[second]!),
		);
	await app.press('s', 'end', 'up');
	t.regex(app.frame(), /longest unpulled first/v);
	await app.press('enter');
	t.deepEqual(order(), [2, 1, 0]);
	await app.press('s', 'end');
	t.regex(app.frame(), /fewest pulls first/v);
	await app.press('enter', 'S');
	t.is(order()[0], 0);
});

test('the window is changed by a menu, saved, and counted anew', async t => {
	const {app, saved, lineOf, short} = await openList(t);
	await app.press('p');
	t.regex(app.frame(), /90 days \(now\)/v);
	await app.press('home', 'enter');
	t.regex(lineOf(short[0]!), / 40 {2}no/v);
	t.regex(app.frame(), /PULLS 7d/v);
	t.deepEqual(
		saved().map(({windowDays}) => windowDays),
		[7],
	);
});

test('what each source covers is on the screen of the sources; a gap that is accepted by name turns unknown into no', async t => {
	const gap = {
		name: '2026-11-03T14',
		message: 'The hour 2026-11-03T14 has no file.',
		span: {
			from: Date.UTC(2026, 10, 3, 14),
			to: Date.UTC(2026, 10, 3, 15),
		},
		canBeAccepted: true,
	};
	const {app, lineOf, short} = await openList(t, {
		sources: [{...complete, gaps: [gap]}],
	});
	t.regex(lineOf(short[2]!), / \? +\? /v);
	t.regex(lineOf(short[0]!), / ≥42 /v);
	await app.press('c');
	t.regex(app.frame(), /acr-events:logs +read in part: 43 records, 1 gap/v);
	t.regex(
		app.frame(),
		/covers 2025-10-18 00:00 UTC to 2026-11-22 00:00 UTC; says yes and no/v,
	);
	await app.press('end', 'space');
	t.regex(app.frame(), /accepted: The hour 2026-11-03T14 has no file\./v);
	await app.press('esc');
	t.regex(lineOf(short[2]!), / none +0 /v);
	t.regex(lineOf(short[0]!), / 42 /v);
});

test('what a query costs is said, and it is sent when Space agrees', async t => {
	const asked: unknown[] = [];
	const source = buildPullSource({
		name: 'gcs-usage:bigquery://a.b.c',
		state: 'costs',
		proves: 'nothing',
		cost: {bytes: 9_300_000_000, most: 10_700_000_000},
	});
	const pulls: PullsSources = {
		...buildPullsSources(() => ({tallies: [], sources: []})),
		async read({repository, spends}) {
			if (repository !== undefined) {
				return {tallies: [], sources: []};
			}

			asked.push(spends);
			const isAgreed = spends === 'within-cap' || spends.has(source.name);
			return {
				tallies: [],
				sources: [
					isAgreed
						? {...source, state: 'read', cost: undefined, readAt: begin}
						: source,
				],
			};
		},
	};
	const {app} = await openList(t, {pulls});
	t.regex(app.frame(), /pulls cost: c says how much/v);
	await app.press('c', 'end', 'home');
	await app.press('end', 'up');
	t.regex(app.frame(), /would scan 9\.3 GB of at most 10\.7 GB: Space agrees/v);
	await app.press('space');
	t.deepEqual(asked, [new Set(), new Set([source.name])]);
	t.regex(app.frame(), /read: 0 records/v);
});

test('the review warns of what is pulled, says what is not, and a source that does not know lengthens the phrase', async t => {
	const {app, server, digests} = await openList(t);
	await app.press('space', 'end', 'space', 'd');
	const text = app.frame().replaceAll(/\s+/gv, ' ');
	t.true(text.includes('a, not in use - Pulled 25h ago, 42 times in 90 days.'));
	t.true(text.includes('c, not in use, 0 pulls in 90 days'));
	t.true(
		text.includes(`delete 2 from ${server.host}, 2 of 3 from app and press`),
	);
	await app.typeText(`delete 2 from ${server.host}, 2 of 3 from app`);
	await app.press('enter');
	t.deepEqual(
		listDeletions(server),
		[digests[0]!, digests[2]!].map(digest => deletionOf('app', digest)),
	);
});

test('safeguard 4: a source of pulls that cannot say warns, and changes the phrase', async t => {
	const {app, server} = await openList(t, {
		sources: [{...complete, proves: 'nothing'}],
	});
	await app.press('end', 'space', 'd');
	const text = app.frame().replaceAll(/\s+/gv, ' ');
	t.true(
		text.includes(
			'Not known whether it is pulled: the one source of pulls only says yes.',
		),
	);
	t.true(text.includes(`delete 1 from ${server.host}, 1 of unknown pulls and`));
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
});

test('the pulls of marked repositories are charted together', async t => {
	const {app} = await openList(t);
	await app.press('space', 'm', 'P');
	t.regex(app.frame(), /1 repository, 42 pulls in 90 days/v);
	t.regex(app.frame(), /█ *▏ 40/v);
	t.regex(app.frame(), /app +1 +25h ago {2}[ ▁-█]+█ +42/v);
});

/** The list of three images whose sources tell another thing when a batch begins. */
const openChanging = async (
	t: ExecutionContext,
	change: (
		reading: PullsReading,
		about: {readonly host: string; readonly digests: readonly Digest[]},
	) => PullsReading,
) => {
	let reads = 0;
	const content = createRegistryContent();
	const digests = addImages(content, 'app', ['a', 'b', 'c']);
	const reading = {tallies: [], sources: [complete]};
	const pulls: PullsSources = {
		...buildPullsSources(() => reading),
		async read({host, repository}) {
			if (repository !== undefined) {
				return {tallies: [], sources: []};
			}

			reads++;
			return reads === 1 ? reading : change(reading, {host, digests});
		},
	};
	const {world, server} = await journeyWorld(t, {content, pulls});
	const app = await openApp(t, world, {columns: 120});
	await app.press('enter', 'enter');
	await app.press('space', 'space', 'd');
	await app.typeText(`delete 2 from ${server.host}, 2 of 3 from app`);
	await app.press('enter');
	return {
		app,
		server,
		digests,
		text: () => app.frame().replaceAll(/\s+/gv, ' '),
		reads: () => reads,
	};
};

test('safeguard 6: a digest that was pulled since its plan was made stays, and the pulls are read once for the run', async t => {
	const {server, digests, text, reads} = await openChanging(
		t,
		(reading, {host, digests: [first]}) => ({
			...reading,
			tallies: [
				buildTally({
					host,
					...pulled({kind: 'digest', digest: first!}, [[0, 1]]),
				}),
			],
		}),
	);
	t.deepEqual(listDeletions(server), [deletionOf('app', digests[1]!)]);
	t.true(text().includes('no pull was known when the plan was made'));
	t.is(reads(), 2);
});

for (const [name, change, reason] of [
	[
		'a source that cannot say any more',
		reading => ({
			...reading,
			sources: [{...complete, state: 'failed', covers: undefined}],
		}),
		'it is not known any more whether it is pulled',
	],
	[
		'a source that cannot be read any more',
		() => {
			throw new UserError('The bucket is locked.', {remedy: ''});
		},
		'it is not known any more whether it is pulled',
	],
] as ReadonlyArray<
	readonly [string, Parameters<typeof openChanging>[1], string]
>) {
	test(`safeguard 6: ${name} keeps what was not known to be pulled`, async t => {
		const {server, text} = await openChanging(t, change);
		t.deepEqual(listDeletions(server), []);
		t.true(text().includes(reason));
	});
}

test('images from elsewhere say how often they are pulled, beside what Docker Hub gives', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['a']);
	const asked: string[] = [];
	const known = buildPullsSources(host =>
		host === 'docker.io'
			? {
					tallies: [
						buildTally({
							host,
							repository: 'library/redis',
							...pulled({kind: 'tag', tag: '7'}, [[1, 450]]),
							action: 'attempt',
						}),
					],
					sources: [buildPullSource({proves: 'nothing'})],
				}
			: undefined,
	);
	const {world} = await journeyWorld(t, {
		content,
		uses: buildUsesSources(() =>
			buildUsesReading(
				[buildUse('redis:7'), buildUse('quay.io/tool/x:v1', {name: 'other'})],
				[buildSource()],
			),
		),
		pulls: {
			...known,
			async read(request, how) {
				asked.push(request.host);
				return known.read(request, how);
			},
		},
	});
	const app = await openApp(t, world, {columns: 120});
	await app.press('enter', 'E');
	const lineOf = (text: string): string =>
		app
			.frame()
			.split('\n')
			.find(line => line.includes(text)) ?? '';
	t.regex(app.frame(), /IMAGE +NAMED BY +PULLS\/DAY +PLACES/v);
	t.regex(lineOf('docker.io/library/redis'), / 5\/day +1\s*$/v);
	t.regex(lineOf(':7'), / 5\/day +1\s*$/v);
	t.regex(lineOf('quay.io/tool/x'), / \? +1\s*$/v);
	t.regex(
		app.frame(),
		/docker\.io 5\/day; its limit without a login is 100 in 6 h/v,
	);
	await app.press('esc', 'E');
	t.deepEqual(asked, ['docker.io']);
});
