import {Buffer} from 'node:buffer';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {nameFallbackTag} from '../../source/demo/build-referrers.js';
import {createRandom} from '../../source/demo/random.js';
import type {Use} from '../../source/evidence/use.js';
import {parseDigest} from '../../source/oci/digest.js';
import {createRegistry} from '../../source/registry/create-registry.js';
import {natureOf} from '../../source/registry/kinds.js';
import {openClient} from '../http/_loopback.js';
import {
	buildSource,
	buildUse,
	buildUsesReading,
	buildUsesSources,
} from './build-uses.js';
import {createManualClock} from './fake-world.js';
import type {Fate, FaultyProxy} from './faulty-proxy.js';
import type {ModelNode} from './model-registry.js';
import {isKeptOnDisk, openModelWorld, runBatch} from './model-world.js';
import {
	listTruth,
	manifestExists,
	pushImage,
	pushIndex,
	type PushedDescriptor,
	sendRequest,
} from './push-content.js';
import type {RealRegistry} from './real-registry.js';
import {undoTwice} from './undo-twice.js';

/** What somebody else does, past the proxy. */
export type RealChange = {
	/** Once the plan is made, or as a step is about to be saved. */
	readonly at: 'planned' | 'saving';
	/** At which time that this moment comes, from 1. */
	readonly time: number;
	readonly what: 'move a tag' | 'add a tag' | 'add an index' | 'delete' | 'use';
	/** The node that it is about, and one more. */
	readonly node: number;
	readonly other: number;
};

/** One random run on a real registry, in a repository of its own. */
export type RealCase = {
	readonly nodes: readonly ModelNode[];
	/** Numbers of nodes. */
	readonly marked: readonly number[];
	readonly changes: readonly RealChange[];
	/** What the faults are drawn from. */
	readonly seed: number;
	/** How many of a hundred requests fail once; of deletes ten times as many. */
	readonly faults: number;
};

/** What came of it. */
export type RealResult = {
	/** Everything that is wrong, as sentences. */
	readonly wrong: readonly string[];
	readonly deleted: number;
	/** Steps that did not end with their digest deleted. */
	readonly otherwise: number;
	readonly changed: number;
	readonly restored: number;
	readonly faults: number;
};

/** A manifest as it was pushed. */
type Known = PushedDescriptor & {readonly children: readonly string[]};

const fates: readonly Fate[] = ['busy', 'broken', 'reset', 'lost'];

const platform = {os: 'linux', architecture: 'amd64'};

/** Pushes the nodes, what is about them, and the lists that name it, in their order. */
const pushNodes = async (
	url: string,
	repository: string,
	nodes: readonly ModelNode[],
): Promise<{readonly built: readonly Known[]; readonly all: Known[]}> => {
	const built: Known[] = [];
	const all: Known[] = [];
	const add = (pushed: PushedDescriptor, children: readonly Known[] = []) => {
		const known = {...pushed, children: children.map(({digest}) => digest)};
		all.push(known);
		return known;
	};

	const isNamed = (number: number): boolean =>
		nodes.some(
			({children}, over) => over > number && children.includes(number),
		);
	const pushOne = async (name: string, tags: string[], subject?: Known) =>
		pushImage(url, repository, {
			tags,
			layers: [Buffer.from(`a layer of ${name}`)],
			created: '2026-01-01T00:00:00Z',
			// What makes it another image than the others.
			platform: {os: 'linux', architecture: name},
			...(subject && {subject}),
		});
	for (const [number, node] of nodes.entries()) {
		const below = [...new Set(node.children)]
			.filter(child => child < number)
			.map(child => built[child]!);
		const isIndex = below.length > 0;
		// Without a tag and without a parent nobody would find it.
		const count = isNamed(number) ? node.tags : node.tags || 1;
		const tags = Array.from(
			{length: count},
			(_, tag) => `v${number}.${tag + 1}`,
		);
		const pushed = isIndex
			? await pushIndex(url, repository, {
					tags,
					// The platform is what makes two indexes over the same differ.
					children: below.map(({digest, mediaType, size}) => ({
						digest,
						mediaType,
						size,
						platform: {...platform, variant: `v${number}`},
					})),
				})
			: await pushOne(`node-${number}`, tags);
		const known = add(pushed, below);
		built.push(known);
		if (node.about === 'a signature') {
			const tag = `${known.digest.replace(':', '-')}.sig`;
			add(await pushOne(`signature-${number}`, [tag]));
		} else if (node.about !== 'nothing') {
			const bill = add(await pushOne(`bill-${number}`, [], known));
			const tag = nameFallbackTag(known.digest);
			add(await pushIndex(url, repository, {tags: [tag], children: [bill]}), [
				bill,
			]);
		}
	}

	return {built, all};
};

