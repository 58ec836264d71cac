/* eslint-disable import-x/no-unassigned-import -- the parts hold their tests */
import {setImmediate} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {
	type Review,
	collectOutcomes,
	createMemoryJournal,
	listDeletes,
	reviewMarks,
	showRequests,
} from '../helpers/fake-world.js';
import {addTag} from '../../source/demo/build-content.js';
import {nameOf} from '../helpers/build-repository.js';
import {createGate} from '../helpers/journey-world.js';
import './_grouping.js';

const names = ['one', 'two', 'three', 'four', 'five', 'six'];
const entriesOf = (prefix: string) =>
	Object.fromEntries(names.map(name => [`${prefix}-${name}`, {tags: [name]}]));
const repositories = ['app', 'web', 'api', 'job'];
const marked = repositories.flatMap(prefix =>
	names.map(name => `${prefix}-${name}`),
);
const reviewMany = async (t: ExecutionContext): Promise<Review> =>
	reviewMarks(t, {
		repositories: Object.fromEntries(
			repositories.map(name => [name, entriesOf(name)]),
		),
		marked,
	});

const atOnce = {stepsAtOnce: 32};

/** Six images of one repository. */
const reviewOne = async (t: ExecutionContext): Promise<Review> =>
	reviewMarks(t, {
		repositories: {app: {...entriesOf('app'), rest: {tags: ['rest']}}},
		marked: names.map(name => `app-${name}`),
	});

/** Lets the first delete through and holds the others at a gate; resolves `all` when so many are there. */
const holdDeletes = ({faults}: Review, count: number) => {
	const gate = createGate();
	let arrived = 0;
	let reach: () => void = () => undefined;
	const all = new Promise<void>(resolve => {
		reach = resolve;
	});
	faults.intercept = async ({method}) => {
		if (method === 'DELETE' && ++arrived > 1) {
			if (arrived > count) {
				reach();
			}

			await gate.pass();
		}

		return false;
	};

	return {all, open: gate.open};
};

/** Each digest's lines in the journal, in their order. */
const linesByDigest = (
	lines: ReadonlyArray<Readonly<Record<string, unknown>>>,
): Record<string, string[]> => {
	const found: Record<string, string[]> = {};
	for (const {kind, digest} of lines) {
		(found[nameOf(String(digest))] ??= []).push(String(kind));
	}

	return found;
};

test('many at once: deletes of one repository overlap once it has let one go, and all end', async t => {
	const review = await reviewMany(t);
	const {run, faults, server} = review;
	let underWay = 0;
	let second: () => void = () => undefined;
	const overlap = new Promise<void>(resolve => {
		second = resolve;
	});
	let count = 0;
	faults.intercept = async ({method, path}) => {
		if (method === 'DELETE' && path.includes('/app/') && ++count > 1) {
			underWay++;
			if (underWay === 2) {
				second();
			}

			await overlap;
		}

		return false;
	};

	const outcomes = await run(atOnce);
	t.true(outcomes.every(({kind}) => kind === 'deleted'));
	t.is(new Set(listDeletes(server)).size, marked.length);
});

test('many at once: no more than they may be, and each is looked at, saved in the journal and looked for again', async t => {
	const review = await reviewOne(t);
	const {server, journal, faults, run} = review;
	let underWay = 0;
	let most = 0;
	faults.intercept = async ({method}) => {
		if (method === 'DELETE') {
			most = Math.max(most, ++underWay);
			await setImmediate();
			underWay--;
		}

		return false;
	};

	await run({stepsAtOnce: 2});
	t.true(most <= 2, `${most} at once`);
	const requests = showRequests(server);
	for (const [index, name] of names.entries()) {
		const digest = `app-${name}`;
		const mine = requests.filter(text =>
			[`@${digest} `, `:${name} `].some(part => text.includes(part)),
		);
		t.deepEqual(
			mine,
			[
				`HEAD shop/app@${digest} 200`,
				`HEAD shop/app:${name} 200`,
				`DELETE shop/app@${digest} 202`,
				`HEAD shop/app@${digest} 404`,
			],
			`step ${index}`,
		);
	}

	t.deepEqual(
		linesByDigest(journal.lines),
		Object.fromEntries(
			names.map(name => [`app-${name}`, ['step-began', 'step-ended']]),
		),
	);
});

test('many at once: with room for one, all of them keep the order of the plan', async t => {
	const {run, plan} = await reviewMany(t);
	const outcomes = await run({stepsAtOnce: 1});
	t.deepEqual(
		outcomes.map(({text}) => text),
		plan.steps.map(({digest}) => `${nameOf(digest)} deleted`),
	);
});

