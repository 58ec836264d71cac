import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import type {Trash} from '../../source/batch.js';
import type {Intercept} from '../../source/demo/embedded-registry.js';
import {computeDigest} from '../../source/demo/registry-content.js';
import {realFiles} from '../../source/storage/durable-file.js';
import {createTrash} from '../../source/storage/trash.js';
import {UserError} from '../../source/user-error.js';
import {makeStateFolder} from '../helpers/build-batch.js';
import {
	createMemoryJournal,
	removeDigest,
	reviewMarks,
	showRequests,
} from '../helpers/fake-world.js';

const tag = `sha256-${'a'.repeat(64)}`;

/** A list of three referrers of something, and an image that stays. */
const app = {
	list: {tags: [tag], children: ['sbom', 'sig', 'note']},
	sbom: {},
	sig: {},
	note: {},
	other: {tags: ['v1']},
};

const open = async (
	t: ExecutionContext,
	marked: readonly string[] = ['sig'],
	options: {readOnly?: boolean} = {},
) => {
	const review = await reviewMarks(t, {
		...options,
		repositories: {app},
		marked,
	});
	const repository = review.server.content.repositories.get('shop/app')!;
	const before = Buffer.from(
		repository.manifests.get(review.digest('list'))!.bytes,
	).toString();
	return {
		...review,
		repository,
		before,
		/** The names of what the list names that is under the tag now. */
		listNow(): readonly string[] {
			const {bytes} = repository.manifests.get(repository.tags.get(tag)!)!;
			// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- an index that this test has made
			const {manifests} = JSON.parse(Buffer.from(bytes).toString()) as {
				manifests: ReadonlyArray<{digest: string}>;
			};
			return ['sbom', 'sig', 'note'].filter(name =>
				manifests.some(({digest}) => digest === review.digest(name)),
			);
		},
		/** The requests that would have changed something. */
		listWrites: () =>
			showRequests(review.server).filter(line => /^(?:PUT|DELETE)/v.test(line)),
	};
};

const put = `PUT shop/app:${tag}`;

test('a referrer alone goes only after the list of referrers stands anew without it', async t => {
	const stage = await open(t);
	const {repository, before, digest, journal} = stage;
	const trash = createTrash(await makeStateFolder(t), 'batch', realFiles);
	const outcomes = await stage.run({trash});
	t.deepEqual(
		outcomes.map(({text}) => text),
		['sig deleted'],
	);
	t.deepEqual(stage.listWrites(), [`${put} 201`, 'DELETE shop/app@sig 202']);
	const requests = showRequests(stage.server);
	const replacement = repository.tags.get(tag)!;
	t.deepEqual(
		requests.slice(
			requests.indexOf(`${put} 201`),
			requests.indexOf('DELETE shop/app@sig 202'),
		),
		[
			`${put} 201`,
			`HEAD shop/app:${tag} 200`,
			`GET shop/app@${replacement} 200`,
		],
	);

	// Byte for byte, but for one descriptor.
	const {bytes, mediaType} = repository.manifests.get(replacement)!;
	const after = Buffer.from(bytes).toString();
	const named = before.indexOf(digest('sig'));
	const start = before.lastIndexOf('{', named);
	t.true(before.startsWith(after.slice(0, start)));
	t.true(before.endsWith(after.slice(start)));
	t.is(mediaType, repository.manifests.get(digest('list'))!.mediaType);
	t.deepEqual(stage.listNow(), ['sbom', 'note']);

	// The old list is not in the plan.
	t.true(repository.manifests.has(digest('list')));
	const place = {registry: stage.registry.host, repository: 'shop/app'};
	t.is(
		Buffer.from((await trash.read(place, digest('list')))!).toString(),
		before,
	);
	const list = {tag, digest: digest('list'), mediaType, replacement};
	t.like(journal.lines[0], {kind: 'step-began', list});
	t.like(journal.lines[1], {
		kind: 'list-written',
		repository: 'shop/app',
		digest: digest('sig'),
		list,
	});
	t.like(journal.lines[2], {kind: 'step-ended'});
	// Safeguard 12: that the old list lost a child is no alarm.
	t.like(journal.lines[3], {kind: 'indexes-checked', asked: 2, alarms: []});
});

