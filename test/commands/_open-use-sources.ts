/* eslint-disable ava/no-ignored-test-files -- reading.test.ts loads it */
import test from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {openUseSources} from '../../source/commands/open-use-sources.js';
import type {SavedUses} from '../../source/storage/settings.js';
import type {UsesChoice} from '../../source/world.js';

const kubeconfig = JSON.stringify({
	contexts: ['a', 'prod'].map(name => ({
		name,
		context: {cluster: name, user: 'visitor'},
	})),
	clusters: [],
	users: [],
});

const choose = async (
	words: readonly string[],
	uses?: SavedUses,
): Promise<UsesChoice> => {
	const sources = openUseSources(parseCommandLine(words), {
		kubeconfig: {kubeconfig: undefined, home: '/nowhere'},
		demoKubeconfig: kubeconfig,
		clock: {now: () => 0, sleep: async () => undefined},
		settingsFile: '/nowhere/config.json',
		readSettings: async () => ({
			settings: {registries: [], ...(uses && {uses})},
			path: '/nowhere/config.json',
			notice: undefined,
		}),
	});
	return sources.readChoice();
};

for (const [title, words, saved, contexts, leftOut] of [
	['nothing said', [], undefined, 'current', []],
	[
		'what was saved',
		[],
		{contexts: ['prod'], withoutContexts: ['a']},
		['prod'],
		['a'],
	],
	[
		'all, but what was left out',
		['--all-contexts'],
		{withoutContexts: ['a']},
		'all',
		['a'],
	],
	[
		'one that was left out before',
		['--context', 'a'],
		{withoutContexts: ['a']},
		['a'],
		[],
	],
	[
		'left out now and before',
		['--without-context', 'prod'],
		{withoutContexts: ['a', 'prod']},
		'current',
		['a', 'prod'],
	],
] as const) {
	test(`contexts: ${title}`, async t => {
		t.like(await choose(words, saved), {contexts, leftOut});
	});
}

test('an unknown context on the command line is exit code 2, with the names that there are', async t => {
	for (const option of ['--context', '--without-context']) {
		await t.throwsAsync(choose([option, 'nope']), {
			message: /There is no context nope/v,
		});
	}
});
