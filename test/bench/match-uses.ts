import {createHash} from 'node:crypto';
import {
	parseImageId,
	parseImageReference,
} from '../../source/evidence/image-reference.js';
import {matchUses} from '../../source/evidence/match-uses.js';
import type {Use, UseEvidence, UsesReading} from '../../source/evidence/use.js';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {manifestMediaTypes} from '../../source/oci/manifest.js';
import {type DigestRecord, emptyRecord} from '../../source/oci/record.js';
import {buildSource, buildUse, readAt} from '../helpers/build-uses.js';

const host = 'registry.acme.io';
const repository = 'shop/api';
const digests = 100_000;
const pods = 20_000;
const replicaSets = 5000;
const rounds = 15;

const digestOf = (text: string): Digest => {
	const digest = parseDigest(
		`sha256:${createHash('sha256').update(text).digest('hex')}`,
	);
	if (!digest) {
		throw new Error('That is no digest.');
	}

	return digest;
};

const buildRecord = (
	name: string,
	fields: Partial<DigestRecord>,
): DigestRecord => ({
	...emptyRecord(digestOf(name)),
	mediaType: manifestMediaTypes.image,
	state: 'loaded',
	blobs: [
		{digest: digestOf(`${name} config`), size: 1},
		{digest: digestOf(`${name} layer`), size: 1},
	],
	...fields,
});

/** Of every four digests an index with two tags, its two children and an image with a tag; every fifth index is signed. */
const buildRecords = (): ReadonlyMap<Digest, DigestRecord> => {
	const records = new Map<Digest, DigestRecord>();
	const add = (record: DigestRecord): void => {
		records.set(record.digest, record);
	};

	for (let build = 0; build < digests / 4; build++) {
		const index = `index ${build}`;
		const children = ['amd64', 'arm64'].map(name => `${index} ${name}`);
		add(
			buildRecord(index, {
				mediaType: manifestMediaTypes.index,
				blobs: [],
				tags: [`build-${build}`, `v1.${build}`],
				children: children.map(name => digestOf(name)),
			}),
		);
		for (const name of children) {
			add(buildRecord(name, {}));
		}

		const signed = digestOf(index).replace(':', '-');
		add(
			buildRecord(`image ${build}`, {
				tags: [build % 5 === 0 ? `${signed}.sig` : `plain-${build}`],
			}),
		);
	}

	return records;
};

/** 5,000 workloads, each with four Pods of one build and the ReplicaSet of an older one. A spec names its image by tag or by digest; the runtime reports the index. */
const buildUses = (): readonly Use[] => {
	const uses: Use[] = [];
	for (let object = 0; object < pods + replicaSets; object++) {
		const workload = object % 5000;
		const isPod = object < pods;
		const build = ((isPod ? workload : workload + 5000) * 7919) % (digests / 4);
		const digest = digestOf(`index ${build}`);
		const place = {
			kind: isPod ? 'Pod' : 'ReplicaSet',
			role: isPod ? ('running' as const) : ('revision' as const),
			namespace: `team-${workload % 40}`,
			name: `workload-${workload}-${object}`,
			owner: {kind: 'Deployment', name: `workload-${workload}`},
		};
		const spec =
			workload % 3 === 0
				? `${host}/${repository}@${digest}`
				: `${host}/${repository}:v1.${build}`;
		const reported = `${host}/${repository}@${digest}`;
		uses.push(
			buildUse(spec, place),
			...(isPod ? [buildUse(reported, {...place, imageId: true})] : []),
		);
	}

	return uses;
};

/** The bare loop: one Map of the references as they are written, and a look for each name of each digest. */
const lookUp = (
	uses: readonly Use[],
	records: ReadonlyMap<Digest, DigestRecord>,
): number => {
	const byReference = new Map<string, Use[]>();
	for (const use of uses) {
		const known = byReference.get(use.written);
		if (known) {
			known.push(use);
		} else {
			byReference.set(use.written, [use]);
		}
	}

	const name = `${host}/${repository}`;
	const found = new Map<Digest, ReadonlyArray<readonly Use[]>>();
	for (const {digest, tags} of records.values()) {
		const needs: Use[][] = [];
		const byDigest = byReference.get(`${name}@${digest}`);
		if (byDigest) {
			needs.push(byDigest);
		}

		for (const tag of tags) {
			const byTag = byReference.get(`${name}:${tag}`);
			if (byTag) {
				needs.push(byTag);
			}
		}

		if (needs.length > 0) {
			found.set(digest, needs);
		}
	}

	return found.size;
};

const match = (
	reading: UsesReading,
	records: ReadonlyMap<Digest, DigestRecord>,
	count: (evidence: UseEvidence) => number,
): number => {
	const {evidenceOf} = matchUses(
		reading,
		{host, repository, records, incomplete: undefined},
		{accepted: [], now: readAt, isHeldBy: () => false},
	);
	let sum = 0;
	for (const digest of records.keys()) {
		sum += count(evidenceOf(digest));
	}

	return sum;
};

const countUsed = ({state}: UseEvidence): number => (state === 'yes' ? 1 : 0);

const countNeeds = (evidence: UseEvidence): number =>
	evidence.state === 'yes' ? evidence.needs.length : 0;

const time = (work: () => number): {milliseconds: number; result: number} => {
	const began = performance.now();
	const result = work();
	return {milliseconds: performance.now() - began, result};
};

const median = (numbers: readonly number[]): number =>
	numbers.toSorted((one, other) => one - other)[
		Math.floor(numbers.length / 2)
	] ?? Number.NaN;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Each reading is told as if it came anew from the cluster: parsed again, so that no text has been looked up before. */
const readAgain = (uses: readonly Use[]): UsesReading => ({
	uses: uses.map(use => {
		const written = decoder.decode(encoder.encode(use.written));
		const image =
			use.image.kind === 'reference'
				? parseImageReference(written)
				: parseImageId(written);
		return {...use, written, image: image ?? use.image};
	}),
	sources: [buildSource()],
});

/** What the runner of this folder reads. */
export const measurement = {
	title: `${pods.toLocaleString('en')} Pods and ${replicaSets.toLocaleString('en')} ReplicaSets against ${digests.toLocaleString('en')} digests`,
	async *measure() {
		const uses = buildUses();
		const records = buildRecords();
		const first = time(() => match(readAgain(uses), records, countUsed));
		const own: number[] = [];
		const bare: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const loopReading = readAgain(uses);
			bare.push(time(() => lookUp(loopReading.uses, records)).milliseconds);
			const reading = readAgain(uses);
			own.push(time(() => match(reading, records, countUsed)).milliseconds);
		}

		yield {
			what: `evidence on all digests, ${first.result.toLocaleString('en')} of them used, p50`,
			value: median(own),
			unit: 'ms' as const,
			baseline: {name: 'one Map and a look for each', value: median(bare)},
			atMost: 2,
		};
		const reading = readAgain(uses);
		const all = time(() => match(reading, records, countNeeds));
		yield {
			what: `the same with all ${all.result.toLocaleString('en')} needs in order, which no screen asks for, once`,
			value: all.milliseconds,
			unit: 'ms' as const,
		};
		yield {
			what: 'the same with reading and graph new, once',
			value: first.milliseconds,
			unit: 'ms' as const,
		};
	},
};
