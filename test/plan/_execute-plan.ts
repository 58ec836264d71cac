import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import type {Journal} from '../../source/world.js';
import {nameOf} from '../helpers/build-repository.js';
import {
	createMemoryJournal,
	listDeletes,
	manifestPath,
	type MemoryJournal,
	type NamedOutcome,
	reviewMarks,
	showRequests,
} from '../helpers/fake-world.js';

const textsOf = (outcomes: readonly NamedOutcome[]): string[] =>
	outcomes.map(({text}) => text);

/** Journal lines as `step-began amd64`. */
const showLines = ({lines}: MemoryJournal): string[] =>
	lines.map(({kind, digest}) => `${kind} ${nameOf(String(digest))}`);

const app = {
	index: {tags: ['latest', 'v1'], children: ['amd64', 'arm64']},
	amd64: {},
	arm64: {},
	next: {tags: ['v2'], children: ['shared']},
	shared: {},
	plain: {tags: ['plain']},
};
const web = {site: {tags: ['site']}, other: {tags: ['other']}};

const images = {
	one: {tags: ['1']},
	two: {tags: ['2']},
	three: {tags: ['3']},
	four: {tags: ['4']},
};

test('safeguard 1: exactly the planned digests are deleted, by digest, in order, each after a look and verified', async t => {
	const {server, plan, run} = await reviewMarks(t, {
		repositories: {app, web},
		marked: ['site', 'index'],
	});
	const outcomes = await run();
	t.deepEqual(textsOf(outcomes), [
		'index deleted',
		'amd64 deleted',
		'arm64 deleted',
		'site deleted',
	]);
	t.deepEqual(
		listDeletes(server),
		plan.steps.map(step => manifestPath(step)),
	);
	for (const path of listDeletes(server)) {
		t.regex(path, /^\/v2\/shop\/(?:app|web)\/manifests\/sha256:[\da-f]{64}$/v);
	}

	t.deepEqual(showRequests(server), [
		'HEAD shop/app@index 200',
		'HEAD shop/app:latest 200',
		'HEAD shop/app:v1 200',
		'DELETE shop/app@index 202',
		'HEAD shop/app@index 404',
		'HEAD shop/app@amd64 200',
		'DELETE shop/app@amd64 202',
		'HEAD shop/app@amd64 404',
		'HEAD shop/app@arm64 200',
		'DELETE shop/app@arm64 202',
		'HEAD shop/app@arm64 404',
		'HEAD shop/web@site 200',
		'HEAD shop/web:site 200',
		'DELETE shop/web@site 202',
		'HEAD shop/web@site 404',
		// Safeguard 12: the index `next` stays.
		'HEAD shop/app@shared 200',
	]);
	const {repositories} = server.content;
	t.deepEqual(
		[...(repositories.get('shop/app')?.manifests.keys() ?? [])].map(digest =>
			nameOf(digest),
		),
		['shared', 'next', 'plain'],
	);
	t.deepEqual(
		[...(repositories.get('shop/app')?.tags.keys() ?? [])],
		['v2', 'plain'],
	);
	t.deepEqual(
		[...(repositories.get('shop/web')?.tags.keys() ?? [])],
		['other'],
	);
});

test('each step is told when it begins and when it ends', async t => {
	const {execute} = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	const told: string[] = [];
	for await (const event of execute()) {
		told.push(
			'step' in event
				? `${event.kind} ${nameOf(event.step.digest)}`
				: event.kind,
		);
	}

	t.deepEqual(told, [
		'step-began index',
		'step-ended index',
		'step-began amd64',
		'step-ended amd64',
		'step-began arm64',
		'step-ended arm64',
		// The index `next` stays.
		'indexes-checked',
	]);
});

