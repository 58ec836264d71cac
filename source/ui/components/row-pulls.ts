import type {RepositoryPulls} from '../../evidence/match-pulls.js';
import type {Digest} from '../../oci/digest.js';
import {countAllPulls, countPulls} from '../../state/pull-count.js';
import {
	arePullsComing,
	selectPulls,
	selectSparkline,
} from '../../state/select-pulls.js';
import type {State} from '../../state/state.js';
import type {Cell} from './columns.js';
import {describePulls, type PullCells} from './pull-cells.js';

const nothing: Cell = {text: ''};
const noPulls: PullCells = {
	lastPull: nothing,
	sparkline: nothing,
	pulls: nothing,
};

/** The pulls of a repository, and how they are drawn on its lines. */
export type DrawnPulls = {
	readonly pulls: RepositoryPulls;
	readonly isComing: boolean;
	/** Milliseconds since 1970. */
	readonly now: number;
	/** Cells of the sparkline; 0 where there is no room. */
	readonly sparklineWidth: number;
	/** Whether there is no room for `ago`. */
	readonly isShort: boolean;
};

/** How the pulls of a repository are to be drawn; `undefined` where there is no source of them. */
export const drawPulls = (
	state: State,
	place: {readonly host: string; readonly repository: string},
	room: Pick<DrawnPulls, 'sparklineWidth' | 'isShort'>,
): DrawnPulls | undefined => {
	const pulls = selectPulls(state, place);
	return (
		pulls && {
			pulls,
			isComing: arePullsComing(state, place),
			now: state.now,
			...room,
		}
	);
};

/** Who pulled a digest, or with none given anything in its repository. */
export const describeRowPulls = (
	drawn: DrawnPulls | undefined,
	digest: Digest | undefined,
): PullCells => {
	if (!drawn) {
		return noPulls;
	}

	const {pulls, sparklineWidth, ...how} = drawn;
	const count =
		digest === undefined
			? countAllPulls(pulls.total)
			: countPulls(pulls.evidenceOf(digest));
	return describePulls(count, {
		...how,
		sparkline:
			sparklineWidth === 0 || count.state !== 'pulled'
				? ''
				: selectSparkline(pulls, digest, sparklineWidth),
	});
};
