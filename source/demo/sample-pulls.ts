import {setImmediate} from 'node:timers/promises';
import {createRandom, pickInteger, type Random} from './random.js';
import type {RegistryContent} from './registry-content.js';
import {
	type Client,
	type PullEvent,
	writeNotification,
} from './sample-notification.js';

/** A build that somebody may pull. */
type Build = {
	readonly repository: string;
	readonly digest: string;
	readonly mediaType: string;
	readonly tags: readonly string[];
	readonly children: readonly string[];
	/** Milliseconds since 1970. */
	readonly created: number;
	/** 0 for the newest of its repository. */
	readonly position: number;
};

/** Days that the demo's registry has kept notifications for. */
export const sampleLogDays = 200;

const day = 86_400_000;

const clients: readonly Client[] = [
	{address: '10.20.1.11', agent: 'containerd/1.7.24'},
	{address: '10.20.1.12', agent: 'containerd/1.7.24'},
	{address: '10.30.4.7', agent: 'containerd/2.0.1'},
	{address: '10.9.0.3', agent: 'docker/27.3.1 go/go1.22.7 os/linux'},
	{address: '10.9.0.4', agent: 'kaniko/v1.23.2'},
];

const scanner: Client = {address: '10.99.0.2', agent: 'Trivy/0.57.0'};

/**
The notifications that the sample world's registry would have sent until `now`, milliseconds since 1970, oldest first: one envelope a line.

What was built last is pulled most, releases longer than other builds and what is deployed as long as it is there, some old ones are still pulled by somebody, a scanner looks at everything once in a while, and of the repositories that no cluster runs a third nobody pulls.
@see https://distribution.github.io/distribution/about/notifications/
*/
export async function* writeSamplePulls(
	content: RegistryContent,
	{now, host}: {readonly now: number; readonly host: string},
): AsyncGenerator<string, void, undefined> {
	const events: PullEvent[] = [];
	for (const [name, repository] of content.repositories) {
		await repository.prepare?.();
		const random = createRandom(`pulls of ${name}`);
		const heat = pickHeat(random, /^(?:data|platform|shop)\//.test(name));
		for (const build of listBuilds(content, name)) {
			events.push(...listEvents(build, {now, heat, random}));
		}

		await setImmediate();
	}

	events.sort((first, second) => first.time - second.time);
	for (const [index, event] of events.entries()) {
		yield writeNotification(event, {index, host});
		if (index % 500 === 0) {
			await setImmediate();
		}
	}
}

/** Pulls a day of a repository's newest build. */
const pickHeat = (random: Random, isRun: boolean): number =>
	random() < 0.35 && !isRun ? 0 : 0.5 + 7 * random() ** 3;

/** Pulls a day that a build has by its tags, so many days after it was built. */
const rateOfTags = ({tags}: Build, heat: number, age: number): number => {
	const isDeployed = tags.some(tag => /^(?:canary|latest|prod)/.test(tag));
	const isRelease = tags.some(tag => /^v\d/.test(tag));
	return (
		(isDeployed ? Math.min(1, heat) : 0) +
		(isRelease ? heat * 0.4 * Math.exp(-age / 25) : 0)
	);
};

const listBuilds = (content: RegistryContent, name: string): Build[] => {
	const {manifests, tags} = content.repositories.get(name) ?? {};
	const tagsOf = new Map<string, string[]>();
	for (const [tag, digest] of tags ?? []) {
		// What is about another image is fetched by its digest, if at all.
		if (!tag.startsWith('sha256-')) {
			tagsOf.set(digest, [...(tagsOf.get(digest) ?? []), tag]);
		}
	}

	return [...tagsOf]
		.flatMap(([digest, own]) => {
			const {bytes, mediaType} = manifests?.get(digest) ?? {};
			const {children, created} = readBuild(content, name, bytes);
			return mediaType === undefined || Number.isNaN(created)
				? []
				: [{repository: name, digest, mediaType, tags: own, children, created}];
		})
		.toSorted((first, second) => second.created - first.created)
		.map((build, position) => ({...build, position}));
};

/** What a manifest or an index says of its children and of the time it was built; not a number where it says none. */
const readBuild = (
	content: Pick<RegistryContent, 'repositories' | 'blobs'>,
	name: string,
	bytes: Uint8Array | undefined,
): {children: readonly string[]; created: number} => {
	const {manifests, config} = parse<{
		manifests: Array<{digest: string}>;
		config: {digest: string};
	}>(bytes);
	const children = (manifests ?? []).map(({digest}) => digest);
	const held = content.repositories.get(name)?.manifests;
	const first = children.find(child => held?.has(child));
	if (first !== undefined) {
		const {created} = readBuild(content, name, held?.get(first)?.bytes);
		return {children, created};
	}

	const {created} = parse<{created: string}>(
		content.blobs.get(config?.digest ?? ''),
	);
	return {children, created: Date.parse(created ?? '')};
};

const parse = <Shape>(bytes: Uint8Array | undefined): Partial<Shape> => {
	try {
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the sample world's own bytes
		return JSON.parse(new TextDecoder().decode(bytes)) as Partial<Shape>;
	} catch {
		return {};
	}
};

function* listEvents(
	build: Build,
	{now, heat, random}: {now: number; heat: number; random: Random},
): Generator<PullEvent> {
	// Somebody never moved on from this one.
	const isPinned = heat > 0 && build.position > 3 && random() < 0.06;
	const first = Math.max(build.created, now - sampleLogDays * day);
	for (let time = first; time < now; time += day) {
		const age = (time - build.created) / day;
		const rate =
			heat * Math.exp(-age / 12 - build.position / 8) +
			rateOfTags(build, heat, age) +
			(isPinned ? 0.4 : 0);
		for (let left = rate - random(); left > 0; left--) {
			const at = time + Math.floor(random() * day);
			if (at < now) {
				yield* pull(build, {at, random});
			}
		}

		if (random() < 0.004) {
			yield {...eventOf(build, time), client: scanner};
		}
	}
}

const eventOf = (
	{repository, digest, mediaType}: Build,
	time: number,
): Omit<PullEvent, 'client'> => ({
	time,
	method: 'GET',
	repository,
	digest,
	mediaType,
	tag: undefined,
});

/** What a client asks for: the tag, and of an index the child for its platform. Some only look whether the tag has moved. */
function* pull(
	build: Build,
	{at, random}: {at: number; random: Random},
): Generator<PullEvent> {
	const client = clients[pickInteger(random, 0, clients.length - 1)]!;
	const tag = build.tags[pickInteger(random, 0, build.tags.length - 1)];
	const isLook = random() < 0.12;
	yield {
		...eventOf(build, at),
		tag,
		method: isLook ? 'HEAD' : 'GET',
		client,
	};
	const [child] = build.children;
	if (!isLook && child !== undefined) {
		yield {
			...eventOf(build, at + 400),
			digest: child,
			mediaType: 'application/vnd.oci.image.manifest.v1+json',
			client,
		};
	}
}
