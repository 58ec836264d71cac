import type {UsesReading, UsesSource} from '../../evidence/use.js';
import type {ContextAccess} from './context-access.js';
import {type ClusterOptions, openCluster} from './cluster.js';
import {describeGap} from './describe-gap.js';
import {discover} from './discovery.js';
import {readKind} from './read-kind.js';
import {summarizeReadings} from './summarize-readings.js';

/** A context of which nothing could be read; `error` is why. */
export const describeFailedContext = (
	error: unknown,
	{name, readAt}: {readonly name: string; readonly readAt: number},
): UsesSource => ({
	kind: 'context',
	name,
	state: 'failed',
	readAt,
	gaps: [
		describeGap(error, {
			context: name,
			what: 'what it runs',
			kind: '',
			namespace: '',
		}),
	],
	kinds: [],
	namespaces: [],
});

/**
Reads everything in the cluster of a context that names an image.

What cannot be read is a gap of the source, and so are credentials that cannot be had; rejects with the signal's reason only.
*/
export const readContextUses = async (
	access: ContextAccess,
	{signal, ...options}: ClusterOptions & {readonly signal: AbortSignal},
): Promise<UsesReading> => {
	const {name} = access;
	const cluster = openCluster(access, options);
	const readAt = options.clock.now();
	try {
		const {kinds, gaps} = await discover(cluster.client, {
			context: name,
			signal,
		});
		const readings = await Promise.all(
			kinds.map(async kind => readKind(cluster, kind, signal)),
		);
		const {uses, source} = summarizeReadings(name, {readings, gaps, readAt});
		return {uses, sources: [source]};
	} catch (error) {
		signal.throwIfAborted();
		return {uses: [], sources: [describeFailedContext(error, {name, readAt})]};
	}
};
