import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {plan} from '../../source/commands/plan.js';
import {startPlan} from '../../source/commands/start-plan.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {parseWhere} from '../../source/oci/reference.js';
import type {PlanDocument} from '../../source/plain/plan-document.js';
import {readPlanDocument} from '../../source/plain/read-plan-document.js';
import type {Rules, RuleSet} from '../../source/retention/rules.js';
import {UserError} from '../../source/user-error.js';
import type {World} from '../../source/world.js';
import type {PullTally} from '../../source/evidence/pull.js';
import {
	buildPullSource,
	buildPullsSources,
	buildTally,
} from '../helpers/build-pulls.js';
import {applyPlan} from '../helpers/apply-plan.js';
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
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';

const rulesOf = (set: RuleSet, rest: Partial<Rules> = {}): Rules => ({
	sets: [set],
	allowUnknownUses: false,
	allowEmpty: false,
	...rest,
});

/** The newest by build time stay, two of them. */
const newest = rulesOf({keepNewest: 2, age: 'created'});

const capture = () => {
	const printed: string[] = [];
	const errors: string[] = [];
	return {
		printed,
		errors,
		output: {
			print(text: string) {
				printed.push(text);
			},
			printError(text: string) {
				errors.push(text);
			},
			isTerminal: false,
		},
	};
};

const makePlan = async (
	world: World,
	address: string,
	rules: Rules,
): Promise<{exitCode: number; text: string; document: PlanDocument}> => {
	const {output} = capture();
	let text = '';
	const exitCode = await plan(
		world,
		{
			where: parseWhere(address)!,
			address,
			rules,
			json: true,
			async write(written) {
				text = written;
			},
			signal: new AbortController().signal,
		},
		output,
	);
	const document = readPlanDocument(text, {
		file: 'plan.json',
		now: world.clock.now(),
	});
	return {exitCode, text, document};
};

/** A repository with an index over two platforms and five images, all older than the newest two. */
const openStage = async (
	t: ExecutionContext,
	options: Partial<JourneyOptions> = {},
) => {
	const content = createRegistryContent();
	const images = addImages(content, 'app', ['e', 'd', 'c', 'b', 'a']);
	const [index] = addPlatforms(content, 'app', {
		tags: ['multi'],
		architectures: ['amd64', 'arm64'],
		age: 900,
	});
	const stage = await journeyWorld(t, {content, ...options});
	return {...stage, content, images, index};
};

const reasonsOf = ({repositories}: PlanDocument): Record<string, string> =>
	Object.fromEntries(
		repositories.flatMap(({digests}) =>
			digests.map(({digest, tags, reason}) => [
				tags.join(' ') || digest,
				reason,
			]),
		),
	);

const failWith = async (
	t: ExecutionContext,
	work: () => Promise<unknown>,
	{exitCode, says}: {exitCode: UserError['exitCode']; says: RegExp},
): Promise<void> => {
	const error = await t.throwsAsync(work, {instanceOf: UserError});
	t.is(error.exitCode, exitCode);
	t.regex(error.sentence, says);
};

test('plan says of each digest what decided, and sends nothing', async t => {
	const {world, server} = await openStage(t);
	const {exitCode, document} = await makePlan(
		world,
		`${server.host}/app`,
		newest,
	);
	t.is(exitCode, 0);
	const reasons = reasonsOf(document);
	t.regex(
		reasons['multi'] ?? '',
		/^candidate: \d+ days old by its build time/v,
	);
	t.is(
		Object.values(reasons).filter(reason => reason.endsWith('by build')).length,
		2,
	);
	t.is(
		document.repositories[0]?.digests.filter(
			({verdict, goesWith}) => verdict === 'candidate' && goesWith !== null,
		).length,
		2,
	);
	t.regex(document.phrase, /^delete 6 from /v);
	t.deepEqual(listDeletions(server), []);
	t.deepEqual(
		server.requests.filter(({method}) => !['GET', 'HEAD'].includes(method)),
		[],
	);
});

