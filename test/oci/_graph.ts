import test from 'ava';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {graphOf, isTopLevel} from '../../source/oci/graph.js';
import {type DigestRecord, emptyRecord} from '../../source/oci/record.js';

/** The digest that a letter stands for in these tests. */
const digest = (letter: string): Digest => {
	const parsed = parseDigest(`sha256:${letter.repeat(64)}`);
	if (!parsed) {
		throw new Error(`${letter} is not hexadecimal`);
	}

	return parsed;
};

/** Records from lines such as `a v1: b c`: a digest, its tags, its children. */
const build = (...lines: readonly string[]) =>
	new Map(
		lines.map((line): [Digest, DigestRecord] => {
			const [head = '', children = ''] = line.split(':');
			const [letter = '', ...tags] = head.split(' ').filter(Boolean);
			return [
				digest(letter),
				{
					...emptyRecord(digest(letter)),
					tags,
					children: children
						.split(' ')
						.filter(Boolean)
						.map(child => digest(child)),
				},
			];
		}),
	);

const letters = (digests: Iterable<Digest>): string =>
	[...digests]
		.map(found => found.charAt('sha256:'.length))
		.toSorted()
		.join('');

test('an index is the parent of its children', t => {
	const graph = graphOf(build('a v1: b c', 'b', 'c'));
	t.is(letters(graph.childrenOf(digest('a'))), 'bc');
	t.is(letters(graph.parentsOf(digest('b'))), 'a');
	t.is(letters(graph.parentsOf(digest('a'))), '');
	t.is(letters(graph.childrenOf(digest('b'))), '');
	t.is(letters(graph.descendantsOf(digest('a'))), 'bc');
});

test('a child may have several parents, and is named once by each', t => {
	const graph = graphOf(build('a: c c', 'b: c', 'c'));
	t.is(letters(graph.parentsOf(digest('c'))), 'ab');
});

test('an index in an index hands down its children', t => {
	const graph = graphOf(build('a: b', 'b: c d', 'c', 'd: e', 'e'));
	t.is(letters(graph.childrenOf(digest('a'))), 'b');
	t.is(letters(graph.descendantsOf(digest('a'))), 'bcde');
	t.is(letters(graph.descendantsOf(digest('b'))), 'cde');
});

test('a child that is not there is nobody’s child, but has parents', t => {
	const graph = graphOf(build('a: b c', 'b'));
	t.is(letters(graph.childrenOf(digest('a'))), 'b');
	t.is(letters(graph.descendantsOf(digest('a'))), 'b');
	t.is(letters(graph.parentsOf(digest('c'))), 'a');
});

test('a digest that nobody knows has no family', t => {
	const graph = graphOf(build('a: b', 'b'));
	t.is(letters(graph.childrenOf(digest('f'))), '');
	t.is(letters(graph.parentsOf(digest('f'))), '');
	t.is(letters(graph.descendantsOf(digest('f'))), '');
});

test('loops end, and nothing descends from itself', t => {
	const graph = graphOf(build('a: b', 'b: c', 'c: a', 'd: d'));
	t.is(letters(graph.descendantsOf(digest('a'))), 'bc');
	t.is(letters(graph.descendantsOf(digest('c'))), 'ab');
	t.is(letters(graph.descendantsOf(digest('d'))), '');
});

test('the graph of a reading is built once, that of another anew', t => {
	const records = build('a: b', 'b');
	t.is(graphOf(records), graphOf(records));
	t.not(graphOf(records), graphOf(new Map(records)));
});

test('top level is what has a tag or no parent', t => {
	const records = build('a v1: b c', 'b', 'c child', 'd', 'e: f');
	const graph = graphOf(records);
	const top = [...records.values()].filter(record => isTopLevel(record, graph));
	t.is(letters(top.map(record => record.digest)), 'acde');
});
