import test from 'ava';
import {buildUse, buildUseFacts, buildSource} from '../helpers/build-uses.js';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {type DigestRecord, emptyRecord} from '../../source/oci/record.js';
import {arrangeList, sortWords} from '../../source/plain/arrange-list.js';
import type {ListedRepository} from '../../source/plain/list-document.js';
import {judgeUses} from '../../source/plan/judge-use.js';
import {digestOrders, repositoryOrders} from '../../source/state/view.js';

const host = 'h.example';
const now = Date.parse('2026-11-22T12:00:00Z');

const digestOf = (character: string): Digest =>
	parseDigest(`sha256:${character.repeat(64)}`)!;

const uses = buildUseFacts(
	now,
	[buildUse(`${host}/shop/cart:b`)],
	[buildSource({readAt: now})],
);

const record = (
	character: string,
	fields: Partial<DigestRecord>,
): [Digest, DigestRecord] => [
	digestOf(character),
	{
		...emptyRecord(digestOf(character)),
		mediaType: 'application/vnd.oci.image.manifest.v1+json',
		...fields,
	},
];

const repository = (
	name: string,
	records: ReadonlyArray<[Digest, DigestRecord]>,
): ListedRepository => {
	const reading = {
		repository: name,
		records: new Map(records),
		gaps: [],
		readAt: now,
	};
	return {name, reading, uses: judgeUses(uses, host, {reading, now})};
};

const listed: readonly ListedRepository[] = [
	repository('shop/cart', [
		record('a', {tags: ['a'], size: 10, created: '2026-11-01T12:00:00Z'}),
		record('b', {tags: ['b'], size: 30, created: '2026-10-01T12:00:00Z'}),
		record('c', {size: 20, created: '2026-11-20T12:00:00Z'}),
		record('d', {
			tags: ['d'],
			size: 5,
			children: [digestOf('e')],
			created: '2026-01-01T12:00:00Z',
		}),
		record('e', {size: 4}),
	]),
	{name: 'shop/lost', problem: 'It could not be read.'},
	repository('tool', [
		record('f', {tags: ['v1'], size: 99, created: '2026-02-01T12:00:00Z'}),
	]),
];

/** The repositories, with the first characters of their digests. */
const arrange = (sort: string | undefined, filter = ''): string[] =>
	arrangeList(listed, {sort, filter}, now).map(entry =>
		'reading' in entry
			? `${entry.name} ${[...entry.reading.records.keys()].map(digest => digest.charAt(7)).join('')}`
			: `${entry.name} !`,
	);

test('without words the list is as it was read', t => {
	t.is(arrangeList(listed, {sort: undefined, filter: ''}, now), listed);
});

const sorted: Readonly<Record<string, readonly string[]>> = {
	// Of neither are the layers known, so that the repositories keep their places.
	size: ['shop/cart bcade', 'tool f', 'shop/lost !'],
	name: ['shop/cart cabde', 'tool f', 'shop/lost !'],
	newest: ['shop/cart cabde', 'tool f', 'shop/lost !'],
	oldest: ['tool f', 'shop/cart cabde', 'shop/lost !'],
	digests: ['shop/cart cabde', 'tool f', 'shop/lost !'],
	tag: ['shop/cart abdec', 'tool f', 'shop/lost !'],
	use: ['shop/cart acdeb', 'tool f', 'shop/lost !'],
};

for (const [sort, expected] of Object.entries(sorted)) {
	test(`sorted by ${sort}; what could not be read comes last`, t => {
		t.deepEqual(arrange(sort), expected);
	});
}

const filtered: ReadonlyArray<readonly [string, readonly string[]]> = [
	['untagged', ['shop/cart c', 'shop/lost !']],
	['index', ['shop/cart de', 'shop/lost !']],
	['used', ['shop/cart b', 'shop/lost !']],
	['tag:v1', ['shop/lost !', 'tool f']],
	['>30d !index', ['shop/cart b', 'shop/lost !', 'tool f']],
	['>15B', ['shop/cart bc', 'shop/lost !', 'tool f']],
	['tool', ['shop/lost !', 'tool f']],
	['nothing', ['shop/lost !']],
];

for (const [filter, expected] of filtered) {
	test(`filtered by ${filter}; an index stays with what is below it`, t => {
		t.deepEqual(arrange(undefined, filter).toSorted(), expected);
	});
}

test('the words are those of the screen', t => {
	t.deepEqual(
		sortWords.toSorted(),
		[
			...new Set([...digestOrders, ...repositoryOrders].map(({name}) => name)),
		].toSorted(),
	);
});
