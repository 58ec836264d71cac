/* eslint-disable ava/no-ignored-test-files -- rules.test.ts loads it */
import {readdirSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import test from 'ava';
import {parse} from 'yaml';
import {judgeReading} from '../../source/commands/scan-registry.js';
import type {AcceptedPullGap, PullSource} from '../../source/evidence/pull.js';
import type {AcceptedGap, UsesSource} from '../../source/evidence/use.js';
import type {DigestRecord} from '../../source/oci/record.js';
import {
	createPlanDocument,
	type JudgedRepository,
} from '../../source/plain/plan-document.js';
import {careByRules, usualCare} from '../../source/plan/care.js';
import {createPlan} from '../../source/plan/create-plan.js';
import {parseRules} from '../../source/retention/parse-rules.js';
import {UserError} from '../../source/user-error.js';
import type {Mark, RepositoryReading} from '../../source/world.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {
	buildReading,
	digestOf,
	type Entry,
	nameOf,
} from '../helpers/build-repository.js';
import {buildGap, buildSource, buildUse} from '../helpers/build-uses.js';

// A folder of `scenarios/` is a registry, what uses and pulls it, the rules, and what is expected of each digest. Digests have readable names, times are days before now.

const folder = new URL('scenarios/', import.meta.url);
const host = 'registry.test';
const now = Date.UTC(2026, 10, 22, 12);
const day = 24 * 60 * 60 * 1000;

type Time = number | string | undefined;

type ListedEntry = Entry & {
	readonly uploaded?: Time;
	readonly built?: Time;
	readonly locked?: string;
};

/** `registry.yaml`: repositories by name, their digests by name; under `gaps` what could not be read. */
type RegistryFile = Readonly<
	Record<
		string,
		{
			readonly digests: Readonly<Record<string, ListedEntry>>;
			readonly gaps?: readonly string[];
		}
	>
>;

/** `uses.yaml`; without the file one context answered completely that nothing runs. `image` and `imageId` may end in `@NAME`. */
type UsesFile = {
	readonly sources?: ReadonlyArray<
		Partial<UsesSource> & {readonly hoursOld?: number}
	>;
	readonly accepted?: readonly AcceptedGap[];
	readonly uses?: ReadonlyArray<
		{readonly image?: string; readonly imageId?: string} & Parameters<
			typeof buildUse
		>[1]
	>;
};

/** `pulls.yaml`; without the file there is no source of pulls. */
type PullsFile = {
	/** Days before now from which, and to which, the source tells everything. */
	readonly covers?: {readonly from: number; readonly to: number};
	readonly source?: Partial<PullSource>;
	readonly accepted?: readonly AcceptedPullGap[];
	readonly pulls?: ReadonlyArray<{
		readonly repository?: string;
		readonly digest?: string;
		readonly tag?: string;
		readonly ago: number;
		readonly count: number;
		readonly action?: 'pull' | 'check' | 'push';
		readonly isApart?: boolean;
	}>;
};

/** `expected.yaml`: the sentence on each digest by repository and name; or why nothing is scanned. */
type Expected = Readonly<
	Record<string, string | Readonly<Record<string, string>>>
>;

