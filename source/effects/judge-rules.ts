import {setImmediate} from 'node:timers/promises';
import {evaluateInParts} from '../retention/evaluate.js';
import {chooseSets, listPatterns, type RuleSet} from '../retention/rules.js';
import type {Command} from '../state/command.js';
import type {
	JudgedRepository,
	RuleReading,
	RulesRequest,
} from '../state/judged.js';
import {UserError} from '../user-error.js';
import type {PullsChoice} from '../world.js';
import {findBlocked} from './find-blocked.js';
import {matchShortly} from './match-pattern.js';
import {createEvidenceFinder, type RuleEvidence} from './rule-evidence.js';
import type {Dispatch, Session} from './session.js';
import {summarizeVerdicts} from './summarize-verdicts.js';

type JudgeRules = Command & {readonly kind: 'judge-rules'};

/** Applies rules to repositories; resolves when these or newer ones have been applied to all that wait. */
export type RulesJudge = (
	command: JudgeRules,
	dispatch: Dispatch,
) => Promise<void>;

/** Milliseconds without a key before rules are applied. */
const rest = 80;
/** Milliseconds after which keys get their turn. */
const turn = 8;
/** Milliseconds between two tellings of what was found: each draws a frame. */
const beat = 50;
/** Tags that a pattern is tried on at a time. */
const tagsAtOnce = 2000;

/** A pattern that takes too long. */
class StoppedPattern {
	readonly pattern: string;
	readonly sentence: string;

	constructor(pattern: string, sentence: string) {
		this.pattern = pattern;
		this.sentence = sentence;
	}
}

/** Applies rules one repository after the other, in short turns; newer rules take the place of those under way. */
export const createRulesJudge = (session: Session): RulesJudge => {
	const {clock} = session.world;
	const {signal} = session;
	const findEvidence = createEvidenceFinder(session);
	const waiting = new Map<string, RuleReading>();
	const asked: {newest?: JudgeRules} = {};
	let underWay: Promise<void> | undefined;

	const judgeWaiting = async (dispatch: Dispatch): Promise<void> => {
		let found: JudgedRepository[] = [];
		let told = clock.now();
		const tell = (revision: number): void => {
			if (found.length > 0) {
				dispatch({kind: 'rules-judged', revision, judged: found});
			}

			found = [];
			told = clock.now();
		};

		while (asked.newest && waiting.size > 0 && !signal.aborted) {
			const {request, pulls} = asked.newest;
			const [reading] = waiting.values() as Iterable<RuleReading>;
			waiting.delete(reading!.repository);
			const judged = await judgeRepository(reading!, {
				request,
				pulls,
				findEvidence,
				breathe: createBreath(clock.now),
				isLate: () => asked.newest?.request !== request || signal.aborted,
			});
			if (judged) {
				found.push(judged);
			}

			if (clock.now() - told >= beat || waiting.size === 0) {
				tell(request.revision);
			}
		}
	};

	const work = async (dispatch: Dispatch): Promise<void> => {
		try {
			let seen: number | undefined;
			while (asked.newest?.request.revision !== seen) {
				seen = asked.newest?.request.revision;
				await clock.sleep(rest, signal);
			}

			await judgeWaiting(dispatch);
		} catch (error) {
			waiting.clear();
			if (!signal.aborted) {
				tellError(error, asked.newest, dispatch);
			}
		} finally {
			underWay = undefined;
		}
	};

	return async (command, dispatch) => {
		const {revision} = command.request;
		if (revision !== asked.newest?.request.revision) {
			waiting.clear();
		}

		if (revision >= (asked.newest?.request.revision ?? 0)) {
			asked.newest = command;
			for (const reading of command.readings) {
				waiting.set(reading.repository, reading);
			}
		}

		while (waiting.size > 0 && !signal.aborted) {
			underWay ??= work(dispatch);
			await underWay;
		}
	};
};

