/* eslint-disable ava/no-ignored-test-files -- reading.test.ts loads it */
import test from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {openPullSources} from '../../source/commands/open-pull-sources.js';
import type {AskedSource} from '../../source/pulls/name-source.js';
import type {SavedPulls, SavedRegistry} from '../../source/storage/settings.js';
import {UserError} from '../../source/user-error.js';

const openSources = (
	words: readonly string[],
	{
		registries = [],
		pulls = {},
	}: {registries?: SavedRegistry[]; pulls?: SavedPulls} = {},
) => {
	const opened: AskedSource[] = [];
	const sources = openPullSources(parseCommandLine(words), {
		clock: {now: () => 0, sleep: async () => undefined},
		settingsFile: '/nowhere/config.json',
		readSettings: async () => ({
			settings: {registries, pulls},
			path: '/nowhere/config.json',
			notice: undefined,
		}),
		async openReaders(asked) {
			opened.push(...asked);
			return [];
		},
	});
	return {sources, opened};
};

for (const [title, words, saved, windowDays] of [
	['nothing said', [], {}, 90],
	['what was saved', [], {windowDays: 30}, 30],
	['what is said now', ['--window', '7d'], {windowDays: 30}, 7],
] as const) {
	test(`the window: ${title}`, async t => {
		const {sources} = openSources(words, {pulls: saved});
		const choice = await sources.readChoice();
		t.is(choice.windowDays, windowDays);
	});
}

test('sources are those of the command line, once each, and those of the settings with what they say', async t => {
	const {sources, opened} = openSources(
		['--pulls', 'auto:a.log', '--pulls', 'auto:a.log'],
		{
			registries: [
				{
					address: 'https://registry.test',
					pulls: [
						{
							source: 'distribution-events:events/',
							from: '2026-01-01T00:00:00Z',
						},
						{source: 'ar-audit:logs/', anonymousReadsAreRefused: true},
					],
				},
				{address: 'other.test'},
			],
		},
	);
	await sources.readChoice();
	await sources.isKnown('registry.test');
	const nothing = {from: undefined, to: undefined};
	t.deepEqual(
		opened.map(({engine: _engine, kind: _kind, ...asked}) => asked),
		[
			{
				name: 'auto:a.log',
				where: 'a.log',
				host: undefined,
				declared: nothing,
				anonymousReadsAreRefused: false,
			},
			{
				name: 'distribution-events:events/',
				where: 'events/',
				host: 'registry.test',
				declared: {from: Date.UTC(2026, 0), to: undefined},
				anonymousReadsAreRefused: false,
			},
			{
				name: 'ar-audit:logs/',
				where: 'logs/',
				host: 'registry.test',
				declared: nothing,
				anonymousReadsAreRefused: true,
			},
		],
	);
});

test('a kind that is not known is wrong usage, with the kinds, before anything is read', async t => {
	const {sources} = openSources(['--pulls', 'quay:logs/']);
	const error = await t.throwsAsync(sources.readChoice(), {
		instanceOf: UserError,
	});
	t.is(error.exitCode, 2);
	t.regex(error.sentence, /no kind of pulls "quay".*gcs-usage.*auto/v);
});

for (const [option, text] of [
	['--window', '0d'],
	['--window', '4000d'],
	['--window', 'soon'],
	['--max-bytes', 'many'],
] as const) {
	test(`${option} ${text} is wrong usage`, t => {
		const error = t.throws(() => parseCommandLine([option, text]), {
			instanceOf: UserError,
		});
		t.is(error.exitCode, 2);
	});
}