test('safeguard 8: when a delete arrives its line is durable, and so is how the one before ended', async t => {
	const {run, journal, faults, registry, digest} = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	const atArrival: string[][] = [];
	faults.intercept = ({method}) => {
		if (method === 'DELETE') {
			atArrival.push(showLines(journal));
		}

		return false;
	};

	// The line appears a turn later than the call, so a delete that does not wait for it is seen here.
	const atCall: string[][] = [];
	await run({
		registry: {
			...registry,
			async deleteManifest(...call) {
				atCall.push(showLines(journal));
				return registry.deleteManifest(...call);
			},
		},
	});
	const began = (name: string) => `step-began ${name}`;
	const ended = (name: string) => `step-ended ${name}`;
	const expected = [
		[began('index')],
		[began('index'), ended('index'), began('amd64')],
		[
			began('index'),
			ended('index'),
			began('amd64'),
			ended('amd64'),
			began('arm64'),
		],
	];
	t.deepEqual(atCall, expected);
	t.deepEqual(atArrival, expected);
	t.deepEqual(showLines(journal).slice(5, 6), [ended('arm64')]);
	t.deepEqual(journal.lines.slice(0, 2), [
		{
			kind: 'step-began',
			registry: registry.host,
			repository: 'shop/app',
			digest: digest('index'),
			tags: ['latest', 'v1'],
			mediaType: 'application/vnd.oci.image.index.v1+json',
			time: '2026-11-22T00:00:00.000Z',
		},
		{
			kind: 'step-ended',
			registry: registry.host,
			repository: 'shop/app',
			digest: digest('index'),
			outcome: {kind: 'deleted'},
			status: 202,
			time: '2026-11-22T00:00:00.000Z',
		},
	]);
});

test('safeguard 8: how a step ended is journalled whatever it was', async t => {
	const {run, journal, faults, path} = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two', 'three'],
	});
	faults.intercept = ({method, path: asked}, response) => {
		const status = new Map([
			[path('one'), 500],
			[path('two'), 409],
		]).get(asked);
		if (method !== 'DELETE' || status === undefined) {
			return false;
		}

		response.writeHead(status).end();
		return true;
	};

	const outcomes = await run();
	t.deepEqual(textsOf(outcomes), [
		'one failed',
		'two refused',
		'three deleted',
	]);
	t.deepEqual(
		journal.lines
			.filter(({kind}) => kind === 'step-ended')
			.map(({outcome}) => outcome),
		[
			{kind: 'failed', reason: outcomes[0]?.reason},
			{kind: 'refused', reason: outcomes[1]?.reason},
			{kind: 'deleted'},
		],
	);
});

test('safeguard 8: when the line before a step cannot be written nothing is deleted any more', async t => {
	const {run, server} = await reviewMarks(t, {
		repositories: {app, web},
		marked: ['index', 'site'],
	});
	const journal = createMemoryJournal(1);
	const outcomes = await run({journal});
	t.deepEqual(textsOf(outcomes), [
		'index failed',
		'amd64 not-reached',
		'arm64 not-reached',
		'site not-reached',
	]);
	t.is(
		outcomes[0]?.reason,
		'The journal could not be written (ENOSPC). Make room. Nothing was deleted.',
	);
	t.is(outcomes[1]?.reason, 'the journal could not be written');
	t.deepEqual(listDeletes(server), []);
	t.deepEqual(journal.lines, []);
});

test('safeguard 8: when the line after a step cannot be written nothing more is deleted', async t => {
	const {run, server, path} = await reviewMarks(t, {
		repositories: {app, web},
		marked: ['index', 'site'],
	});
	const journal = createMemoryJournal(4);
	const outcomes = await run({journal});
	t.deepEqual(textsOf(outcomes), [
		'index deleted',
		'amd64 deleted',
		'arm64 not-reached',
		'site not-reached',
	]);
	t.is(outcomes[2]?.reason, 'the journal could not be written any more');
	t.deepEqual(listDeletes(server), [path('index'), path('amd64')]);
	t.deepEqual(showLines(journal), [
		'step-began index',
		'step-ended index',
		'step-began amd64',
	]);
});

