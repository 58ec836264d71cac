import test from 'ava';
import type {IndexCheck} from '../../source/plan/check-indexes.js';
import {shortenDigest} from '../../source/oci/digest.js';
import {
	listDeletes,
	removeDigest,
	type Review,
	reviewMarks,
	showRequests,
} from '../helpers/fake-world.js';

const app = {
	old: {tags: ['v1'], children: ['amd64']},
	amd64: {},
	next: {tags: ['v2'], children: ['one', 'two', 'missing']},
	missing: {},
	one: {},
	two: {},
	other: {tags: ['v3'], children: ['two']},
};

const review = async (t: Parameters<typeof reviewMarks>[0]) =>
	reviewMarks(t, {
		repositories: {
			app,
			web: {site: {tags: ['site'], children: ['part']}, part: {}},
		},
		marked: ['old'],
		missing: ['missing'],
	});

/** Executes to the end; what the last look found. */
const runToCheck = async ({
	execute,
}: Review): Promise<IndexCheck | undefined> => {
	let check: IndexCheck | undefined;
	for await (const event of execute()) {
		if (event.kind === 'indexes-checked') {
			check = {asked: event.asked, alarms: event.alarms};
		}
	}

	return check;
};

test('safeguard 12: the children of every index that stays in a touched repository are asked for, once each, after the last delete', async t => {
	const opened = await review(t);
	// What was missing before the run is no alarm.
	t.deepEqual(await runToCheck(opened), {asked: 2, alarms: []});
	t.deepEqual(showRequests(opened.server).slice(-2).toSorted(), [
		'HEAD shop/app@one 200',
		'HEAD shop/app@two 200',
	]);
	t.deepEqual(opened.journal.lines.at(-1), {
		kind: 'indexes-checked',
		registry: opened.server.host,
		asked: 2,
		alarms: [],
		time: '2026-11-22T00:00:00.000Z',
	});
});

test('safeguard 12: a child that went with another index is named with every index that needs it, on the journal too', async t => {
	const opened = await review(t);
	const {faults, server, digest, journal} = opened;
	faults.intercept = ({method}) => {
		if (method === 'DELETE') {
			removeDigest(server, 'shop/app', digest('two'));
		}

		return false;
	};

	const check = await runToCheck(opened);
	t.deepEqual(
		check?.alarms.map(({sentence}) => sentence),
		['next', 'other'].map(
			index =>
				`The index ${shortenDigest(digest(index))} in shop/app stays, but its child ${shortenDigest(digest('two'))}, which was there before, is gone.`,
		),
	);
	t.deepEqual(journal.lines.at(-1)?.['alarms'], check?.alarms);
});

test('safeguard 12: an index that is gone itself by then is no alarm', async t => {
	const opened = await review(t);
	const {faults, server, digest} = opened;
	faults.intercept = ({method}) => {
		if (method === 'DELETE') {
			removeDigest(server, 'shop/app', digest('other'));
			removeDigest(server, 'shop/app', digest('next'));
			removeDigest(server, 'shop/app', digest('two'));
		}

		return false;
	};

	t.deepEqual(await runToCheck(opened), {asked: 2, alarms: []});
});

test('safeguard 12: what could not be checked is said once, with the reason', async t => {
	const opened = await review(t);
	const {faults, server, path} = opened;
	faults.intercept = ({path: asked}, response) => {
		if (asked !== path('one') && asked !== path('two')) {
			return false;
		}

		response.writeHead(403).end();
		return true;
	};

	const check = await runToCheck(opened);
	t.is(check?.alarms.length, 1);
	t.is(check?.alarms[0]?.kind, 'not-checked');
	t.regex(
		check?.alarms[0]?.sentence ?? '',
		/^Whether the children of the indexes that stay in shop\/app still answer could not be checked for 2 of them: .*403/v,
	);
	t.is(listDeletes(server).length, 2);
});

test('safeguard 12: where nothing was deleted nothing is asked', async t => {
	const opened = await review(t);
	const {faults, path, journal} = opened;
	faults.intercept = ({method, path: asked}, response) => {
		if (method !== 'DELETE' || asked !== path('old')) {
			return false;
		}

		response.writeHead(405).end();
		return true;
	};

	t.is(await runToCheck(opened), undefined);
	t.is(journal.lines.at(-1)?.kind, 'step-ended');
});
