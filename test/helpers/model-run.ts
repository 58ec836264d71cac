import {Buffer} from 'node:buffer';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
	addIndex,
	type ContentDescriptor,
} from '../../source/demo/build-content.js';
import {nameFallbackTag} from '../../source/demo/build-referrers.js';
import type {Intercept} from '../../source/demo/embedded-registry.js';
import {createRandom} from '../../source/demo/random.js';
import {
	ensureRepository,
	type RegistryContent,
	type StoredManifest,
} from '../../source/demo/registry-content.js';
import type {HttpClient} from '../../source/http/client.js';
import {parseDigest} from '../../source/oci/digest.js';
import type {Plan} from '../../source/plan/plan.js';
import {createRegistry} from '../../source/registry/create-registry.js';
import {natureOf} from '../../source/registry/kinds.js';
import type {Use} from '../../source/evidence/use.js';
import type {RegistryKind} from '../../source/world.js';
import {
	buildSource,
	buildUse,
	buildUsesReading,
	buildUsesSources,
} from './build-uses.js';
import {createManualClock} from './fake-world.js';
import {listReferrers} from './azure-registry.js';
import {findDangling} from './google-registry.js';
import {createModelLists} from './model-lists.js';
import {
	buildModel,
	listChildren,
	listLayers,
	type ModelChange,
	type ModelNode,
	modelRepository,
} from './model-registry.js';
import {isKeptOnDisk, openModelWorld, runBatch} from './model-world.js';
import {undoTwice} from './undo-twice.js';

/** One random run. */
export type ModelCase = {
	readonly nodes: readonly ModelNode[];
	/** Numbers of nodes. */
	readonly marked: readonly number[];
	/** Numbers of referrers that are marked alone, among all that lists name. */
	readonly alone: readonly number[];
	readonly changes: readonly ModelChange[];
	/** What the faults are drawn from. */
	readonly seed: number;
	/** How many of a hundred reading requests fail once. */
	readonly faults: number;
	/** Layers that are collected before the undo, where nothing that is there has them. */
	readonly collected: readonly number[];
};

/** What came of a run. */
export type ModelResult = {
	/** Everything that is wrong, as sentences. */
	readonly wrong: readonly string[];
	readonly deleted: number;
	/** Steps that did not end with their digest deleted. */
	readonly otherwise: number;
	readonly changed: number;
	readonly restored: number;
	readonly lost: number;
	/** Lists of referrers that were written anew. */
	readonly lists: number;
};

/** An embedded registry that is filled anew for each run. */
export type ModelStage = {
	readonly content: RegistryContent;
	readonly client: HttpClient;
	readonly faults: {intercept: Intercept | undefined};
	/** What answers before the embedded registry does, where it is of another kind. */
	readonly dialect?:
		{readonly kind: RegistryKind; readonly intercept: Intercept} | undefined;
};

/** A manifest that was deleted by our hand, and what it was. */
type Deleted = {
	readonly manifest: StoredManifest;
	readonly tags: readonly string[];
};

type Fate = 'kept' | 'busy' | 'broken' | 'reset' | 'lost' | 'late' | 'pending';

const minute = 60 * 1000;
const fates: readonly Fate[] = [
	'busy',
	'broken',
	'reset',
	'lost',
	'late',
	'pending',
];

/** The digest or the tag that a request deletes: tags go by the distribution API or by Docker Hub's own. */
const readDeleted = (method: string, at: string): string | undefined =>
	method === 'DELETE'
		? /\/(?:manifests|tags)\/(?<reference>[^\/]+)\/?$/v.exec(at)?.groups?.[
				'reference'
			]
		: undefined;

