/* eslint-disable ava/no-ignored-test-files -- reading.test.ts loads it */
import test from 'ava';
import {plainListView} from '../../source/plain/arrange-list.js';
import {list} from '../../source/commands/list.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {blankSource} from '../../source/pulls/pull-reader.js';
import type {PullSource} from '../../source/evidence/pull.js';
import {addImages, journeyWorld} from '../helpers/journey-world.js';

const {signal} = new AbortController();

/** What `jetsam list` prints where a registry has one source of pulls. */
const run = async (
	t: Parameters<typeof journeyWorld>[0],
	source: Partial<PullSource>,
	json: boolean,
) => {
	const content = createRegistryContent();
	addImages(content, 'app', ['a']);
	const {world, server} = await journeyWorld(t, {content});
	const {host} = server;
	let printed = '';
	let errors = '';
	const exitCode = await list(
		{
			...world,
			pulls: {
				...world.pulls,
				isKnown: async () => true,
				read: async ({repository}) => ({
					tallies: [],
					sources:
						repository === undefined
							? [{...blankSource('gcs-usage:logs/'), ...source}]
							: [],
				}),
			},
		},
		{
			where: {scheme: undefined, host, path: undefined, reference: undefined},
			address: host,
			json,
			view: plainListView,
			signal,
		},
		{
			print(text) {
				printed += text;
			},
			printError(text) {
				errors += text;
			},
		},
	);
	return {exitCode, printed, errors};
};

const gap = (message: string) => ({
	name: 'all',
	message,
	span: undefined,
	canBeAccepted: false,
});

for (const json of [false, true]) {
	const form = json ? 'JSON' : 'text';
	test(`a list as ${form} says which source of pulls could not be read, safely, and ends with 1`, async t => {
		const told = await run(
			t,
			{state: 'failed', gaps: [gap('There is no file \u001B[2J.')]},
			json,
		);
		t.is(told.exitCode, 1);
		t.regex(
			told.errors,
			/^jetsam: pulls: gcs-usage:logs\/ \(could not be read\) There is no file/,
		);
		t.false(told.errors.includes('\u001B'));
		t.not(told.printed, '');
	});
}

test('a source that was read in part is named, and the list is whole', async t => {
	const told = await run(
		t,
		{state: 'read', gaps: [gap('An hour is missing.')]},
		false,
	);
	t.is(told.exitCode, 0);
	t.is(
		told.errors,
		'jetsam: pulls: gcs-usage:logs/ (read in part) An hour is missing.\n',
	);
});

test('a source that was read is not spoken of', async t => {
	const told = await run(t, {state: 'read'}, false);
	t.is(told.errors, '');
	t.is(told.exitCode, 0);
});
