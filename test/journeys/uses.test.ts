import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import type {Use, UsesReading, UsesSource} from '../../source/evidence/use.js';
import {UserError} from '../../source/user-error.js';
import type {UsesChoice, UsesSources} from '../../source/world.js';
import {
	buildGap,
	buildSource,
	buildUse,
	buildUsesReading,
	buildUsesSources,
} from '../helpers/build-uses.js';
import {
	addImages,
	addPlatforms,
	deletionOf,
	journeyWorld,
	type JourneyOptions,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

const begin = Date.UTC(2026, 10, 22);
const source = buildSource({readAt: begin});
const unasked = buildSource({
	name: 'edge',
	state: 'unasked',
	readAt: undefined,
});

/** Sources of uses that a test changes at any time, and what they were asked. */
type Cluster = UsesSources & {
	uses: readonly Use[];
	sources: readonly UsesSource[];
	/** What a batch is told instead, at each step. */
	current: (() => UsesReading) | undefined;
	readonly asked: UsesChoice[];
	readonly saved: UsesChoice[];
	closed: number;
};

const onlyProd: UsesChoice = {contexts: ['prod'], leftOut: [], accepted: []};

const createCluster = (choice = onlyProd): Cluster => {
	const tell = (): UsesReading =>
		buildUsesReading(cluster.uses, cluster.sources);
	const cluster: Cluster = {
		...buildUsesSources(tell, choice),
		uses: [],
		sources: [source],
		current: undefined,
		asked: [],
		closed: 0,
		async read(next) {
			cluster.asked.push(next);
			return tell();
		},
		watch: () => ({
			current: async () => (cluster.current ?? tell)(),
			close() {
				cluster.closed++;
			},
		}),
	};
	return cluster;
};

/** Three images, the list of them open; `uses` are made once the registry has a name. */
const openList = async (
	t: ExecutionContext,
	{
		cluster = createCluster(),
		uses = () => [],
		columns = 120,
		...options
	}: Omit<JourneyOptions, 'uses'> & {
		cluster?: Cluster;
		uses?: (image: string, digests: readonly string[]) => readonly Use[];
		columns?: number;
	} = {},
) => {
	const content = createRegistryContent();
	const digests = addImages(content, 'app', ['a', 'b', 'c']);
	const journey = await journeyWorld(t, {content, uses: cluster, ...options});
	cluster.uses = uses(`${journey.server.host}/app`, digests);
	const app = await openApp(t, journey.world, {columns});
	await app.press('enter', 'enter');
	const lineOf = (text: string): string =>
		app
			.frame()
			.split('\n')
			.find(line => line.includes(text)) ?? '';
	return {
		...journey,
		app,
		content,
		cluster,
		digests,
		image: `${journey.server.host}/app`,
		short: digests.map(digest => digest.slice(7, 19)),
		lineOf,
	};
};

const three = (image: string, digests: readonly string[]): readonly Use[] => [
	buildUse(`${image}:a`, {owner: {kind: 'Deployment', name: 'api'}}),
	buildUse(`${image}@${digests[0]}`, {name: 'job-1', namespace: 'batch'}),
	buildUse(`${image}:b`, {
		role: 'revision',
		kind: 'ReplicaSet',
		name: 'api-old',
	}),
];

test('on each line stands who needs it, in the detail all of it', async t => {
	const {app, lineOf, short} = await openList(t, {uses: three});
	t.regex(app.frame(), /USED BY/v);
	t.regex(lineOf(short[0]!), / batch\/job-1 \+1/v);
	t.regex(lineOf(short[1]!), / rollback shop\/api/v);
	t.regex(lineOf(short[2]!), / no$| no /v);
	await app.press('enter');
	const detail = app.frame().replaceAll(/\s+/gv, ' ');
	t.true(
		detail.includes(
			'Deployment shop/api (prod) runs it by the tag a in container app',
		),
	);
	t.true(
		detail.includes(
			'Pod batch/job-1 (prod) runs it by its digest in container app',
		),
	);
	await app.press('esc', 'end', 'enter');
	t.regex(app.frame(), /no; looked in prod, 2026-11-22T00:00/v);
});

test('unknown looks different from no, and its reason is in the detail', async t => {
	const cluster = createCluster();
	cluster.sources = [source, unasked];
	const {app, lineOf, short} = await openList(t, {cluster});
	t.regex(lineOf(short[0]!), / \?(?: |$)/v);
	t.notRegex(lineOf(short[0]!), / no(?: |$)/v);
	await app.press('enter');
	t.regex(app.frame(), /not known: 1 of 2 contexts asked/v);
});

for (const [filter, rows] of [
	['used', [0, 1]],
	['unused', [2]],
	['unknown', []],
	['!used', [2]],
] as const) {
	test(`the filter ${filter} shows digests by their uses`, async t => {
		const {app, short} = await openList(t, {uses: three});
		await app.press('/');
		await app.typeText(filter);
		await app.press('enter');
		t.deepEqual(
			[0, 1, 2].filter(index => app.frame().includes(short[index]!)),
			[...rows],
		);
	});
}

test('the filter unknown shows what is not known, and unused does not', async t => {
	const cluster = createCluster();
	cluster.sources = [source, unasked];
	const {app, short} = await openList(t, {cluster, uses: three});
	await app.press('/');
	await app.typeText('unknown');
	t.deepEqual(
		short.map(text => app.frame().includes(text)),
		[false, false, true],
	);
	await app.press('esc', '/');
	await app.typeText('unused');
	t.deepEqual(
		short.map(text => app.frame().includes(text)),
		[false, false, false],
	);
});

test('sorted by use, what nobody needs comes first', async t => {
	const {app, short} = await openList(t, {uses: three});
	await app.press('s', 'end');
	t.regex(app.frame(), /unused first/v);
	await app.press('enter');
	const places = short.map(text => app.frame().indexOf(text));
	t.true(places[2]! < places[0]!);
	t.true(places[2]! < places[1]!);
});

test('safeguard 3: what is in use is blocked with its place; lifted by its name and confirmed by the longer phrase it goes, and the journal says so', async t => {
	const {app, server, digests, short, readJournal, cluster} = await openList(
		t,
		{uses: three},
	);
	await app.press('space', 'end', 'space', 'd');
	t.regex(
		app.frame().replaceAll(/\s+/gv, ' '),
		/blocked: Pod batch\/job-1 \(prod\) runs it by its digest in container app and 1 more\./v,
	);
	t.true(app.frame().includes(`lift ${short[0]}`));
	for (const typed of [
		`delete 2 from ${server.host}`,
		`delete 2 from ${server.host}, 1 in use`,
		'lift',
		'lift all',
		`lift ${short[2]}`,
		`lift ${short[0]!.slice(0, 8)}`,
	]) {
		await app.typeText(typed);
		await app.press('enter');
		t.is(app.state().trail.at(-1)?.kind, 'review');
		t.true(app.frame().includes('1 blocked'));
		await app.press('ctrl-u');
	}

	await app.typeText(`lift ${short[0]}`);
	await app.press('enter');
	t.true(app.frame().includes(`delete 2 from ${server.host}, 1 in use`));
	t.true(app.frame().includes('In use, and lifted:'));
	await app.typeText(`delete 2 from ${server.host}`);
	await app.press('enter');
	t.is(app.state().trail.at(-1)?.kind, 'review');
	t.deepEqual(listDeletions(server), []);
	await app.typeText(', 1 in use, 2 of 3 from app');
	await app.press('enter');
	t.deepEqual(
		listDeletions(server),
		[digests[0]!, digests[2]!].map(digest => deletionOf('app', digest)),
	);
	t.is(cluster.closed, 1);
	const [first, ...lines] = await readJournal();
	t.like(first, {
		kind: 'batch-began',
		plans: [
			{
				phrase: `delete 2 from ${server.host}, 1 in use, 2 of 3 from app`,
				steps: [
					{
						digest: digests[0]!,
						isLifted: true,
						evidence: {
							state: 'yes',
							needs: [
								{rule: 'digest', use: {namespace: 'batch', name: 'job-1'}},
								{rule: 'tag', tag: 'a', use: {owner: {name: 'api'}}},
							],
						},
					},
					{digest: digests[2]!},
				],
			},
		],
	});
	t.deepEqual(
		lines
			.filter(({kind}) => kind === 'step-ended')
			.map(({digest, isLifted}) => [digest, isLifted]),
		[
			[digests[0]!, true],
			[digests[2]!, undefined],
		],
	);
});

test('a lift ends with its review', async t => {
	const {app, short} = await openList(t, {uses: three});
	await app.press('space', 'd');
	await app.typeText(`lift ${short[0]}`);
	await app.press('enter');
	t.true(app.frame().includes(', 1 in use'));
	await app.press('esc', 'd');
	t.true(app.frame().includes('Nothing of this can go.'));
});

test('a child of an index that stays is not lifted', async t => {
	const content = createRegistryContent();
	const [, amd64] = addPlatforms(content, 'app', {
		tags: ['multi'],
		architectures: ['amd64'],
		childTags: {amd64: 'multi-amd64'},
	});
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {
		place: `${server.host}/app:multi-amd64`,
	});
	await app.press('space', 'd');
	await app.typeText(`lift ${amd64!.slice(7, 19)}`);
	await app.press('enter');
	const screen = app.state().trail.at(-1);
	t.regex(
		screen?.kind === 'review' ? (screen.problem ?? '') : '',
		/Only such a block can be lifted/v,
	);
	t.true(app.frame().includes('Nothing of this can go.'));
	t.deepEqual(listDeletions(server), []);
});

