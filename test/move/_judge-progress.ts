import test from 'ava';
import type {PullsReading} from '../../source/evidence/pull.js';
import type {UsesSource} from '../../source/evidence/use.js';
import {listClusterCommands} from '../../source/move/cluster-commands.js';
import {
	type AtHome,
	judgeProgress,
	listForeign,
	type ProgressFacts,
} from '../../source/move/judge-progress.js';
import {parseMap} from '../../source/move/map-file.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {
	buildGap,
	buildSource,
	buildUse,
	buildUsesReading,
	readAt,
} from '../helpers/build-uses.js';

const map = parseMap(
	'version: 1\nimages:\n  redis:7: home.io/m/redis:7\n',
	'map.yaml',
);
const day = 24 * 60 * 60 * 1000;
const since = readAt - 7 * day;
const cluster = buildSource();
const files: UsesSource = buildSource({kind: 'files', name: 'deploy'});

const template = buildUse('redis:7', {
	role: 'template',
	kind: 'Deployment',
	name: 'cache',
	container: 'redis',
});
const pod = buildUse('redis:7', {
	name: 'cache-1',
	container: 'redis',
	owner: {kind: 'Deployment', name: 'cache'},
});
const file = buildUse('redis:7', {
	role: 'file',
	kind: 'File',
	context: '',
	namespace: '',
	name: 'a.yaml:1',
});
const rollback = buildUse('redis:7', {role: 'revision', kind: 'ReplicaSet'});

const build = (fields: Partial<ProgressFacts> = {}): ProgressFacts => ({
	reading: buildUsesReading([], [cluster]),
	accepted: [],
	own: [{host: 'home.io', path: undefined}],
	map,
	since: undefined,
	pullsOf: () => undefined,
	now: readAt,
	...fields,
});

const judge = (fields: Partial<ProgressFacts>, atHome: AtHome = 'there') => {
	const facts = build(fields);
	return judgeProgress(
		listForeign(facts),
		facts,
		new Map([['home.io/m/redis:7', atHome]]),
	);
};

const failed = buildSource({name: 'edge', state: 'failed', gaps: [buildGap()]});

for (const [title, uses, sources, atHome, state, done] of [
	['nothing at home', [template], [cluster], 'absent', 'elsewhere', 'no'],
	[
		'nothing at home, and nobody needs it',
		[],
		[cluster],
		'absent',
		'elsewhere',
		'yes',
	],
	[
		'a copy, and a file',
		[file],
		[cluster, files],
		'there',
		'copied, not rewritten',
		'no',
	],
	[
		'a copy, and a workload where no folder was read',
		[template],
		[cluster],
		'there',
		'copied, not rewritten',
		'no',
	],
	[
		'a copy, and a workload that no file names so',
		[template],
		[cluster, files],
		'there',
		'rewritten, still running the old one',
		'no',
	],
	[
		'a copy, and a Pod',
		[pod],
		[cluster],
		'there',
		'rewritten, still running the old one',
		'no',
	],
	['a copy, and a rollback', [rollback], [cluster], 'there', 'home', 'yes'],
	[
		'a copy that nothing names elsewhere',
		[],
		[cluster],
		'there',
		'home',
		'yes',
	],
	[
		'a copy, and a cluster that did not answer',
		[],
		[cluster, failed],
		'there',
		'unknown',
		'unknown',
	],
	[
		'a copy, and a context that was not asked',
		[],
		[cluster, buildSource({name: 'edge', state: 'unasked'})],
		'there',
		'unknown',
		'unknown',
	],
	[
		'a copy, and only a folder to ask',
		[],
		[files],
		'there',
		'unknown',
		'unknown',
	],
	[
		'a home that does not answer',
		[],
		[cluster],
		{why: 'home.io does not answer.'},
		'unknown',
		'yes',
	],
	[
		'nothing at home, and a cluster that did not answer',
		[],
		[cluster, failed],
		'absent',
		'elsewhere',
		'unknown',
	],
] as const) {
	test(`${title}: ${state}, done ${done}`, t => {
		const [first, ...rest] = judge(
			{reading: buildUsesReading(uses, sources)},
			atHome,
		);
		t.deepEqual(rest, []);
		t.is(first?.text, 'docker.io/library/redis:7');
		t.is(first?.state, state);
		t.is(first?.done.state, done);
		t.is(first?.doubt === undefined, state !== 'unknown');
	});
}

