/* eslint-disable ava/no-ignored-test-files -- run-steps.test.ts loads it */
import test from 'ava';
import {groupSteps} from '../../source/plan/group-steps.js';
import type {Step} from '../../source/plan/plan.js';
import {digestOf, nameOf} from '../helpers/build-repository.js';

/** What a step hangs on, by names. */
type Hanging = {
	readonly repository?: string;
	readonly parents?: readonly string[];
	readonly goesWith?: string;
	readonly about?: readonly string[];
	readonly tags?: readonly string[];
	readonly onlyTag?: string;
};

const stepOf = (
	name: string,
	{repository = 'app', parents = [], goesWith, about, tags, onlyTag}: Hanging,
): Step => ({
	registry: 'registry.example.com',
	repository,
	digest: digestOf(name),
	tags: tags ?? [],
	mediaType: '',
	size: undefined,
	platforms: [],
	goesWith: goesWith === undefined ? undefined : digestOf(goesWith),
	parents: parents.map(parent => digestOf(parent)),
	...(about && {about: about.map(subject => digestOf(subject))}),
	findings: [],
	evidence: {state: 'unknown', why: 'not asked'},
	isLifted: false,
	...(onlyTag !== undefined && {onlyTag}),
});

const tagOf = (name: string, suffix = ''): string =>
	digestOf(name).replace(':', '-') + suffix;

const table: ReadonlyArray<
	readonly [
		title: string,
		steps: ReadonlyArray<readonly [name: string, hanging: Hanging]>,
		groups: readonly string[],
	]
> = [
	['nothing', [], []],
	[
		'images with tags of their own go apart',
		[
			['one', {tags: ['1']}],
			['two', {tags: ['2', 'latest']}],
			['three', {}],
		],
		['one', 'two', 'three'],
	],
	[
		'an index and its children',
		[
			['index', {tags: ['1']}],
			['amd64', {parents: ['index'], goesWith: 'index'}],
			['other', {}],
			['arm64', {parents: ['index'], goesWith: 'index'}],
		],
		['index amd64 arm64', 'other'],
	],
	[
		'indexes in an index, to the last child',
		[
			['outer', {}],
			['inner', {parents: ['outer']}],
			['leaf', {parents: ['inner']}],
			['deep', {parents: ['leaf']}],
		],
		['outer inner leaf deep'],
	],
	[
		'two indexes that share a child',
		[
			['first', {}],
			['second', {}],
			['mine', {parents: ['first']}],
			['shared', {parents: ['first', 'second']}],
			['yours', {parents: ['second']}],
		],
		['first second mine shared yours'],
	],
	[
		'what is about a digest, about its child, and about that',
		[
			['index', {}],
			['child', {parents: ['index']}],
			['sbom', {about: ['child']}],
			['signature', {about: ['sbom']}],
			['other', {}],
		],
		['index child sbom signature', 'other'],
	],
	[
		'what goes along with a digest, for whatever reason',
		[
			['one', {}],
			['two', {goesWith: 'one'}],
		],
		['one two'],
	],
	[
		'children of an index that is no step, such as a list of referrers that is written anew',
		[
			['sbom', {parents: ['list']}],
			['bundle', {parents: ['list']}],
		],
		['sbom bundle'],
	],
	[
		'a signature and a list of referrers that were marked themselves',
		[
			['one', {}],
			['signature', {tags: [tagOf('one', '.sig')]}],
			['list', {tags: [tagOf('one')]}],
			['other', {tags: [tagOf('gone', '.sig')]}],
			['more', {tags: [tagOf('gone', '.att')]}],
		],
		['one signature list', 'other more'],
	],
	[
		'two digests with one tag, which moved while they were read',
		[
			['one', {tags: ['latest', '1']}],
			['two', {tags: ['latest']}],
		],
		['one two'],
	],
	[
		'tags that go alone, of one digest and of two',
		[
			['one', {onlyTag: 'a', tags: ['a']}],
			['one', {onlyTag: 'b', tags: ['b']}],
			['two', {onlyTag: 'c', tags: ['c']}],
		],
		['one one', 'two'],
	],
	[
		'what hangs together in one repository does not in two',
		[
			['index', {}],
			['child', {repository: 'web', parents: ['index'], tags: ['1']}],
			['other', {tags: ['1']}],
		],
		['index', 'child', 'other'],
	],
];

for (const [title, steps, groups] of table) {
	test(`what hangs together keeps its order: ${title}`, t => {
		const made = steps.map(([name, hanging]) => stepOf(name, hanging));
		const numbers = groupSteps(made);
		const found = new Map<number | undefined, string[]>();
		for (const step of made) {
			const number = numbers.get(step);
			const group = found.get(number) ?? [];
			group.push(nameOf(step.digest));
			found.set(number, group);
		}

		t.false(found.has(undefined));
		t.deepEqual(
			[...found.values()].map(group => group.join(' ')),
			[...groups],
		);
	});
}