test('a digest that is blocked in two repositories is lifted in the one that is named', async t => {
	const content = createRegistryContent();
	const [digest] = addImages(content, 'one', ['a']);
	const copy = content.repositories.get('one')!.manifests.get(digest!)!;
	addImages(content, 'two', ['z']);
	content.repositories.get('two')!.manifests.set(digest!, copy);
	content.repositories.get('two')!.tags.set('a', digest!);
	const cluster = createCluster();
	const {world, server} = await journeyWorld(t, {content, uses: cluster});
	cluster.uses = [buildUse(digest!, {imageId: true})];
	const app = await openApp(t, world, {columns: 120, rows: 40});
	const short = digest!.slice(7, 19);
	await app.press('enter', 'enter', 'space', 'esc', 'down', 'enter');
	await app.press('/');
	await app.typeText('tag:a');
	await app.press('enter', 'space', 'd');
	await app.typeText(`lift ${short}`);
	await app.press('enter');
	t.regex(app.frame(), /is blocked in 2 repositories; type lift one@/v);
	await app.press('ctrl-u');
	await app.typeText(`lift two@${short}`);
	await app.press('enter');
	t.true(app.frame().includes(`delete 1 from ${server.host}, 1 in use`));
});

const refusals: ReadonlyArray<
	readonly [
		title: string,
		now: (image: string) => UsesReading,
		expected: RegExp,
	]
