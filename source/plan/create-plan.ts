import type {UseEvidence} from '../evidence/use.js';
import {type Digest, shortenDigest} from '../oci/digest.js';
import {graphOf, type Graph} from '../oci/graph.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import type {Care, Mark, RepositoryReading} from '../world.js';
import {isNeverTouched, usualCare} from './care.js';
import {
	blockByUse,
	judgeGoing,
	judgeUses,
	liftKey,
	listBlocks,
	listOwnBlocks,
	type UseFacts,
	type UseVerdict,
	warnOfUse,
} from './judge-use.js';
import type {Finding, Plan, Step} from './plan.js';

/** How long a plan holds before it has to be made anew, in milliseconds. */
export const planLifetime = 24 * 60 * 60 * 1000;

/** The marks of one repository, as far as they go. */
type Chosen = {
	/** Digests that go: marked ones, and children that nothing else needs with the index that takes them along. */
	readonly going: ReadonlyMap<Digest, Digest | undefined>;
	readonly blocked: ReadonlyMap<Digest, Finding>;
};

/**
Turns the marks of one registry into ordered steps and finds what must not go.

Pure. Safeguard 2 lives here: a child of an index that stays is never among the steps, and an index takes along the untagged children that nothing else needs.
Digests of a repository whose reading has gaps all stay: what could not be read may need them.
@param readings - A complete reading of every repository that has marks; a repository without one blocks its marks.
*/
export const createPlan = (
	marks: readonly Mark[],
	options: {
		registry: string;
		readings: ReadonlyMap<string, RepositoryReading>;
		/** By repository, why it could not be read. */
		problems: ReadonlyMap<string, string>;
		/** What the operator's settings say of the registry, if they say anything. */
		care?: Care;
		/** What the sources of uses told. */
		uses: UseFacts;
		/** By `liftKey`: digests whose block by use the operator has lifted, one by one. */
		lifts: ReadonlySet<string>;
		now: number;
	},
): Plan => {
	const steps: Step[] = [];
	const blocked: Step[] = [];
	let bytesAtMost = 0;
	const mine = marks.filter(mark => mark.registry === options.registry);
	for (const repository of [
		...new Set(mine.map(mark => mark.repository)),
	].toSorted()) {
		const marked = mine
			.filter(mark => mark.repository === repository)
			.map(mark => mark.digest);
		const planned = planRepository(marked, {
			registry: options.registry,
			repository,
			reading: options.readings.get(repository),
			problem: options.problems.get(repository),
			neverTouch: (options.care ?? usualCare).neverTouch,
			uses: options.uses,
			lifts: options.lifts,
			now: options.now,
		});
		steps.push(...planned.steps);
		blocked.push(...planned.blocked);
		bytesAtMost += planned.bytes;
	}

	return {
		registry: options.registry,
		...shareUnknown(steps),
		blocked,
		phrase: writePhrase(steps, options),
		createdAt: options.now,
		bytesAtMost,
		tagCount: steps.reduce((sum, step) => sum + step.tags.length, 0),
	};
};

/** The more is at stake, the longer it is: the place, what is not known to be unused, what is in use. */
const writePhrase = (
	steps: readonly Step[],
	{registry, care}: {registry: string; care?: Care},
): string => {
	const count = (verdict: UseVerdict): number =>
		steps.filter(step => judgeGoing(step.evidence, step.isLifted) === verdict)
			.length;
	const unknown = count('unknown');
	const lifted = count('lifted');
	return [
		`delete ${steps.length} from ${care?.isProtected ? 'protected ' : ''}${registry}`,
		...(unknown > 0 ? [`${unknown} of unknown use`] : []),
		...(lifted > 0 ? [`${lifted} in use`] : []),
	].join(', ');
};

/** A reason for not knowing that all steps share is a finding on the plan, so that what differs is seen. */
const shareUnknown = (
	steps: readonly Step[],
): Pick<Plan, 'steps' | 'findings'> => {
	const find = ({findings}: Step): Finding | undefined =>
		findings.find(({rule}) => rule === 'use-unknown');
	const [first] = steps;
	const shared = first && find(first);
	return shared &&
		steps.length > 1 &&
		steps.every(step => find(step)?.sentence === shared.sentence)
		? {
				steps: steps.map(step => ({
					...step,
					findings: step.findings.filter(({rule}) => rule !== 'use-unknown'),
				})),
				findings: [shared],
			}
		: {steps, findings: []};
};

