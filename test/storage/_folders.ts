import test from 'ava';
import {chooseFolders} from '../../source/storage/folders.js';

const home = '/home/lab';

const choices: ReadonlyArray<
	readonly [string, string | undefined, string | undefined, string]
> = [
	['nothing is said', undefined, undefined, '/home/lab/.local/state/jetsam'],
	['XDG_STATE_HOME is set', '/var/state', undefined, '/var/state/jetsam'],
	['XDG_STATE_HOME is empty', '', undefined, '/home/lab/.local/state/jetsam'],
	[
		'XDG_STATE_HOME is relative',
		'state',
		undefined,
		'/home/lab/.local/state/jetsam',
	],
	['--state is given', '/var/state', '/tmp/x', '/tmp/x'],
	['--state is relative', undefined, 'here', 'here'],
];

for (const [when, base, stateOption, expected] of choices) {
	test(`when ${when}, state lies in ${expected}`, t => {
		const environment = Object.fromEntries([['XDG_STATE_HOME', base]]);
		t.is(chooseFolders(environment, {home, stateOption}).state, expected);
	});
}

const cacheChoices: ReadonlyArray<
	readonly [string, string | undefined, string | undefined, string]
> = [
	['nothing is said', undefined, undefined, '/home/lab/.cache/jetsam'],
	['XDG_CACHE_HOME is set', '/var/cache', undefined, '/var/cache/jetsam'],
	['--state is given', '/var/cache', '/tmp/x', '/tmp/x/cache'],
];

for (const [when, base, stateOption, expected] of cacheChoices) {
	test(`when ${when}, the cache lies in ${expected}`, t => {
		const environment = Object.fromEntries([['XDG_CACHE_HOME', base]]);
		t.is(chooseFolders(environment, {home, stateOption}).cache, expected);
	});
}
