/* eslint-disable ava/no-ignored-test-files -- deleting.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import type {PlanDocument} from '../../source/plain/plan-document.js';
import {readPlanDocument} from '../../source/plain/read-plan-document.js';
import {UserError} from '../../source/user-error.js';
import {applyPlan} from '../helpers/apply-plan.js';
import {
	buildPullSource,
	buildPullsSources,
	buildTally,
} from '../helpers/build-pulls.js';
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
	type JourneyOptions,
	type JourneyWorld,
	journeyWorld,
	listDeletions,
	startRegistry,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

const readAt = Date.UTC(2026, 10, 22);

const readPlan = ({world, plans}: JourneyWorld, host: string): PlanDocument =>
	readPlanDocument(plans.get(`plan-of-${host}.json`) ?? '', {
		file: 'plan.json',
		now: world.clock.now(),
	});

/** An index over two platforms and four images: the index and the oldest image are marked, and their review is written to a file. */
const save = async (
	t: ExecutionContext,
	options: JourneyOptions = {},
	prepare: (host: string) => void = () => undefined,
) => {
	const content = createRegistryContent();
	const [index, ...children] = addPlatforms(content, 'app', {
		tags: ['multi'],
		architectures: ['amd64', 'arm64'],
	});
	const images = addImages(content, 'app', ['d', 'c', 'b', 'a']);
	const journey = await journeyWorld(t, {content, ...options});
	const {host} = journey.server;
	prepare(host);
	const app = await openApp(t, journey.world, {
		place: `${host}/app`,
		rows: 40,
	});
	for (const text of ['multi', 'tag:a']) {
		await app.press('/');
		await app.typeText(text);
		await app.press('enter', 'space', 'esc', 'g');
	}

	await app.press('d', 'ctrl-e');
	const {tags, manifests} = content.repositories.get('app')!;
	return {
		...journey,
		app,
		index,
		children,
		oldest: images[3]!,
		tags,
		manifests,
		document: readPlan(journey, host),
	};
};

test('a plan is written from the review, and apply deletes just what it names', async t => {
	const {app, document, world, server, index, children, oldest} = await save(t);
	const {host} = server;
	t.true(
		app
			.frame()
			.replaceAll(/\s+/gv, ' ')
			.includes(`jetsam apply plan-of-${host}.json`),
	);
	t.deepEqual(listDeletions(server), []);
	t.is(document.phrase, `delete 4 from ${host}`);
	t.deepEqual(
		document.repositories[0]?.digests
			.map(({verdict, reason}) => [verdict, reason])
			.toSorted(),
		[
			...[
				`goes with ${index}`,
				`goes with ${index}`,
				'marked by hand',
				'marked by hand',
			].map(why => ['candidate', `candidate: ${why}`]),
			...['d', 'c', 'b'].map(() => ['keep', 'kept: it was not marked']),
		],
	);
	const {exitCode} = await applyPlan(world, document);
	t.is(exitCode, 0);
	t.deepEqual(
		listDeletions(server).toSorted(),
		[index, ...children, oldest]
			.map(digest => deletionOf('app', digest))
			.toSorted(),
	);
	const again = await applyPlan(world, document);
	t.is(again.exitCode, 0);
	t.true(again.printed.includes('already gone 4'));
});

test('safeguard 5: a plan from the review goes only by its phrase, and not after a day', async t => {
	const {document, world, clock, server, plans} = await save(t);
	await t.throwsAsync(
		async () => applyPlan(world, document, {confirm: ['delete 4']}),
		{instanceOf: UserError, message: /phrase does not fit/v},
	);
	await clock.sleep(25 * 60 * 60 * 1000, new AbortController().signal);
	t.throws(
		() =>
			readPlanDocument([...plans.values()].join(''), {
				file: 'plan.json',
				now: clock.now(),
			}),
		{instanceOf: UserError, message: /expired/v},
	);
	t.deepEqual(listDeletions(server), []);
});

test('safeguard 6: what got a tag since it was marked stays, the rest goes', async t => {
	const {document, world, server, oldest, tags} = await save(t);
	tags.set('again', oldest);
	const {exitCode, errors} = await applyPlan(world, document);
	t.is(exitCode, 3);
	t.regex(errors, /Its tags are .*again.* now/v);
	t.is(listDeletions(server).length, 3);
});