> = [
	[
		'a Pod that starts after the phrase',
		image => buildUsesReading([buildUse(`${image}:a`)], [source]),
		/refused: it is in use now: Pod shop\/api-1 \(prod\) runs it by the tag a/v,
	],
	[
		'a use that cannot be ruled out any more',
		() =>
			buildUsesReading([], [buildSource({readAt: begin, gaps: [buildGap()]})]),
		/refused: whether it is used is not known any more: prod: Pods in namespace x timed out/v,
	],
	[
		'a source that does not answer any more',
		() => buildUsesReading([], [buildSource({state: 'failed'})]),
		/refused: whether it is used is not known any more/v,
	],
	[
		'a source that stays behind',
		() => {
			throw new UserError(
				'The context prod was last heard of 301 seconds ago.',
				{
					remedy: 'Wait.',
				},
			);
		},
		/refused: whether it is used could not be read: The context prod was last heard of 301 seconds ago/v,
	],
];

for (const [title, now, expected] of refusals) {
	test(`safeguard 6: ${title} refuses the step, and nothing is sent`, async t => {
		const {app, server, cluster, image} = await openList(t);
		await app.press('space', 'd');
		await app.typeText(`delete 1 from ${server.host}`);
		cluster.current = () => now(image);
		await app.press('enter');
		t.regex(app.frame().replaceAll(/\s+/gv, ' '), expected);
		t.deepEqual(listDeletions(server), []);
		t.is(app.state().exitCode, 3);
		t.is(cluster.closed, 1);
	});
}

test('safeguard 6: a Pod that starts between two steps refuses the second', async t => {
	const {app, server, cluster, image, digests} = await openList(t);
	await app.press('space', 'end', 'space', 'd');
	await app.typeText(`delete 2 from ${server.host}, 2 of 3 from app`);
	let asked = 0;
	cluster.current = () =>
		buildUsesReading(
			++asked === 1 ? [] : [buildUse(`${image}@${digests[2]}`)],
			[source],
		);
	await app.press('enter');
	t.deepEqual(listDeletions(server), [deletionOf('app', digests[0]!)]);
	t.regex(app.frame(), /refused: it is in use now/v);
});

test('safeguard 6: a source that answered for the plan and fails at the batch refuses, though the rest was unknown already', async t => {
	const cluster = createCluster();
	cluster.sources = [source, unasked];
	const {app, server} = await openList(t, {cluster});
	await app.press('space', 'd');
	await app.typeText(`delete 1 from ${server.host}, 1 of unknown use`);
	cluster.current = () =>
		buildUsesReading([], [buildSource({state: 'failed'}), unasked]);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	t.is(app.state().exitCode, 3);
});

