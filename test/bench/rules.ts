import {createHash} from 'node:crypto';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {list} from '../../source/commands/list.js';
import {plan} from '../../source/commands/plan.js';
import {matchPattern} from '../../source/effects/match-pattern.js';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {manifestMediaTypes} from '../../source/oci/manifest.js';
import {type DigestRecord, emptyRecord} from '../../source/oci/record.js';
import {plainListView} from '../../source/plain/arrange-list.js';
import {judgePulls} from '../../source/plan/judge-pulls.js';
import {judgeUses} from '../../source/plan/judge-use.js';
import {readAddress} from '../../source/registry/read-address.js';
import {evaluate} from '../../source/retention/evaluate.js';
import type {RuleSet} from '../../source/retention/rules.js';
import type {RepositoryReading} from '../../source/world.js';
import type {Verdicts} from '../../source/retention/verdict.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {buildSource, buildUse, buildUseFacts} from '../helpers/build-uses.js';
import {images, indexes, latency, repositories} from './listing/shape.js';
import {openBenchWorld, serveRegistry} from './listing/stage.js';
import type {Row} from './measurement.js';

const host = 'registry.acme.io';
const repository = 'shop/api';
const digests = 1_000_000;
const rounds = 5;
const now = Date.UTC(2026, 10, 22);
const day = 24 * 60 * 60 * 1000;

/** Every rule that there is, each with something to do. */
const set: RuleSet = {
	keepNewest: 100,
	newestPer: '^(main|release)-',
	keepYounger: {amount: 30, unit: 'd'},
	minPulls: {count: 1, within: {amount: 30, unit: 'd'}},
	keepTags: [String.raw`^v\d+\.0$`],
	onlyTags: ['^(?:main|release|v)'],
	neverTouch: ['latest'],
};

const patterns = [set.newestPer ?? '', ...set.keepTags!, ...set.onlyTags!];

const digestOf = (number: number): Digest =>
	parseDigest(
		`sha256:${createHash('sha256').update(String(number)).digest('hex')}`,
	)!;

const tagOf = (number: number): string =>
	number % 3 === 0
		? `main-${number}`
		: number % 3 === 1
			? `release-${number}`
			: `v${number}.${number % 7}`;

/** Of fifty digests one is an index over two others without tags. */
const childrenOf = (number: number): readonly Digest[] =>
	number % 50 === 1 ? [digestOf(number - 1), digestOf(number + 4)] : [];

const buildRecords = (count: number): ReadonlyMap<Digest, DigestRecord> => {
	const records = new Map<Digest, DigestRecord>();
	for (let number = 0; number < count; number++) {
		const digest = digestOf(number);
		const children = childrenOf(number);
		records.set(digest, {
			...emptyRecord(digest),
			mediaType:
				children.length > 0
					? manifestMediaTypes.index
					: manifestMediaTypes.image,
			state: 'loaded',
			tags: number % 5 === 0 ? [] : [tagOf(number)],
			children,
			uploaded: new Date(now - (number % 1000) * day - number).toISOString(),
		});
	}

	return records;
};

/** One digest of a thousand runs, and one of twenty was pulled. */
const buildEvidence = (records: ReadonlyMap<Digest, DigestRecord>) => {
	const digests = [...records.keys()];
	return {
		uses: digests
			.filter((_, number) => number % 1000 === 7)
			.map(digest => buildUse(`${host}/${repository}@${digest}`)),
		tallies: digests
			.filter((_, number) => number % 20 === 3)
			.map((digest, number) => {
				const last = now - (number % 60) * day;
				return buildTally({
					host,
					repository,
					image: {kind: 'digest', digest},
					days: new Map([[Math.floor(last / day), 1 + (number % 3)]]),
					last,
				});
			}),
	};
};

/** As if it came anew: nothing about it has been looked up before. To match uses and pulls makes its graph. */
const readAgain = (
	records: ReadonlyMap<Digest, DigestRecord>,
): RepositoryReading => ({
	repository,
	records: new Map(records),
	gaps: [],
	readAt: now,
});

/** What no rules can do without: each digest's fields are read once, and each pattern is tried once on each tag. */
const loopOver = ({records}: RepositoryReading): number => {
	const expressions = patterns.map(pattern => new RegExp(pattern));
	let found = 0;
	for (const record of records.values()) {
		const time = Date.parse(record.uploaded ?? record.created ?? '');
		found += time > now - 30 * day ? 1 : 0;
		found += record.children.length + record.digest.length;
		found +=
			record.subject === undefined && record.locked === undefined ? 1 : 0;
		for (const tag of record.tags) {
			for (const expression of expressions) {
				found += expression.test(tag) ? 1 : 0;
			}
		}
	}

	return found;
};

/** Looks uses and pulls up in what the sources told: what that takes is measured by itself, see match-uses.ts and pulls.ts. */
const matchEvidence = (
	reading: RepositoryReading,
	{uses, tallies}: ReturnType<typeof buildEvidence>,
) => {
	const source = buildPullSource({
		covers: {from: now - 400 * day, to: now},
		readAt: now,
	});
	return {
		uses: judgeUses(
			buildUseFacts(now, uses, [buildSource({readAt: now})]),
			host,
			{reading, now},
		),
		pulls: judgePulls(
			{
				readingOf: () => ({tallies, sources: [source]}),
				accepted: [],
				windowDays: 30,
			},
			host,
			{reading, now},
		),
	};
};

