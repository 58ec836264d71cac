import type {
	PullSource,
	PullsReading,
	PullTally,
} from '../../source/evidence/pull.js';
import {blankSource} from '../../source/pulls/pull-reader.js';
import type {PullsChoice, PullsSources} from '../../source/world.js';
import {digestOf} from './build-repository.js';

const usualChoice: PullsChoice = {windowDays: 90, accepted: []};

/** A source that was read and proves everything that it covers. */
export const buildPullSource = (
	fields: Partial<PullSource> = {},
): PullSource => ({
	...blankSource('acr-events:logs'),
	state: 'read',
	proves: 'all-digests',
	...fields,
});

/** One pull, of a digest named `one`. */
export const buildTally = (fields: Partial<PullTally> = {}): PullTally => ({
	source: 'acr-events:logs',
	host: 'registry.test',
	repository: 'app',
	image: {kind: 'digest', digest: digestOf('one')},
	action: 'pull',
	isApart: false,
	days: new Map(),
	undated: 0,
	last: undefined,
	clients: new Map(),
	...fields,
});

/** The sources of pulls of a world whose logs a test writes down; none when left out. */
export const buildPullsSources = (
	read: (host: string) => PullsReading | undefined = () => undefined,
	choice: PullsChoice = usualChoice,
): PullsSources & {readonly saved: PullsChoice[]} => {
	const saved: PullsChoice[] = [];
	return {
		saved,
		readChoice: async () => choice,
		async saveChoice(next) {
			saved.push(next);
			return undefined;
		},
		isKnown: async host => read(host) !== undefined,
		read: async ({host, repository}) =>
			(repository === undefined ? read(host) : undefined) ?? {
				tallies: [],
				sources: [],
			},
	};
};
