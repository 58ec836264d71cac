import {createHash} from 'node:crypto';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {manifestMediaTypes} from '../../source/oci/manifest.js';
import {type DigestRecord, emptyRecord} from '../../source/oci/record.js';
import {createPlan} from '../../source/plan/create-plan.js';
import type {Mark, RepositoryReading} from '../../source/world.js';
import {buildUseFacts} from '../helpers/build-uses.js';

const registry = 'registry.acme.io';
const repository = 'shop/api';
const digests = 100_000;
const marked = 10_000;
const rounds = 9;

const digestOf = (text: string): Digest => {
	const digest = parseDigest(
		`sha256:${createHash('sha256').update(text).digest('hex')}`,
	);
	if (!digest) {
		throw new Error('That is no digest.');
	}

	return digest;
};

/** Four blobs to most digests, one of them shared by four: 300,000 in all. Every fifth mark is signed. */
const buildRecords = (): ReadonlyMap<Digest, DigestRecord> => {
	const records = new Map<Digest, DigestRecord>();
	for (let number = 0; number < digests; number++) {
		const digest = digestOf(`image ${number}`);
		const signed = digestOf(`image ${number - 1}`).replace(':', '-');
		records.set(digest, {
			...emptyRecord(digest),
			state: 'loaded',
			mediaType: manifestMediaTypes.image,
			tags: [number % 50 === 1 ? `${signed}.sig` : `v${number}`],
			manifestSize: 1000,
			size: 4000,
			blobs: [
				{digest: digestOf(`config ${number}`), size: 1000},
				{digest: digestOf(`layer ${number}`), size: 1000},
				{digest: digestOf(`base ${Math.floor(number / 4)}`), size: 1000},
				...(number % 4 === 0
					? []
					: [{digest: digestOf(`more ${number}`), size: 1000}]),
			],
		});
	}

	return records;
};

/** Each reading is as if it came anew: nothing about it has been looked up before. */
const readAgain = (
	records: ReadonlyMap<Digest, DigestRecord>,
): RepositoryReading => ({
	repository,
	records: new Map(records),
	gaps: [],
	readAt: 0,
});

const unite = ({records}: RepositoryReading): number => {
	const blobs = new Set<Digest>();
	for (const record of records.values()) {
		for (const {digest} of record.blobs) {
			blobs.add(digest);
		}
	}

	return blobs.size;
};

const time = (work: () => number): {milliseconds: number; result: number} => {
	const began = performance.now();
	const result = work();
	return {milliseconds: performance.now() - began, result};
};

const median = (numbers: readonly number[]): number =>
	numbers.toSorted((one, other) => one - other)[
		Math.floor(numbers.length / 2)
	] ?? Number.NaN;

/** What the runner of this folder reads. */
export const measurement = {
	title: `a plan of ${marked.toLocaleString('en')} marks among ${digests.toLocaleString('en')} digests`,
	async *measure() {
		const records = buildRecords();
		const marks: Mark[] = [...records.keys()]
			.filter((_digest, index) => index % (digests / marked) === 0)
			.map(digest => ({registry, repository, digest}));
		const uses = buildUseFacts(0);
		const plan = (reading: RepositoryReading): number =>
			createPlan(marks, {
				registry,
				readings: new Map([[repository, reading]]),
				problems: new Map(),
				uses,
				lifts: new Set(),
				now: 0,
			}).steps.length;
		const first = time(() => unite(readAgain(records)));
		const steps = time(() => plan(readAgain(records)));
		const own: number[] = [];
		const bare: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const loopReading = readAgain(records);
			bare.push(time(() => unite(loopReading)).milliseconds);
			const reading = readAgain(records);
			own.push(time(() => plan(reading)).milliseconds);
		}

		yield {
			what: `${steps.result.toLocaleString('en')} steps, ${first.result.toLocaleString('en')} blobs, graph new, p50`,
			value: median(own),
			unit: 'ms' as const,
			baseline: {
				name: 'one Set of all blobs',
				value: median(bare),
			},
			atMost: 3,
		};
	},
};
