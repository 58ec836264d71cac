/* eslint-disable ava/no-ignored-test-files -- marking.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {usualCare} from '../../source/plan/care.js';
import {UserError} from '../../source/user-error.js';
import {
	addImages,
	deletionOf,
	type JourneyOptions,
	type JourneyWorld,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp, type OpenApp} from '../helpers/render-app.js';

/** A repository with three digests, of which the first two are marked and reviewed. */
const openReview = async (
	t: ExecutionContext,
	options: JourneyOptions = {},
): Promise<JourneyWorld & {app: OpenApp; phrase: string}> => {
	const content = createRegistryContent();
	addImages(content, 'app', ['c', 'b', 'a']);
	const world = await journeyWorld(t, {content, ...options});
	const app = await openApp(t, world.world);
	await app.press('enter', 'enter', 'space', 'space', 'd');
	t.is(app.state().trail.at(-1)?.kind, 'review');
	return {
		...world,
		app,
		phrase: `delete 2 from ${world.server.host}, 2 of 3 from app`,
	};
};

test('Esc at the review sends nothing, and the marks stay', async t => {
	const {app, server, phrase, readJournal} = await openReview(t);
	await app.typeText(phrase);
	await app.press('esc');
	t.is(app.state().trail.at(-1)?.kind, 'digests');
	t.is(app.state().marks.size, 2);
	t.deepEqual(listDeletions(server), []);
	t.deepEqual(await readJournal(), []);

	// What was typed is not kept for the next review.
	await app.press('d', 'enter');
	t.deepEqual(listDeletions(server), []);
	await app.press('esc', 'q', 'q');
	t.is(app.exitCode(), 0);
});

test('Enter on a wrong phrase sends nothing and says what to type; on an empty line it says nothing', async t => {
	const {app, server, phrase} = await openReview(t);
	await app.press('enter');
	t.false(app.frame().includes('type exactly'));
	const wrong = [
		'y',
		'yes',
		'delete',
		phrase.slice(0, -1),
		`${phrase}0`,
		phrase.replace('2', '1'),
		phrase.toUpperCase(),
		phrase.replace(' ', '  '),
		`${phrase} ${phrase}`,
	];
	for (const text of wrong) {
		await app.press('ctrl-u');
		await app.typeText(text);
		await app.press('enter');
		t.true(app.frame().includes(`To delete, type exactly: ${phrase}`));
		t.is(app.state().trail.at(-1)?.kind, 'review');
	}

	t.deepEqual(listDeletions(server), []);

	// The line can be mended.
	await app.press('ctrl-u');
	await app.typeText(`${phrase}x`);
	await app.press('backspace', 'enter');
	t.is(listDeletions(server).length, 2);
});

test('the phrase may be typed letter by letter', async t => {
	const {app, server, phrase} = await openReview(t);
	await app.tap(...phrase);
	t.true(app.frame().includes(`${phrase}▏`));
	await app.press('enter');
	t.is(listDeletions(server).length, 2);
});

test('a phrase that is pasted still takes Enter, also when a line end was pasted with it', async t => {
	const {app, server, phrase} = await openReview(t);
	await app.paste(`${phrase}\n`);
	t.is(app.state().trail.at(-1)?.kind, 'review');
	t.deepEqual(listDeletions(server), []);
	await app.press('enter');
	t.is(listDeletions(server).length, 2);
});

test('a phrase and Enter in one chunk are what they would be one by one', async t => {
	const {app, server, phrase} = await openReview(t);
	app.send(`${phrase}\r`);
	await app.settled();
	t.is(listDeletions(server).length, 2);
});

test('a paste into a list is no keys, and says so', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	const before = app.state();
	await app.paste(`d \nq\n delete 1 from ${server.host}\n`);
	t.true(app.frame().includes('Pasted text is not taken as keys.'));
	t.deepEqual({...app.state(), notice: undefined}, before);
	t.is(app.exitCode(), undefined);
	await app.press('down');
	t.false(app.frame().includes('Pasted text'));
	t.deepEqual(listDeletions(server), []);
});

test('keys do nothing on the review but type: no letter of the lists acts', async t => {
	const {app, server} = await openReview(t);
	await app.press(...'dqhjklgGuor? ', 'ctrl-d', 'delete', 'left', 'right');
	const screen = app.state().trail.at(-1);
	t.is(screen?.kind, 'review');
	t.is(app.state().marks.size, 2);
	t.deepEqual(listDeletions(server), []);
});

