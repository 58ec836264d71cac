import test, {type ExecutionContext} from 'ava';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import {parseRules} from '../../source/retention/parse-rules.js';
import type {Use, UsesSource} from '../../source/evidence/use.js';
import {findRepository} from '../../source/state/state.js';
import {
	buildGap,
	buildSource,
	buildUse,
	buildUsesReading,
	buildUsesSources,
} from '../helpers/build-uses.js';
import {
	addImages,
	createGate,
	deletionOf,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {type OpenApp, openApp} from '../helpers/render-app.js';

const begin = Date.UTC(2026, 10, 22);

/** A repository of four and one of three images; the newest of each is `a`. */
const fill = (content: RegistryContent) => ({
	app: addImages(content, 'app', ['a', 'b', 'c', 'd']),
	web: addImages(content, 'shop/web', ['a', 'b', 'c']),
});

type Options = {
	uses?: (host: string) => readonly Use[];
	/** Left out: one context was read completely. */
	sources?: readonly UsesSource[];
	columns?: number;
	rows?: number;
	/** Below the registry; the registry itself when left out. */
	path?: string;
	/** Holds a request as long as it likes. */
	hold?: (url: string) => Promise<void> | undefined;
	isSettled?: boolean;
};

/** The explorer on a list, and the lines of its screen. */
const open = async (t: ExecutionContext, options: Options = {}) => {
	const {columns = 120, rows = 40, path = '', isSettled = true} = options;
	const {
		uses = () => [],
		sources = [buildSource({readAt: begin})],
		hold,
	} = options;
	const content = createRegistryContent();
	const digests = fill(content);
	const place = {host: ''};
	const journey = await journeyWorld(t, {
		content,
		uses: buildUsesSources(() => buildUsesReading(uses(place.host), sources)),
	});
	const {host} = journey.server;
	place.host = host;
	journey.faults.intercept = async ({path: at}) => {
		await hold?.(at);
		return false;
	};

	const app = await openApp(t, journey.world, {
		columns,
		rows,
		isSettled,
		place: path === '' ? host : `${host}/${path}`,
	});
	const marked = (): string[] =>
		[...app.state().marks.values()].map(({digest}) => digest).toSorted();
	return {...journey, host, content, digests, app, marked};
};

/** Words of the screen, in one line: what is wrapped is found too. */
const words = ({frame}: OpenApp): string => frame().replaceAll(/\s+/gv, ' ');

/** The words of the form, and those beside it; at 120 columns. */
const formOf = ({frame}: OpenApp): string =>
	frame()
		.split('\n')
		.map(line => line.slice(0, 61))
		.join(' ')
		.replaceAll(/\s+/gv, ' ');
const resultOf = ({frame}: OpenApp): string =>
	frame()
		.split('\n')
		.map(line => line.slice(61))
		.join(' ')
		.replaceAll(/\s+/gv, ' ');

/** Opens the rules and keeps so many of the newest, by build time, which is all that a plain registry has. */
const keepNewest = async (app: OpenApp, count: string): Promise<void> => {
	await app.press('R');
	await app.typeText(count);
	await app.press('tab', 'tab', 'tab', 'space');
};

test('the rules of a repository: what they come to follows each key, and is marked with the reason beside it', async t => {
	const {app, digests, marked, server, host} = await open(t, {path: 'app'});
	await app.press('R');
	t.true(app.frame().includes(`${host} ▸ app ▸ rules`));
	t.true(words(app).includes('Write what stays.'));
	await app.typeText('3');
	// By upload time, which this registry does not tell, nothing may go.
	t.regex(words(app), /0 of 4 digests may go/v);
	t.regex(words(app), /4 age not known/v);
	await app.press('tab', 'tab', 'tab', 'space');
	t.true(formOf(app).includes('counted by build time'));
	t.regex(resultOf(app), /1 of 4 digests may go.*3 among the newest/v);
	await app.press('up', 'up', 'up', 'backspace');
	await app.typeText('1');
	t.regex(resultOf(app), /3 of 4 digests may go/v);
	t.deepEqual(marked(), []);
	await app.press('enter');
	t.deepEqual(marked(), digests.app.slice(1).toSorted());
	t.regex(words(app), /3 digests marked, 1 kept/v);
	// The reason is a column of the list, and a line of the detail.
	t.regex(app.frame(), /candidate: \d+ days? old/v);
	t.regex(app.frame(), /kept: the newest of 4 by build/v);
	await app.press('enter');
	t.regex(words(app), /by the rules kept: the newest of 4 by build/v);
	await app.press('esc', 'd');
	await app.typeText(`delete 3 from ${host}, 3 of 4 from app`);
	await app.press('enter');
	t.deepEqual(
		listDeletions(server).toSorted(),
		digests.app
			.slice(1)
			.map(digest => deletionOf('app', digest))
			.toSorted(),
	);
});

test('the rules of a registry: all of it is read for them, and each repository has its candidates', async t => {
	const {app, digests, marked, server} = await open(t);
	await keepNewest(app, '2');
	t.regex(words(app), /all repositories ▸ rules/v);
	t.regex(words(app), /3 of 7 digests may go.*in 2 repositories/v);
	// Bytes stand before the names.
	t.regex(words(app), /MAY GO.* 2 \d kB app .* 1 \d kB shop\/web/v);
	await app.press('enter');
	t.deepEqual(
		marked(),
		[...digests.app.slice(2), ...digests.web.slice(2)].toSorted(),
	);
	t.deepEqual(listDeletions(server), []);
});

test('a second set of rules is for what it names; what any of them keeps stays', async t => {
	const {app, digests, marked} = await open(t);
	await keepNewest(app, '1');
	t.regex(words(app), /5 of 7 digests may go/v);
	await app.press('pagedown');
	t.regex(words(app), /rules 2 of 2/v);
	await app.press('down', 'down', 'down');
	await app.typeText('^b$');
	t.true(formOf(app).includes('tags like ^b$▏'));
	t.regex(resultOf(app), /3 of 7 digests may go.*2 a tag like that stays/v);
	await app.press('enter');
	t.deepEqual(
		marked(),
		[...digests.app.slice(2), ...digests.web.slice(2)].toSorted(),
	);
});

test('rules that were saved are there at the next start, and are judged by at once', async t => {
	const {app, rules, world, host} = await open(t, {path: 'app'});
	await keepNewest(app, '2');
	await app.press('ctrl-s');
	t.true(words(app).includes('Saved: 1 set of rules'));
	const {sets} = parseRules(rules.saved() ?? '', 'the settings');
	t.deepEqual(
		sets.map(({keepNewest: count}) => count),
		[2],
	);
	const next = await openApp(t, world, {
		columns: 120,
		rows: 40,
		place: `${host}/app`,
	});
	await next.press('R');
	t.regex(formOf(next), /the newest 2▏.*counted by build time/v);
	t.regex(resultOf(next), /2 of 4 digests may go/v);
});

test('the form is as it was left, while the program runs', async t => {
	const {app} = await open(t, {path: 'app'});
	await keepNewest(app, '2');
	await app.press('esc');
	t.false(app.frame().includes('LOOK ONLY AT'));
	await app.press('R');
	t.regex(formOf(app), /the newest 2▏.*build time/v);
});

test('the rules go to a file that plan reads; the name that is proposed gives way to the first key', async t => {
	const {app, rules} = await open(t, {path: 'app'});
	await keepNewest(app, '2');
	await app.press('ctrl-e');
	t.true(app.frame().includes('rules.yaml▏'));
	await app.typeText('k');
	t.true(app.frame().includes('file k▏'));
	await app.typeText('ept.yaml');
	await app.press('enter');
	t.regex(words(app), /Written.*jetsam plan WHERE --rules kept\.yaml/v);
	const {sets} = parseRules(rules.files.get('kept.yaml') ?? '', 'kept.yaml');
	t.deepEqual(
		sets.map(({keepNewest: count, age, repositories}) => ({
			count,
			age,
			repositories,
		})),
		[{count: 2, age: 'created', repositories: ['app']}],
	);
	await app.press('ctrl-e', 'backspace');
	// What is only changed is not typed anew.
	t.true(app.frame().includes('rules.yam▏'));
	await app.press('esc');
	t.true(app.frame().includes('LOOK ONLY AT'));
});

test('a scan is stopped and gone on with; what was read until then counts', async t => {
	const gate = createGate();
	t.teardown(gate.open);
	const {app, host} = await open(t, {
		isSettled: false,
		hold: async url => (url.includes('/shop/web/') ? gate.pass() : undefined),
	});
	await app.until(
		state =>
			state.uses.progress.state === 'complete' &&
			findRepository(state, host, 'app').reading.state === 'complete',
	);
	await app.tap('R', '1', 'tab', 'tab', 'tab', 'space');
	await app.until(({rules: {judged, request}}) =>
		[...judged.values()].some(
			({revision, candidates}) =>
				revision === request?.revision && candidates.length > 0,
		),
	);
	await app.tap('left', 'left');
	t.regex(resultOf(app), /1 of 2 repositories read, Esc stops/v);
	await app.tap('esc');
	t.true(words(app).includes('Stopped; what was read until now counts.'));
	gate.open();
	await app.settled();
	t.regex(
		resultOf(app),
		/3 of 4 digests may go.*1 of 2 repositories read(?!,)/v,
	);
	await app.press('ctrl-r');
	t.regex(resultOf(app), /5 of 7 digests may go.*in 2 repositories/v);
});

test('a pattern that takes too long is stopped and named; until it is another nothing is marked', async t => {
	const {app, content, marked} = await open(t, {path: 'app'});
	addImages(content, 'app', [`${'a'.repeat(60)}.`]);
	await app.press('r');
	await keepNewest(app, '2');
	await app.press('down', 'down', 'down');
	await app.typeText('^(a+)+$');
	t.regex(formOf(app), /tags like \^\(a\+\)\+\$▏ This takes too long\./v);
	await app.press('enter');
	t.true(words(app).includes('Write another pattern first'));
	t.deepEqual(marked(), []);
	await app.press('ctrl-u');
	await app.typeText('^d$');
	t.regex(resultOf(app), /2 of 5 digests may go/v);
});

test('in a field to choose only Space chooses; letters change nothing', async t => {
	const {app} = await open(t, {path: 'app'});
	await keepNewest(app, '1');
	t.regex(words(app), /counted by build time/v);
	await app.typeText('x');
	t.regex(words(app), /counted by build time/v);
	t.true(words(app).includes('Space changes it; here nothing is typed.'));
	await app.press('space');
	t.regex(words(app), /counted by upload time/v);
	await app.press('left', 'right', 'right');
	t.regex(words(app), /counted by build time/v);
});

test('a bad pattern is said under its field; nothing is marked by it, saved or written', async t => {
	const {app, marked, rules} = await open(t, {path: 'app'});
	await keepNewest(app, '2');
	await app.press('down', 'down', 'down');
	await app.typeText('(v');
	t.true(formOf(app).includes('tags like (v▏ (v is no regular expression.'));
	t.true(
		words(app).includes('So it was before the rule that is to be mended.'),
	);
	await app.press('enter');
	t.true(words(app).includes('Mend the rules first'));
	await app.press('ctrl-s');
	t.true(words(app).includes('Nothing was saved. Mend the rules first'));
	await app.press('ctrl-e');
	t.true(words(app).includes('Mend the rules first'));
	t.deepEqual(marked(), []);
	t.is(rules.saved(), undefined);
	await app.press('backspace', 'backspace', 'enter');
	t.is(marked().length, 2);
});

test('marks that were made by hand stay', async t => {
	const {app, digests, marked} = await open(t, {path: 'app'});
	// The newest, which the rules keep.
	await app.press('space', 'g');
	t.deepEqual(marked(), [digests.app[0]]);
	await keepNewest(app, '3');
	await app.press('enter');
	t.is(marked().length, 2);
	t.true([0, 3].every(place => marked().includes(digests.app[place]!)));
});

test('what is in use stays, by whatever rules, and the reason says by what', async t => {
	const {app, marked} = await open(t, {
		path: 'app',
		uses: host => [buildUse(`${host}/app:d`)],
	});
	await keepNewest(app, '1');
	t.regex(resultOf(app), /2 of 4 digests may go.*1 in use/v);
	await app.press('enter');
	t.is(marked().length, 2);
	t.regex(app.frame(), /kept: in use by .*api-1/v);
});

test('what is not known keeps, and the reason says what', async t => {
	const {app, marked} = await open(t, {
		path: 'app',
		sources: [buildSource({readAt: begin, gaps: [buildGap()]})],
	});
	await keepNewest(app, '1');
	t.regex(words(app), /0 of 4 digests may go.*3 use not known/v);
	await app.press('enter');
	t.deepEqual(marked(), []);
	t.true(words(app).includes('By these rules nothing may go.'));
});

test('what was pushed after the rules were judged is judged before it is marked', async t => {
	const {app, content, digests, host, marked} = await open(t, {path: 'app'});
	await keepNewest(app, '3');
	t.regex(words(app), /1 of 4 digests may go/v);
	await app.press('esc');
	const [newer] = addImages(content, 'app', ['newer']);
	await app.press('r', 'R');
	t.is(findRepository(app.state(), host, 'app').records.size, 5);
	// It is as young as the newest was.
	t.regex(resultOf(app), /2 of 5 digests may go/v);
	await app.press('enter');
	t.false(marked().includes(newer!));
	t.deepEqual(marked(), digests.app.slice(2).toSorted());
});
