import test from 'ava';
import fc from 'fast-check';
import {parseArtifactTag} from '../../source/oci/detail.js';
import type {Digest} from '../../source/oci/digest.js';
import type {DigestRecord} from '../../source/oci/record.js';
import {matchUses} from '../../source/evidence/match-uses.js';
import type {Use} from '../../source/evidence/use.js';
import {
	buildReading,
	digestOf,
	type Entries,
	nameOf,
} from '../helpers/build-repository.js';
import {buildUse, buildUsesReading, readAt} from '../helpers/build-uses.js';

const host = 'registry.acme.io';
const repository = 'shop/api';

type Node = {
	/** Numbers of its children; larger ones make no loop. */
	readonly children: readonly number[];
	readonly tags: readonly number[];
	/** The number of the digest that it is about, and how that is told. */
	readonly about:
		{readonly number: number; readonly ending: string} | undefined;
	/** Configs are shared. */
	readonly config: number;
};

const endings = ['subject', '', '.sig', '.att', '.sbom'] as const;

const number = fc.nat({max: 11});

// Two numbers more than there are nodes: digests that were never pushed.
const node: fc.Arbitrary<Node> = fc.record({
	children: fc.oneof(
		{weight: 2, arbitrary: fc.constant([])},
		fc.array(number, {maxLength: 3}),
	),
	tags: fc.array(fc.nat({max: 5}), {maxLength: 2}),
	about: fc.option(fc.record({number, ending: fc.constantFrom(...endings)}), {
		nil: undefined,
		freq: 2,
	}),
	config: fc.nat({max: 6}),
});

const nameOfNode = (index: number): string => `node ${index}`;
const configOf = (index: number): string => `config ${index}`;

const buildRecords = (nodes: readonly Node[]): Map<Digest, DigestRecord> => {
	// A tag means one digest: the last that has it.
	const owners = new Map(
		nodes.flatMap((entry, index) =>
			entry.tags.map((tag): [string, number] => [`v${tag}`, index]),
		),
	);
	for (const [index, {about}] of nodes.entries()) {
		if (about && about.ending !== 'subject') {
			const subject = digestOf(nameOfNode(about.number));
			owners.set(`${subject.replace(':', '-')}${about.ending}`, index);
		}
	}

	const entries: Entries = Object.fromEntries(
		nodes.map((entry, index) => [
			nameOfNode(index),
			{
				tags: [...owners].flatMap(([tag, owner]) =>
					owner === index ? [tag] : [],
				),
				...(entry.children.length > 0 && {
					children: entry.children.map(child => nameOfNode(child)),
				}),
			},
		]),
	);
	const {records} = buildReading(repository, entries);
	return new Map(
		nodes.map(({about, config}, index): [Digest, DigestRecord] => {
			const digest = digestOf(nameOfNode(index));
			const record = records.get(digest);
			if (!record) {
				throw new Error('Every node has a record.');
			}

			return [
				digest,
				{
					...record,
					subject:
						about?.ending === 'subject'
							? digestOf(nameOfNode(about.number))
							: undefined,
					blobs: [{digest: digestOf(configOf(config)), size: 1}],
				},
			];
		}),
	);
};

const use: fc.Arbitrary<Use> = fc.oneof(
	fc.nat({max: 6}).map(tag => buildUse(`${host}/${repository}:v${tag}`)),
	number.map(index =>
		buildUse(`${host}/${repository}@${digestOf(nameOfNode(index))}`),
	),
	number.map(index =>
		buildUse(`quay.io/x@${digestOf(nameOfNode(index))}`, {imageId: true}),
	),
	fc
		.nat({max: 7})
		.map(config => buildUse(digestOf(configOf(config)), {imageId: true})),
);

type Pairs = ReadonlyArray<readonly [Digest, Digest]>;