/** Runs one case through the planner, the confirmation, the execution and the undo; resolves to what is wrong. */
export const runModel = async (
	{content, client, faults, dialect}: ModelStage,
	{nodes, marked, alone, changes, seed, faults: rate, collected}: ModelCase,
): Promise<ModelResult> => {
	content.repositories.clear();
	content.blobs.clear();
	content.declaredBlobs.clear();
	const takesAlong =
		dialect !== undefined &&
		natureOf(dialect.kind).capabilities.deletesReferrers;
	const {built, referrers} = buildModel(content, nodes, {
		hasLists: !takesAlong,
	});
	const repository = ensureRepository(content, modelRepository);
	const {manifests, tags} = repository;
	const wrong: string[] = [];
	const clock = createManualClock();
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-model-'));
	const uses: Use[] = [];
	const used = new Set<string>();
	const planned = new Map<string, ReadonlySet<string>>();
	const ours = new Map<string, Deleted>();
	const asked = new Set<string>();
	const again = new Set<string>();
	// What went along with another one, and which that was.
	const wentWith = new Map<string, string>();
	// Tags that we have removed from digests that are still there.
	const untagged = new Map<string, string>();
	// Tags that were removed before their digest was deleted.
	const vanished = new Map<string, string>();
	const keeps =
		dialect !== undefined &&
		natureOf(dialect.kind).capabilities.removesTagsFirst;
	const waiting = new Map<string, number>();
	// What is there as far as others are concerned: our hand is not in it.
	const expectedTags = new Map(tags);
	const expected = new Set(manifests.keys());
	const lists = createModelLists(repository, {expectedTags, wrong});
	const nameOf = (digest: string): string => {
		const number = built.findIndex(node => node.digest === digest);
		const bill = referrers.findIndex(referrer => referrer.digest === digest);
		return number === -1
			? bill === -1
				? digest.slice(0, 15)
				: `referrer ${bill}`
			: `node ${number}`;
	};

	const removeByUs = (digest: string): void => {
		const manifest = manifests.get(digest);
		// What was accepted late is refused late.
		if (!manifest || (keeps && findDangling(repository, digest))) {
			return;
		}

		for (const along of takesAlong ? listReferrers(repository, digest) : []) {
			asked.add(along);
			wentWith.set(along, digest);
			removeOne(along);
		}

		removeOne(digest);
	};

	const removeOne = (digest: string): void => {
		const manifest = manifests.get(digest);
		if (!manifest) {
			return;
		}

		const vanish = [...(keeps ? untagged : tags)].filter(
			([, at]) => at === digest,
		);
		const plannedTags = planned.get(digest);
		ours.set(digest, {manifest, tags: vanish.map(([tag]) => tag)});
		manifests.delete(digest);
		expected.delete(digest);
		if (!plannedTags) {
			wrong.push(`(a) ${nameOf(digest)} is gone and was not in the plan`);
		}

		for (const [tag] of vanish) {
			tags.delete(tag);
			untagged.delete(tag);
			vanished.set(tag, digest);
			if (plannedTags?.has(tag)) {
				expectedTags.delete(tag);
			} else {
				wrong.push(`(c) the tag ${tag} went with ${nameOf(digest)}`);
			}
		}

		for (const [over, index] of manifests) {
			if (listChildren(index).includes(digest) && !lists.isLeft(over)) {
				wrong.push(`(b) ${nameOf(over)} lost its child ${nameOf(digest)}`);
			}
		}

		if (used.has(digest)) {
			wrong.push(`${nameOf(digest)} was deleted in spite of its use`);
		}
	};

	// What was accepted and did not happen yet happens now.
	const flush = (): void => {
		for (const digest of waiting.keys()) {
			removeByUs(digest);
		}

		waiting.clear();
	};

	const counts = new Map<string, number>();
	let changed = 0;
	// What others do during the undo is not told apart from what the undo does, so they do nothing then.
	let isUndoing = false;
	// With many steps at once some are always between their look and their delete, and what changes there nobody can see.
	const stepsAtOnce = seed % 3 === 1 ? 6 : 1;
	const reach = (moment: ModelChange['at']): void => {
		if (isUndoing || (stepsAtOnce > 1 && moment !== 'planned')) {
			return;
		}

		const time = (counts.get(moment) ?? 0) + 1;
		counts.set(moment, time);
		for (const change of changes) {
			if (change.at === moment && change.time === time) {
				flush();
				lists.settle();
				applyChange(change);
				changed++;
				// Readings of tags and indexes may be a minute old: what changes in it nobody can see.
				clock.advance(minute + 1);
			}
		}
	};

	const setTag = (tag: string, digest: string): void => {
		if (manifests.has(digest)) {
			tags.set(tag, digest);
			expectedTags.set(tag, digest);
		}
	};

	const dropTag = (tag: string): void => {
		tags.delete(tag);
		expectedTags.delete(tag);
	};

	const applyChange = ({what, node, other}: ModelChange): void => {
		const one = built[node % built.length]!;
		const two = built[other % built.length]!;
		const tag = [...tags].find(([, digest]) => digest === one.digest)?.[0];
		switch (what) {
			case 'move a tag': {
				if (tag !== undefined) {
					setTag(tag, two.digest);
				}

				break;
			}

			case 'add a tag': {
				setTag(`new-${changed}`, one.digest);
				break;
			}

			case 'remove a tag': {
				if (tag !== undefined) {
					dropTag(tag);
				}

				break;
			}

			case 'add an index': {
				const children = [one, two].filter(({digest}) => manifests.has(digest));
				if (children.length > 0) {
					const name = `others-${changed}`;
					const annotations = {name};
					const index = addIndex(content, modelRepository, {
						children,
						annotations,
					});
					expected.add(index.digest);
					setTag(name, index.digest);
				}

				break;
			}

			case 'delete': {
				const isNeeded = [...manifests.values()].some(manifest =>
					listChildren(manifest).includes(one.digest),
				);
				if (manifests.has(one.digest) && !isNeeded) {
					manifests.delete(one.digest);
					expected.delete(one.digest);
					for (const [name, digest] of [...tags, ...untagged]) {
						if (digest === one.digest) {
							dropTag(name);
							untagged.delete(name);
						}
					}
				}

				break;
			}

			case 'write a list': {
				// As a client that adds a referrer does it.
				const list = manifests.get(tags.get(nameFallbackTag(one.digest)) ?? '');
				if (list && manifests.has(two.digest)) {
					const {manifests: children} =
						// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the test made it
						JSON.parse(Buffer.from(list.bytes).toString()) as {
							manifests: readonly ContentDescriptor[];
						};
					const {digest} = addIndex(content, modelRepository, {
						children: [...children, two],
						annotations: {name: `list-${changed}`},
					});
					expected.add(digest);
					setTag(nameFallbackTag(one.digest), digest);
				}

				break;
			}

			case 'tag a list': {
				const list = tags.get(nameFallbackTag(one.digest));
				if (list !== undefined) {
					setTag(`list-${changed}`, list);
				}

				break;
			}

			case 'push again': {
				// What we deleted, by somebody who has it still; its children have to be there.
				for (const [digest, {manifest}] of ours) {
					const children = listChildren(manifest);
					if (
						!manifests.has(digest) &&
						children.every(child => manifests.has(child))
					) {
						manifests.set(digest, manifest);
						expected.add(digest);
						again.add(digest);
						setTag(`again-${changed}`, digest);
						break;
					}
				}

				break;
			}

			case 'use': {
				used.add(one.digest);
				uses.push(buildUse(`${client.host}/${modelRepository}@${one.digest}`));
				break;
			}
		}
	};

	const attempts = new Map<string, number>();
	let areFaulty = true;
	const intercept: Intercept = async (request, response, count) => {
		const {method, path: at} = request;
		const key = `${method} ${at}`;
		const attempt = (attempts.get(key) ?? 0) + 1;
		attempts.set(key, attempt);
		const random = createRandom(`${seed} ${key} ${attempt}`);
		const share = random();
		const fail = (fate: Fate): boolean => {
			if (fate === 'reset') {
				response.destroy();
			} else {
				response.writeHead(fate === 'busy' ? 429 : 500, {'retry-after': '0'});
				response.end();
			}

			return true;
		};

		lists.settle();
		// Where tags go first no list is written anew: there a PUT brings a tag back.
		if (
			method === 'PUT' &&
			at.includes('/manifests/') &&
			!isUndoing &&
			!keeps
		) {
			lists.expectPut(at.slice(at.lastIndexOf('/') + 1));
			const [fate] = (['busy', 'broken', 'reset', 'lost'] as const).slice(
				Math.floor(random() * 4),
			);
			if (share < Math.min(0.4, rate / 10) && fate !== 'lost') {
				return fail(fate ?? 'reset');
			}

			// The registry does it and cannot say so, because something was said already.
			if (share < Math.min(0.4, rate / 10)) {
				response.writeHead(500);
			}

			return false;
		}

		const reference = readDeleted(method, at);
		if (reference === undefined) {
			if (areFaulty && share < rate / 100) {
				return fail(fates[Math.floor(random() * 3)]!);
			}

			if (method === 'PUT') {
				const tag = at.slice(at.lastIndexOf('/') + 1);
				untagged.delete(tag);
				// A tag is put back because its digest is still there; a delete that is done late can come in between, and then the digest is back too.
				const late = isUndoing ? undefined : vanished.get(tag);
				if (late !== undefined) {
					ours.delete(late);
					expected.add(late);
					expectedTags.set(tag, late);
				}
			}

			return dialect?.intercept(request, response, count) ?? false;
		}

		const isTag = keeps && !reference.includes(':');
		const digest = isTag ? (tags.get(reference) ?? '') : reference;
		if (!isTag) {
			asked.add(digest);
		} else if (digest === '') {
			return dialect?.intercept(request, response, count) ?? false;
		}

		if (!isKeptOnDisk(folder, digest)) {
			wrong.push(`${nameOf(digest)} was not saved and journalled first`);
		}

		const fate =
			share < Math.min(0.4, rate / 10)
				? fates[Math.floor(random() * fates.length)]!
				: 'kept';
		const isThere = manifests.has(digest) && parseDigest(digest) !== undefined;
		if (fate === 'busy' || fate === 'broken' || fate === 'reset') {
			return fail(fate);
		}

		if (!isThere || (!isTag && keeps && findDangling(repository, digest))) {
			return dialect?.intercept(request, response, count) ?? false;
		}

		if (isTag) {
			if (!planned.get(digest)?.has(reference)) {
				wrong.push(`(c) the tag ${reference} was removed and was not planned`);
			}

			tags.delete(reference);
			untagged.set(reference, digest);
		} else if (fate === 'late' || fate === 'pending') {
			waiting.set(digest, 1 + Math.floor(random() * 4));
		} else {
			removeByUs(digest);
		}

		if (fate === 'lost' || fate === 'pending') {
			return fail(random() < 0.5 ? 'reset' : 'broken');
		}

		response.writeHead(202);
		response.end();
		return true;
	};

	const registry = createRegistry(client, natureOf(dialect?.kind));
	const world = openModelWorld({
		registry,
		folder,
		clock: {
			...clock,
			async sleep(milliseconds, signal) {
				await clock.sleep(milliseconds, signal);
				for (const [digest, looks] of waiting) {
					if (looks <= 1) {
						waiting.delete(digest);
						removeByUs(digest);
					} else {
						waiting.set(digest, looks - 1);
					}
				}

				reach('waiting');
			},
		},
		uses: buildUsesSources(() =>
			buildUsesReading(uses, [buildSource({readAt: clock.now()})]),
		),
		stepsAtOnce,
		onSave() {
			reach('saving');
		},
	});

	let otherwise = 0;
	const takePlans = (plans: readonly Plan[]): void => {
		for (const step of plans.flatMap(plan => plan.steps)) {
			planned.set(step.digest, new Set(step.tags));
		}

		lists.plan(plans);

		reach('planned');
	};

	try {
		faults.intercept = intercept;
		const wanted = [
			...marked.map(number => built[number % built.length]),
			...alone.map(number => referrers[number % referrers.length]),
		];
		const marks = [...new Set(wanted)].flatMap(one => {
			const digest = parseDigest(one?.digest);
			return digest
				? [{registry: client.host, repository: modelRepository, digest}]
				: [];
		});
		const problem = await runBatch(world, marks, {
			planned: takePlans,
			stepEnded({kind}) {
				otherwise += kind === 'deleted' ? 0 : 1;
				reach('ended');
			},
		});
		flush();
		lists.settle();
		if (problem !== undefined) {
			wrong.push(`the batch broke off: ${problem}`);
		}

		const [batch] = await world.batches.list();
		let restored = 0;
		let lost = 0;
		if (batch !== undefined) {
			await compareJournal(batch);
			compareContent();
			({restored, lost} = await checkUndo(batch));
		}

		return {
			wrong,
			deleted: ours.size,
			otherwise,
			changed,
			restored,
			lost,
			lists: lists.count(),
		};
	} finally {
		faults.intercept = undefined;
		await rm(folder, {recursive: true, force: true});
	}

	async function compareJournal(batch: string): Promise<void> {
		const record = await world.batches.read(batch);
		const stateOf = new Map<string, string>(
			record.steps.map(({digest, state}) => [digest, state]),
		);
		for (const {digest, state} of record.steps) {
			const isOurs = ours.has(digest);
			const isThere = manifests.has(digest) && !again.has(digest);
			const isTrue =
				state === 'deleted'
					? asked.has(digest) && !isThere
					: state === 'absent'
						? !isOurs && !isThere
						: state === 'failed' ||
							!isOurs ||
							// It went along, and came back before its own step.
							(takesAlong && again.has(digest)) ||
							// It went along so late that nobody waited any more.
							stateOf.get(wentWith.get(digest) ?? '') === 'failed';
			if (!isTrue) {
				wrong.push(
					`(d) the journal says ${state} of ${nameOf(digest)}, ${isOurs ? 'which we deleted' : isThere ? 'which is there' : 'which others deleted'}`,
				);
			}
		}

		if (record.endedAt === undefined || record.damagedLines.length > 0) {
			wrong.push('(d) the journal has no whole end');
		}
	}

	function compareContent(): void {
		for (const digest of expected) {
			if (!manifests.has(digest)) {
				wrong.push(`(a) ${nameOf(digest)} is missing`);
			}
		}

		const showTags = (all: ReadonlyMap<string, string>): string =>
			[...all]
				.map(([tag, digest]) => `${tag} ${nameOf(digest)}`)
				.toSorted()
				.join(', ');
		if (showTags(tags) !== showTags(expectedTags)) {
			wrong.push(`(c) ${showTags(tags)} instead of ${showTags(expectedTags)}`);
		}
	}

	async function checkUndo(
		batch: string,
	): Promise<{restored: number; lost: number}> {
		isUndoing = true;
		collect();
		const tagsBefore = new Map(tags);
		const canReturn = (digest: string): boolean => {
			if (manifests.has(digest)) {
				return true;
			}

			const gone = ours.get(digest);
			return (
				gone !== undefined &&
				listLayers(gone.manifest).every(
					layer => content.declaredBlobs.has(layer) || content.blobs.has(layer),
				) &&
				listChildren(gone.manifest).every(child => canReturn(child))
			);
		};

		const returning = [...ours].filter(([digest]) => canReturn(digest));
		await undoTwice(world, batch, {
			setFaulty(isFaulty) {
				areFaulty = isFaulty;
			},
			tell(error) {
				wrong.push(`(e) undo failed: ${error}`);
			},
		});

		for (const [digest, gone] of returning) {
			const now = manifests.get(digest);
			if (!now || Buffer.compare(now.bytes, gone.manifest.bytes) !== 0) {
				wrong.push(`(e) ${nameOf(digest)} did not come back`);
			}

			for (const tag of gone.tags) {
				const means = tagsBefore.get(tag) ?? digest;
				if (tags.get(tag) !== means) {
					wrong.push(`(e) the tag ${tag} is not at ${nameOf(means)}`);
				}
			}
		}

		for (const [tag, digest] of lists.expectAfterUndo(tagsBefore)) {
			if (tags.get(tag) !== digest) {
				wrong.push(`(e) the undo moved the tag ${tag}`);
			}
		}

		return {restored: returning.length, lost: ours.size - returning.length};
	}

	function collect(): void {
		const needed = new Set(
			[...manifests.values()].flatMap(manifest => listLayers(manifest)),
		);
		const layers = [...content.declaredBlobs.keys()];
		for (const number of layers.length > 0 ? collected : []) {
			const layer = layers[number % layers.length]!;
			if (!needed.has(layer)) {
				content.declaredBlobs.delete(layer);
			}
		}
	}
};
