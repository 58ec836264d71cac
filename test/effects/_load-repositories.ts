/* eslint-disable ava/no-ignored-test-files -- effects.test.ts loads it */
import test from 'ava';
import {addImage} from '../../source/demo/build-content.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	openRepository,
	readRepositories,
} from '../../source/effects/load-repositories.js';
import {createPartTeller} from '../../source/effects/tell-parts.js';
import type {Session} from '../../source/effects/session.js';
import type {Message} from '../../source/state/message.js';
import type {Registry, Urgency} from '../../source/world.js';
import {journeyWorld} from '../helpers/journey-world.js';

const {signal} = new AbortController();

/** A session whose registry tells, before it reads anything, how urgent its requests are from then on. */
const openSession = async (
	t: Parameters<typeof journeyWorld>[0],
	onReading: () => Promise<void>,
) => {
	const content = createRegistryContent();
	addImage(content, 'app', {tags: ['v1'], layers: []});
	const {world, server} = await journeyWorld(t, {content});
	const registry = await world.openRegistry(server.host, signal);
	const views: Array<() => Urgency> = [];
	const watched: Registry = {
		...registry,
		withUrgency(urgency) {
			views.push(urgency);
			const view = registry.withUrgency(urgency);
			return {
				...view,
				async *readRepository(repository) {
					await onReading();
					yield* view.readRepository(repository, signal);
				},
			};
		},
	};
	const session: Session = {
		world,
		openRegistry: async () => watched,
		readings: new Map(),
		spent: new Map(),
		background: new Map(),
		uses: undefined,
		pulls: new Map(),
		tellPart: createPartTeller(world.clock, signal),
		signal,
		batch: undefined,
	};
	const told: Array<Message['kind']> = [];
	return {
		session,
		views,
		host: server.host,
		told,
		dispatch(message: Message) {
			told.push(message.kind);
		},
	};
};

test('totals are read in the background, and at once when their repository is opened', async t => {
	let goOn: () => void = () => undefined;
	const paused = new Promise<void>(resolve => {
		goOn = resolve;
	});
	let begun: () => void = () => undefined;
	const reached = new Promise<void>(resolve => {
		begun = resolve;
	});
	const {session, views, host, dispatch, told} = await openSession(
		t,
		async () => {
			begun();
			await paused;
		},
	);
	const totals = readRepositories(
		session,
		{host, names: ['app'], signal},
		dispatch,
	);
	await reached;
	t.deepEqual(
		views.map(urgency => urgency()),
		['background'],
	);
	const opened = openRepository(
		session,
		{host, repository: 'app', signal},
		dispatch,
	);
	t.deepEqual(
		views.map(urgency => urgency()),
		['screen'],
	);
	goOn();
	await Promise.all([totals, opened]);
	t.is(told.at(-1), 'digests-completed');
	t.is(views.length, 1, 'it was read once');
});

test('a repository that is opened first is read for the screen', async t => {
	const {session, views, host, dispatch} = await openSession(
		t,
		async () => undefined,
	);
	await openRepository(session, {host, repository: 'app', signal}, dispatch);
	t.deepEqual(
		views.map(urgency => urgency()),
		['screen'],
	);
});