type Source = {
	readonly registry: string;
	readonly repository: string;
	readonly reading: RepositoryReading | undefined;
	readonly problem: string | undefined;
	readonly neverTouch: readonly string[];
	readonly uses: UseFacts;
	readonly lifts: ReadonlySet<string>;
	readonly now: number;
};

const planRepository = (
	marked: readonly Digest[],
	source: Source,
): {steps: Step[]; blocked: Step[]; bytes: number} => {
	const {registry, repository, reading} = source;
	const records = reading?.records ?? new Map<Digest, DigestRecord>();
	const graph = graphOf(records);
	const evidenceOf = findEvidence(source);
	const {going, blocked} = choose(marked, {...source, graph, evidenceOf});
	const isLifted = findLifts(going, {...source, graph, evidenceOf});
	const describe = (digest: Digest, findings: readonly Finding[]): Step => {
		const record = records.get(digest);
		return {
			registry,
			repository,
			digest,
			tags: record?.tags ?? [],
			mediaType: record?.mediaType ?? '',
			size: record?.size,
			platforms: record?.platforms ?? [],
			goesWith: going.get(digest),
			parents: graph.parentsOf(digest),
			findings,
			evidence: evidenceOf(digest),
			isLifted: isLifted(digest),
		};
	};

	const listWarnings = (digest: Digest): Finding[] => {
		const evidence = evidenceOf(digest);
		return [
			...findWarnings(records.get(digest)),
			...warnOfUse(evidence, judgeGoing(evidence, isLifted(digest))),
		];
	};

	return {
		steps: orderParentsFirst([...going.keys()], graph).map(digest =>
			describe(digest, listWarnings(digest)),
		),
		blocked: [...blocked].map(([digest, finding]) =>
			describe(digest, [finding]),
		),
		bytes: [...going.keys()].reduce(
			(sum, digest) => sum + measureAlone(digest, {records, graph}),
			0,
		),
	};
};

/** Which steps go in spite of a use. A lift covers what goes along with the digest, under whichever index it was found first. */
const findLifts = (
	going: Chosen['going'],
	{repository, graph, lifts, evidenceOf}: Context,
): ((digest: Digest) => boolean) => {
	const lifted = new Set<Digest>();
	for (const [digest, takenBy] of going) {
		if (takenBy === undefined && lifts.has(liftKey(repository, digest))) {
			lifted.add(digest);
		}
	}

	// A Set hands out what is added meanwhile.
	for (const parent of lifted) {
		for (const child of graph.childrenOf(parent)) {
			if (going.get(child) !== undefined) {
				lifted.add(child);
			}
		}
	}

	return digest =>
		lifted.has(digest) && listBlocks(evidenceOf(digest)).length > 0;
};

const findEvidence = ({
	registry,
	reading,
	uses,
	now,
}: Source): ((digest: Digest) => UseEvidence) =>
	reading
		? judgeUses(uses, registry, {reading, now}).evidenceOf
		: () => ({state: 'unknown', why: 'the repository could not be read'});

// An index's size holds its children's, but they may stay, or be steps of their own.
const measureAlone = (
	digest: Digest,
	{records, graph}: {records: DigestRecords; graph: Graph},
): number => {
	const sizeOf = (of: Digest): number => records.get(of)?.size ?? 0;
	const below = graph
		.childrenOf(digest)
		.reduce((sum, child) => sum + sizeOf(child), 0);
	return Math.max(sizeOf(digest) - below, 0);
};

const findWarnings = (record: DigestRecord | undefined): Finding[] =>
	record?.problem === undefined
		? []
		: [
				{
					severity: 'warns',
					rule: 'unreadable-manifest',
					sentence: record.problem,
				},
			];

type Context = Source & {
	readonly graph: Graph;
	readonly evidenceOf: (digest: Digest) => UseEvidence;
};

