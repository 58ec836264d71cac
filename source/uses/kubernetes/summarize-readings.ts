import type {Use, UseGap, UsesSource} from '../../evidence/use.js';
import {assembleUses} from './assemble-uses.js';
import type {ClusterObject} from './cluster-object.js';
import type {KindReading} from './read-kind.js';

/** What is known of a cluster's kinds at a time. */
export type SummarizedReadings = {
	readonly uses: readonly Use[];
	readonly source: UsesSource;
};

/** What the readings of a context's kinds come to together; `readAt` in milliseconds since 1970. */
export const summarizeReadings = (
	context: string,
	{
		readings,
		gaps,
		readAt,
	}: {
		readonly readings: ReadonlyArray<
			Omit<KindReading, 'objects'> & {
				readonly objects: Iterable<ClusterObject>;
			}
		>;
		/** Of the discovery. */
		readonly gaps: readonly UseGap[];
		readonly readAt: number;
	},
): SummarizedReadings => {
	const namespaces = new Set<string>();
	const kinds: Array<{kind: string; count: number}> = [];
	for (const reading of readings) {
		let count = 0;
		for (const object of reading.objects) {
			count++;
			namespaces.add(object.namespace);
		}

		for (const namespace of reading.namespaces) {
			namespaces.add(namespace);
		}

		if (reading.isRead) {
			kinds.push({kind: reading.kind.kind, count});
		}
	}

	const assembled = assembleUses(
		context,
		readings.map(reading => reading.objects),
	);
	// A cluster that could hold no Pod is none whose silence means anything.
	const nothing: readonly UseGap[] =
		readings.length === 0
			? [
					{
						message: `The context ${context} serves none of the kinds that run images.`,
						kind: '',
						namespace: '',
						isRefusal: false,
						repositories: undefined,
					},
				]
			: [];
	return {
		uses: assembled.uses,
		source: {
			kind: 'context',
			name: context,
			state: kinds.length > 0 ? 'read' : 'failed',
			readAt,
			gaps: [
				...gaps,
				...nothing,
				...readings.flatMap(reading => reading.gaps),
				...assembled.gaps,
			],
			kinds,
			namespaces: [...namespaces].toSorted(),
		},
	};
};