const tellError = (
	error: unknown,
	command: JudgeRules | undefined,
	dispatch: Dispatch,
): void => {
	if (error instanceof StoppedPattern) {
		const {pattern, sentence} = error;
		dispatch({
			kind: 'pattern-stopped',
			revision: command?.request.revision ?? 0,
			pattern,
			sentence,
		});
	} else if (error instanceof UserError) {
		dispatch({
			kind: 'notice-given',
			text: `${error.message} ${error.remedy}`,
		});
	} else {
		throw error;
	}
};

/** Gives keys their turn, once a turn of our own is over. */
const createBreath = (now: () => number): (() => Promise<void>) => {
	let began = now();
	return async () => {
		if (now() - began >= turn) {
			await setImmediate();
			began = now();
		}
	};
};

type Judging = {
	readonly request: RulesRequest;
	readonly pulls: PullsChoice | undefined;
	readonly findEvidence: ReturnType<typeof createEvidenceFinder>;
	readonly breathe: () => Promise<void>;
	readonly isLate: () => boolean;
};

/** What the rules make of a repository; `undefined` where newer rules have come meanwhile. */
const judgeRepository = async (
	reading: RuleReading,
	{request, pulls, findEvidence, breathe, isLate}: Judging,
): Promise<JudgedRepository | undefined> => {
	const evidence = await findEvidence(reading, request, pulls);
	const sets = chooseSets(
		{sets: request.sets, allowUnknownUses: false, allowEmpty: false},
		{registry: request.host, repository: reading.repository},
	);
	await tryPatterns(sets, evidence, {breathe, isLate});
	if (isLate()) {
		return undefined;
	}

	const breatheBetween = async <Result>(
		parts: Generator<undefined, Result, undefined>,
	): Promise<Result | undefined> => {
		for (;;) {
			const part = parts.next();
			if (part.done) {
				return part.value;
			}

			await breathe();
			if (isLate()) {
				return undefined;
			}
		}
	};

	const verdicts = await breatheBetween(
		evaluateInParts(evidence.reading, {
			sets,
			usesOf: evidence.uses.evidenceOf,
			allowUnknownUses: request.allowsUnknownUses && evidence.hasNoSources,
			pullsWithin: evidence.pullsWithin,
			match(pattern, texts) {
				const found = evidence.found.get(pattern);
				return texts.map(text => found?.get(text));
			},
			now: evidence.reading.readAt,
		}),
	);
	if (!verdicts) {
		return undefined;
	}

	// A screen asks for the lines that it shows, and should not wait then.
	await breatheBetween(verdicts.prepareInParts());
	if (isLate()) {
		return undefined;
	}

	const blocked = findBlocked(verdicts, {request, evidence});
	return summarizeVerdicts(verdicts, {request, evidence, blocked});
};

/** Tries the patterns of the rules on the tags, some at a time; throws `StoppedPattern`. */
const tryPatterns = async (
	sets: readonly RuleSet[],
	{reading, found}: RuleEvidence,
	{breathe, isLate}: Pick<Judging, 'breathe' | 'isLate'>,
): Promise<void> => {
	const patterns = new Set(sets.flatMap(set => listPatterns(set)));
	for (const pattern of found.keys()) {
		if (!patterns.has(pattern)) {
			found.delete(pattern);
		}
	}

	const untried = [...patterns].filter(pattern => !found.has(pattern));
	if (untried.length === 0) {
		return;
	}

	const tags = [...reading.records.values()].flatMap(record => record.tags);
	for (const pattern of untried) {
		const matches = new Map<string, string | undefined>();
		for (let from = 0; from < tags.length; from += tagsAtOnce) {
			const part = tags.slice(from, from + tagsAtOnce);
			for (const [index, match] of tryPattern(pattern, part).entries()) {
				matches.set(part[index]!, match);
			}

			await breathe();
			if (isLate()) {
				return;
			}
		}

		found.set(pattern, matches);
	}
};

const tryPattern: typeof matchShortly = (pattern, texts) => {
	try {
		return matchShortly(pattern, texts);
	} catch (error) {
		throw error instanceof UserError
			? new StoppedPattern(
					pattern,
					'This takes too long. Write it without a repetition inside a repetition, such as (a+)+.',
				)
			: error;
	}
};