test('a review that was left and opened anew shows the marks as they are now', async t => {
	const {app, server, faults, clock} = await openReview(t);
	await app.press('esc');
	// Readings older than a minute are read again, and this one is held.
	clock.advance(120_000);
	let release: () => void = () => undefined;
	const held = new Promise<void>(resolve => {
		release = resolve;
	});
	let isFirst = true;
	faults.intercept = async ({path}) => {
		if (path.includes('/tags/list') && isFirst) {
			isFirst = false;
			await held;
		}

		return false;
	};

	await app.tap('d', 'esc');
	// The first mark is taken back, and the third digest is marked in its place.
	await app.tap('home', 'space', 'end', 'space', 'd');
	await app.until(state => {
		const screen = state.trail.at(-1);
		return screen?.kind === 'review' && screen.state === 'ready';
	});
	const listTags = () => {
		const screen = app.state().trail.at(-1);
		return screen?.kind === 'review'
			? screen.plans.flatMap(plan => plan.steps.flatMap(({tags}) => tags))
			: [];
	};

	t.deepEqual(listTags(), ['b', 'a']);
	// Now the answer to the review that was left arrives.
	release();
	await app.settled();
	t.deepEqual(listTags(), ['b', 'a']);
	t.deepEqual(listDeletions(server), []);
});

test('read-only: every step is checked, nothing is sent that changes anything, and nothing is journalled', async t => {
	const {app, server, phrase, readJournal} = await openReview(t, {
		readOnly: true,
	});
	t.true(app.frame().includes('READ-ONLY'));
	t.true(app.frame().includes('Read-only: every step is checked'));
	await app.typeText(phrase);
	await app.press('enter');
	t.true(app.frame().includes('would delete 2'));
	t.deepEqual(listDeletions(server), []);
	t.deepEqual(await readJournal(), []);
	await app.press('esc');
	t.is(app.state().marks.size, 2);
	t.true(app.frame().includes('3 digests'));
	await app.press('q', 'q');
	t.is(app.exitCode(), 0);
	t.deepEqual(app.state().farewell, [
		`jetsam: would delete 2 in ${server.host}`,
	]);
});

test('a tag that moved between the review and the phrase is refused, on the screen and to the last line', async t => {
	const {app, server, phrase} = await openReview(t);
	const repository = server.content.repositories.get('app')!;
	const c = repository.tags.get('c')!;
	const b = repository.tags.get('b')!;
	repository.tags.set('c', repository.tags.get('a')!);
	await app.typeText(phrase);
	await app.press('enter');
	t.deepEqual(listDeletions(server), [`DELETE app ${b} 202`]);
	t.true(repository.manifests.has(c));
	t.regex(app.frame(), /! +[\da-f]{12} +app c +refused: the tag c now means/v);
	t.true(app.frame().includes('deleted 1, refused 1'));
	await app.press('esc');
	t.is(app.state().marks.size, 1);
	await app.press('q', 'q');
	t.is(app.exitCode(), 3);
});

test('without a journal nothing is deleted', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const {world, server} = await journeyWorld(t, {
		content,
		async openJournal() {
			throw new UserError('The journal could not be written (ENOSPC).', {
				remedy: 'Make room.',
			});
		},
	});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd');
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	t.true(app.frame().includes('The journal could not be written (ENOSPC).'));
	await app.press('esc');
	t.is(app.state().marks.size, 1);
	await app.press('q', 'q');
	t.is(app.exitCode(), 1);
	t.deepEqual(app.state().farewell, [
		`jetsam: nothing was deleted in ${server.host}: The journal could not be written (ENOSPC).`,
	]);
});

test('safeguard 9: a plan that empties a repository says so and wants the words; the ordinary phrase sends nothing', async t => {
	const content = createRegistryContent();
	const [first, second] = addImages(content, 'shop/api', ['b', 'a']);
	const {world, server, readJournal} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/shop/api`});
	await app.press('space', 'space', 'd');
	t.true(app.frame().includes('! shop/api would be left empty: all 2'));
	const ordinary = `delete 2 from ${server.host}`;
	await app.press('enter');
	await app.typeText(ordinary);
	await app.press('enter');
	t.true(app.frame().includes(`type exactly: ${ordinary}, empty shop/api`));
	t.is(app.state().trail.at(-1)?.kind, 'review');
	await app.press('esc');
	t.deepEqual(listDeletions(server), []);
	t.deepEqual(await readJournal(), []);

	await app.press('d');
	await app.paste(`${ordinary}, empty shop/api\n`);
	t.deepEqual(listDeletions(server), []);
	await app.press('enter');
	t.deepEqual(
		listDeletions(server),
		[first!, second!].map(digest => deletionOf('shop/api', digest)),
	);
});

test('safeguard 9: more than the share that the settings name wants the words, and says how many of how many', async t => {
	const content = createRegistryContent();
	addImages(content, 'shop/api', ['d', 'c', 'b', 'a']);
	const {world, server} = await journeyWorld(t, {
		content,
		care: {...usualCare, maxShare: 20},
	});
	const app = await openApp(t, world, {place: `${server.host}/shop/api`});
	await app.press('space', 'd');
	t.true(app.frame().includes('! 1 of 4 digests of shop/api would go'));
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	await app.typeText(', 1 of 4 from shop/api');
	await app.press('enter');
	t.is(listDeletions(server).length, 1);
});