/** Everything that some chain of pairs leads to: goes over all of them until nothing is new. */
const close = (from: ReadonlySet<Digest>, pairs: Pairs): Set<Digest> => {
	const closed = new Set(from);
	for (let size = -1; size !== closed.size;) {
		size = closed.size;
		for (const [one, other] of pairs) {
			if (closed.has(one)) {
				closed.add(other);
			}
		}
	}

	return closed;
};

/** The slow way: which digests of the repository a use reaches, by the words of the design. */
const findReached = (
	records: ReadonlyMap<Digest, DigestRecord>,
	{image}: Use,
): Set<Digest> => {
	const all = [...records.values()];
	const down: Pairs = all.flatMap(({digest, children}) =>
		children.map((child): [Digest, Digest] => [digest, child]),
	);
	const up: Pairs = down.map(([index, child]) => [child, index]);
	const about: Pairs = all.flatMap(({digest, subject, tags}) =>
		[subject, ...tags.map(tag => parseArtifactTag(tag)?.subject)].flatMap(
			found => (found === undefined ? [] : [[found, digest] as const]),
		),
	);
	const direct = new Set(
		all
			.filter(
				({tags}) =>
					image.kind === 'reference' &&
					image.digest === undefined &&
					image.tag !== undefined &&
					tags.includes(image.tag),
			)
			.map(({digest}) => digest),
	);
	if (image.digest !== undefined) {
		direct.add(image.digest);
		for (const {digest, blobs} of all) {
			if (
				image.kind === 'image-id' &&
				blobs.some(blob => blob.digest === image.digest)
			) {
				direct.add(digest);
			}
		}
	}

	const family = close(close(direct, up), down);
	const artifacts = new Set(
		about
			.filter(([subject]) => family.has(subject))
			.map(([, artifact]) => artifact),
	);
	return new Set([...family, ...close(artifacts, [...down, ...about])]);
};

const describe = (digests: Iterable<Digest>): string =>
	[...digests]
		.map(digest => nameOf(digest))
		.toSorted()
		.join(', ');

const matchAll = (
	records: ReadonlyMap<Digest, DigestRecord>,
	uses: readonly Use[],
) =>
	matchUses(
		buildUsesReading(uses),
		{host, repository, records, incomplete: undefined},
		{accepted: [], now: readAt, isHeldBy: () => false},
	);

const nodes = fc.array(node, {minLength: 1, maxLength: 10});
const uses = fc.array(use, {maxLength: 4});

const check = (
	runs: number,
	findFault: (
		records: ReadonlyMap<Digest, DigestRecord>,
		made: readonly Use[],
	) => string | undefined,
): string | undefined => {
	const result = fc.check(
		fc.property(nodes, uses, (made, named) => {
			const fault = findFault(buildRecords(made), named);
			if (fault !== undefined) {
				throw new Error(fault);
			}
		}),
		{numRuns: runs},
	);
	return result.failed ? fc.defaultReportMessage(result) : undefined;
};

test('no digest that any use reaches is a no, and no other is a yes', t => {
	const fault = check(3000, (records, made) => {
		const {evidenceOf} = matchAll(records, made);
		const digests = [...records.keys()];
		const reached = new Set(
			made.flatMap(entry => [...findReached(records, entry)]),
		);
		const expected = describe(digests.filter(digest => reached.has(digest)));
		const found = describe(
			digests.filter(digest => evidenceOf(digest).state === 'yes'),
		);
		return found === expected ? undefined : `${found} for ${expected}`;
	});
	t.is(fault, undefined);
});

test('the needs on a digest are exactly the uses that reach it', t => {
	const fault = check(1000, (records, made) => {
		const {evidenceOf} = matchAll(records, made);
		for (const digest of records.keys()) {
			const evidence = evidenceOf(digest);
			const needs = new Set(
				evidence.state === 'yes' ? evidence.needs.map(need => need.use) : [],
			);
			for (const entry of made) {
				if (findReached(records, entry).has(digest) !== needs.has(entry)) {
					return `${entry.written} and ${nameOf(digest)}`;
				}
			}
		}

		return undefined;
	});
	t.is(fault, undefined);
});