const readYaml = async <Shape>(
	name: string,
	file: string,
): Promise<Shape | undefined> => {
	try {
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
		return parse(
			await readFile(new URL(`${name}/${file}`, folder), 'utf8'),
		) as Shape;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
};

const spellTime = (time: Time): string | undefined =>
	typeof time === 'number' ? new Date(now - time * day).toISOString() : time;

const readRepository = (
	repository: string,
	{digests, gaps = []}: RegistryFile[string],
): RepositoryReading => {
	const reading = buildReading(repository, digests, {readAt: now, gaps});
	const records = [...reading.records.values()].map((record): DigestRecord => {
		const {uploaded, built, locked} = digests[nameOf(record.digest)] ?? {};
		return {
			...record,
			uploaded: spellTime(uploaded),
			created: spellTime(built),
			locked,
		};
	});
	return {
		...reading,
		records: new Map(records.map(record => [record.digest, record])),
	};
};

const fillIn = (text: string): string =>
	text.replace(/@([a-z\d\-]+)$/v, (_, name: string) => `@${digestOf(name)}`);

const readUses = ({sources, accepted = [], uses = []}: UsesFile) => ({
	reading: {
		sources: (sources ?? [{}]).map(({hoursOld = 0, gaps = [], ...source}) =>
			buildSource({
				readAt: now - hoursOld * 60 * 60 * 1000,
				...source,
				gaps: gaps.map(gap => buildGap(gap)),
			}),
		),
		uses: uses.map(({image, imageId, ...fields}) =>
			buildUse(fillIn(image ?? imageId ?? ''), {
				...fields,
				imageId: imageId !== undefined,
			}),
		),
	},
	accepted,
	isHeldBy: () => false,
});

const readPulls = ({
	covers = {from: 365, to: 0},
	source = {},
	accepted = [],
	pulls = [],
}: PullsFile) => {
	const told = {
		sources: [
			buildPullSource({
				covers: {from: now - covers.from * day, to: now - covers.to * day},
				readAt: now,
				...source,
			}),
		],
		tallies: pulls.map(
			({repository = 'app', digest, tag, ago, count, action, isApart}) =>
				buildTally({
					repository,
					image:
						tag === undefined
							? {kind: 'digest', digest: digestOf(digest ?? '')}
							: {kind: 'tag', tag},
					action: action ?? 'pull',
					isApart: isApart ?? false,
					days: new Map([[Math.floor((now - ago * day) / day), count]]),
					last: now - ago * day,
				}),
		),
	};
	return {readingOf: () => told, accepted, windowDays: 90};
};

/** What the rules of a scenario make of its registry, as `jetsam plan` writes it down. */
const runScenario = async (name: string): Promise<Expected> => {
	const registry = (await readYaml<RegistryFile>(name, 'registry.yaml')) ?? {};
	const uses = readUses((await readYaml<UsesFile>(name, 'uses.yaml')) ?? {});
	const pullsFile = await readYaml<PullsFile>(name, 'pulls.yaml');
	const pulls = pullsFile && readPulls(pullsFile);
	const rules = parseRules(
		await readFile(new URL(`${name}/rules.yaml`, folder), 'utf8'),
		'rules.yaml',
	);
	const judged = Object.entries(registry).map(([repository, listed]) =>
		judgeReading(readRepository(repository, listed), {
			host,
			rules,
			uses,
			pulls,
			now,
		}),
	);
	const plan = createPlan(listMarks(judged), {
		registry: host,
		readings: new Map(judged.map(({name, reading}) => [name, reading])),
		problems: new Map(),
		care: careByRules(usualCare, rules),
		uses,
		pulls,
		lifts: new Set(),
		now,
	});
	const {repositories, phrase, digestCount} = createPlanDocument(plan, judged, {
		registryKind: 'OCI registry',
		rules,
		sources: {
			uses: {
				contexts: 'current',
				leftOut: [],
				accepted: [],
				namespaces: [],
				files: [],
				snapshots: [],
			},
			pulls: {windowDays: 90, accepted: [], sources: []},
		},
		uses,
		pulls: undefined,
		now,
	});
	return {
		...(digestCount > 0 && {phrase}),
		...Object.fromEntries(
			repositories.map(({name, digests}) => [
				name,
				Object.fromEntries(
					digests.map(({digest, reason}) => [
						nameOf(digest),
						reason.replaceAll(/sha256:[\da-f]{64}/gv, found => nameOf(found)),
					]),
				),
			]),
		),
	};
};

const listMarks = (
	judged: ReadonlyArray<Extract<JudgedRepository, {reading: unknown}>>,
): Mark[] =>
	judged.flatMap(({name: repository, verdicts}) =>
		[...verdicts].flatMap(([digest, {kind}]) =>
			kind === 'candidate' ? [{registry: host, repository, digest}] : [],
		),
	);

const run = async (name: string): Promise<Expected> => {
	try {
		return await runScenario(name);
	} catch (error) {
		if (error instanceof UserError && error.exitCode === 2) {
			return {refused: error.sentence};
		}

		throw error;
	}
};

const names = readdirSync(folder, {withFileTypes: true})
	.filter(entry => entry.isDirectory())
	.map(entry => entry.name);

test('scenarios › there are at least 25', t => {
	t.true(names.length >= 25);
});

for (const name of names) {
	test(`scenarios › ${name.replaceAll('-', ' ')}`, async t => {
		const found = await run(name);
		const expected = await readYaml<Expected>(name, 'expected.yaml');
		t.deepEqual(found, expected);
	});
}