test('safeguards 3 and 4: what is in use since stays, and what is not known any more to be unused', async t => {
	let uses = buildUsesReading([], [buildSource({readAt})]);
	const {document, world, server} = await save(t, {
		uses: buildUsesSources(() => uses),
	});
	uses = buildUsesReading([], [buildSource({readAt, gaps: [buildGap()]})]);
	const unknown = await applyPlan(world, document);
	t.is(unknown.exitCode, 3);
	t.regex(unknown.errors, /Whether it is in use is not known now/v);
	t.deepEqual(listDeletions(server), []);
	uses = buildUsesReading(
		[buildUse(`${server.host}/app:multi`)],
		[buildSource({readAt})],
	);
	const used = await applyPlan(world, document);
	t.is(used.exitCode, 3);
	t.regex(used.errors, /in use/v);
	t.is(listDeletions(server).length, 1);
});

test('safeguard 4: what was of unknown use when it was marked by hand goes by the phrase that says so', async t => {
	const uses = buildUsesReading(
		[],
		[buildSource({readAt, gaps: [buildGap()]})],
	);
	const {document, world, server} = await save(t, {
		uses: buildUsesSources(() => uses),
	});
	t.is(document.phrase, `delete 4 from ${server.host}, 4 of unknown use`);
	const {exitCode} = await applyPlan(world, document);
	t.is(exitCode, 0);
	t.is(listDeletions(server).length, 4);
});

test('safeguard 4: what was pulled since stays', async t => {
	let tallies: Array<ReturnType<typeof buildTally>> = [];
	const days = {from: 0, to: readAt};
	const source = buildPullSource({covers: days});
	const {document, world, server, oldest} = await save(t, {
		pulls: buildPullsSources(() => ({tallies, sources: [source]})),
	});
	t.regex(JSON.stringify(document.repositories), /"pulls":\{"state":"no"/v);
	tallies = [
		buildTally({
			host: server.host,
			image: {kind: 'digest', digest: oldest},
			days: new Map([[Math.floor(readAt / (24 * 60 * 60 * 1000)), 1]]),
			last: readAt,
		}),
	];
	const {exitCode, errors} = await applyPlan(world, document);
	t.is(exitCode, 3);
	t.regex(errors, /It was pulled, which was not known/v);
	t.is(listDeletions(server).length, 3);
});

test('safeguard 3: what was lifted is not in the file', async t => {
	let uses = buildUsesReading([], []);
	const {world, app, server, plans, ...rest} = await save(
		t,
		{uses: buildUsesSources(() => uses)},
		host => {
			uses = buildUsesReading(
				[buildUse(`${host}/app:a`)],
				[buildSource({readAt})],
			);
		},
	);
	await app.typeText(`lift ${rest.oldest.slice(7, 19)}`);
	await app.press('enter');
	t.true(app.frame().includes('1 in use'));
	await app.press('ctrl-e');
	const document = readPlan({...rest, world, server, plans}, server.host);
	t.is(document.phrase, `delete 3 from ${server.host}`);
	t.is(
		document.repositories[0]?.digests.find(({digest}) => digest === rest.oldest)
			?.verdict,
		'blocked',
	);
	t.regex(app.frame(), /Without what was lifted: jetsam apply/v);
});

test('one file for each registry that is not left out', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['c', 'b', 'a']);
	const others = createRegistryContent();
	addImages(others, 'lib', ['z', 'y', 'x']);
	const other = await startRegistry(t, {content: others});
	const {world, server, plans} = await journeyWorld(t, {
		content,
		alsoKnown: [other.known],
	});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'esc', 'esc', 'down', 'enter', 'enter', 'space');
	await app.press('d', 'ctrl-e');
	t.deepEqual(
		[...plans.keys()].toSorted(),
		[server.host, other.server.host]
			.map(host => `plan-of-${host}.json`)
			.toSorted(),
	);
	t.deepEqual(listDeletions(server), []);
});

test('the removal of one tag is not written down', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['c other', 'b', 'a']);
	const {world, plans} = await journeyWorld(t, {
		content,
		dialect: {tagDeletes: 'untag'},
		kind: 'distribution-3',
	});
	const app = await openApp(t, world);
	await app.press('enter', 'enter', 't', 'down', 'enter', 'enter', 'ctrl-e');
	t.regex(
		app.frame(),
		/The removal of one tag is confirmed here or not at all\./v,
	);
	t.is(plans.size, 0);
});