test('safeguard 2: many at once, what hangs together waits while others go', async t => {
	const {run, faults, server, path} = await reviewMarks(t, {
		repositories: {
			app: {
				plain: {tags: ['plain']},
				first: {tags: ['1'], children: ['mine', 'shared']},
				second: {tags: ['2'], children: ['shared']},
				mine: {},
				shared: {},
				other: {tags: ['other']},
				stays: {tags: ['stays']},
			},
		},
		marked: ['plain', 'first', 'second', 'other'],
	});
	const gate = createGate();
	t.teardown(gate.open);
	const atDelete: string[][] = [];
	faults.intercept = async ({method, path: asked}) => {
		if (method !== 'DELETE') {
			return false;
		}

		if (asked === path('first')) {
			await gate.pass();
		}

		if (asked === path('other')) {
			gate.open();
		}

		if ([path('mine'), path('shared')].includes(asked)) {
			const {manifests} = server.content.repositories.get('shop/app')!;
			atDelete.push([...manifests.keys()].map(digest => nameOf(digest)));
		}

		return false;
	};

	const outcomes = await run(atOnce);
	t.true(outcomes.every(({kind}) => kind === 'deleted'));
	t.is(atDelete.length, 2);
	for (const present of atDelete) {
		t.false(present.includes('first'));
		t.false(present.includes('second'));
	}
});

test('safeguard 2: many at once, children stay when one of the indexes over them stays', async t => {
	const {run, faults, server, path} = await reviewMarks(t, {
		repositories: {
			app: {
				plain: {tags: ['plain']},
				first: {tags: ['1'], children: ['mine', 'shared']},
				second: {tags: ['2'], children: ['shared', 'yours']},
				mine: {},
				shared: {},
				yours: {},
				stays: {tags: ['stays']},
			},
		},
		marked: ['plain', 'first', 'second'],
	});
	faults.intercept = ({method, path: asked}, response) => {
		const isHit = method === 'DELETE' && asked === path('second');
		if (isHit) {
			response.writeHead(409).end();
		}

		return isHit;
	};

	const outcomes = await run(atOnce);
	t.deepEqual(
		outcomes.map(({text}) => text).toSorted(),
		[
			'first deleted',
			'mine deleted',
			'plain deleted',
			'second refused',
			'shared refused',
			'yours refused',
		].toSorted(),
	);
	t.false(listDeletes(server).includes(path('shared')));
});

test('safeguard 6: many at once, a repository is read again while nothing in it is at its delete, once for all', async t => {
	const review = await reviewOne(t);
	const {run, faults, server, clock, digest} = review;
	const {all, open} = holdDeletes(review, 3);
	const hold = faults.intercept!;
	let atDelete = 0;
	const whileListed: number[] = [];
	faults.intercept = async (request, response, attempt) => {
		if (request.method === 'DELETE') {
			atDelete++;
			const isTaken = await hold(request, response, attempt);
			atDelete--;
			return isTaken;
		}

		if (request.path.includes('/tags/list')) {
			whileListed.push(atDelete);
		}

		return false;
	};

	// What begins after these finds the reading too old.
	const running = run({stepsAtOnce: 3});
	await all;
	addTag(server.content, 'shop/app', 'prod', digest('app-six'));
	clock.advance(60_000);
	open();
	const outcomes = await running;
	t.deepEqual(whileListed, [0]);
	t.deepEqual(
		outcomes.map(({text}) => text).toSorted(),
		names
			.map(name => `app-${name} ${name === 'six' ? 'refused' : 'deleted'}`)
			.toSorted(),
	);
});

test('many at once: stopping lets those end whose delete is sent, and sends no other', async t => {
	const review = await reviewOne(t);
	const {run, stop, journal, server} = review;
	const {all, open} = holdDeletes(review, 3);
	const running = run({stepsAtOnce: 3});
	await all;
	stop.abort();
	open();
	const outcomes = await running;
	t.deepEqual(outcomes.map(({kind}) => kind).toSorted(), [
		'deleted',
		'deleted',
		'deleted',
		'deleted',
		'not-reached',
		'not-reached',
	]);
	t.is(listDeletes(server).length, 4);
	t.is(journal.lines.length, 8);
});

test('many at once: stopping sends nothing for those that are still being looked at', async t => {
	const {run, stop, faults, journal, server, path} = await reviewOne(t);
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({method, path: asked}) => {
		if (method === 'HEAD' && asked !== path('app-one')) {
			await gate.pass();
		}

		return false;
	};

	// The first has a tag, which is asked for too: it waits like all others.
	const running = run(atOnce);
	await gate.reached;
	stop.abort();
	gate.open();
	const outcomes = await running;
	t.true(outcomes.every(({kind}) => kind === 'not-reached'));
	t.deepEqual(listDeletes(server), []);
	t.deepEqual(journal.lines, []);
});

test('many at once: aborting says of each that was sent that nobody knows, and the journal has both lines of it', async t => {
	const review = await reviewOne(t);
	const {run, abort, journal} = review;
	const {all, open} = holdDeletes(review, 3);
	t.teardown(open);
	const running = run({stepsAtOnce: 3});
	await all;
	abort.abort();
	const outcomes = await running;
	t.is(outcomes.filter(({kind}) => kind === 'deleted').length, 1);
	const failed = outcomes.filter(({kind}) => kind === 'failed');
	t.is(failed.length, 3);
	for (const {reason} of failed) {
		t.is(
			reason,
			'Broken off while its reply was awaited. Whether the digest is gone is not known.',
		);
	}

	t.is(outcomes.filter(({kind}) => kind === 'not-reached').length, 2);
	t.true(
		Object.values(linesByDigest(journal.lines)).every(
			lines => lines.join(' ') === 'step-began step-ended',
		),
	);
	t.is(journal.lines.length, 8);
});

