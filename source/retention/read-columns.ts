import type {UseAbsence} from '../evidence/use.js';
import {type Graph, isTopLevel} from '../oci/graph.js';
import {nameArtifact} from '../oci/name-artifact.js';
import type {DigestRecord} from '../oci/record.js';
import {findNeverTouched} from '../plan/care.js';
import type {RepositoryReading} from '../world.js';
import type {RuleFacts} from './evaluate.js';
import {findTime} from './find-age.js';
import type {PullOutcome} from './keep-pulled.js';
import {type AgeKind, listPatterns} from './rules.js';
import type {Decision} from './verdict-list.js';

/** What rules look at, read once from each digest, in lists of one entry for each: an object for each of a million would cost more than all rules. */
export type DigestColumns = {
	readonly records: readonly DigestRecord[];
	/** Milliseconds since 1970; `NaN` where it is not known, and for what does not stand for itself. */
	readonly times: Float64Array;
	/** 1 for a digest that has a tag. */
	readonly isTagged: Uint8Array;
	/** The tags of those that stand for themselves, where a rule has patterns. */
	readonly tags: readonly string[];
	/** Where the tags of each digest start; one entry more than there are digests. */
	readonly starts: Int32Array;
	/** What is known of the uses of each, where it is not decided yet. */
	readonly uses: ReadonlyArray<UseAbsence | undefined>;
	/** What the pulls come to, where it is not decided yet. */
	readonly pulls: ReadonlyArray<PullOutcome | undefined>;
	/** What keeps a digest before any set of rules is asked. */
	readonly decisions: Array<Decision | undefined>;
};

type ColumnReader = {
	/** Reads the next digest. */
	readonly read: (record: DigestRecord) => void;
	readonly columns: DigestColumns;
};

/** Starts the columns of a repository, which are whole when each of its records has been read. */
export const createColumns = (
	reading: RepositoryReading,
	facts: RuleFacts,
	{
		age,
		graph,
		judgePulls,
	}: {
		readonly age: AgeKind | undefined;
		readonly graph: Graph;
		readonly judgePulls: (record: DigestRecord) => PullOutcome;
	},
): ColumnReader => {
	const {size} = reading.records;
	const records: DigestRecord[] = [];
	const tags: string[] = [];
	const uses: Array<UseAbsence | undefined> = [];
	const pulls: Array<PullOutcome | undefined> = [];
	const decisions: Array<Decision | undefined> = [];
	const times = new Float64Array(size).fill(Number.NaN);
	const isTagged = new Uint8Array(size);
	const starts = new Int32Array(size + 1);
	const {sets, usesOf, now} = facts;
	const hasPatterns = sets.some(set => listPatterns(set).length > 0);
	const findOther = createArtifactJudge(graph);
	const findFixed = createFixedJudge(reading, facts);
	const decide = (decision: Decision): void => {
		decisions.push(decision);
		uses.push(undefined);
		pulls.push(undefined);
	};

	const readCounted = (record: DigestRecord, place: number): void => {
		times[place] = findTime(record, age, now);
		if (hasPatterns) {
			for (const tag of record.tags) {
				tags.push(tag);
			}
		}

		const fixed = findFixed(record);
		if (fixed) {
			decide(fixed);
			return;
		}

		// Evidence is asked for once, and while the record is at hand: to come back to it costs more than most rules.
		const evidence = usesOf(record.digest);
		if (evidence.state === 'yes') {
			decide({kind: 'keep', rule: 'in-use', evidence});
		} else {
			decisions.push(undefined);
			uses.push(evidence);
			pulls.push(judgePulls(record));
		}
	};

	return {
		columns: {records, times, isTagged, tags, starts, uses, pulls, decisions},
		read(record) {
			const place = records.length;
			records.push(record);
			isTagged[place] = record.tags.length > 0 ? 1 : 0;
			const other = findOther(record);
			if (other) {
				decide(other);
			} else {
				readCounted(record, place);
			}

			starts[place + 1] = tags.length;
		},
	};
};

/** A child, a signature and their kind are not judged by themselves. */
const createArtifactJudge = (
	graph: Graph,
): ((record: DigestRecord) => Decision | undefined) => {
	const known = new Map<string, Decision>();
	return record => {
		const what = isTopLevel(record, graph)
			? nameArtifact(record)?.kind
			: 'child';
		if (what === undefined) {
			return undefined;
		}

		const decision = known.get(what) ?? {
			kind: 'keep',
			rule: 'goes-with-others',
			what,
		};
		known.set(what, decision);
		return decision;
	};
};

/** What keeps a digest whatever the rules say, or because one says that it is never touched. */
const createFixedJudge = (
	{repository, gaps: [gap]}: RepositoryReading,
	{sets}: RuleFacts,
): ((record: DigestRecord) => Decision | undefined) => {
	const isNeverTouched = findNeverTouched(
		sets.flatMap(({neverTouch = []}) => neverTouch),
		repository,
	);
	const noRules: Decision = {kind: 'keep', rule: 'no-rules'};
	const neverTouch: Decision = {kind: 'keep', rule: 'never-touch'};
	return ({state, problem, locked, tags}) => {
		const sentence = gap ?? (state === 'loaded' ? undefined : (problem ?? ''));
		if (sentence !== undefined) {
			return {kind: 'keep', rule: 'reading-has-gaps', sentence};
		}

		if (locked !== undefined) {
			return {kind: 'keep', rule: 'locked', sentence: locked};
		}

		return sets.length === 0
			? noRules
			: isNeverTouched(tags)
				? neverTouch
				: undefined;
	};
};