test('referrers of one list go one after the other, and leave an empty index', async t => {
	const stage = await open(t, ['note', 'sbom', 'sig']);
	const outcomes = await stage.run();
	t.deepEqual(
		outcomes.map(({kind}) => kind),
		['deleted', 'deleted', 'deleted'],
	);
	t.deepEqual(
		stage.listWrites().map(line => line.slice(0, 3)),
		['PUT', 'DEL', 'PUT', 'DEL', 'PUT', 'DEL'],
	);
	t.deepEqual(stage.listNow(), []);
});

test('a new reading in between knows the lists that were written anew', async t => {
	const stage = await open(t, ['note', 'sig']);
	const {journal, clock} = stage;
	const outcomes = await stage.run({
		journal: {
			...journal,
			async append(line) {
				clock.advance(line.kind === 'step-ended' ? 61_000 : 0);
				await journal.append(line);
			},
		},
	});
	t.deepEqual(
		outcomes.map(({text, reason}) => text + reason),
		['note deleted', 'sig deleted'],
	);
	t.deepEqual(stage.listNow(), ['sbom']);
});

test('safeguard 6: a list that somebody else has changed since the plan is left alone, and so is the referrer', async t => {
	const stage = await open(t);
	stage.repository.tags.set(tag, stage.digest('other'));
	const [outcome] = await stage.run();
	t.is(outcome?.kind, 'refused');
	t.regex(outcome?.reason ?? '', /somebody else has changed the list/v);
	t.deepEqual(stage.listWrites(), []);
});

test('safeguard 6: so is one that is changed while the old one is saved', async t => {
	const stage = await open(t);
	const trash = createTrash(await makeStateFolder(t), 'batch', realFiles);
	const [outcome] = await stage.run({
		trash: {
			...trash,
			async save(...call) {
				await trash.save(...call);
				stage.repository.tags.set(tag, stage.digest('other'));
			},
		},
	});
	t.is(outcome?.kind, 'refused');
	t.regex(outcome?.reason ?? '', /somebody else has changed the list/v);
	t.deepEqual(stage.listWrites(), []);
});

test('safeguard 2: a list that has got another tag, or an index over it, needs what it names', async t => {
	for (const change of ['tag', 'index'] as const) {
		const stage = await open(t);
		if (change === 'tag') {
			stage.repository.tags.set('v2', stage.digest('list'));
		} else {
			const bytes = Buffer.from(
				JSON.stringify({
					schemaVersion: 2,
					manifests: [{digest: stage.digest('list'), size: 1}],
				}),
			);
			const digest = computeDigest(bytes);
			const {mediaType} = stage.repository.manifests.get(stage.digest('list'))!;
			stage.repository.manifests.set(digest, {bytes, mediaType});
			stage.repository.tags.set('v2', digest);
		}

		stage.clock.advance(61_000);
		const [outcome] = await stage.run();
		t.is(outcome?.kind, 'refused');
		t.regex(outcome?.reason ?? '', /the index .+ is still there/v);
		t.deepEqual(stage.listWrites(), []);
	}
});

const faults: ReadonlyArray<
	readonly [string, Intercept, 'refused' | 'failed', RegExp]
> = [
	[
		'is refused',
		(_request, response) => {
			response.writeHead(403).end();
			return true;
		},
		'refused',
		/could not be written anew: the registry refused it: 403/v,
	],
	[
		'fails',
		(_request, response) => {
			response.writeHead(500).end();
			return true;
		},
		'failed',
		/not known; nothing was deleted/v,
	],
	[
		'gets no reply',
		(_request, response) => {
			response.destroy();
			return true;
		},
		'failed',
		/not known; nothing was deleted/v,
	],
	[
		'is accepted and not done',
		(_request, response) => {
			response.writeHead(201).end();
			return true;
		},
		'failed',
		/does not hand it out/v,
	],
];

for (const [title, intercept, kind, reason] of faults) {
	test(`the referrer stays where the PUT of its list ${title}`, async t => {
		const stage = await open(t);
		stage.faults.intercept = async (request, ...rest) =>
			request.method === 'PUT' && intercept(request, ...rest);
		const [outcome] = await stage.run();
		t.is(outcome?.kind, kind);
		t.regex(outcome?.reason ?? '', reason);
		t.deepEqual(
			stage.listWrites().map(line => line.slice(0, 3)),
			['PUT'],
		);
		t.true(stage.repository.manifests.has(stage.digest('sig')));
		t.is(stage.repository.tags.get(tag), stage.digest('list'));
	});
}

