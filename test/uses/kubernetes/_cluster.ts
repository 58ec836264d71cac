import type {ExecutionContext} from 'ava';
import {
	type ClusterContent,
	createClusterContent,
	type StoredObject,
} from '../../../source/demo/cluster-content.js';
import {
	builtInResources,
	knativeResources,
	rolloutResource,
} from '../../../source/demo/cluster-resources.js';
import {
	type EmbeddedCluster,
	type EmbeddedClusterOptions,
	startEmbeddedCluster,
} from '../../../source/demo/embedded-cluster.js';
import type {
	Use,
	UsesReading,
	UsesSource,
} from '../../../source/evidence/use.js';
import {usualPatience} from '../../../source/uses/kubernetes/api-client.js';
import {
	type ContextAccess,
	openContext,
} from '../../../source/uses/kubernetes/context-access.js';
import {parseKubeconfigs} from '../../../source/uses/kubernetes/kubeconfig.js';
import {readContextUses} from '../../../source/uses/kubernetes/read-context.js';
import type {Clock} from '../../../source/world.js';

/** A clock that stands still but for short pauses, which are over at once. */
export type TestClock = Clock & {
	/** Lets so many milliseconds pass; what sleeps until then wakes. */
	readonly advance: (milliseconds: number) => void;
	/** Resolves when so many, one if left out, sleep for just so long. */
	readonly waitForSleep: (
		milliseconds: number,
		count?: number,
	) => Promise<void>;
};

const shortPause = 5000;

type Sleeper = {
	readonly milliseconds: number;
	readonly end: number;
	readonly wake: () => void;
};

export const createClock = (): TestClock => {
	let now = Date.UTC(2026, 10, 22);
	const sleepers = new Set<Sleeper>();
	const waiting = new Set<() => void>();
	return {
		now: () => now,
		async sleep(milliseconds, signal) {
			signal.throwIfAborted();
			if (milliseconds < shortPause) {
				now += milliseconds;
				return;
			}

			await new Promise<void>(resolve => {
				const wake = (): void => {
					sleepers.delete(sleeper);
					signal.removeEventListener('abort', wake);
					resolve();
				};

				const sleeper: Sleeper = {
					milliseconds,
					end: now + milliseconds,
					wake,
				};
				sleepers.add(sleeper);
				signal.addEventListener('abort', wake, {once: true});
				for (const tell of waiting) {
					tell();
				}

				waiting.clear();
			});
			signal.throwIfAborted();
		},
		advance(milliseconds) {
			now += milliseconds;
			for (const sleeper of sleepers) {
				if (sleeper.end <= now) {
					sleeper.wake();
				}
			}
		},
		async waitForSleep(milliseconds, count = 1) {
			const countSleepers = (): number =>
				[...sleepers].filter(sleeper => sleeper.milliseconds === milliseconds)
					.length;
			while (countSleepers() < count) {
				await new Promise<void>(resolve => {
					waiting.add(resolve);
				});
			}
		},
	};
};

/** Everything that the API can have here. */
export const allResources = [
	...builtInResources,
	rolloutResource,
	...knativeResources,
];

export const createContent = (
	...objects: readonly StoredObject[]
): ClusterContent => {
	const content = createClusterContent(allResources);
	content.put(...objects);
	return content;
};

/** A cluster that lives as long as its test. */
export const startCluster = async (
	t: ExecutionContext,
	options: EmbeddedClusterOptions,
): Promise<EmbeddedCluster> => {
	const cluster = await startEmbeddedCluster(options);
	t.teardown(async () => cluster.close());
	return cluster;
};

/** A kubeconfig with one context, `prod`; JSON is YAML. */
export const writeKubeconfig = (
	server: string,
	{
		user = {},
		cluster = {},
		namespace,
	}: {
		readonly user?: Readonly<Record<string, unknown>>;
		readonly cluster?: Readonly<Record<string, unknown>>;
		readonly namespace?: string;
	} = {},
): string =>
	JSON.stringify({
		apiVersion: 'v1',
		kind: 'Config',
		'current-context': 'prod',
		clusters: [{name: 'main', cluster: {server, ...cluster}}],
		users: [{name: 'jane', user}],
		contexts: [
			{name: 'prod', context: {cluster: 'main', user: 'jane', namespace}},
		],
	});

/** The way in to a context of a kubeconfig's text. */
export const openText = async (
	text: string,
	clock: Clock,
): Promise<ContextAccess> => {
	const kubeconfig = await parseKubeconfigs([{text, file: '/etc/kubeconfig'}]);
	const [context] = kubeconfig.contexts;
	if (!context) {
		throw new Error('The kubeconfig names no context.');
	}

	return openContext(kubeconfig, context, clock);
};

/** Reads a whole kubeconfig's one context. */
export const readText = async (
	text: string,
	{
		clock = createClock(),
		namespaces = [],
		signal = new AbortController().signal,
	}: {
		readonly clock?: Clock;
		readonly namespaces?: readonly string[];
		readonly signal?: AbortSignal;
	} = {},
): Promise<{
	reading: UsesReading;
	source: UsesSource;
	uses: readonly Use[];
}> => {
	const reading = await readContextUses(await openText(text, clock), {
		clock,
		patience: usualPatience,
		namespaces,
		signal,
	});
	const [source] = reading.sources;
	if (!source) {
		throw new Error('The reading has no source.');
	}

	return {reading, source, uses: reading.uses};
};

/** A use in one line: `running Pod shop/api-1 app = docker.io/library/api:1`. */
export const tellUse = ({
	role,
	kind,
	namespace,
	name,
	container,
	image,
	owner,
}: Use): string => {
	const place =
		image.host === undefined ? '' : `${image.host}/${image.repository}`;
	const reference =
		image.kind === 'reference'
			? `${image.tag === undefined ? '' : `:${image.tag}`}${image.digest === undefined ? '' : `@${image.digest}`}`
			: `@${image.digest}`;
	const above = owner ? ` of ${owner.kind}/${owner.name}` : '';
	return `${role} ${kind} ${namespace}/${name}${above} ${container} = ${place}${reference}`;
};