test('safeguard 8: any error of a journal counts, not only those that an operator can mend', async t => {
	const {run, server} = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	const journal: Journal = {
		...createMemoryJournal(),
		async append() {
			await setImmediate();
			throw new TypeError('a bug');
		},
	};
	t.deepEqual(textsOf(await run({journal})), ['one failed', 'two not-reached']);
	t.deepEqual(listDeletes(server), []);
});

test('stopping lets the step in flight end, verified and journalled, and begins none', async t => {
	const {run, server, faults, stop, journal} = await reviewMarks(t, {
		repositories: {app: images, web},
		marked: ['one', 'two', 'site'],
	});
	faults.intercept = ({method}) => {
		if (method === 'DELETE') {
			stop.abort();
		}

		return false;
	};

	const outcomes = await run();
	t.deepEqual(textsOf(outcomes), [
		'one deleted',
		'two not-reached',
		'site not-reached',
	]);
	t.is(outcomes[1]?.reason, 'the run was stopped before it');
	t.deepEqual(showRequests(server), [
		'HEAD shop/app@one 200',
		'HEAD shop/app:1 200',
		'DELETE shop/app@one 202',
		'HEAD shop/app@one 404',
	]);
	t.deepEqual(showLines(journal), ['step-began one', 'step-ended one']);
});

test('stopped before it began, a run sends nothing', async t => {
	const {run, server, stop, journal} = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	stop.abort();
	t.deepEqual(textsOf(await run()), ['one not-reached', 'two not-reached']);
	t.deepEqual(server.requests, []);
	t.deepEqual(journal.lines, []);
});

test('aborting while a reply is awaited says that the outcome is not known, and journals it', async t => {
	const {run, server, faults, abort, journal, path} = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	faults.intercept = ({method}) => {
		if (method !== 'DELETE') {
			return false;
		}

		abort.abort();
		return true;
	};

	const outcomes = await run();
	t.deepEqual(textsOf(outcomes), ['one failed', 'two not-reached']);
	t.is(
		outcomes[0]?.reason,
		'Broken off while its reply was awaited. Whether the digest is gone is not known.',
	);
	t.deepEqual(listDeletes(server), [path('one')]);
	t.deepEqual(journal.lines.at(-1)?.['outcome'], {
		kind: 'failed',
		reason: outcomes[0]?.reason,
	});
});

test('aborting during the look before a step sends no delete', async t => {
	const {run, server, faults, abort, journal} = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	faults.intercept = ({method}) => {
		if (method !== 'HEAD') {
			return false;
		}

		abort.abort();
		return true;
	};

	const outcomes = await run();
	t.deepEqual(textsOf(outcomes), ['one failed', 'two not-reached']);
	t.is(outcomes[0]?.reason, 'broken off before anything was sent');
	t.deepEqual(listDeletes(server), []);
	t.deepEqual(journal.lines, []);
});

test('safeguard 5: read-only tells what it would delete, sends no delete and writes no journal', async t => {
	const {run, server} = await reviewMarks(t, {
		repositories: {app, web},
		marked: ['index', 'site'],
		readOnly: true,
	});
	t.deepEqual(textsOf(await run({journal: undefined})), [
		'index would-delete',
		'amd64 would-delete',
		'arm64 would-delete',
		'site would-delete',
	]);
	t.deepEqual(showRequests(server), [
		'HEAD shop/app@index 200',
		'HEAD shop/app:latest 200',
		'HEAD shop/app:v1 200',
		'HEAD shop/app@amd64 200',
		'HEAD shop/app@arm64 200',
		'HEAD shop/web@site 200',
		'HEAD shop/web:site 200',
	]);
});

test('safeguard 5: read-only finds the changes that a real run would refuse', async t => {
	const {run, server, clock} = await reviewMarks(t, {
		repositories: {app},
		marked: ['index', 'plain'],
		readOnly: true,
	});
	server.content.repositories.get('shop/app')?.tags.delete('plain');
	clock.advance(60_000);
	t.deepEqual(textsOf(await run({journal: undefined})), [
		'index would-delete',
		'plain refused',
		'amd64 would-delete',
		'arm64 would-delete',
	]);
	t.deepEqual(listDeletes(server), []);
});