test('what no mapping names is elsewhere; what is the operator’s own is left out', t => {
	const progress = judge({
		reading: buildUsesReading([
			buildUse('nginx'),
			buildUse('home.io/m/redis:7'),
			pod,
		]),
	});
	t.deepEqual(
		progress.map(({text, state, home}) => [text, state, home?.host]),
		[
			['docker.io/library/nginx:latest', 'elsewhere', undefined],
			[
				'docker.io/library/redis:7',
				'rewritten, still running the old one',
				'home.io',
			],
		],
	);
});

const reading = (
	tallies: PullsReading['tallies'],
	fields: Parameters<typeof buildPullSource>[0] = {},
): PullsReading => ({
	tallies,
	sources: [buildPullSource({proves: 'nothing', ...fields})],
});

const attempt = (fields: Parameters<typeof buildTally>[0] = {}) =>
	buildTally({
		host: 'docker.io',
		repository: 'library/redis',
		image: {kind: 'tag', tag: '7'},
		action: 'attempt',
		days: new Map([[Math.floor(readAt / day), 3]]),
		last: readAt - day / 2,
		...fields,
	});

for (const [title, pulls, state, done] of [
	['no source', undefined, 'unknown', 'unknown'],
	['a source that tells of none', reading([]), 'no', 'yes'],
	['a source that tells of some', reading([attempt()]), 'yes', 'no'],
	['pulls before', reading([attempt({last: since - 1})]), 'no', 'yes'],
	['a pull at that time', reading([attempt({last: since})]), 'yes', 'no'],
	[
		'pulls on days, without a time',
		reading([attempt({last: undefined})]),
		'yes',
		'no',
	],
	[
		'pulls of another tag',
		reading([attempt({image: {kind: 'tag', tag: '6'}})]),
		'no',
		'yes',
	],
	['pulls by a scanner', reading([attempt({isApart: true})]), 'no', 'yes'],
	[
		'an image that was there already',
		reading([attempt({action: 'present'})]),
		'no',
		'yes',
	],
	[
		'a source that failed',
		reading([], {state: 'failed'}),
		'unknown',
		'unknown',
	],
	[
		'a source whose cost nobody agreed to',
		reading([], {state: 'costs'}),
		'unknown',
		'unknown',
	],
	[
		'a source that skipped records',
		reading([], {skipped: 1}),
		'unknown',
		'unknown',
	],
	[
		'a source that begins later',
		reading([], {covers: {from: since + 1, to: readAt}}),
		'unknown',
		'unknown',
	],
	[
		'a source that begins then',
		reading([], {covers: {from: since, to: readAt}}),
		'no',
		'yes',
	],
] as const) {
	test(`pulls since: ${title}: ${state}, done ${done}`, t => {
		const progress = judge({since, pullsOf: () => pulls});
		const redis = progress.find(
			({text}) => text === 'docker.io/library/redis:7',
		);
		t.is(redis?.pulls?.state, state);
		t.is(redis?.done.state, done);
	});
}

test('what is pulled and nothing names is there too', t => {
	const progress = judge({
		since,
		pullsOf: () =>
			reading([
				attempt({repository: 'library/perl'}),
				attempt({host: 'home.io', repository: 'm/redis'}),
				attempt({repository: 'library/old', last: since - day}),
			]),
	});
	t.deepEqual(
		progress.map(({text, done}) => [text, done.state]),
		[
			['docker.io/library/perl:7', 'no'],
			['docker.io/library/redis:7', 'yes'],
		],
	);
});

test('commands take workloads home whose images are there, one for each, and restart those that run an old one', t => {
	const second = {...template, container: 'it’s; rm'};
	const owned = buildUse('redis:7', {
		role: 'template',
		kind: 'ReplicaSet',
		name: 'cache-1',
		owner: {kind: 'Deployment', name: 'cache'},
	});
	const old = buildUse('redis:7', {
		name: 'old-1',
		owner: {kind: 'DaemonSet', name: 'old'},
	});
	const alone = buildUse('redis:7', {name: 'alone', namespace: 'x'});
	const progress = judge({
		reading: buildUsesReading([template, pod, second, owned, old, alone, file]),
	});
	t.deepEqual(listClusterCommands(progress), [
		'kubectl --context prod -n shop rollout restart daemonset/old',
		"kubectl --context prod -n shop set image deployment/cache redis=home.io/m/redis:7 'it’s; rm=home.io/m/redis:7'",
		'kubectl --context prod -n x set image pod/alone app=home.io/m/redis:7',
	]);
	t.deepEqual(
		listClusterCommands(
			judge({reading: buildUsesReading([template, pod])}, 'absent'),
		),
		[],
	);
});
