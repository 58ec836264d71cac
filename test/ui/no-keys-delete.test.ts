import {setImmediate} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {createRandom} from '../../source/demo/random.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	addImages,
	addPlatforms,
	type JourneyRegistry,
	type JourneyWorld,
	journeyWorld,
	listDeletions,
	startRegistry,
} from '../helpers/journey-world.js';
import {encodeKey, encodePaste} from '../helpers/press.js';
import {openApp, type OpenApp} from '../helpers/render-app.js';

const sequences = 500;
const keysPerSequence = 24;

/** Keys that lead deep into the program are pressed more often. */
const keys = [
	'enter',
	'enter',
	'enter',
	'space',
	'space',
	'space',
	'space',
	'd',
	'd',
	'd',
	'down',
	'j',
	'up',
	'k',
	'tab',
	'tab',
	'esc',
	'ctrl-d',
	'ctrl-u',
	'delete',
	'backspace',
	'insert',
	'shift-tab',
	'pageup',
	'pagedown',
	'home',
	'end',
	'left',
	'right',
	'f1',
	'f5',
	...'hlgGuor?qyYxDXnRaAviscmtpb/1.~',
	'alt-d',
	'ctrl-x',
	'ctrl-j',
	'ctrl-m',
	'é',
	'中',
];

/** What is nearly a phrase, and never becomes one by what stands before or behind it. */
const nearPhrases = (host: string): string[] => [
	'y',
	'yes',
	`Delete 1 from ${host}`,
	`delete from ${host}`,
	`delete 0 from ${host}`,
	`delete 1 ${host}`,
	`DELETE 2 FROM ${host}\n`,
	`"delete 1 from ${host}"`,
	`delete 1 from ${host}.`,
	'delete 1 from',
	'\n\n\n',
];

type Reached = {reviews: number; typed: number; marks: number; left: number};

const fillWorld = async (
	t: ExecutionContext,
): Promise<JourneyWorld & {other: JourneyRegistry}> => {
	const content = createRegistryContent();
	addImages(content, 'app', ['5', '4', '3', '2', '1']);
	addPlatforms(content, 'app', {
		tags: ['multi'],
		architectures: ['amd64', 'arm64'],
	});
	addImages(content, 'tool', ['b', 'a']);
	const other = await startRegistry(t, {content});
	const opened = await journeyWorld(t, {content, alsoKnown: [other.known]});
	return {...opened, other};
};

const look = (app: OpenApp, reached: Reached): void => {
	const {trail, marks} = app.state();
	const screen = trail.at(-1);
	if (screen?.kind === 'review' && screen.state === 'ready') {
		reached.reviews++;
		reached.typed += screen.typed === '' ? 0 : 1;
	}

	reached.marks += marks.size > 0 ? 1 : 0;
};

test(`${sequences} random sequences of keys and pastes without the phrase send no deletion`, async t => {
	const opened = await fillWorld(t);
	const {server, world} = opened;
	const random = createRandom('no keys delete');
	const pick = <Item>(items: readonly Item[]): Item =>
		items[Math.floor(random() * items.length)]!;
	const reached: Reached = {reviews: 0, typed: 0, marks: 0, left: 0};
	const phrases = nearPhrases(server.host);
	// The smallest screen on which keys mean anything is drawn the quickest.
	const size = {columns: 60, rows: 15};
	let app = await openApp(t, world, size);
	for (let sequence = 0; sequence < sequences; sequence++) {
		for (let key = 0; key < keysPerSequence; key++) {
			const chance = random();
			const name = chance < 0.003 ? 'ctrl-c' : pick(keys);
			app.send(chance > 0.95 ? encodePaste(pick(phrases)) : encodeKey(name));
			// Mostly the next key comes before anything is drawn or answered.
			if (name === 'esc' || random() < 0.05) {
				await setImmediate();
				await setImmediate();
			}

			look(app, reached);
		}

		await app.settled();
		look(app, reached);
		if (app.exitCode() !== undefined) {
			reached.left++;
			const place = random() < 0.5 ? {} : {place: `${server.host}/app`};
			app = await openApp(t, world, {...size, ...place});
		}
	}

	await app.settled();
	t.deepEqual(listDeletions(server), []);
	t.deepEqual(listDeletions(opened.other.server), []);
	t.deepEqual(await opened.readJournal(), []);
	// It was no walk around the first screen.
	t.log(reached);
	t.true(reached.reviews > 300);
	t.true(reached.typed > 200);
	t.true(reached.marks > 1000);
	t.true(reached.left > 5);
});
