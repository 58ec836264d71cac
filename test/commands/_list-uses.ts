/* eslint-disable ava/no-ignored-test-files -- reading.test.ts loads it */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {listUses} from '../../source/commands/list-uses.js';
import {parseSince} from '../../source/commands/option-values.js';
import {readMoveOptions} from '../../source/commands/move-options.js';
import type {UsesReading} from '../../source/evidence/use.js';
import {UserError} from '../../source/user-error.js';
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

const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-uses-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};

test('uses --elsewhere with a mapping and a time says how far each image has come home', async t => {
	const folder = await makeFolder(t);
	const mapFile = path.join(folder, 'map.yaml');
	await writeFile(
		mapFile,
		'version: 1\nimages:\n  nginx:latest: home.io/nginx:latest\n  redis:7: home.io/redis:7\n',
	);
	const reading = buildUsesReading(
		[
			...uses,
			buildUse('nginx', {role: 'template', kind: 'Deployment', name: 'web'}),
		],
		[buildSource(), buildSource({name: 'edge', state: 'failed'})],
	);
	const pulls = buildPullsSources(host =>
		host === 'docker.io'
			? {
					tallies: [],
					sources: [buildPullSource({proves: 'nothing'})],
				}
			: undefined,
	);
	const options = {
		elsewhere: true,
		pulls,
		move: {map: mapFile},
		since: readAt - 24 * 60 * 60 * 1000,
		resolve: (repository: string) =>
			repository === 'nginx' ? `sha256:${'b'.repeat(64)}` : undefined,
	};
	const {code, text} = await run(reading, false, options);
	t.is(code, 1);
	t.is(
		text,
		`IMAGE                           HOME                  STATE                  NAMED BY                    PULLED SINCE 2026-02-28T12:00Z  DONE
docker.io/library/nginx:latest  home.io/nginx:latest  copied, not rewritten  Deployment shop/web (prod)  none told                       no
docker.io/library/redis:7       home.io/redis:7       elsewhere              -                           none told                       ?
r.example/shop/api:1            -                     elsewhere              Deployment shop/api (prod)  ?                               no

0 of 3 images from elsewhere are done, of 1 it is not known.
What is not known:
  edge: could not be read
  no source of pulls for r.example

jetsam changes no cluster. What no file keeps is changed by:
  kubectl --context prod -n shop set image deployment/web app=home.io/nginx:latest
`,
	);
	const json = await run(reading, true, options);
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	const document = JSON.parse(json.text) as {
		readonly since: string;
		readonly repositories: ReadonlyArray<{
			readonly references: ReadonlyArray<Readonly<Record<string, unknown>>>;
		}>;
	};
	t.is(document.since, '2026-02-28T12:00:00.000Z');
	t.deepEqual(
		document.repositories
			.flatMap(({references}) => references)
			.map(({text: name, home, state, done}) => [name, home, state, done]),
		[
			[
				'docker.io/library/nginx:latest',
				'home.io/nginx:latest',
				'copied, not rewritten',
				{state: 'no', why: 'named in 1 place'},
			],
			[
				'docker.io/library/redis:7',
				'home.io/redis:7',
				'elsewhere',
				{state: 'unknown', why: 'edge: could not be read'},
			],
			[
				'r.example/shop/api:1',
				null,
				'elsewhere',
				{state: 'no', why: 'named in 1 place'},
			],
		],
	);
});

test('uses --elsewhere --to HOME --out FILE writes the mapping', async t => {
	const folder = await makeFolder(t);
	const out = path.join(folder, 'map.yaml');
	const {text} = await run(buildUsesReading(uses, [buildSource()]), false, {
		elsewhere: true,
		move: {to: 'home.io/m'},
		out,
	});
	t.regex(
		text,
		/^docker\.io\/library\/nginx:latest +home\.io\/m\/library\/nginx:latest +elsewhere/mv,
	);
	t.regex(
		await readFile(out, 'utf8'),
		/^ {2}docker\.io\/library\/nginx:latest: home\.io\/m\/library\/nginx:latest$/mv,
	);
});

for (const [text, expected] of [
	['7d', readAt - 7 * 24 * 60 * 60 * 1000],
	['2026-02-01', Date.parse('2026-02-01T00:00:00Z')],
	['2026-02-01T08:00:00+01:00', Date.parse('2026-02-01T07:00:00Z')],
	['2026-03-02', undefined],
	['yesterday', undefined],
	['', undefined],
] as const) {
	test(`--since ${text}`, t => {
		if (expected === undefined) {
			t.throws(() => parseSince(text, readAt), {
				instanceOf: UserError,
				message: /is no time in the past\.$/v,
			});
		} else {
			t.is(parseSince(text, readAt), expected);
		}
	});
}
