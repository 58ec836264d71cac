import test from 'ava';
import {listUses} from '../../source/commands/list-uses.js';
import type {UsesReading} from '../../source/evidence/use.js';
import {parseSnapshot} from '../../source/uses/snapshot.js';
import type {World} from '../../source/world.js';
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

const run = async (reading: UsesReading, json: boolean) => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the command uses no more of it
	const world = {
		clock: createManualClock(readAt),
		uses: buildUsesSources(() => reading),
	} as unknown as World;
	const printed: string[] = [];
	const errors: string[] = [];
	const code = await listUses(
		world,
		{json, elsewhere: false, signal: new AbortController().signal},
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