test('apply deletes what the plan names, and the second time there is nothing left to do', async t => {
	const {world, server, content, index} = await openStage(t);
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		maxShare: 90,
	});
	const first = await applyPlan(world, document);
	t.is(first.exitCode, 0);
	t.is(listDeletions(server).length, 6);
	t.true(listDeletions(server).includes(deletionOf('app', index)));
	t.is(content.repositories.get('app')?.manifests.size, 2);
	t.true(first.printed.includes('deleted 6'));
	const second = await applyPlan(world, document);
	t.is(second.exitCode, 0);
	t.is(listDeletions(server).length, 6);
	t.true(second.printed.includes('already gone 6'));
});

test('a push between plan and apply: that digest is refused, the rest is done', async t => {
	const {world, server, content, images} = await openStage(t);
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		maxShare: 90,
	});
	const candidates = document.repositories[0]!.digests.filter(
		({verdict, goesWith}) => verdict === 'candidate' && goesWith === null,
	);
	const moved = candidates.find(({tags}) => !tags.includes('multi'))!;
	content.repositories.get('app')!.tags.set('again', moved.digest);
	const {exitCode, errors} = await applyPlan(world, document);
	t.is(exitCode, 3);
	t.regex(errors, /Its tags are .*again.* now/v);
	t.is(listDeletions(server).length, 5);
	t.false(listDeletions(server).includes(deletionOf('app', moved.digest)));
	t.is(images.length, 5);
});

test('what the rules keep by now stays: others have deleted the newest', async t => {
	const {world, server, content} = await openStage(t);
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		maxShare: 90,
	});
	const kept = document.repositories[0]!.digests.filter(({reason}) =>
		reason.endsWith('by build'),
	);
	const {manifests, tags} = content.repositories.get('app')!;
	for (const {digest, tags: names} of kept) {
		manifests.delete(digest);
		for (const name of names) {
			tags.delete(name);
		}
	}

	const {exitCode, errors} = await applyPlan(world, document);
	t.is(exitCode, 3);
	t.regex(errors, /The rules keep it now: the newest of 4 by build\./v);
	t.regex(errors, /The rules keep it now: 2nd newest of 4 by build\./v);
	t.true(manifests.size >= 2);
});

test('nothing goes that the plan does not name, also not along with what it names', async t => {
	const {world, server, content, index} = await openStage(t);
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		maxShare: 90,
	});
	addPlatforms(content, 'app', {
		tags: ['other'],
		architectures: ['riscv64'],
		age: 900,
	});
	const before = content.repositories.get('app')!.manifests.size;
	const {exitCode} = await applyPlan(world, document);
	t.is(exitCode, 0);
	t.is(content.repositories.get('app')!.manifests.size, before - 6);
	t.true(listDeletions(server).includes(deletionOf('app', index)));
});

test('a use since the plan keeps its digest; a source that does not answer keeps all', async t => {
	const readAt = Date.UTC(2026, 10, 22);
	let uses = buildUsesReading([], [buildSource({readAt})]);
	const sources = buildUsesSources(() => uses);
	const {world, server} = await openStage(t, {uses: sources});
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		maxShare: 90,
	});
	uses = buildUsesReading([], [buildSource({readAt, gaps: [buildGap()]})]);
	const none = await applyPlan(world, document);
	t.is(none.exitCode, 3);
	t.deepEqual(listDeletions(server), []);
	uses = buildUsesReading(
		[buildUse(`${server.host}/app:multi`)],
		[buildSource({readAt})],
	);
	const some = await applyPlan(world, document);
	t.is(some.exitCode, 3);
	t.regex(some.errors, /The rules keep it now: in use by shop\/api-1\./v);
	t.is(listDeletions(server).length, 3);
});

test('without any source of uses nothing is scanned, unless the operator says so', async t => {
	const sources = buildUsesSources(() => buildUsesReading([], []));
	const {world, server} = await openStage(t, {uses: sources});
	await failWith(t, async () => makePlan(world, `${server.host}/app`, newest), {
		exitCode: 2,
		says: /There is no source of uses/v,
	});
	t.deepEqual(server.requests, []);
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		allowUnknownUses: true,
	});
	t.regex(document.phrase, /^delete 6 from \S+, 6 of unknown use/v);
});

