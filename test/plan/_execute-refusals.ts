import type {ServerResponse} from 'node:http';
import test from 'ava';
import {
	listDeletes,
	type NamedOutcome,
	removeDigest,
	type Review,
	reviewMarks,
	showRequests,
} from '../helpers/fake-world.js';

const textsOf = (outcomes: readonly NamedOutcome[]): string[] =>
	outcomes.map(({text}) => text);

const images = {
	one: {tags: ['1']},
	two: {tags: ['2']},
	three: {tags: ['3']},
	four: {tags: ['4']},
	five: {tags: ['5']},
	six: {tags: ['6']},
};
const all = Object.keys(images);
const web = {site: {tags: ['site']}};

/** What happens to each DELETE of a name: `true` if it was answered. */
type Fault = (response: ServerResponse, attempt: number) => boolean;

const breakDeletes = (
	review: Review,
	faults: Readonly<Record<string, Fault>>,
): void => {
	const byPath = new Map(
		Object.entries(faults).map(([name, fault]) => [review.path(name), fault]),
	);
	review.faults.intercept = ({method, path}, response, attempt) =>
		method === 'DELETE' && (byPath.get(path)?.(response, attempt) ?? false);
};

const answer =
	(status: number, body?: unknown): Fault =>
	response => {
		response.writeHead(status).end(body && JSON.stringify(body));
		return true;
	};

const errors = (code: string, message: string) => ({errors: [{code, message}]});

const isPresent = ({server}: Review, digest: string): boolean =>
	server.content.repositories.get('shop/app')?.manifests.has(digest) ?? false;

const pathsOf = (review: Review, names: readonly string[]): string[] =>
	names.map(name => review.path(name));

for (const [title, fault] of [
	['405', answer(405)],
	['405 UNSUPPORTED', answer(405, errors('UNSUPPORTED', 'unsupported'))],
	['400 UNSUPPORTED', answer(400, errors('UNSUPPORTED', 'unsupported'))],
] as const) {
	test(`safeguard 11: ${title} ends its repository with the remedy, another one goes on`, async t => {
		const review = await reviewMarks(t, {
			repositories: {app: images, web},
			marked: ['one', 'two', 'three', 'site'],
		});
		breakDeletes(review, {one: fault, two: fault, three: fault});
		const outcomes = await review.run();
		t.deepEqual(textsOf(outcomes), [
			'one refused',
			'two refused',
			'three refused',
			'site deleted',
		]);
		for (const {reason} of outcomes.slice(0, 3)) {
			t.regex(reason, /REGISTRY_STORAGE_DELETE_ENABLED=true/v);
		}

		t.deepEqual(showRequests(review.server), [
			'HEAD shop/app@one 200',
			'HEAD shop/app:1 200',
			`DELETE shop/app@one ${title.slice(0, 3)}`,
			'HEAD shop/web@site 200',
			'HEAD shop/web:site 200',
			'DELETE shop/web@site 202',
			'HEAD shop/web@site 404',
		]);
	});
}

for (const status of [401, 403]) {
	test(`safeguard 11: ${status} three times in a row ends the host`, async t => {
		const review = await reviewMarks(t, {
			repositories: {app: images, web},
			marked: [...all, 'site'],
		});
		const fault = answer(status, errors('DENIED', 'no'));
		breakDeletes(review, Object.fromEntries(all.map(name => [name, fault])));
		const outcomes = await review.run();
		t.deepEqual(textsOf(outcomes), [
			'one refused',
			'two refused',
			'three refused',
			'four not-reached',
			'five not-reached',
			'six not-reached',
			'site not-reached',
		]);
		t.regex(outcomes[0]?.reason ?? '', new RegExp(`${status} DENIED`, 'v'));
		t.true(
			outcomes[6]?.reason.startsWith(
				`${review.server.host} refused 3 times in a row: `,
			),
		);
		t.deepEqual(
			listDeletes(review.server),
			pathsOf(review, ['one', 'two', 'three']),
		);
		t.is(review.server.requests.at(-1)?.method, 'DELETE');
	});
}

test('safeguard 11: two refusals, a success, and two refusals do not end the host', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: all,
	});
	const fault = answer(403);
	breakDeletes(review, {one: fault, two: fault, four: fault, five: fault});
	t.deepEqual(textsOf(await review.run()), [
		'one refused',
		'two refused',
		'three deleted',
		'four refused',
		'five refused',
		'six deleted',
	]);
	t.deepEqual(listDeletes(review.server), pathsOf(review, all));
});

test('safeguard 11: a "no" about one digest refuses only that one, however often', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: all,
	});
	const fault = answer(409, errors('DENIED', 'it is locked'));
	breakDeletes(review, {one: fault, two: fault, three: fault, four: fault});
	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), [
		'one refused',
		'two refused',
		'three refused',
		'four refused',
		'five deleted',
		'six deleted',
	]);
	t.regex(outcomes[0]?.reason ?? '', /409 DENIED/v);
	t.deepEqual(listDeletes(review.server), pathsOf(review, all));
});

test('500 three times fails that step, and the digest is still there; the others go on', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two', 'three'],
	});
	breakDeletes(review, {two: answer(500)});
	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), [
		'one deleted',
		'two failed',
		'three deleted',
	]);
	t.regex(outcomes[1]?.reason ?? '', /500/v);
	t.true(isPresent(review, review.digest('two')));
	t.deepEqual(
		listDeletes(review.server),
		pathsOf(review, ['one', 'two', 'two', 'two', 'three']),
	);
	t.deepEqual(review.clock.slept, [1000, 2000]);
});

