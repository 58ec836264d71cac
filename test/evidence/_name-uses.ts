import test from 'ava';
import {
	describeNeed,
	nameUses,
	sortNeeds,
} from '../../source/evidence/name-uses.js';
import type {
	Use,
	UseEvidence,
	Need,
	UseRule,
} from '../../source/evidence/use.js';
import {digestOf} from '../helpers/build-repository.js';
import {buildUse, readAt} from '../helpers/build-uses.js';

const need = (use: Partial<Use>, fields: Partial<Need> = {}): Need => ({
	use: buildUse('nginx', use),
	rule: 'tag',
	through: digestOf('one'),
	tag: 'v1',
	blocks: true,
	...fields,
});

const yes = (...needs: readonly Need[]): UseEvidence => ({
	state: 'yes',
	needs: sortNeeds(needs),
	besides: {state: 'unknown', why: 'not asked'},
});

const owner = {kind: 'Deployment', name: 'api'};
const file = {
	kind: 'File',
	role: 'file',
	context: '',
	namespace: '',
	container: '',
	name: 'deploy/api.yaml:14',
} as const;

const names: ReadonlyArray<readonly [string, UseEvidence, string]> = [
	['a Pod of its own', yes(need({})), 'shop/api-1'],
	['a Pod by its owner', yes(need({owner})), 'shop/api'],
	[
		'Pods, containers and templates of one owner are one',
		yes(
			need({owner}),
			need({owner, name: 'api-2'}),
			need({owner, container: 'sidecar'}),
			need({kind: 'Deployment', name: 'api', role: 'template'}),
		),
		'shop/api',
	],
	[
		'others are counted',
		yes(
			need({owner}),
			need({owner, context: 'eu'}),
			need({owner, namespace: 'web'}),
			need({owner: {...owner, kind: 'StatefulSet'}}),
		),
		'shop/api +3',
	],
	[
		'running before template before rollback before file before finished',
		yes(
			need({name: 'e', role: 'finished'}),
			need(file),
			need({name: 'c', role: 'revision'}),
			need({name: 'b', role: 'template'}),
			need({name: 'a', namespace: 'z'}),
		),
		'z/a +4',
	],
	[
		'a template before a rollback',
		yes(
			need({name: 'c', role: 'revision'}),
			need({name: 'd', role: 'template'}),
		),
		'shop/d +1',
	],
	[
		'a rollback before a file',
		yes(need(file), need({name: 'c', role: 'revision'})),
		'rollback shop/c +1',
	],
	['a file', yes(need(file)), 'deploy/api.yaml:14'],
	[
		'a file before what has finished',
		yes(need({role: 'finished'}, {blocks: false}), need(file)),
		'deploy/api.yaml:14 +1',
	],
	[
		'what has finished',
		yes(need({role: 'finished'}, {blocks: false})),
		'finished shop/api-1',
	],
	[
		'what blocks before what only warns',
		yes(
			need({name: 'a'}, {blocks: false}),
			need({name: 'b', role: 'revision'}),
		),
		'rollback shop/b +1',
	],
	['no', {state: 'no', lookedIn: ['prod'], at: readAt}, 'no'],
	[
		'unknown',
		{state: 'unknown', why: '1 of 5 contexts asked'},
		'1 of 5 contexts asked',
	],
];

for (const [title, evidence, expected] of names) {
	test(`in a few words, ${title}: ${expected}`, t => {
		t.is(nameUses(evidence), expected);
	});
}

const short = digestOf('one').slice('sha256:'.length, 'sha256:'.length + 12);

const sentences: ReadonlyArray<readonly [Need, string]> = [
	[need({}), 'Pod shop/api-1 (prod) runs it by the tag v1 in container app'],
	[
		need({owner, role: 'template'}, {rule: 'digest'}),
		'Deployment shop/api (prod) starts it by its digest in container app',
	],
	[
		need({owner, role: 'revision', container: ''}),
		'Deployment shop/api (prod) would roll back to it by the tag v1',
	],
	[need(file), 'File deploy/api.yaml:14 names it by the tag v1'],
	[
		need({role: 'finished', namespace: ''}),
		'Pod api-1 (prod) ran it by the tag v1 in container app',
	],
];

for (const [named, expected] of sentences) {
	test(`a sentence: ${expected}`, t => {
		t.is(describeNeed(named), expected);
	});
}

const rules: ReadonlyArray<readonly [UseRule, string]> = [
	['image-id', 'by the image ID of the container'],
	['config', 'by the image ID of the container, which is its config'],
	['index', `as the index over ${short}`],
	['child', `through an index, with ${short}`],
	['referrer', `as an artifact of ${short}`],
];

for (const [rule, expected] of rules) {
	test(`the rule ${rule} in words`, t => {
		t.is(
			describeNeed(need({}, {rule})),
			`Pod shop/api-1 (prod) runs it ${expected} in container app`,
		);
	});
}