const apply = (
	reading: RepositoryReading,
	{uses, pulls}: ReturnType<typeof matchEvidence>,
): Verdicts =>
	evaluate(reading, {
		sets: [set],
		usesOf: uses.evidenceOf,
		allowUnknownUses: false,
		pullsWithin: () => pulls,
		match: matchPattern,
		now,
	});

const median = (numbers: readonly number[]): number =>
	numbers.toSorted((one, other) => one - other)[
		Math.floor(numbers.length / 2)
	] ?? Number.NaN;

setFlagsFromString('--expose-gc');
// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what the flag puts there
const collectGarbage = runInNewContext('gc') as () => void;

const measureMemory = (): number => {
	const {heapUsed, arrayBuffers} = process.memoryUsage();
	return heapUsed + arrayBuffers;
};

/** Milliseconds, and bytes that are held when it is done. Nobody pays for what others have thrown away. */
const measure = (work: () => unknown): {time: number; bytes: number} => {
	collectGarbage();
	const before = measureMemory();
	const began = performance.now();
	const made = work();
	const time = performance.now() - began;
	collectGarbage();
	const bytes = measureMemory() - before;
	return {time, bytes: made === undefined ? 0 : bytes};
};

type Figures = {
	readonly own: number;
	readonly bare: number;
	/** Matching and evaluating. */
	readonly whole: number;
	readonly bytes: number;
};

const measureRules = (count: number): Figures => {
	const records = buildRecords(count);
	const evidence = buildEvidence(records);
	const all: Figures[] = [];
	for (let round = 0; round <= rounds; round++) {
		const bareReading = readAgain(records);
		const bare = measure(() => loopOver(bareReading));
		const reading = readAgain(records);
		const matched = matchEvidence(reading, evidence);
		for (const digest of records.keys()) {
			matched.pulls.evidenceOf(digest);
			matched.uses.evidenceOf(digest);
		}

		const own = measure(() => apply(reading, matched));
		const again = readAgain(records);
		const whole = measure(() => apply(again, matchEvidence(again, evidence)));
		all.push({
			own: own.time,
			bare: bare.time,
			whole: whole.time,
			bytes: own.bytes,
		});
	}

	// The first round only warms up.
	const counted = all.slice(1);
	const take = (key: keyof Figures): number =>
		median(counted.map(figures => figures[key]));
	return {
		own: take('own'),
		bare: take('bare'),
		whole: take('whole'),
		bytes: take('bytes'),
	};
};

/** So many digests in each repository that the plan is made of. */
const times = 5;

/** `jetsam list --json` or `jetsam plan --json` of a whole registry, with nothing in memory. */
const run = async (url: string, command: 'list' | 'plan'): Promise<number> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-bench-'));
	try {
		await writeFile(
			path.join(folder, 'config.json'),
			JSON.stringify({registries: [{address: url, kind: 'google'}]}),
		);
		const world = openBenchWorld(url, folder);
		let text = '';
		const output = {
			print(part: string) {
				text += part;
			},
			printError: () => undefined,
		};
		const options = {
			where: readAddress(url),
			address: url,
			json: true,
			signal: new AbortController().signal,
		};
		const began = performance.now();
		const exitCode =
			command === 'list'
				? await list(world, {...options, view: plainListView}, output)
				: await plan(
						world,
						{
							...options,
							rules: {
								sets: [{keepNewest: 10, keepYounger: {amount: 30, unit: 'd'}}],
								allowUnknownUses: true,
								allowEmpty: false,
							},
							write: undefined,
						},
						output,
					);
		const milliseconds = performance.now() - began;
		const count = text.split('"digest":').length - 1;
		if (
			exitCode !== 0 ||
			count !== repositories * (images + 3 * indexes) * times
		) {
			throw new Error(`${command} is not whole: ${count} digests.`);
		}

		return milliseconds;
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
};

const measurePlan = async function* (): AsyncGenerator<Row, void, undefined> {
	const {child, url} = await serveRegistry('google', latency, times);
	try {
		await run(url, 'list');
		await run(url, 'plan');
		const lists: number[] = [];
		const plans: number[] = [];
		for (let round = 0; round < 3; round++) {
			lists.push(await run(url, 'list'));
			plans.push(await run(url, 'plan'));
		}

		yield {
			what: `plan of ${repositories} repositories × ${(images + 3 * indexes) * times} digests, ${latency} ms of latency, p50`,
			value: median(plans),
			unit: 'ms',
			baseline: {name: 'list --json of the same', value: median(lists)},
			atMost: 1.1,
		};
	} finally {
		child.disconnect();
	}
};

/** What the runner of this folder reads. */
export const measurement = {
	title: `rules over ${digests.toLocaleString('en')} digests, and plans over the wire`,
	async *measure(): AsyncGenerator<Row, void, undefined> {
		const small = measureRules(digests / 4);
		const large = measureRules(digests);
		const baseline = {name: 'one loop, each pattern once', value: large.bare};
		yield {
			what: `${digests.toLocaleString('en')} digests, all rules, uses and pulls of each matched before, p50`,
			value: large.own,
			unit: 'ms',
			baseline,
			atMost: 3,
		};
		yield {
			what: 'the same with matching them',
			value: large.whole,
			unit: 'ms',
			baseline,
		};
		yield {
			what: 'memory of the verdicts',
			value: large.bytes,
			unit: 'bytes',
			baseline: {name: '4 × that for a quarter', value: 4 * small.bytes},
			atMost: 1.5,
		};
		yield* measurePlan();
	},
};