test('safeguard 8: many at once, when a line cannot be written what is not sent yet is not sent', async t => {
	const {run, server} = await reviewOne(t);
	// The first step has its two lines.
	const journal = createMemoryJournal(3);
	const outcomes = await run({...atOnce, journal});
	t.is(listDeletes(server).length, 1);
	t.is(outcomes.filter(({kind}) => kind === 'deleted').length, 1);
	t.is(journal.lines.length, 2);
});

test('safeguard 8: many at once, no delete arrives before its own line is durable', async t => {
	const {run, journal, faults, path} = await reviewOne(t);
	const early: string[] = [];
	faults.intercept = ({method, path: asked}) => {
		if (
			method === 'DELETE' &&
			!journal.lines.some(
				({kind, digest}) =>
					kind === 'step-began' && asked.endsWith(String(digest)),
			)
		) {
			early.push(asked);
		}

		return false;
	};

	await run(atOnce);
	t.deepEqual(early, []);
	t.truthy(path('app-one'));
});

test('safeguard 11: many at once, a host that refuses from the first is asked three times', async t => {
	const {run, faults, server} = await reviewMany(t);
	faults.intercept = ({method}, response) => {
		if (method === 'DELETE') {
			response.writeHead(403).end();
		}

		return method === 'DELETE';
	};

	const outcomes = await run(atOnce);
	t.is(listDeletes(server).length, 3);
	t.is(outcomes.filter(({kind}) => kind === 'refused').length, 3);
	t.is(outcomes.filter(({kind}) => kind === 'not-reached').length, 21);
});

test('safeguard 11: many at once, a repository that cannot delete is asked once', async t => {
	const {run, faults, server} = await reviewMany(t);
	faults.intercept = ({method, path}, response) => {
		const isHit = method === 'DELETE' && path.includes('/web/');
		if (isHit) {
			response.writeHead(405).end();
		}

		return isHit;
	};

	const outcomes = await run(atOnce);
	t.is(listDeletes(server).filter(path => path.includes('/web/')).length, 1);
	t.is(outcomes.filter(({kind}) => kind === 'refused').length, 6);
	t.is(outcomes.filter(({kind}) => kind === 'deleted').length, 18);
});

test('safeguard 11: many at once, a "no" reaches those of its repository that are under way before they are sent', async t => {
	const {execute, faults, server, path} = await reviewOne(t);
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({method, path: asked}, response) => {
		if (method === 'HEAD' && asked.endsWith('/three')) {
			await gate.pass();
		}

		if (method === 'DELETE' && asked === path('app-two')) {
			await gate.reached;
			response.writeHead(405).end();
			return true;
		}

		return false;
	};

	const outcomes: string[] = [];
	for await (const event of execute({stepsAtOnce: 2})) {
		if (event.kind === 'step-ended') {
			outcomes.push(event.outcome.kind);
			if (event.outcome.kind === 'refused') {
				gate.open();
			}
		}
	}

	t.deepEqual(listDeletes(server), [path('app-one'), path('app-two')]);
	t.deepEqual(outcomes, [
		'deleted',
		...Array.from({length: 5}, () => 'refused'),
	]);
});

test('a run that nobody listens to any more begins nothing new', async t => {
	const {execute, server} = await reviewOne(t);
	for await (const event of execute({stepsAtOnce: 2})) {
		if (event.kind === 'step-ended') {
			break;
		}
	}

	t.true(listDeletes(server).length <= 3);
});

test('a bug in one step is thrown when what is under way has ended', async t => {
	const {execute, registry, server, path} = await reviewOne(t);
	const broken = {
		...registry,
		async deleteManifest(...call: Parameters<typeof registry.deleteManifest>) {
			if (path('app-two').endsWith(call[1])) {
				throw new TypeError('a bug');
			}

			return registry.deleteManifest(...call);
		},
	};
	await t.throwsAsync(
		async () => collectOutcomes(execute({stepsAtOnce: 2, registry: broken})),
		{instanceOf: TypeError, message: 'a bug'},
	);
	t.true(listDeletes(server).length <= 3);
});

test('a held run ends what is under way and begins nothing until it may go on', async t => {
	const review = await reviewOne(t);
	const {run, server} = review;
	const {all, open} = holdDeletes(review, 3);
	const gate = createGate();
	t.teardown(gate.open);
	let isHeld = false;
	const running = run({
		stepsAtOnce: 3,
		async waitForGo() {
			if (isHeld) {
				await gate.pass();
			}
		},
	});
	await all;
	isHeld = true;
	open();
	await gate.reached;
	t.is(listDeletes(server).length, 4);
	gate.open();
	const outcomes = await running;
	t.true(outcomes.every(({kind}) => kind === 'deleted'));
	t.is(listDeletes(server).length, 6);
});