test('500 once is tried again', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	breakDeletes(review, {
		one: (response, attempt) => attempt < 2 && answer(500)(response, attempt),
	});
	t.deepEqual(textsOf(await review.run()), ['one deleted', 'two deleted']);
	t.deepEqual(
		listDeletes(review.server),
		pathsOf(review, ['one', 'one', 'two']),
	);
});

test('500 for a delete that was done is a delete', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	breakDeletes(review, {
		one(response, attempt) {
			removeDigest(review.server, 'shop/app', review.digest('one'));
			return answer(500)(response, attempt);
		},
	});
	t.deepEqual(textsOf(await review.run()), ['one deleted', 'two deleted']);
	t.deepEqual(listDeletes(review.server), pathsOf(review, ['one', 'two']));
});

test('500 three times, of which the last was done, is a delete', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	breakDeletes(review, {
		one(response, attempt) {
			if (attempt === 3) {
				removeDigest(review.server, 'shop/app', review.digest('one'));
			}

			return answer(500)(response, attempt);
		},
	});
	t.deepEqual(textsOf(await review.run()), ['one deleted', 'two deleted']);
	t.is(listDeletes(review.server).length, 4);
});

test('a delete whose reply is lost is a delete, once it is seen to be gone', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	breakDeletes(review, {
		one(response) {
			removeDigest(review.server, 'shop/app', review.digest('one'));
			response.destroy();
			return true;
		},
	});
	t.deepEqual(textsOf(await review.run()), ['one deleted', 'two deleted']);
	t.deepEqual(showRequests(review.server).slice(0, 4), [
		'HEAD shop/app@one 200',
		'HEAD shop/app:1 200',
		'DELETE shop/app@one 0',
		'HEAD shop/app@one 404',
	]);
	t.deepEqual(listDeletes(review.server), pathsOf(review, ['one', 'two']));
});

test('a delete whose reply is lost before it was done is tried again', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one'],
	});
	breakDeletes(review, {
		one(response, attempt) {
			if (attempt < 3) {
				response.destroy();
			}

			return attempt < 3;
		},
	});
	t.deepEqual(textsOf(await review.run()), ['one deleted']);
	t.is(listDeletes(review.server).length, 3);
});

test('a delete that takes effect only between two attempts is a delete', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one'],
	});
	breakDeletes(review, {one: answer(504)});
	const outcomes = await review.run({
		clock: {
			...review.clock,
			async sleep(...call) {
				removeDigest(review.server, 'shop/app', review.digest('one'));
				return review.clock.sleep(...call);
			},
		},
	});
	t.deepEqual(textsOf(outcomes), ['one deleted']);
	t.is(listDeletes(review.server).length, 1);
});

test('404 to a delete right after a look that found it is absent', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one', 'two'],
	});
	breakDeletes(review, {
		one() {
			removeDigest(review.server, 'shop/app', review.digest('one'));
			return false;
		},
	});
	t.deepEqual(textsOf(await review.run()), ['one absent', 'two deleted']);
});

test('a delete that is accepted but not done fails, with its children kept', async t => {
	const review = await reviewMarks(t, {
		repositories: {
			app: {...images, index: {tags: ['v1'], children: ['amd64']}, amd64: {}},
		},
		marked: ['index', 'one'],
	});
	breakDeletes(review, {index: answer(202)});
	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), [
		'index failed',
		'one deleted',
		'amd64 failed',
	]);
	t.is(
		outcomes[0]?.reason,
		'The registry accepted the delete, but the digest is still present.',
	);
	t.deepEqual(listDeletes(review.server), pathsOf(review, ['index', 'one']));
	t.is(
		showRequests(review.server).filter(line =>
			line.startsWith('HEAD shop/app@index'),
		).length,
		5,
	);
});

test('a registry that takes a moment to delete is given it', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images},
		marked: ['one'],
	});
	breakDeletes(review, {one: answer(202)});
	const outcomes = await review.run({
		clock: {
			...review.clock,
			async sleep(...call) {
				if (review.clock.slept.length === 1) {
					removeDigest(review.server, 'shop/app', review.digest('one'));
				}

				return review.clock.sleep(...call);
			},
		},
	});
	t.deepEqual(textsOf(outcomes), ['one deleted']);
	t.deepEqual(review.clock.slept, [500, 1000]);
	t.is(listDeletes(review.server).length, 1);
});

test('a delete that cannot be verified says that its outcome is not known', async t => {
	const review = await reviewMarks(t, {
		repositories: {
			app: {...images, index: {tags: ['v1'], children: ['amd64']}, amd64: {}},
		},
		marked: ['index', 'one'],
	});
	let wasDeleted = false;
	review.faults.intercept = ({method, path}, response) => {
		wasDeleted ||= method === 'DELETE';
		return (
			wasDeleted &&
			method === 'HEAD' &&
			path === review.path('index') &&
			answer(500)(response, 0)
		);
	};

	const outcomes = await review.run();
	t.deepEqual(textsOf(outcomes), [
		'index failed',
		'one deleted',
		'amd64 failed',
	]);
	t.regex(
		outcomes[0]?.reason ?? '',
		/Whether the digest is gone is not known\.$/v,
	);
});

test('one failure never hides the others', async t => {
	const review = await reviewMarks(t, {
		repositories: {app: images, web},
		marked: [...all, 'site'],
	});
	removeDigest(review.server, 'shop/app', review.digest('six'));
	review.server.content.repositories.get('shop/app')?.tags.delete('5');
	breakDeletes(review, {
		one: answer(500),
		two: answer(403),
		three: answer(202),
	});
	t.deepEqual(textsOf(await review.run()), [
		'one failed',
		'two refused',
		'three failed',
		'four deleted',
		'five refused',
		'six absent',
		'site deleted',
	]);
	t.is(
		review.journal.lines.filter(({kind}) => kind === 'step-ended').length,
		5,
	);
});
