import type {PullSource} from '../evidence/pull.js';
import {formatBytes, formatCount} from '../text/quantities.js';
import {blame, type DoctorCheck, tell, type Trouble} from './doctor-check.js';

/** What was found out about a source of pulls. */
export type PullSourceFacts =
	| {readonly kind: 'failed'; readonly trouble: Trouble}
	/** None of the registries that are known is one that it tells of. */
	| {readonly kind: 'no-registry'}
	/** It is asked about one repository at a time. */
	| {readonly kind: 'by-repository'; readonly host: string}
	/** It was read, or read on until it was clear that it can be; `isWhole` says which. */
	| {
			readonly kind: 'read';
			readonly source: PullSource;
			readonly isWhole: boolean;
	  };

const judgeRead = (source: PullSource, isWhole: boolean): DoctorCheck => {
	const {name, state, gaps, records, skipped, firstProblem, remark, cost} =
		source;
	if (state === 'failed') {
		return blame('may list', {
			message: gaps[0]?.message ?? `${name} could not be read.`,
			remedy: 'Look at what lies there, or name another source with --pulls.',
		});
	}

	if (state === 'costs') {
		return tell(
			'may list',
			`It can be asked; a query would scan ${formatBytes(cost?.bytes ?? 0)}, which is agreed to before it is asked.`,
		);
	}

	if (records === 0 && skipped > 0) {
		return blame('may list', {
			message: `None of its ${formatCount(skipped, 'record')} could be read${firstProblem === undefined ? '' : ` (${firstProblem})`}.`,
			remedy: 'Check that the KIND before the colon is what lies there.',
		});
	}

	const count = isWhole
		? formatCount(records, 'record')
		: `${formatCount(records, 'record')} and more`;
	return tell(
		'may list',
		[`It tells of pulls: ${count} read.`, remark, gaps[0]?.message]
			.filter(Boolean)
			.join(' '),
	);
};

/** What the facts mean to the operator. */
export const judgePullSource = (
	facts: PullSourceFacts,
): readonly DoctorCheck[] => {
	switch (facts.kind) {
		case 'failed': {
			return [blame('found', facts.trouble)];
		}

		case 'no-registry': {
			return [
				tell(
					'found',
					'It tells of none of these registries, so it was not asked.',
					'unknown',
				),
			];
		}

		case 'by-repository': {
			return [
				tell(
					'found',
					`It is asked about one repository at a time, so it was not asked; jetsam doctor ${facts.host}/REPOSITORY asks it.`,
					'unknown',
				),
			];
		}

		case 'read': {
			return [judgeRead(facts.source, facts.isWhole)];
		}
	}
};
