import test from 'ava';
import {addTag} from '../../source/demo/build-content.js';
import {oldestReading} from '../../source/plan/recheck-step.js';
import {addEntries, nameOf} from '../helpers/build-repository.js';
import {
	collectOutcomes,
	listDeletes,
	type NamedOutcome,
	removeDigest,
	type Review,
	reviewMarks,
	showRequests,
} from '../helpers/fake-world.js';

const textsOf = (outcomes: readonly NamedOutcome[]): string[] =>
	outcomes.map(({text}) => text);

const app = {
	index: {tags: ['v1'], children: ['amd64', 'arm64']},
	amd64: {},
	arm64: {},
	keep: {tags: ['keep']},
};
const images = {
	one: {tags: ['1', 'one']},
	two: {tags: ['2']},
	keep: {tags: ['keep']},
};

const tagsOf = ({server}: Review): Map<string, string> =>
	server.content.repositories.get('shop/app')?.tags ??
	new Map<string, string>();

/** Adds an index over digests that are there already. */
const addIndexOver = (
	{server}: Review,
	name: string,
	entry: {tags: string[]; children: ReadonlyArray<keyof typeof app>},
): void => {
	const children = Object.fromEntries(
		entry.children.map(child => [child, app[child]]),
	);
	addEntries(server.content, 'shop/app', {...children, [name]: entry});
};

const isTagList = (path: string): boolean => path.includes('/tags/list');

/** How often the repository was read again. */
const countReadings = ({server}: Review): number =>
	server.requests.filter(({path}) => isTagList(path)).length;

/** Answers every delete of the index with 500. */
const keepIndex = (review: Review): void => {
	review.faults.intercept = ({method, path}, response) => {
		if (method !== 'DELETE' || path !== review.path('index')) {
			return false;
		}

		response.writeHead(500).end();
		return true;
	};
};

test('a digest that is gone already is absent, and no delete is sent for it', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	removeDigest(review.server, 'shop/app', review.digest('one'));
	t.deepEqual(textsOf(await review.run()), ['one absent', 'two deleted']);
	t.deepEqual(showRequests(review.server).slice(0, 2), [
		'HEAD shop/app@one 404',
		'HEAD shop/app@two 200',
	]);
	t.deepEqual(listDeletes(review.server), [review.path('two')]);
	t.deepEqual(
		review.journal.lines.map(({digest}) => nameOf(String(digest))),
		['two', 'two'],
	);
});

test('children go although their index is gone already', async t => {
	const review = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	removeDigest(review.server, 'shop/app', review.digest('index'));
	t.deepEqual(textsOf(await review.run()), [
		'index absent',
		'amd64 deleted',
		'arm64 deleted',
	]);
});

test('safeguard 6: a tag that moved away refuses its step, the others go on', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	addTag(review.server.content, 'shop/app', 'one', review.digest('keep'));
	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), ['one refused', 'two deleted']);
	t.is(
		outcomes[0]?.reason,
		`the tag one now means ${review.digest('keep').slice(7, 19)}`,
	);
	t.deepEqual(listDeletes(review.server), [review.path('two')]);
});

test('safeguard 6: a tag that is gone refuses its step', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	tagsOf(review).delete('1');
	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), ['one refused', 'two deleted']);
	t.is(outcomes[0]?.reason, 'the tag 1 is gone since the plan was made');
	t.deepEqual(listDeletes(review.server), [review.path('two')]);
});

test('safeguard 6: a tag that appeared refuses its step; a reading of 60 s is too old', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	addTag(review.server.content, 'shop/app', 'prod', review.digest('one'));
	review.clock.advance(60_000);
	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), ['one refused', 'two deleted']);
	t.is(
		outcomes[0]?.reason,
		'it has the tag prod, which it had not when the plan was made',
	);
	t.is(countReadings(review), 1);
	t.deepEqual(listDeletes(review.server), [review.path('two')]);
});

test('safeguard 6: a tag that appeared on a child that is taken along refuses it', async t => {
	const review = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	addTag(review.server.content, 'shop/app', 'prod', review.digest('arm64'));
	review.clock.advance(60_000);
	t.deepEqual(textsOf(await review.run()), [
		'index deleted',
		'amd64 deleted',
		'arm64 refused',
	]);
	t.true(tagsOf(review).has('prod'));
});

test('a reading that is not 60 s old is not read again', async t => {
	t.is(oldestReading, 60_000);
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	review.clock.advance(59_999);
	t.deepEqual(textsOf(await review.run()), ['one deleted', 'two deleted']);
	t.is(countReadings(review), 0);
});

test('safeguard 6: a long run reads each repository again every minute', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	for await (const {kind} of review.execute()) {
		if (kind === 'step-ended') {
			addTag(review.server.content, 'shop/app', 'prod', review.digest('two'));
			review.clock.advance(60_000);
		}
	}

	t.is(countReadings(review), 1);
	t.deepEqual(listDeletes(review.server), [review.path('one')]);
});

test('safeguard 6: a repository of which no reading is given is read before the first delete', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	addTag(review.server.content, 'shop/app', 'prod', review.digest('one'));
	const outcomes = await review.run({readings: new Map()});
	t.deepEqual(textsOf(outcomes), ['one refused', 'two deleted']);
	t.is(countReadings(review), 1);
});

