import {isAccepted} from './judge-sources.js';
import type {AcceptedGap, UseGap, UsesReading, UsesSource} from './use.js';

const isSameGap = (one: UseGap, other: UseGap): boolean =>
	one.kind === other.kind && one.namespace === other.namespace;

const findNewGap = (
	before: UsesSource,
	now: UsesSource,
	accepted: readonly AcceptedGap[],
): UseGap | undefined =>
	now.gaps.find(
		gap =>
			// One about some repositories is a gap of theirs alone.
			gap.repositories === undefined &&
			!isAccepted(now, gap, accepted) &&
			!before.gaps.some(other => isSameGap(other, gap)),
	);

/**
The source that tells less than it did, in a few words without a full stop; `undefined` where each tells as much. Foreign in part.

It matters where the use of a digest was unknown already, because another source was not asked: what this one would tell now is missing too.
*/
export const findLostSource = (
	before: UsesReading,
	now: UsesReading,
	accepted: readonly AcceptedGap[],
): string | undefined => {
	for (const source of before.sources) {
		if (source.state !== 'read') {
			continue;
		}

		const later = now.sources.find(
			({kind, name}) => kind === source.kind && name === source.name,
		);
		if (later?.state !== 'read') {
			return `${source.name} answered before and does not now`;
		}

		const gap = findNewGap(source, later, accepted);
		if (gap) {
			return `${source.name}: ${gap.message.replace(/\.\s*$/, '')}`;
		}
	}

	return undefined;
};
