import test from 'ava';
import fc from 'fast-check';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {removeDescriptors} from '../../source/oci/remove-descriptors.js';

const digestOf = (letter: string): Digest => {
	const digest = parseDigest(`sha256:${letter.repeat(64)}`);
	if (!digest) {
		throw new Error(letter);
	}

	return digest;
};

const a = digestOf('a');
const b = digestOf('b');
const c = digestOf('c');

const rows: ReadonlyArray<
	readonly [string, string, readonly Digest[], string | undefined]
> = [
	[
		'one in the middle, in one line',
		`{"manifests":[{"digest":"${a}"},{"digest":"${b}"},{"digest":"${c}"}],"annotations":{"x":"1"}}`,
		[b],
		`{"manifests":[{"digest":"${a}"},{"digest":"${c}"}],"annotations":{"x":"1"}}`,
	],
	[
		'the first, with white space and members that nobody knows',
		`{\n  "odd" : [1, {"manifests": []}, "]"],\n  "manifests": [\n    {"digest": "${a}", "size": 1.50},\n    {"size": 2, "digest": "${b}"}\n  ],\n  "big": 12345678901234567890\n}\n`,
		[a],
		`{\n  "odd" : [1, {"manifests": []}, "]"],\n  "manifests": [\n    {"size": 2, "digest": "${b}"}\n  ],\n  "big": 12345678901234567890\n}\n`,
	],
	[
		'the last',
		`{"manifests": [ {"digest": "${a}"} , {"digest": "${b}"} ] }`,
		[b],
		`{"manifests": [ {"digest": "${a}"} ] }`,
	],
	[
		'all of them, so that an empty index is left',
		`{"schemaVersion":2,"manifests":[{"digest":"${a}"}]}`,
		[a],
		'{"schemaVersion":2,"manifests":[]}',
	],
	[
		'each time that it is named',
		`{"manifests":[{"digest":"${a}"},{"digest":"${b}"},{"digest":"${a}"}]}`,
		[a],
		`{"manifests":[{"digest":"${b}"}]}`,
	],
	[
		'by what an escaped text means',
		String.raw`{"manifests":[{"digest":"sha256\u003a${'a'.repeat(64)}","annotations":{"x":"\"]},{"}},{"digest":"${b}"}]}`,
		[a],
		`{"manifests":[{"digest":"${b}"}]}`,
	],
	[
		'none where it is not named, and nothing changes',
		`{"manifests":[ {"digest":"${a}"} ]}`,
		[b],
		`{"manifests":[ {"digest":"${a}"} ]}`,
	],
	['none of an empty index', '{"manifests": [ ]}', [b], '{"manifests": [ ]}'],
	[
		'nothing of an index that names its manifests twice',
		`{"manifests":[{"digest":"${a}"}],"manifests":[{"digest":"${a}"},{"digest":"${b}"}]}`,
		[a],
		undefined,
	],
	['nothing of an image', '{"layers":[]}', [a], undefined],
	['nothing of a list that is none', '{"manifests":{}}', [a], undefined],
	['nothing of what is no JSON', '{"manifests":[', [a], undefined],
];

for (const [title, text, digests, expected] of rows) {
	test(`removes ${title}`, t => {
		t.is(removeDescriptors(text, new Set(digests)), expected);
	});
}

test('whatever else an index says stays as it is', t => {
	const descriptor = fc.record({
		digest: fc.constantFrom(a, b, c),
		size: fc.nat(),
		annotations: fc.dictionary(fc.string(), fc.string()),
	});
	fc.assert(
		fc.property(
			fc.array(descriptor),
			fc.dictionary(fc.string(), fc.jsonValue()),
			fc.constantFrom(undefined, 1, '\t'),
			(manifests, others, space) => {
				const document = {...others, manifests, rest: others};
				const text = JSON.stringify(document, undefined, space);
				const left = manifests.filter(({digest}) => digest !== a);
				const changed = removeDescriptors(text, new Set([a])) ?? '';
				t.is(
					JSON.stringify(JSON.parse(changed)),
					JSON.stringify({...document, manifests: left}),
				);
				t.is(changed === text, left.length === manifests.length);
			},
		),
	);
});
