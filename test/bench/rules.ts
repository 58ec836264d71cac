import {createHash} from 'node:crypto';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
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
import {buildPullSource} from '../helpers/build-pulls.js';
import {buildSource, buildUseFacts} from '../helpers/build-uses.js';
import {images, indexes, latency, repositories} from './listing/shape.js';
import {openBenchWorld, serveRegistry} from './listing/stage.js';
import type {Row} from './measurement.js';

const host = 'registry.acme.io';
const repository = 'shop/api';
const digests = 1_000_000;
const rounds = 3;
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

const buildRecords = (count: number): ReadonlyMap<Digest, DigestRecord> => {
	const records = new Map<Digest, DigestRecord>();
	for (let number = 0; number < count; number++) {
		const digest = digestOf(number);
		records.set(digest, {
			...emptyRecord(digest),
			mediaType: manifestMediaTypes.image,
			state: 'loaded',
			tags: number % 5 === 0 ? [] : [tagOf(number)],
			uploaded: new Date(now - (number % 1000) * day - number).toISOString(),
		});
	}

	return records;
};

/** As if it came anew: nothing about it has been looked up before. */
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

/** Uses and pulls are matched beforehand: that is measured by itself. */
const prepare = (records: ReadonlyMap<Digest, DigestRecord>) => {
	const reading = readAgain(records);
	const uses = judgeUses(
		buildUseFacts(now, [], [buildSource({readAt: now})]),
		host,
		{reading, now},
	);
	const source = buildPullSource({
		covers: {from: now - 400 * day, to: now},
		readAt: now,
	});
	const pulls = judgePulls(
		{
			readingOf: () => ({tallies: [], sources: [source]}),
			accepted: [],
			windowDays: 30,
		},
		host,
		{reading, now},
	);
	return (again: RepositoryReading): number =>
		evaluate(again, {
			sets: [set],
			usesOf: uses.evidenceOf,
			allowUnknownUses: false,
			pullsWithin: () => pulls,
			match: matchPattern,
			now,
		}).size;
};

const median = (numbers: readonly number[]): number =>
	numbers.toSorted((one, other) => one - other)[
		Math.floor(numbers.length / 2)
	] ?? Number.NaN;

const time = (work: () => number): number => {
	const began = performance.now();
	work();
	return performance.now() - began;
};

const measureRules = (
	count: number,
): {own: number; bare: number; bytes: number} => {
	const records = buildRecords(count);
	const apply = prepare(records);
	apply(readAgain(records));
	loopOver(readAgain(records));
	const own: number[] = [];
	const bare: number[] = [];
	const bytes: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const loopReading = readAgain(records);
		bare.push(time(() => loopOver(loopReading)));
		const reading = readAgain(records);
		const before = process.memoryUsage().heapUsed;
		own.push(time(() => apply(reading)));
		bytes.push(process.memoryUsage().heapUsed - before);
	}

	return {own: median(own), bare: median(bare), bytes: median(bytes)};
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
		yield {
			what: `${digests.toLocaleString('en')} digests, all rules, p50`,
			value: large.own,
			unit: 'ms',
			baseline: {name: 'one loop, each pattern once', value: large.bare},
			atMost: 3,
		};
		yield {
			what: 'memory for that',
			value: large.bytes,
			unit: 'bytes',
			baseline: {name: '4 × that for a quarter', value: 4 * small.bytes},
			atMost: 1.5,
		};
		yield* measurePlan();
	},
};
