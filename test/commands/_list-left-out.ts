/* eslint-disable ava/no-ignored-test-files -- reading.test.ts loads it */
import test from 'ava';
import {plainListView} from '../../source/plain/arrange-list.js';
import {list} from '../../source/commands/list.js';
import {createPartTeller} from '../../source/effects/tell-parts.js';
import {listRepositories} from '../../source/effects/load.js';
import type {Message} from '../../source/state/message.js';
import {journeyWorld} from '../helpers/journey-world.js';

const {signal} = new AbortController();

/** A registry whose catalog has one name that no repository may have. */
const openWorld = async (t: Parameters<typeof journeyWorld>[0]) => {
	const {world, server, faults} = await journeyWorld(t);
	faults.intercept = ({path}, response) => {
		const isCatalog = path.startsWith('/v2/_catalog');
		if (isCatalog) {
			response.end(JSON.stringify({repositories: ['../\u001B[2Jetc']}));
		}

		return isCatalog;
	};

	return {world, host: server.host};
};

const sentence = 'lists a name that no repository may have';

test('list says what it left out, safely, and ends with 1', async t => {
	const {world, host} = await openWorld(t);
	let errors = '';
	const exitCode = await list(
		world,
		{
			where: {
				scheme: undefined,
				host,
				path: undefined,
				reference: undefined,
			},
			address: host,
			json: true,
			view: plainListView,
			signal,
		},
		{
			print() {
				// What is listed is not asked here.
			},
			printError(text) {
				errors += text;
			},
		},
	);
	t.is(exitCode, 1);
	t.true(errors.startsWith(`jetsam: ${host} ${sentence}`));
	t.false(errors.includes('\u001B'));
});

test('the explorer says it in a notice', async t => {
	const {world, host} = await openWorld(t);
	const notices: string[] = [];
	await listRepositories(
		{
			world,
			openRegistry: async () => world.openRegistry(host, signal),
			readings: new Map(),
			spent: new Map(),
			background: new Map(),
			uses: undefined,
			pulls: new Map(),
			tellPart: createPartTeller(world.clock, signal),
			signal,
			batch: undefined,
		},
		{host, signal},
		(message: Message) => {
			if (message.kind === 'notice-given') {
				notices.push(message.text);
			}
		},
	);
	t.is(notices.length, 1);
	t.true(notices[0]?.startsWith(`${host} ${sentence}`));
});