test('safeguard 9: without a terminal a repository is thinned out only where the operator allowed it', async t => {
	const {world, server} = await openStage(t);
	const {document} = await makePlan(world, `${server.host}/app`, newest);
	t.true(document.phrase.endsWith('4 of 6 from app'));
	await failWith(t, async () => applyPlan(world, document), {
		exitCode: 3,
		says: /4 of 6 digests of app would go/v,
	});
	t.deepEqual(listDeletions(server), []);
	const {exitCode} = await applyPlan(world, document, {maxShare: 70});
	t.is(exitCode, 0);
	t.is(listDeletions(server).length, 6);
});

test('safeguard 9: a repository is emptied where the rules say so, and only there', async t => {
	const {world, server} = await openStage(t);
	const all = rulesOf({onlyTags: ['']});
	const {document} = await makePlan(world, `${server.host}/app`, all);
	await failWith(t, async () => applyPlan(world, document, {maxShare: 99}), {
		exitCode: 3,
		says: /app would be left empty/v,
	});
	t.deepEqual(listDeletions(server), []);
	const allowed = await makePlan(world, `${server.host}/app`, {
		...all,
		allowEmpty: true,
	});
	const {exitCode} = await applyPlan(world, allowed.document);
	t.is(exitCode, 0);
});

test('a limit of deletes is looked at before the first', async t => {
	const {world, server} = await openStage(t);
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		maxShare: 90,
	});
	await failWith(t, async () => applyPlan(world, document, {maxDeletes: 5}), {
		exitCode: 3,
		says: /deletes 6 digests, and --max-deletes allows 5/v,
	});
	t.deepEqual(listDeletions(server), []);
});

test('a phrase that does not fit sends nothing and reads nothing; without --yes somebody has to be asked', async t => {
	const {world, server} = await openStage(t);
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		maxShare: 90,
	});
	const asked = server.requests.length;
	await failWith(
		t,
		async () => applyPlan(world, document, {confirm: ['delete 5 from x']}),
		{exitCode: 3, says: /does not fit/v},
	);
	t.is(server.requests.length, asked);
	await failWith(t, async () => applyPlan(world, document, {yes: false}), {
		exitCode: 2,
		says: /no terminal to ask on/v,
	});
	t.deepEqual(listDeletions(server), []);
});

test('a plan that was altered, cut off, is of another version or has expired is refused', async t => {
	const {world, server, clock} = await openStage(t);
	const {text, document} = await makePlan(world, `${server.host}/app`, newest);
	const read = (other: string) => (): PlanDocument =>
		readPlanDocument(other, {file: 'plan.json', now: clock.now()});
	for (const [other, says] of [
		[text.replace('"keep"', '"candidate"'), /was changed after/v],
		[text.slice(0, -40), /is cut off or damaged/v],
		[text.replace('"schemaVersion": 1', '"schemaVersion": 2'), /version 2/v],
		['{"schemaVersion": 1}', /is no plan/v],
		['', /is no plan/v],
	] as const) {
		const error = t.throws(read(other), {instanceOf: UserError});
		t.is(error.exitCode, 3);
		t.regex(error.sentence, says);
	}

	t.deepEqual(read(JSON.stringify(JSON.parse(text)))(), document);
	clock.advance(24 * 60 * 60 * 1000 + 1);
	t.throws(read(text), {instanceOf: UserError, message: /expired at/v});
});

test('a plan in which nothing goes is applied and does nothing', async t => {
	const {world, server} = await openStage(t);
	const {document} = await makePlan(
		world,
		`${server.host}/app`,
		rulesOf({keepNewest: 20, age: 'created'}),
	);
	const {exitCode, errors} = await applyPlan(world, document);
	t.is(exitCode, 0);
	t.true(errors.includes('The plan deletes nothing.'));
	t.deepEqual(listDeletions(server), []);
});

const bad: Readonly<Record<string, readonly [string[], string?]>> = {
	'no rules': [[]],
	'a pattern that is none': [['--keep-tags', '(']],
	'a rules file with a key that there is not': [
		['--rules', 'FILE'],
		'rules:\n  - keepNewset: 3\n',
	],
	'a rules file that is not there': [['--rules', 'FILE']],
};

