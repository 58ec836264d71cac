import test from 'ava';
import {guessRepositories} from '../../source/evidence/broken-reference.js';
import {isAccepted, judgeSources} from '../../source/evidence/judge-sources.js';
import {listNames} from '../../source/evidence/repository-names.js';
import type {
	AcceptedGap,
	UseGap,
	UsesSource,
} from '../../source/evidence/use.js';
import {buildGap, buildSource, readAt} from '../helpers/build-uses.js';

const minute = 60 * 1000;
const hour = 60 * minute;
const names = listNames({host: 'registry.acme.io', repository: 'shop/api'});

const judge = (
	sources: readonly UsesSource[],
	accepted: readonly AcceptedGap[] = [],
): string => {
	const absence = judgeSources(sources, {names, accepted, now: readAt});
	return absence.state === 'no'
		? `no: ${absence.lookedIn.join(', ')}`
		: absence.why;
};

const complete = buildSource();
const unasked = (name: string): UsesSource =>
	buildSource({name, state: 'unasked', readAt: undefined});

const rows: ReadonlyArray<readonly [string, readonly UsesSource[], string]> = [
	['no source', [], 'no cluster or snapshot to ask'],
	[
		'folders only',
		[buildSource({kind: 'files', name: 'deploy'})],
		'no cluster or snapshot to ask',
	],
	['one complete context', [complete], 'no: prod'],
	[
		'a context and a snapshot',
		[complete, buildSource({kind: 'snapshot', name: 'a.json: eu'})],
		'no: prod, a.json: eu',
	],
	[
		'a folder says no neither',
		[complete, buildSource({kind: 'files', name: 'deploy'})],
		'no: prod',
	],
	[
		'a context left out by name',
		[
			complete,
			buildSource({name: 'old', state: 'left-out', readAt: undefined}),
		],
		'no: prod',
	],
	[
		'all contexts left out',
		[buildSource({state: 'left-out', readAt: undefined})],
		'every context left out',
	],
	[
		'contexts that were not asked',
		[complete, ...['a', 'b', 'c', 'd'].map(name => unasked(name))],
		'1 of 5 contexts asked',
	],
	[
		'what is left out is not counted',
		[complete, unasked('a'), buildSource({name: 'b', state: 'left-out'})],
		'1 of 2 contexts asked',
	],
	['nothing asked', [unasked('prod')], '0 of 1 contexts asked'],
	[
		'a snapshot’s context that was not asked',
		[complete, {...unasked('a.json: eu'), kind: 'snapshot'}],
		'a.json: eu: not asked',
	],
	[
		'a failed context',
		[
			complete,
			buildSource({
				name: 'staging',
				state: 'failed',
				readAt: undefined,
				gaps: [buildGap({message: 'Not reached: connection refused.'})],
			}),
		],
		'staging: Not reached: connection refused',
	],
	[
		'a failed context without a word',
		[buildSource({state: 'failed', readAt: undefined})],
		'prod: could not be read',
	],
	[
		'a failed folder',
		[complete, buildSource({kind: 'files', name: 'deploy', state: 'failed'})],
		'deploy: could not be read',
	],
	[
		'several problems',
		[
			buildSource({gaps: [buildGap(), buildGap({message: 'Jobs failed.'})]}),
			unasked('staging'),
		],
		'1 of 2 contexts asked, and 2 more',
	],
	[
		'a reading of 24 hours',
		[buildSource({readAt: readAt - 24 * hour})],
		'no: prod',
	],
	[
		'a snapshot older than 24 hours',
		[buildSource({kind: 'snapshot', readAt: readAt - 24 * hour - 1})],
		'prod: read 24 hours ago',
	],
	[
		'a snapshot of last week',
		[
			complete,
			buildSource({kind: 'snapshot', name: 'a', readAt: readAt - 170 * hour}),
		],
		'a: read 7 days ago',
	],
	[
		'a context that was read yesterday',
		[buildSource({readAt: readAt - 25 * hour})],
		'prod: read 25 hours ago',
	],
	[
		'a clock that runs a little fast',
		[buildSource({readAt: readAt + 9 * minute})],
		'no: prod',
	],
	[
		'a snapshot from the future',
		[buildSource({kind: 'snapshot', readAt: readAt + 11 * minute})],
		'prod: read in the future, by its time',
	],
	[
		'a snapshot without a time',
		[buildSource({kind: 'snapshot', readAt: undefined})],
		'prod: read at an unknown time',
	],
	[
		'a folder of long ago, which says no anyway',
		[complete, buildSource({kind: 'files', readAt: readAt - 99 * hour})],
		'no: prod',
	],
];

for (const [title, sources, expected] of rows) {
	test(`${title}: ${expected}`, t => {
		t.is(judge(sources), expected);
	});
}