/** Decides which of the marked digests go. Blocking one can leave another with a parent that stays, so it repeats until nothing changes. */
const choose = (marked: readonly Digest[], context: Context): Chosen => {
	const blocked = new Map<Digest, Finding>();
	for (const digest of marked) {
		const finding = findBlock(digest, context);
		if (finding) {
			blocked.set(digest, finding);
		}
	}

	const {graph} = context;
	for (;;) {
		const going = takeChildrenAlong(
			marked.filter(digest => !blocked.has(digest)),
			context,
		);
		let changed = false;
		for (const digest of going.keys()) {
			const staying = graph
				.parentsOf(digest)
				.find(parent => !going.has(parent));
			if (staying) {
				blocked.set(digest, needsChild(staying, context.reading));
				changed = true;
			}
		}

		if (!changed) {
			return {going, blocked};
		}
	}
};

const findBlock = (
	digest: Digest,
	{repository, reading, problem, neverTouch, lifts, evidenceOf}: Context,
): Finding | undefined => {
	const gap =
		reading === undefined
			? `${repository} could not be read to its end, so an index that needs this digest could be missing: ${problem ?? 'it was not asked.'}`
			: reading.gaps[0];
	if (gap !== undefined) {
		return {
			severity: 'blocks',
			rule: 'reading-has-gaps',
			sentence: `${gap} Nothing in this repository goes until it can be read.`,
		};
	}

	const record = reading?.records.get(digest);
	if (record && isNeverTouched(neverTouch, repository, record.tags)) {
		return {
			severity: 'blocks',
			rule: 'never-touch',
			sentence: 'neverTouch in the settings keeps it.',
		};
	}

	if (!record) {
		return {
			severity: 'blocks',
			rule: 'not-there',
			sentence: 'It was not there any more when the repository was read again.',
		};
	}

	const hits = lifts.has(liftKey(repository, digest))
		? []
		: listBlocks(evidenceOf(digest));
	return hits.length > 0 ? blockByUse(digest, hits) : undefined;
};

const needsChild = (
	parent: Digest,
	reading: RepositoryReading | undefined,
): Finding => {
	const tags = reading?.records.get(parent)?.tags ?? [];
	const name = [shortenDigest(parent), ...tags.slice(0, 3)].join(' ');
	return {
		severity: 'blocks',
		rule: 'child-of-index-that-stays',
		sentence: `The index ${name} stays and needs it; mark the index too, or keep both.`,
	};
};

/**
The digests that go with the children that only they need.

A tagged child was given a name of its own, and one with a use that is not the index's is needed for itself: both stay unless they are marked.
*/
const takeChildrenAlong = (
	marked: readonly Digest[],
	{graph, reading, evidenceOf}: Context,
): Map<Digest, Digest | undefined> => {
	const going = new Map<Digest, Digest | undefined>(
		marked.map(digest => [digest, undefined]),
	);
	// A Map iterates over what is added meanwhile, so this ends when nothing more is taken along. A child shared by two
	// indexes is looked at under each, and goes when the last of them does.
	for (const [parent, takenBy] of going) {
		for (const child of graph.childrenOf(parent)) {
			const tags = reading?.records.get(child)?.tags ?? [];
			if (
				!going.has(child) &&
				tags.length === 0 &&
				listOwnBlocks(evidenceOf(child)).length === 0 &&
				graph.parentsOf(child).every(over => going.has(over))
			) {
				going.set(child, takenBy ?? parent);
			}
		}
	}

	return going;
};

const orderParentsFirst = (
	digests: readonly Digest[],
	graph: Graph,
): readonly Digest[] => {
	const wanted = new Set(digests);
	const ordered = new Set<Digest>();
	const visit = (digest: Digest, path: ReadonlySet<Digest>): void => {
		if (ordered.has(digest) || path.has(digest)) {
			return;
		}

		for (const parent of graph.parentsOf(digest)) {
			if (wanted.has(parent)) {
				visit(parent, new Set([...path, digest]));
			}
		}

		ordered.add(digest);
	};

	for (const digest of digests) {
		visit(digest, new Set());
	}

	return [...ordered];
};