for (const [name, [options, text]] of Object.entries(bad)) {
	test(`nothing is scanned: ${name}`, async t => {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-rules-'));
		t.teardown(async () => rm(folder, {recursive: true, force: true}));
		const file = path.join(folder, 'rules.yaml');
		if (text !== undefined) {
			await writeFile(file, text);
		}

		const {world, server} = await openStage(t);
		const address = `${server.host}/app`;
		const commandLine = parseCommandLine([
			'plan',
			address,
			...options.map(option => (option === 'FILE' ? file : option)),
		]);
		const {output} = capture();
		await failWith(
			t,
			async () =>
				startPlan(
					world,
					{
						commandLine,
						where: parseWhere(address)!,
						address,
						signal: new AbortController().signal,
					},
					output,
				),
			{exitCode: 2, says: /./v},
		);
		t.deepEqual(server.requests, []);
	});
}

test('a pattern that takes over a second ends the plan, and nothing is written', async t => {
	const {world, server, content} = await openStage(t);
	addImages(content, 'app', [`${'a'.repeat(60)}-`]);
	await failWith(
		t,
		async () =>
			makePlan(world, `${server.host}/app`, rulesOf({keepTags: ['^(a+)+$']})),
		{exitCode: 2, says: /\^\(a\+\)\+\$ takes over a second/v},
	);
});

test('a plan for another registry, or for another kind, is refused before anything is sent', async t => {
	const {world, server} = await openStage(t);
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		maxShare: 90,
	});
	const other = {
		...world,
		async openRegistry(address: string, signal: AbortSignal) {
			const registry = await world.openRegistry(address, signal);
			return {...registry, host: 'other.test'};
		},
	};
	await failWith(t, async () => applyPlan(other, document), {
		exitCode: 3,
		says: /The plan is for \S+ \(OCI registry\), and what answers there is other\.test/v,
	});
	await failWith(
		t,
		async () => applyPlan(world, {...document, registryKind: 'Harbor'}),
		{exitCode: 3, says: /\(Harbor\), and what answers there is/v},
	);
	t.deepEqual(listDeletions(server), []);
});

test('safeguard 4: where a source of pulls does not know, the phrase of the plan counts it', async t => {
	const {world, server} = await openStage(t, {
		pulls: buildPullsSources(() => ({
			tallies: [],
			sources: [buildPullSource({proves: 'nothing'})],
		})),
	});
	const {document} = await makePlan(world, `${server.host}/app`, {
		...newest,
		maxShare: 90,
	});
	t.regex(document.phrase, /^delete 6 from \S+, \d of unknown pulls$/v);
});

test('safeguard 6: a plan rests on the pulls of the days that its rules ask for, and on no others', async t => {
	const now = Date.UTC(2026, 10, 22);
	const day = 24 * 60 * 60 * 1000;
	let tallies: readonly PullTally[] = [];
	const {world, server} = await openStage(t, {
		pulls: buildPullsSources(() => ({
			tallies,
			// Of the usual 90 days it knows ten.
			sources: [
				buildPullSource({covers: {from: now - 10 * day, to: now}, readAt: now}),
			],
		})),
	});
	const rules = {
		...rulesOf({
			keepNewest: 2,
			age: 'created',
			minPulls: {count: 1, within: {amount: 7, unit: 'd'}},
		}),
		maxShare: 90,
	};
	const {document} = await makePlan(world, `${server.host}/app`, rules);
	t.regex(document.phrase, /^delete 6 from \S+$/v);
	const going = document.repositories[0]!.digests.find(
		({verdict, children}) => verdict === 'candidate' && children.length === 0,
	);
	t.is(going?.goesWith, null);

	tallies = [
		buildTally({
			host: server.host,
			image: {kind: 'digest', digest: going!.digest},
			days: new Map([[Math.floor(now / day) - 1, 1]]),
			last: now - day,
		}),
	];
	const {exitCode, errors} = await applyPlan(world, document);
	t.is(exitCode, 3);
	t.regex(errors, /The rules keep it now: accessed 1 time in 7 days/v);
	t.is(listDeletions(server).length, 5);
	t.false(listDeletions(server).includes(deletionOf('app', going!.digest)));
});