const gaps: ReadonlyArray<readonly [string, UseGap]> = [
	['a refused kind', buildGap({isRefusal: true, namespace: ''})],
	['a refused namespace', buildGap({isRefusal: true})],
	['a timeout', buildGap()],
	['half a list', buildGap({message: 'The list broke off.', namespace: ''})],
	[
		'an API group whose discovery failed',
		buildGap({kind: '', namespace: '', message: 'argoproj.io/v1 failed.'}),
	],
	[
		'all other namespaces',
		buildGap({message: 'All other namespaces of prod.', namespace: ''}),
	],
	[
		'a reference that does not parse, which may name this repository',
		buildGap({repositories: ['registry.acme.io/shop/api']}),
	],
	[
		'one that leaves the last part open',
		buildGap({repositories: ['quay.io/x', 'registry.acme.io/shop/*']}),
	],
	['one that leaves the first part open', buildGap({repositories: ['*/api']})],
	['one that leaves the middle open', buildGap({repositories: ['reg*/*/a*i']})],
];

for (const [title, gap] of gaps) {
	for (const kind of ['context', 'snapshot', 'files'] as const) {
		test(`${title} in a source of the kind ${kind} turns no into unknown`, t => {
			const sources = [buildSource({kind, name: 'x', gaps: [gap]}), complete];
			t.true(judge(sources).startsWith('x: '));
			t.is(judge([buildSource({kind, name: 'x'}), complete]).slice(0, 2), 'no');
		});
	}
}

const elsewhere: readonly string[] = [
	'registry.acme.io/shop/web',
	'registry.acme.io/shop/ap*x',
	'registry.acme.io/shop/api/*',
	'shop/api',
	'*/web',
	'quay.io/*',
	'registry.acme.io/shop/*api*api',
];

for (const pattern of elsewhere) {
	test(`a reference that may name ${pattern} says nothing of shop/api`, t => {
		const gap = buildGap({repositories: [pattern]});
		t.is(judge([buildSource({gaps: [gap]})]), 'no: prod');
	});
}

const refusal = buildGap({isRefusal: true});
const accepted: AcceptedGap = {context: 'prod', kind: 'Pod', namespace: 'x'};

test('a refusal that was accepted by name is no gap', t => {
	const source = buildSource({gaps: [refusal]});
	t.is(judge([source]), 'prod: Pods in namespace x timed out');
	t.is(judge([source], [accepted]), 'no: prod');
	t.true(isAccepted(source, refusal, [accepted]));
});

const notAccepted: ReadonlyArray<readonly [string, UseGap, AcceptedGap]> = [
	['what is no refusal', buildGap(), accepted],
	['another context', refusal, {...accepted, context: 'eu'}],
	['another kind', refusal, {...accepted, kind: 'Job'}],
	['another namespace', refusal, {...accepted, namespace: 'y'}],
	['the whole cluster', refusal, {...accepted, namespace: ''}],
];

for (const [title, gap, acceptedGap] of notAccepted) {
	test(`accepted is only what was named, not ${title}`, t => {
		t.not(judge([buildSource({gaps: [gap]})], [acceptedGap]), 'no: prod');
	});
}

test('a no rests on the oldest reading', t => {
	const absence = judgeSources(
		[complete, buildSource({name: 'eu', readAt: readAt - hour})],
		{names, accepted: [], now: readAt},
	);
	t.is(absence.state === 'no' && absence.at, readAt - hour);
});

const guesses: ReadonlyArray<readonly [string, readonly string[] | undefined]> =
	[
		['', []],
		['   ', []],
		['registry.acme.io/Shop/Api:v1', ['registry.acme.io/shop/api']],
		['Nginx', ['docker.io/library/nginx']],
		['acme/shop:v 1', ['docker.io/acme/shop']],
		['shop@sha256:abc', ['docker.io/library/shop']],
		['{{ .Values.image }}', undefined],
		['{{ .Values.image }}:{{ .Values.tag }}', undefined],
		['$IMAGE', undefined],
		[':v1', undefined],
		['registry.acme.io/$APP:v1', ['registry.acme.io/*']],
		['quay.io/$(NAME)-base@sha256:1', ['quay.io/*-base']],
		[
			'{{ .Values.registry }}/shop/api:v1',
			['*/shop/api', 'docker.io/*/shop/api', 'docker.io/library/*/shop/api'],
		],
		['localhost:$PORT', ['docker.io/library/localhost', 'localhost:*']],
		['https://quay.io/A', ['quay.io/a']],
		['a'.repeat(4097), undefined],
	];

for (const [text, expected] of guesses) {
	test(`'${text.slice(0, 60)}' may name ${expected?.join(' or ') ?? 'anything'}`, t => {
		t.deepEqual(guessRepositories(text), expected);
	});
}
