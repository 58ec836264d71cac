import test from 'ava';
import {buildUse, buildUseFacts} from '../helpers/build-uses.js';
import {emptyRecord} from '../../source/oci/record.js';
import {usualCare} from '../../source/plan/care.js';
import {createTagPlan} from '../../source/plan/create-tag-plan.js';
import {capabilitiesOf} from '../../source/registry/kinds.js';
import {digestOf} from '../state/_build-state.js';

const mediaType = 'application/vnd.oci.image.manifest.v1+json';
const digest = digestOf(1);
const registry = 'registry.test';
const repository = 'shop/app';
const removal = {registry, repository, digest, tag: 'v1'};

const plan = (
	tags: readonly string[],
	options: Partial<Parameters<typeof createTagPlan>[1]> = {},
	tag = 'v1',
) =>
	createTagPlan(
		{...removal, tag},
		{
			reading: {
				repository,
				records: new Map([
					[digest, {...emptyRecord(digest), tags, state: 'loaded', mediaType}],
				]),
				gaps: [],
				readAt: 0,
			},
			problem: undefined,
			capabilities: capabilitiesOf('distribution-3'),
			uses: buildUseFacts(5),
			isLifted: false,
			now: 5,
			...options,
		},
	);

test('one of two tags goes by a phrase that names it, and the digest is no step', t => {
	const made = plan(['v1', 'v2']);
	t.is(made.phrase, 'remove v1 from registry.test');
	t.is(made.createdAt, 5);
	t.deepEqual(
		made.steps.map(({onlyTag, tags, findings}) => [onlyTag, tags, findings]),
		[['v1', ['v1'], []]],
	);
	t.deepEqual(made.blocked, []);
	t.is(made.bytesAtMost, 0);
	t.is(made.tagCount, 1);
});

test('a protected registry wants the longer phrase', t => {
	t.is(
		plan(['v1', 'v2'], {care: {...usualCare, isProtected: true}}).phrase,
		'remove v1 from protected registry.test',
	);
});

test('the last tag goes with a warning, where untagged digests are not listed', t => {
	t.deepEqual(
		plan(['v1']).steps[0]?.findings.map(({severity}) => severity),
		['warns'],
	);
	const capabilities = {
		...capabilitiesOf('distribution-3'),
		listsUntagged: true,
	};
	t.deepEqual(plan(['v1'], {capabilities}).steps[0]?.findings, []);
});

test('the tag by which a signature is found goes with a warning', t => {
	const tag = `${digestOf(7).replace(':', '-')}.sig`;
	const made = plan([tag, 'v1'], {}, tag);
	t.regex(made.steps[0]?.findings[0]?.sentence ?? '', /signature/v);
});

for (const [title, rule, made] of [
	[
		'a registry of an unknown kind',
		'tag-cannot-be-removed',
		plan(['v1', 'v2'], {capabilities: capabilitiesOf(undefined)}),
	],
	[
		'distribution 2',
		'tag-cannot-be-removed',
		plan(['v1', 'v2'], {capabilities: capabilitiesOf('distribution-2')}),
	],
	[
		'a registry that is not open',
		'tag-cannot-be-removed',
		plan(['v1', 'v2'], {capabilities: undefined}),
	],
	[
		'a repository that could not be read',
		'reading-has-gaps',
		plan(['v1', 'v2'], {reading: undefined, problem: 'It is down.'}),
	],
	['a tag that is on another digest now', 'tag-moved', plan(['v2'])],
	[
		'a tag that neverTouch names',
		'never-touch',
		plan(['v1', 'v2'], {care: {...usualCare, neverTouch: ['v1']}}),
	],
] as const) {
	test(`${title}: the tag stays`, t => {
		t.deepEqual(made.steps, []);
		t.is(made.tagCount, 0);
		t.deepEqual(
			made.blocked.map(({findings}) => findings.map(found => found.rule)),
			[[rule]],
		);
	});
}

const running = buildUse(`${registry}/${repository}:v1`);

test('safeguard 3: a tag that a use names stays, and can be lifted', t => {
	const uses = buildUseFacts(5, [running]);
	const held = plan(['v1', 'v2'], {uses});
	t.deepEqual(held.steps, []);
	t.deepEqual(
		held.blocked[0]?.findings.map(({rule, sentence}) => [rule, sentence]),
		[
			[
				'in-use',
				'Pod shop/api-1 (prod) runs it by the tag v1 in container app. To remove the tag all the same, type: lift v1',
			],
		],
	);
	const lifted = plan(['v1', 'v2'], {uses, isLifted: true});
	t.is(lifted.phrase, 'remove v1 from registry.test, in use');
	t.true(lifted.steps[0]?.isLifted);
	t.deepEqual(
		lifted.steps[0]?.findings.map(({severity, rule}) => [severity, rule]),
		[['warns', 'in-use']],
	);
});

for (const [title, use] of [
	['another tag of the digest', buildUse(`${registry}/${repository}:v2`)],
	['the digest itself', buildUse(`${registry}/${repository}@${digest}`)],
	[
		'the tag, in a Pod that has ended',
		buildUse(`${registry}/${repository}:v1`, {role: 'finished'}),
	],
	['the same tag elsewhere', buildUse(`${registry}/shop/web:v1`)],
] as const) {
	test(`a use of ${title} keeps no tag`, t => {
		const made = plan(['v1', 'v2'], {uses: buildUseFacts(5, [use])});
		t.deepEqual(made.blocked, []);
		t.is(made.phrase, 'remove v1 from registry.test');
	});
}

test('safeguard 4: where it is not known who uses a tag, it warns and the phrase says so', t => {
	const made = plan(['v1', 'v2'], {uses: buildUseFacts(5, [], [])});
	t.is(made.phrase, 'remove v1 from registry.test, unknown use');
	t.deepEqual(
		made.steps[0]?.findings.map(({severity, rule}) => [severity, rule]),
		[['warns', 'use-unknown']],
	);
});

test('no lift helps where the tag has moved, is never touched or cannot be removed', t => {
	const uses = buildUseFacts(5, [running]);
	for (const [rule, options, tags] of [
		['tag-moved', {}, ['v2']],
		['never-touch', {care: {...usualCare, neverTouch: ['v1']}}, ['v1', 'v2']],
		[
			'tag-cannot-be-removed',
			{capabilities: capabilitiesOf('distribution-2')},
			['v1', 'v2'],
		],
	] as const) {
		const made = plan(tags, {uses, isLifted: true, ...options});
		t.deepEqual(
			made.blocked.map(({findings}) => findings.map(found => found.rule)),
			[[rule]],
		);
	}
});

test('safeguard 9: the last tag of a repository whose untagged digests nobody lists is as much as its last digest', t => {
	const made = plan(['v1']);
	t.is(made.phrase, `remove v1 from registry.test, empty ${repository}`);
	t.is(made.depletions.length, 1);
	t.deepEqual(plan(['v1', 'v2']).depletions, []);
});
