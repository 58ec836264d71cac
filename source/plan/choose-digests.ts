import type {UseEvidence} from '../evidence/use.js';
import type {Digest} from '../oci/digest.js';
import type {Graph} from '../oci/graph.js';
import type {RepositoryReading} from '../world.js';
import {isNeverTouched} from './care.js';
import type {Deleting} from './deleting.js';
import type {PullFacts} from './judge-pulls.js';
import {blockByUse, liftKey, listBlocks, type UseFacts} from './judge-use.js';
import {judgeStaying} from './judge-staying.js';
import type {Finding} from './plan.js';
import {
	blockByLock,
	findLockBelow,
	findReferrerThatStays,
} from './keep-by-registry.js';
import {type Going, spreadLifts, takeAlong} from './take-along.js';

/** The marks of one repository, as far as they go. */
export type Chosen = {
	/** Digests that go: marked ones, and children and referrers that nothing else needs with the digest that takes them along. */
	readonly going: Going;
	readonly blocked: ReadonlyMap<Digest, Finding>;
};

/** The marks' repository, and what may keep them in it. */
export type MarkedRepository = {
	readonly registry: string;
	readonly repository: string;
	readonly reading: RepositoryReading | undefined;
	readonly problem: string | undefined;
	readonly neverTouch: readonly string[];
	readonly uses: UseFacts;
	/** `undefined` where the registry has no source of pulls. */
	readonly pulls: PullFacts | undefined;
	readonly lifts: ReadonlySet<string>;
	readonly deleting: Deleting;
	readonly now: number;
};

/** It with what is known of who points to whom and who needs what. */
export type ChoiceContext = MarkedRepository & {
	readonly graph: Graph;
	readonly evidenceOf: (digest: Digest) => UseEvidence;
};

/** Decides which of the marked digests go. Blocking one can leave another with a parent that stays, so it repeats until nothing changes. */
export const chooseDigests = (
	marked: readonly Digest[],
	context: ChoiceContext,
): Chosen => {
	const blocked = new Map<Digest, Finding>();
	for (const digest of marked) {
		const finding = findBlock(digest, context);
		if (finding) {
			blocked.set(digest, finding);
		}
	}

	const {graph} = context;
	for (;;) {
		const going = takeAlong(
			marked.filter(digest => !blocked.has(digest)),
			blocked,
			context,
		);
		let changed = false;
		for (const digest of going.keys()) {
			const finding =
				judgeStaying(
					graph.parentsOf(digest).filter(parent => !going.has(parent)),
					context,
				) ??
				findLockBelow(digest, context) ??
				findReferrerThatStays(digest, going, context);
			if (finding) {
				blocked.set(digest, finding);
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
	context: ChoiceContext,
): Finding | undefined => {
	const {repository, reading, problem, neverTouch, lifts, evidenceOf} = context;
	const {whyNoDelete} = context.deleting;
	if (whyNoDelete !== undefined) {
		return {
			severity: 'blocks',
			rule: 'cannot-delete',
			sentence: whyNoDelete,
		};
	}

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

	if (record.locked !== undefined) {
		return blockByLock(record.locked);
	}

	const needs = lifts.has(liftKey(repository, digest))
		? []
		: listBlocks(evidenceOf(digest));
	return needs.length > 0 ? blockByUse(digest, needs) : undefined;
};

/** Which steps go in spite of a use. A lift covers what goes along with the digest, under whichever index it was found first. */
export const findLifts = (
	going: Chosen['going'],
	context: ChoiceContext,
): ((digest: Digest) => boolean) => {
	const {repository, lifts, evidenceOf} = context;
	const lifted = spreadLifts(
		going,
		[...going.keys()].filter(
			digest =>
				going.get(digest) === undefined &&
				lifts.has(liftKey(repository, digest)),
		),
		context,
	);
	return digest =>
		lifted.has(digest) && listBlocks(evidenceOf(digest)).length > 0;
};

/** An index before its children, and so on down; loops end. */
export const orderParentsFirst = (
	digests: readonly Digest[],
	graph: Pick<Graph, 'parentsOf'>,
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
