import type {ImageReference} from '../evidence/image-reference.js';
import type {Use} from '../evidence/use.js';
import type {Progress} from './judge-progress.js';

/** Kinds whose images `kubectl set image` changes. */
const settable: ReadonlySet<string> = new Set([
	'Pod',
	'Deployment',
	'StatefulSet',
	'DaemonSet',
	'ReplicaSet',
	'ReplicationController',
	'CronJob',
]);

/** A word as a shell takes it whatever is in it. */
const quote = (word: string): string =>
	/^[\w./:@=,+-]+$/.test(word)
		? word
		: `'${word.replaceAll("'", String.raw`'\''`)}'`;

const spell = ({host, repository, tag, digest}: ImageReference): string =>
	`${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;

const begin = ({context, namespace}: Use): string =>
	[
		'kubectl',
		...(context === '' ? [] : ['--context', quote(context)]),
		...(namespace === '' ? [] : ['-n', quote(namespace)]),
	].join(' ');

const keyOf = ({context, namespace, kind, name}: Use): string =>
	JSON.stringify([context, namespace, kind, name]);

/** What is changed in one object. */
type Change = {readonly use: Use; readonly images: string[]};

/**
The commands by which an operator takes workloads home whose images are there, one for each object. Nothing is ever sent to a cluster.

An object that a workload owns is left out: its owner has it made anew. Images that run by an old template are had by a restart of what owns them.
*/
export const listClusterCommands = (
	progress: readonly Progress[],
): readonly string[] => {
	const changes = new Map<string, Change>();
	const restarts = new Map<string, string>();
	for (const {home, uses, state} of progress) {
		if (!home || (state !== 'copied, not rewritten' && !isRewritten(state))) {
			continue;
		}

		for (const use of uses) {
			const isOwn = use.owner === undefined && settable.has(use.kind);
			if (
				isOwn &&
				(use.role === 'template' ||
					(use.role === 'running' && use.kind === 'Pod')) &&
				use.container !== ''
			) {
				const key = keyOf(use);
				const change = changes.get(key) ?? {use, images: []};
				const image = quote(`${use.container}=${spell(home)}`);
				if (!change.images.includes(image)) {
					change.images.push(image);
				}

				changes.set(key, change);
			} else if (use.role === 'running' && use.owner) {
				const {kind, name} = use.owner;
				const owner = {...use, kind, name};
				restarts.set(
					keyOf(owner),
					`${begin(use)} rollout restart ${quote(`${kind.toLowerCase()}/${name}`)}`,
				);
			}
		}
	}

	return [
		...[...changes.values()].map(
			({use, images}) =>
				`${begin(use)} set image ${quote(`${use.kind.toLowerCase()}/${use.name}`)} ${images.join(' ')}`,
		),
		...[...restarts]
			.filter(
				([key]) =>
					!changes.has(key) &&
					/"(?:Deployment|StatefulSet|DaemonSet)"/.test(key),
			)
			.map(([, command]) => command),
	].toSorted();
};

const isRewritten = (state: Progress['state']): boolean =>
	state === 'rewritten, still running the old one';
