import test from 'ava';
import {currentScreen, type State} from '../../source/state/state.js';
import {
	apply,
	host,
	withDigests,
	withRegistries,
	withRepositories,
} from './_build-state.js';

const type = (state: State, text: string): State =>
	apply(state, {kind: 'place-asked'}, {kind: 'text-typed', text}).state;

const submit = (state: State, text: string) =>
	apply(type(state, text), {kind: 'text-submitted'});

test('an address is asked for where the registries are, a repository inside one', t => {
	const purposeIn = (state: State) =>
		currentScreen(apply(state, {kind: 'place-asked'}).state);
	t.like(purposeIn(withRegistries([host])), {purpose: 'registry', host: ''});
	t.like(purposeIn(withRepositories([])), {purpose: 'repository', host});
	t.like(purposeIn(withDigests([1])), {purpose: 'repository', host});
});

test('letters are added and taken away, whole characters at a time', t => {
	const state = type(withRegistries([]), 'ab👩');
	const textAfter = (all: boolean) =>
		currentScreen(apply(state, {kind: 'text-erased', all}).state);
	t.like(textAfter(false), {text: 'ab'});
	t.like(textAfter(true), {text: ''});
});

test('what is no address or no name is said, and asks for nothing', t => {
	const addresses = [
		['', /The address is empty/],
		[' ', /The address is empty/],
		['nonsense', /names no host/],
		['a b.c', /there is a space/],
		['ftp://x.y', /is not how a registry is spoken to/],
		['x.y:99999', /is no port/],
	] as const;
	for (const [text, told] of addresses) {
		const {state, commands} = submit(withRegistries([]), text);
		t.deepEqual(commands, []);
		t.regex(JSON.stringify(currentScreen(state)), told, `"${text}"`);
	}

	for (const text of ['', 'Upper', '/a', 'a//b', '../x', 'a b']) {
		const {state, commands} = submit(withRepositories([]), text);
		t.deepEqual(commands, []);
		t.regex(
			JSON.stringify(currentScreen(state)),
			/A repository name has/v,
			`"${text}"`,
		);
	}
});

test('an address opens its registry; a scheme is kept for it', t => {
	t.deepEqual(submit(withRegistries([]), ' Registry.Test ').commands, [
		{kind: 'open-registry', host, address: host},
		{kind: 'list-repositories', host},
	]);
	t.deepEqual(submit(withRegistries([]), `https://${host}/`).commands[0], {
		kind: 'open-registry',
		host,
		address: `https://${host}`,
	});
});

test('an address with a path is looked at before it is taken for a repository', t => {
	const {state, commands} = submit(withRegistries([]), `${host}/shop/app:1.0`);
	t.deepEqual(commands, [
		{kind: 'open-registry', host, address: host},
		{kind: 'find-path', host, path: 'shop/app', reference: '1.0'},
	]);
	t.like(currentScreen(state), {kind: 'repositories', prefix: 'shop/app'});
});

test('a name opens the repository over its registry, once', t => {
	const {state, commands} = submit(withRepositories(['a']), 'secret/app');
	t.deepEqual(commands, [
		{kind: 'read-repository', host, repository: 'secret/app'},
	]);
	t.deepEqual(
		state.trail.map(({kind}) => kind),
		['registries', 'repositories', 'digests'],
	);

	const fromDigests = submit(withDigests([1]), 'other');
	t.deepEqual(
		fromDigests.state.trail.map(({kind}) => kind),
		['registries', 'repositories', 'digests'],
	);
	t.like(currentScreen(fromDigests.state), {repository: 'other'});
});

test('Esc leaves without opening anything', t => {
	const state = withRepositories(['a']);
	const {state: after, commands} = apply(type(state, 'b'), {
		kind: 'screen-closed',
	});
	t.deepEqual(commands, []);
	t.deepEqual(after.trail, state.trail);
});
