import test, {type ExecutionContext} from 'ava';
import {
	type Context,
	findKey,
	isTypedInto,
	keyContext,
	keymap,
	labelOf,
	messageOf,
	shownKeys,
} from '../../source/ui/keymap.js';
import {namesOf} from '../../source/ui/names-of.js';
import {readPress} from '../../source/ui/press.js';
import type {State} from '../../source/state/state.js';
import {
	apply,
	capable,
	completed,
	host,
	withDigests,
	withRegistries,
	withRepositories,
} from '../state/_build-state.js';
import {buildScreens} from './_screens.js';

const screens = buildScreens();
const kinds = namesOf<Context>(screens);

test('each state of this test shows the screen that it is named after', t => {
	for (const kind of kinds) {
		t.is(keyContext(screens[kind]), kind);
	}
});

test('no two keys share a press on one screen', t => {
	for (const kind of kinds) {
		const presses = keymap
			.filter(key => key.screens.includes(kind))
			.flatMap(key => key.presses);
		t.deepEqual(presses.toSorted(), [...new Set(presses)].toSorted());
	}
});

test('every key of the map is found by each of its presses on each of its screens', t => {
	for (const key of keymap) {
		t.true(key.help !== '' && key.presses.length > 0);
		for (const kind of key.screens) {
			for (const press of key.presses) {
				t.is(findKey(kind, press), key);
			}
		}
	}
});

test('every screen but the first and a batch under way is left by Esc, and every screen by Ctrl-C', t => {
	for (const kind of kinds) {
		const state = screens[kind];
		const escape = readPress(state, {kind: 'key', name: 'escape'});
		t.truthy(escape, `Escape on ${kind}`);
		const {state: after, commands} = apply(state, escape!);
		t.false(commands.some(command => command.kind === 'leave'));
		if (kind === 'filter') {
			t.false(after.isFiltering);
		} else if (kind === 'registries' || kind === 'run') {
			t.is(after.trail.length, state.trail.length);
			t.truthy(after.notice);
		} else {
			t.is(after.trail.length, state.trail.length - 1);
		}

		const interrupt = readPress(state, {kind: 'key', name: 'ctrl-c'});
		t.true(
			apply(state, interrupt!).commands.some(command =>
				['leave', 'stop-batch'].includes(command.kind),
			),
		);
	}
});

/** Asserts that each key on the footer of a screen does something when it is pressed. */
const assertFooterLives = (
	t: ExecutionContext,
	title: string,
	state: State,
): void => {
	for (const {presses, name} of shownKeys(state)) {
		for (const press of presses) {
			const message = readPress(state, {kind: 'key', name: press});
			t.truthy(message, `${name} on ${title}`);
			// Enter on the empty line of a review does nothing, and that is meant.
			if (keyContext(state) === 'review' && press === 'enter') {
				continue;
			}

			t.not(message?.kind, 'key-refused', `${name} on ${title}`);
			const {state: after, commands} = apply(state, message!);
			t.true(
				after !== state || commands.length > 0,
				`${name} on ${title} changes nothing`,
			);
		}
	}
};

test('every key of the footer does something, on every screen', t => {
	for (const kind of kinds) {
		const state = screens[kind];
		t.true(
			shownKeys(state).length > 0 || kind === 'run',
			`the footer of ${kind}`,
		);
		assertFooterLives(t, kind, state);
	}
});

const problem = {message: 'Nothing answers there.', remedy: 'Look.'};
const opened = apply(withRegistries([host]), {kind: 'item-opened'}).state;
const emptyLists: ReadonlyArray<
	readonly [title: string, state: State, dead: string]
> = [
	[
		'a registry that did not open',
		apply(
			opened,
			{kind: 'registry-failed', host, problem},
			{kind: 'repositories-failed', host, problem},
		).state,
		'/sSRl',
	],
	[
		'a registry whose list failed',
		apply(
			opened,
			{kind: 'registry-opened', host, capabilities: capable},
			{kind: 'repositories-failed', host, problem},
		).state,
		'/sSRl',
	],
	['a registry without repositories', withRepositories([]), '/sSRl'],
	[
		'a registry that tells no repositories',
		apply(
			opened,
			{kind: 'registry-opened', host, capabilities: capable},
			{kind: 'repositories-closed', host, reason: 'DENIED'},
		).state,
		'/sSR',
	],
	['a repository without digests', withDigests([]), '/sSRl vaiyY'],
	[
		'a repository that could not be read',
		apply(
			withRepositories(['app']),
			{kind: 'item-opened'},
			{kind: 'digests-failed', host, repository: 'app', problem},
		).state,
		'/sSRl vaiyY',
	],
];