const isList = (tag: string): boolean => /^sha256-[\da-f]{64}$/.test(tag);

/** Runs one case through the planner, the confirmation, the execution and the undo, and looks past the proxy at what became of the registry. */
export const runRealModel = async (
	{registry: {url}, proxy}: {registry: RealRegistry; proxy: FaultyProxy},
	repository: string,
	{nodes, marked, changes, seed, faults}: RealCase,
): Promise<RealResult> => {
	const {built, all} = await pushNodes(url, repository, nodes);
	const client = openClient(proxy.url);
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-real-model-'));
	const clock = createManualClock();
	const wrong: string[] = [];
	const uses: Use[] = [];
	const used = new Set<string>();
	const byOthers = new Set<string>();
	const planned = new Map<string, ReadonlySet<string>>();
	const listNames = new Set<string>();
	const expectedTags = await listTruth(url, repository);
	const before = new Map(expectedTags);
	let changed = 0;
	let failures = 0;
	let otherwise = 0;
	let isUndoing = false;

	const nameOf = (digest: string): string => {
		const number = built.findIndex(node => node.digest === digest);
		return number === -1 ? digest.slice(0, 15) : `node ${number}`;
	};

	const exists = async (digest: string): Promise<boolean> =>
		manifestExists(url, repository, digest);

	const setTag = async (tag: string, digest: string): Promise<void> => {
		const at = `/v2/${repository}/manifests/`;
		const {body, headers} = await sendRequest(new URL(`${at}${digest}`, url), {
			headers: {accept: all.map(({mediaType}) => mediaType).join(', ')},
		});
		await sendRequest(new URL(`${at}${tag}`, url), {
			method: 'PUT',
			body,
			headers: {'content-type': headers['content-type']},
		});
		expectedTags.set(tag, digest);
	};

	const apply = async ({what, node, other}: RealChange): Promise<void> => {
		const one = built[node % built.length]!;
		const two = built[other % built.length]!;
		if (!(await exists(one.digest)) || !(await exists(two.digest))) {
			return;
		}

		changed++;
		const truth = await listTruth(url, repository);
		switch (what) {
			case 'move a tag': {
				const [tag] =
					[...truth].find(([, digest]) => digest === one.digest) ?? [];
				if (tag !== undefined) {
					await setTag(tag, two.digest);
				}

				break;
			}

			case 'add a tag': {
				await setTag(`new-${changed}`, one.digest);
				break;
			}

			case 'add an index': {
				const tag = `others-${changed}`;
				const children = [
					{...one, platform: {...platform, variant: tag}},
					...(two === one ? [] : [{...two, platform}]),
				].map(({children: _, ...descriptor}) => descriptor);
				const pushed = await pushIndex(url, repository, {
					tags: [tag],
					children,
				});
				all.push({...pushed, children: children.map(({digest}) => digest)});
				expectedTags.set(tag, pushed.digest);
				break;
			}

			case 'delete': {
				if (!all.some(({children}) => children.includes(one.digest))) {
					await sendRequest(
						new URL(`/v2/${repository}/manifests/${one.digest}`, url),
						{method: 'DELETE'},
					);
					byOthers.add(one.digest);
					for (const [tag, digest] of truth) {
						if (digest === one.digest) {
							expectedTags.delete(tag);
						}
					}
				}

				break;
			}

			case 'use': {
				used.add(one.digest);
				uses.push(buildUse(`${client.host}/${repository}@${one.digest}`));
				break;
			}
		}
	};

	const counts = new Map<string, number>();
	const reach = async (moment: RealChange['at']): Promise<void> => {
		if (isUndoing) {
			return;
		}

		const time = (counts.get(moment) ?? 0) + 1;
		counts.set(moment, time);
		for (const change of changes) {
			if (change.at === moment && change.time === time) {
				await apply(change);
				// Readings of tags and indexes may be a minute old: what changes in it nobody can see.
				clock.advance(60_001);
			}
		}
	};

	const attempts = new Map<string, number>();
	const choose: NonNullable<FaultyProxy['choose']> = ({method, path: at}) => {
		const key = `${method} ${at}`;
		const attempt = (attempts.get(key) ?? 0) + 1;
		attempts.set(key, attempt);
		const random = createRandom(`${seed} ${key} ${attempt}`);
		const isDelete = method === 'DELETE' && at.includes('/manifests/');
		if (isDelete) {
			const digest = at.slice(at.lastIndexOf('/') + 1);
			if (!isKeptOnDisk(folder, digest)) {
				wrong.push(`${nameOf(digest)} was not saved and journalled first`);
			}

			if (!planned.has(digest)) {
				wrong.push(`(a) a delete of ${nameOf(digest)} was not planned`);
			}
		}

		const rate = isDelete ? Math.min(0.4, faults / 10) : faults / 100;
		if (random() >= rate) {
			return 'kept';
		}

		failures++;
		return fates[Math.floor(random() * (isDelete ? 4 : 3))]!;
	};

	const world = openModelWorld({
		registry: createRegistry(client, natureOf(undefined)),
		folder,
		clock,
		uses: buildUsesSources(() =>
			buildUsesReading(uses, [buildSource({readAt: clock.now()})]),
		),
		stepsAtOnce: 1,
		onSave: async () => reach('saving'),
	});

	/** The digests that are gone by our hand; says what is wrong about them and about what is left. */
	const findDeleted = async (): Promise<ReadonlySet<string>> => {
		const gone = new Set<string>();
		for (const {digest} of all) {
			if (!byOthers.has(digest) && !(await exists(digest))) {
				gone.add(digest);
			}
		}

		for (const digest of gone) {
			if (!planned.has(digest)) {
				wrong.push(`(a) ${nameOf(digest)} is gone and was not in the plan`);
			}

			if (used.has(digest)) {
				wrong.push(`${nameOf(digest)} was deleted in spite of its use`);
			}
		}

		const truth = await listTruth(url, repository);
		for (const {digest, children} of all) {
			const lost = children.filter(child => gone.has(child));
			const isLeftList =
				[...before].some(([tag, at]) => at === digest && isList(tag)) &&
				![...truth.values()].includes(digest);
			// What others have deleted loses nothing any more.
			const isThere = !gone.has(digest) && !byOthers.has(digest);
			if (lost.length > 0 && isThere && !isLeftList) {
				wrong.push(`(b) ${nameOf(digest)} lost a child`);
			}
		}

		for (const [tag, digest] of expectedTags) {
			const isOurs = gone.has(digest) && planned.get(digest)?.has(tag);
			const now = truth.get(tag);
			if (now !== digest && !isOurs && !listNames.has(tag)) {
				wrong.push(
					`(c) the tag ${tag} is at ${now === undefined ? 'nothing' : nameOf(now)} instead of ${nameOf(digest)}`,
				);
			}
		}

		return gone;
	};

	const checkUndo = async (deleted: ReadonlySet<string>): Promise<number> => {
		isUndoing = true;
		const now = await listTruth(url, repository);
		const [batch] = await world.batches.list();
		if (batch === undefined) {
			return 0;
		}

		const {choose} = proxy;
		await undoTwice(world, batch, {
			setFaulty(isFaulty) {
				proxy.choose = isFaulty ? choose : undefined;
			},
			tell(error) {
				wrong.push(`(e) undo failed: ${error}`);
			},
		});
		const after = await listTruth(url, repository);
		for (const digest of deleted) {
			if (!(await exists(digest))) {
				wrong.push(`(e) ${nameOf(digest)} did not come back`);
			}
		}

		for (const [tag, digest] of before) {
			const wanted = deleted.has(digest)
				? (now.get(tag) ?? digest)
				: now.get(tag);
			if (!isList(tag) && after.get(tag) !== wanted) {
				wrong.push(`(e) the undo left the tag ${tag} elsewhere`);
			}

			// A list that was written anew is again what it was.
			if (isList(tag) && !byOthers.has(digest) && after.get(tag) !== digest) {
				wrong.push(`(e) the list ${tag} is not what it was`);
			}
		}

		return deleted.size;
	};

	try {
		proxy.choose = choose;
		const marks = [...new Set(marked)].flatMap(number => {
			const digest = parseDigest(built[number % built.length]?.digest);
			return digest ? [{registry: client.host, repository, digest}] : [];
		});
		const problem = await runBatch(world, marks, {
			async planned(plans) {
				for (const step of plans.flatMap(plan => plan.steps)) {
					planned.set(step.digest, new Set(step.tags));
					if (step.list) {
						listNames.add(step.list.tag);
					}
				}

				await reach('planned');
			},
			stepEnded({kind}) {
				otherwise += kind === 'deleted' ? 0 : 1;
			},
		});
		if (problem !== undefined) {
			wrong.push(`the batch broke off: ${problem}`);
		}

		const deleted = await findDeleted();
		const restored = await checkUndo(deleted);
		return {
			wrong,
			deleted: deleted.size,
			otherwise,
			changed,
			restored,
			faults: failures,
		};
	} finally {
		proxy.choose = undefined;
		await rm(folder, {recursive: true, force: true});
	}
};
