import test from 'ava';
import {listUses} from '../../source/commands/list-uses.js';
import {readMoveOptions} from '../../source/commands/move-options.js';
import type {UsesReading} from '../../source/evidence/use.js';
import {parseSnapshot} from '../../source/uses/snapshot.js';
import type {PullsSources, World} from '../../source/world.js';
import {
	buildPullsSources,
	buildPullSource,
	buildTally,
} from '../helpers/build-pulls.js';
import {
	buildGap,
	buildSource,
	buildUse,
	buildUsesReading,
	buildUsesSources,
	readAt,
} from '../helpers/build-uses.js';
import {createManualClock} from '../helpers/fake-world.js';

const uses = [
	buildUse('r.example/shop/api:1', {
		owner: {kind: 'Deployment', name: 'api'},
		replicas: 2,
		since: readAt,
	}),
	buildUse(`r.example/shop/api@sha256:${'a'.repeat(64)}`, {imageId: true}),
	buildUse('nginx', {role: 'finished', name: 'run-1'}),
];

const run = async (
	reading: UsesReading,
	json: boolean,
	{
		elsewhere = false,
		pulls = buildPullsSources(),
		move = {},
		since,
		out,
		resolve = () => undefined,
	}: {
		elsewhere?: boolean;
		pulls?: PullsSources;
		move?: Parameters<typeof readMoveOptions>[0];
		since?: number | undefined;
		out?: string | undefined;
		resolve?: (repository: string, reference: string) => unknown;
	} = {},
) => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the command uses no more of it
	const world = {
		clock: createManualClock(readAt),
		uses: buildUsesSources(() => reading),
		pulls,
		listKnownRegistries: async () => [],
		openRegistry: async () => ({
			resolve: async (repository: string, reference: string) =>
				resolve(repository, reference),
		}),
	} as unknown as World;
	const printed: string[] = [];
	const errors: string[] = [];
	const code = await listUses(
		world,
		{
			...readMoveOptions(move),
			json,
			elsewhere,
			since,
			out,
			signal: new AbortController().signal,
		},
		{
			print(text) {
				printed.push(text);
			},
			printError(text) {
				errors.push(text);
			},
		},
	);
	return {code, text: printed.join(''), errors: errors.join('')};
};

test('what uses --json prints is a snapshot that --uses reads, gaps and all', async t => {
	const sources = [
		buildSource({gaps: [buildGap({isRefusal: true})], namespaces: ['shop']}),
	];
	const {code, text} = await run(buildUsesReading(uses, sources), true);
	t.is(code, 1);
	const reading = parseSnapshot(text, '/tmp/cluster-a.json');
	t.deepEqual(reading.uses, uses);
	t.like(reading.sources[0], {
		kind: 'snapshot',
		state: 'read',
		readAt,
		namespaces: ['shop'],
		gaps: [{isRefusal: true, kind: 'Pod', namespace: 'x'}],
	});
});

for (const [title, sources, expected, error] of [
	['a whole reading', [buildSource()], 0, /^$/v],
	[
		'contexts that were not asked',
		[buildSource(), buildSource({name: 'edge', state: 'unasked'})],
		0,
		/not every source was asked/v,
	],
	[
		'a context that did not answer',
		[buildSource({state: 'failed'})],
		1,
		/could be read/v,
	],
	['no source', [], 1, /no kubeconfig, no folder and no snapshot/v],
] as const) {
	test(`uses as text with ${title} ends with ${expected}`, async t => {
		const {code, errors, text} = await run(
			buildUsesReading(uses, sources),
			false,
		);
		t.is(code, expected);
		t.regex(errors, error);
		t.regex(
			text,
			/prod Pod shop\/api-1 app +running +r\.example\/shop\/api:1/v,
		);
	});
}

test('uses --elsewhere says how often kubelets pull what is from elsewhere, where a source tells', async t => {
	const day = 24 * 60 * 60 * 1000;
	const today = Math.floor(readAt / day);
	const pulls = buildPullsSources(host =>
		host === 'docker.io'
			? {
					tallies: [
						buildTally({
							host,
							repository: 'library/nginx',
							image: {kind: 'tag', tag: 'latest'},
							action: 'attempt',
							days: new Map([
								[today, 60],
								[today - 1, 30],
							]),
						}),
					],
					sources: [buildPullSource({proves: 'nothing'})],
				}
			: undefined,
	);
	const reading = buildUsesReading(uses, [buildSource()]);
	const {text} = await run(reading, false, {elsewhere: true, pulls});
	t.regex(text, /docker\.io\/library\/nginx:latest .* pulled 1\/day/v);
	t.notRegex(text, /r\.example.*pulled/v);
	const json = await run(reading, true, {elsewhere: true, pulls});
	t.deepEqual(
		[...json.text.matchAll(/"pullsPerDay":\s*(?<rate>[\d.]+|null)/gv)].map(
			({groups}) => groups?.['rate'],
		),
		['1', 'null'],
	);
});