test('safeguard 8: where the registry then refuses the delete the old list is put back', async t => {
	const stage = await open(t);
	stage.faults.intercept = async ({method}, response) => {
		if (method !== 'DELETE') {
			return false;
		}

		response.writeHead(403).end();
		return true;
	};

	const [outcome] = await stage.run();
	t.is(outcome?.kind, 'refused');
	t.regex(outcome?.reason ?? '', /The list of referrers \S+ was put back\./v);
	t.is(stage.repository.tags.get(tag), stage.digest('list'));
	t.deepEqual(
		stage.journal.lines.map(({kind}) => kind),
		['step-began', 'list-written', 'list-put-back', 'step-ended'],
	);
});

test('a delete that is sent again rests on the new list', async t => {
	const stage = await open(t);
	stage.faults.intercept = async ({method}, response, attempt) => {
		if (method !== 'DELETE' || attempt > 1) {
			return false;
		}

		response.writeHead(500).end();
		return true;
	};

	const [outcome] = await stage.run();
	t.is(outcome?.kind, 'deleted');
	t.deepEqual(
		stage.listWrites().map(line => line.slice(0, 3)),
		['PUT', 'DEL', 'DEL'],
	);
});

test('safeguard 6: and is not sent again where somebody else has changed that list', async t => {
	const stage = await open(t);
	stage.faults.intercept = async ({method}, response) => {
		if (method !== 'DELETE') {
			return false;
		}

		stage.repository.tags.set(tag, stage.digest('list'));
		response.writeHead(500).end();
		return true;
	};

	const [outcome] = await stage.run();
	t.is(outcome?.kind, 'failed');
	t.regex(outcome?.reason ?? '', /not tried again: somebody else/v);
	t.is(stage.listWrites().length, 2);
});

test('safeguard 8: but not over what somebody else has written meanwhile', async t => {
	const stage = await open(t);
	stage.faults.intercept = async ({method}, response) => {
		if (method !== 'DELETE') {
			return false;
		}

		stage.repository.tags.set(tag, stage.digest('other'));
		response.writeHead(403).end();
		return true;
	};

	const [outcome] = await stage.run();
	t.is(outcome?.kind, 'refused');
	t.regex(outcome?.reason ?? '', /jetsam undo puts it back/v);
	t.is(stage.repository.tags.get(tag), stage.digest('other'));
});

test('safeguard 5: under --read-only neither the list nor the referrer is touched', async t => {
	const stage = await open(t, ['sig'], {readOnly: true});
	const outcomes = await stage.run({journal: undefined});
	t.deepEqual(
		outcomes.map(({kind}) => kind),
		['would-delete'],
	);
	t.deepEqual(stage.listWrites(), []);
});

test('safeguard 7: a list that cannot be kept is not written anew', async t => {
	const stage = await open(t);
	const trash = createTrash(await makeStateFolder(t), 'batch', realFiles);
	const full: Trash = {
		...trash,
		async save(place, saved) {
			if (saved.manifests.some(({tags}) => tags.includes(tag))) {
				throw new UserError('The trash could not be written (ENOSPC).', {
					remedy: 'Make room.',
				});
			}

			await trash.save(place, saved);
		},
	};
	const [outcome] = await stage.run({trash: full});
	t.is(outcome?.kind, 'failed');
	t.deepEqual(stage.listWrites(), []);
});

test('safeguard 8: nothing is deleted where the line that the list was written cannot be written', async t => {
	const stage = await open(t, ['sig', 'note']);
	const outcomes = await stage.run({journal: createMemoryJournal(2)});
	t.deepEqual(
		outcomes.map(({kind}) => kind),
		['failed', 'not-reached'],
	);
	t.deepEqual(
		stage.listWrites().map(line => line.slice(0, 3)),
		['PUT'],
	);
});

test('safeguard 12: what the new list names is looked at like the children of any index', async t => {
	const stage = await open(t);
	const {digest, server} = stage;
	stage.faults.intercept = async ({method}) => {
		if (method === 'DELETE') {
			removeDigest(server, 'shop/app', digest('note'));
		}

		return false;
	};

	await stage.run();
	const [alarm, ...others] = stage.journal.lines.flatMap(({kind, alarms}) =>
		kind === 'indexes-checked' && Array.isArray(alarms)
			? (alarms as unknown[])
			: [],
	);
	t.like(alarm, {kind: 'child-gone', child: digest('note')});
	t.deepEqual(others, []);
});