for (const [title, state, dead] of emptyLists) {
	test(`${title} offers no key that does nothing`, t => {
		assertFooterLives(t, title, state);
		const names = new Set(shownKeys(state).map(({name}) => name));
		t.true(names.has('r') && names.has('Esc ← h'));
		for (const press of dead) {
			t.is(
				readPress(state, {kind: 'key', name: press})?.kind,
				'key-refused',
				`${press} on ${title}`,
			);
		}
	});
}

test('Enter on a registry that tells no repositories asks for the name of one', t => {
	const {state} = apply(
		opened,
		{kind: 'registry-opened', host, capabilities: capable},
		{kind: 'repositories-closed', host, reason: 'DENIED'},
	);
	t.true(shownKeys(state).some(({presses}) => presses.includes('enter')));
});

test('while a list is read its keys wait for what comes', t => {
	t.true(shownKeys(opened).some(({name}) => name === '/'));
	t.true(
		shownKeys(apply(opened, completed('app', [])).state).some(
			({name}) => name === 's',
		),
	);
});

test('a key that can do nothing now says why, and is not on the footer', t => {
	const keysNow = kinds.flatMap(kind =>
		keymap
			.filter(({screens: on}) => on.includes(kind))
			.map(key => ({key, state: screens[kind]})),
	);
	for (const {key, state} of keysNow) {
		const reason = key.whyNot?.(state);
		t.is(
			shownKeys(state).includes(key),
			labelOf(key, state) !== '' && reason === undefined,
		);
	}

	const refused = keysNow.flatMap(({key, state}) => {
		const reason = key.whyNot?.(state);
		return reason === undefined ? [] : [{key, state, reason}];
	});
	t.true(refused.length > 3);
	for (const {key, state, reason} of refused) {
		t.regex(reason, /^[A-Z].*\.$/v);
		t.deepEqual(readPress(state, {kind: 'key', name: key.presses[0]!}), {
			kind: 'key-refused',
			reason,
		});
	}
});

test('where letters are text, no visible character is a key', t => {
	for (const kind of kinds.filter(name => isTypedInto(name))) {
		for (let code = 0x20; code < 0x7f; code++) {
			const name = String.fromCodePoint(code);
			t.is(findKey(kind, name), undefined, `${name} on ${kind}`);
			t.deepEqual(readPress(screens[kind], {kind: 'key', name}), {
				kind: 'text-typed',
				text: name,
			});
		}
	}
});

test('no screen has a key on Delete, and none but the phrase leads to a batch', t => {
	for (const key of keymap) {
		t.false(key.presses.includes('delete'));
		for (const kind of key.screens) {
			const {commands} = apply(screens[kind], messageOf(key, screens[kind]));
			t.false(commands.some(command => command.kind === 'execute-plans'));
		}
	}
});

test('a paste is text where text is typed, without what cannot be seen, and nothing elsewhere', t => {
	for (const kind of kinds) {
		const message = readPress(screens[kind], {
			kind: 'paste',
			text: 'a\r\nb\tc\u001B[31m\u202Ed\u0000',
		});
		t.deepEqual(
			message,
			isTypedInto(kind)
				? {kind: 'text-typed', text: 'abc[31md'}
				: {
						kind: 'key-refused',
						reason: 'Pasted text is not taken as keys.',
					},
		);
	}
});

test('where the terminal is too small for a screen, no key and no paste means anything, but Ctrl-C', t => {
	const size = {columns: 59, rows: 24};
	for (const kind of kinds) {
		const state = {...screens[kind], size};
		for (const key of keymap.filter(each => each.screens.includes(kind))) {
			for (const name of key.presses.filter(press => press !== 'ctrl-c')) {
				t.is(
					readPress(state, {kind: 'key', name}),
					undefined,
					`${name} on ${kind}`,
				);
			}
		}

		t.is(readPress(state, {kind: 'key', name: 'a'}), undefined);
		t.is(readPress(state, {kind: 'paste', text: 'a'}), undefined);
		t.truthy(readPress(state, {kind: 'key', name: 'ctrl-c'}));
	}
});

test('unknown keys mean nothing anywhere', t => {
	for (const kind of kinds) {
		for (const name of ['unknown [15~', 'f1', 'ctrl-t', 'ctrl-y', '']) {
			t.is(readPress(screens[kind], {kind: 'key', name}), undefined);
		}
	}
});