test('safeguard 6: a lift covers the uses that were shown, and no later one', async t => {
	const {app, server, cluster, image, short} = await openList(t, {
		uses: three,
	});
	await app.press('space', 'd');
	await app.typeText(`lift ${short[0]}`);
	await app.press('enter');
	await app.typeText(`delete 1 from ${server.host}, 1 in use`);
	cluster.uses = [...cluster.uses, buildUse(`${image}:a`, {name: 'web-1'})];
	await app.press('enter');
	t.regex(app.frame(), /refused: it is in use now: Pod shop\/web-1/v);
	t.deepEqual(listDeletions(server), []);
});

test('a tag that something names is blocked and can be lifted', async t => {
	const {app, server, content} = await openList(t, {
		uses: image => [buildUse(`${image}:a`)],
		dialect: {tagDeletes: 'untag'},
		kind: 'distribution-3',
	});
	await app.press('t');
	t.regex(app.frame().replaceAll(/\s+/gv, ' '), /blocked: Pod shop\/api-1/v);
	await app.typeText(`remove a from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	await app.press('ctrl-u');
	await app.typeText('lift a');
	await app.press('enter');
	await app.typeText(`remove a from ${server.host}, in use`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), ['DELETE app a 202']);
	t.is(content.repositories.get('app')!.manifests.size, 3);
});

test('a folder says only yes: what it names is blocked, the rest stays unknown', async t => {
	const cluster = createCluster();
	cluster.sources = [
		buildSource({kind: 'files', name: 'deploy', readAt: begin}),
	];
	const {app, server, lineOf, short} = await openList(t, {
		cluster,
		uses: image => [
			buildUse(`${image}:a`, {
				role: 'file',
				kind: 'File',
				context: '',
				namespace: '',
				name: 'deploy/api.yaml:14',
				container: '',
			}),
		],
	});
	t.regex(lineOf(short[0]!), /deploy\/api\.yaml:14/v);
	t.regex(lineOf(short[1]!), / \?(?: |$)/v);
	await app.press('space', 'space', 'd');
	t.regex(
		app.frame().replaceAll(/\s+/gv, ' '),
		/blocked: File deploy\/api\.yaml:14 names it by the tag a\./v,
	);
	t.true(
		app.frame().includes(`delete 1 from ${server.host}, 1 of unknown use`),
	);
});

test('without any source there is no column, and the phrase says that the use is unknown', async t => {
	const cluster = createCluster();
	cluster.sources = [];
	const {app, server, digests} = await openList(t, {cluster});
	t.notRegex(app.frame(), /USED BY/v);
	await app.press('space', 'd');
	t.true(
		app.frame().includes(`delete 1 from ${server.host}, 1 of unknown use`),
	);
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	await app.typeText(', 1 of unknown use');
	await app.press('enter');
	t.deepEqual(listDeletions(server), [deletionOf('app', digests[0]!)]);
});

test('where the sources cannot be read, it says so and the use is unknown', async t => {
	const cluster = createCluster();
	const failing: Cluster = Object.assign(cluster, {
		async read() {
			throw new UserError('The kubeconfig is broken at line 3.', {
				remedy: 'Mend it.',
			});
		},
	});
	const {app, server} = await openList(t, {cluster: failing});
	t.notRegex(app.frame(), /USED BY/v);
	await app.press('space', 'd');
	t.true(
		app.frame().includes(`delete 1 from ${server.host}, 1 of unknown use`),
	);
	await app.press('esc', 'c');
	t.regex(app.frame(), /The kubeconfig is broken at line 3/v);
});

const refusal = buildGap({
	message: 'prod refuses Pods in namespace x.',
	isRefusal: true,
});

test('c shows who was asked; Space asks a context, and it is kept and read', async t => {
	const cluster = createCluster();
	cluster.sources = [source, unasked];
	const {app, lineOf} = await openList(t, {cluster});
	await app.press('c');
	t.regex(lineOf(' prod'), /answered/v);
	t.regex(lineOf(' edge'), /not asked/v);
	await app.press('down', 'space');
	const choice = {contexts: ['prod', 'edge'], leftOut: [], accepted: []};
	t.deepEqual(cluster.saved, [choice]);
	t.deepEqual(cluster.asked.at(-1), choice);
	t.is(cluster.asked.length, 2);
	await app.press('home', 'space');
	t.deepEqual(cluster.saved.at(-1)?.contexts, ['edge']);
});

test('x leaves a context out by name, and then no is no', async t => {
	const cluster = createCluster();
	cluster.sources = [source, unasked];
	const {app, lineOf, short} = await openList(t, {cluster});
	await app.press('c', 'down');
	cluster.sources = [source, {...unasked, state: 'left-out'}];
	await app.press('x');
	const choice = {contexts: ['prod'], leftOut: ['edge'], accepted: []};
	t.deepEqual(cluster.saved, [choice]);
	t.deepEqual(cluster.asked.at(-1), choice);
	t.regex(lineOf(' edge'), /left out/v);
	await app.press('x');
	t.deepEqual(cluster.saved.at(-1)?.leftOut, []);
	await app.press('esc');
	t.regex(lineOf(short[2]!), / no(?: |$)/v);
});

for (const [key, taken] of [
	['space', {contexts: ['prod'], leftOut: [], accepted: []}],
	['x', {contexts: ['prod'], leftOut: ['gone'], accepted: []}],
] as const) {
	test(`${key} takes a context off that the kubeconfig has no more, and no comes back`, async t => {
		const cluster = createCluster({
			contexts: ['prod', 'gone'],
			leftOut: [],
			accepted: [],
		});
		cluster.sources = [
			source,
			buildSource({
				name: 'gone',
				state: 'failed',
				gaps: [buildGap({message: 'There is no context gone.'})],
			}),
		];
		const {app, lineOf, short} = await openList(t, {cluster});
		t.regex(lineOf(short[0]!), / \?(?: |$)/v);
		await app.press('c', 'down');
		t.regex(lineOf(' gone'), /did not answer/v);
		cluster.sources = [source];
		await app.press(key);
		t.deepEqual(cluster.saved, [taken]);
		t.deepEqual(cluster.asked.at(-1), taken);
		await app.press('esc');
		t.regex(lineOf(short[0]!), / no(?: |$)/v);
	});
}

test('Space on a refusal accepts it by name, and no comes back; again takes it back', async t => {
	const cluster = createCluster();
	cluster.sources = [buildSource({readAt: begin, gaps: [refusal]})];
	const {app, lineOf, short} = await openList(t, {cluster});
	t.regex(lineOf(short[0]!), / \?(?: |$)/v);
	await app.press('c', 'down', 'space');
	const accepted = [{context: 'prod', kind: 'Pod', namespace: 'x'}];
	t.deepEqual(cluster.saved.at(-1)?.accepted, accepted);
	t.deepEqual(cluster.asked.at(-1)?.accepted, accepted);
	t.regex(app.frame(), /accepted: prod refuses Pods/v);
	await app.press('esc');
	t.regex(lineOf(short[0]!), / no(?: |$)/v);
	await app.press('c', 'down', 'space');
	t.deepEqual(cluster.saved.at(-1)?.accepted, []);
});

test('Space on what failed by accident accepts nothing, and says why', async t => {
	const cluster = createCluster();
	cluster.sources = [buildSource({readAt: begin, gaps: [buildGap()]})];
	const {app} = await openList(t, {cluster});
	await app.press('c', 'down', 'space');
	t.deepEqual(cluster.saved, []);
	t.is(cluster.asked.length, 1);
	t.regex(app.frame(), /Only a refusal can be accepted/v);
});

test('what is chosen while sources are still being asked forgets none of them', async t => {
	const cluster = createCluster({
		contexts: ['prod', 'staging'],
		leftOut: [],
		accepted: [],
	});
	const staging = buildSource({name: 'staging', readAt: begin});
	let release: () => void = () => undefined;
	cluster.sources = [source, staging, unasked];
	const slow: Cluster = Object.assign(cluster, {
		async read(
			next: UsesChoice,
			{tell}: {readonly tell: (reading: UsesReading) => void},
		) {
			cluster.asked.push(next);
			tell(
				buildUsesReading(
					[],
					[source, {...staging, state: 'unasked', readAt: undefined}, unasked],
				),
			);
			await new Promise<void>(resolve => {
				release = resolve;
			});
			return buildUsesReading([], cluster.sources);
		},
	});
	const content = createRegistryContent();
	addImages(content, 'app', ['a']);
	const {world} = await journeyWorld(t, {content, uses: slow});
	const app = await openApp(t, world, {columns: 120, isSettled: false});
	await app.until(({uses}) => uses.reading.sources.length === 3);
	await app.tap('c', 'end', 'space');
	await app.until(() => cluster.saved.length === 1);
	t.deepEqual(cluster.saved[0]?.contexts, ['prod', 'staging', 'edge']);
	release();
});

test('marking what is in use says at once why it is blocked, and marking what is not says nothing', async t => {
	const {app} = await openList(t, {uses: three});
	await app.press('space');
	t.regex(app.frame(), /In use, so it is blocked: /v);
	await app.press('end', 'space');
	t.notRegex(app.frame(), /In use, so/v);
	await app.press('home', 'space');
	t.notRegex(app.frame(), /In use, so/v);
});