test('safeguard 2: a new index over a digest refuses it', async t => {
	const review = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	addIndexOver(review, 'newer', {tags: ['v2'], children: ['arm64']});
	review.clock.advance(60_000);
	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), [
		'index deleted',
		'amd64 deleted',
		'arm64 refused',
	]);
	t.regex(
		outcomes[2]?.reason ?? '',
		/^the index .* is still there and needs it$/v,
	);
	t.deepEqual(listDeletes(review.server), [
		review.path('index'),
		review.path('amd64'),
	]);
});

test('safeguard 2: a new reading with a gap refuses everything in that repository', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images, web: {site: {tags: ['site']}}},
		marked: ['one', 'two', 'site'],
	});
	review.clock.advance(60_000);
	review.faults.intercept = ({path}, response) => {
		if (path !== '/v2/shop/app/manifests/keep') {
			return false;
		}

		response.writeHead(418).end();
		return true;
	};

	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), [
		'one refused',
		'two refused',
		'site deleted',
	]);
	t.regex(outcomes[0]?.reason ?? '', /^What shop\/app:keep means could not/v);
	t.deepEqual(listDeletes(review.server), [review.path('site')]);
});

test('safeguard 6: a repository that cannot be read again fails, the next one goes on', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images, web: {site: {tags: ['site']}}},
		marked: ['one', 'two', 'site'],
	});
	review.clock.advance(60_000);
	review.faults.intercept = ({path}, response) => {
		if (!path.startsWith('/v2/shop/app/tags/list')) {
			return false;
		}

		response.writeHead(502).end();
		return true;
	};

	t.deepEqual(textsOf(await review.run()), [
		'one failed',
		'two failed',
		'site deleted',
	]);
	t.deepEqual(listDeletes(review.server), [review.path('site')]);
});

test('safeguard 6: a look that gets no answer sends no delete', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	review.faults.intercept = ({method, path}, response) => {
		if (method !== 'HEAD' || path !== review.path('one')) {
			return false;
		}

		response.destroy();
		return true;
	};

	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), ['one failed', 'two deleted']);
	t.deepEqual(listDeletes(review.server), [review.path('two')]);
});

test('safeguard 6: a registry that gives another digest for this one is not believed', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one'],
	});
	review.faults.intercept = ({method, path}, response) => {
		if (method !== 'HEAD' || path !== review.path('one')) {
			return false;
		}

		response
			.writeHead(200, {'docker-content-digest': review.digest('keep')})
			.end();
		return true;
	};

	t.deepEqual(textsOf(await review.run()), ['one refused']);
	t.deepEqual(listDeletes(review.server), []);
});

test('safeguard 2: an index that could not be deleted keeps its children', async t => {
	const review = await reviewMarks(t, {
		repositories: {app},
		marked: ['index', 'keep'],
	});
	keepIndex(review);
	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), [
		'index failed',
		'keep deleted',
		'amd64 failed',
		'arm64 failed',
	]);
	t.regex(
		outcomes[2]?.reason ?? '',
		/^the index .* is still there and needs it$/v,
	);
	t.deepEqual(
		new Set(listDeletes(review.server)),
		new Set([review.path('index'), review.path('keep')]),
	);
});

test('safeguard 2: an index that was refused keeps its children, also when it has lost its tag and is not listed any more', async t => {
	const review = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	addTag(review.server.content, 'shop/app', 'v1', review.digest('keep'));
	const outcomes = await collectOutcomes(
		(async function* () {
			for await (const event of review.execute()) {
				yield event;
				review.clock.advance(30_000);
			}
		})(),
	);
	t.deepEqual(textsOf(outcomes), [
		'index refused',
		'amd64 refused',
		'arm64 refused',
	]);
	t.true(countReadings(review) > 0);
	t.deepEqual(listDeletes(review.server), []);
});

test('safeguard 2: an index that failed keeps its children, also when the registry took its tag', async t => {
	const review = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	review.faults.intercept = ({method, path}, response) => {
		if (method !== 'DELETE' || path !== review.path('index')) {
			return false;
		}

		tagsOf(review).delete('v1');
		review.clock.advance(60_000);
		response.writeHead(500).end();
		return true;
	};

	t.deepEqual(textsOf(await review.run()), [
		'index failed',
		'amd64 failed',
		'arm64 failed',
	]);
	t.deepEqual(
		new Set(listDeletes(review.server)),
		new Set([review.path('index')]),
	);
});

test('safeguard 6: before a delete is tried again the facts are read again', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	review.faults.intercept = ({method, path}, response) => {
		if (method !== 'DELETE' || path !== review.path('one')) {
			return false;
		}

		// While the first one is answered by an error, somebody moves the tag here.
		addTag(review.server.content, 'shop/app', '1', review.digest('keep'));
		response.writeHead(503).end();
		return true;
	};

	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), ['one failed', 'two deleted']);
	t.regex(outcomes[0]?.reason ?? '', /the tag 1 now means/v);
	t.deepEqual(listDeletes(review.server), [
		review.path('one'),
		review.path('two'),
	]);
});

test('safeguard 6: an attempt that took long has the repository read again before the next', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one'],
	});
	review.faults.intercept = ({method}, response) => {
		if (method !== 'DELETE') {
			return false;
		}

		addTag(review.server.content, 'shop/app', 'prod', review.digest('one'));
		review.clock.advance(60_000);
		response.writeHead(503).end();
		return true;
	};

	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), ['one failed']);
	t.regex(outcomes[0]?.reason ?? '', /it has the tag prod/v);
	t.deepEqual(listDeletes(review.server), [review.path('one')]);
});
