import {readUses} from '../effects/load-uses.js';
import type {Session} from '../effects/session.js';
import type {PlanDocument} from '../plain/plan-document.js';
import {
	type ConfirmedPlan,
	confirmPlan,
	isConfirmed,
} from '../plan/confirm-plan.js';
import {describeDepletion} from '../plan/depletion.js';
import type {Plan} from '../plan/plan.js';
import {chooseExitCode, tallyOutcomes} from '../plan/summarize.js';
import type {Rules} from '../retention/rules.js';
import {formatBytes, formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import {ask, type BatchOutput} from './batch-session.js';
import {createProgress} from './progress.js';
import {type Dropped, listCandidates, planAnew} from './plan-anew.js';
import {type EndedStep, printOutcomes, runBatch} from './run-batch.js';

/** What `jetsam apply` was asked for. */
export type ApplyOptions = {
	/** The plan, which is neither altered nor expired. */
	readonly document: PlanDocument;
	readonly yes: boolean;
	readonly confirm: readonly string[];
	readonly json: boolean;
	readonly maxDeletes: number | undefined;
	/** Percent. */
	readonly maxShare: number | undefined;
};

/**
`jetsam apply`: deletes what a plan names and what is still so. Resolves to the exit code: 0 all deleted or gone before, 1 something failed, 3 something was refused.

Throws `UserError`, exit code 3, where the phrase does not fit, or a limit would be exceeded; then nothing was sent.
*/
export const apply = async (
	session: Session,
	options: ApplyOptions,
	output: BatchOutput,
): Promise<0 | 1 | 3> => {
	const {world} = session;
	const {document} = options;
	const rules = limit(document.rules, options);
	const limited = {...document, rules};
	refusePhrase(document, options);
	if (listCandidates(document).length === 0) {
		printOutcomes(output, {batch: '', outcomes: [], json: options.json});
		tell(output, 'The plan deletes nothing.');
		return 0;
	}

	await refuseOther(session, document);
	await readSources(session, document);
	const {plan, dropped} = await planAnew(session, limited, total =>
		createProgress(output, {total, what: 'repositories read again'}),
	);
	tellDropped(output, dropped);
	refuseLimits(plan, rules);
	if (plan.steps.length === 0) {
		return end(output, {batch: '', dropped, outcomes: [], json: options.json});
	}

	await refuseDepletions(plan, options, output);
	const confirmed = await confirm(world.clock.now(), {
		plan,
		document,
		options,
		output,
	});
	const {batch, outcomes, alarms, problem} = await runPlan(
		session,
		confirmed,
		output,
	);
	const exitCode = end(output, {
		batch,
		dropped,
		outcomes,
		alarms,
		json: options.json,
	});
	if (problem) {
		throw problem;
	}

	return exitCode;
};

/** Runs the plan. On a terminal a bar stands for what goes as it was planned. */
const runPlan = async (
	session: Session,
	plan: ConfirmedPlan,
	output: BatchOutput,
) => {
	const progress = createProgress(output, {
		total: plan.steps.length,
		what: 'digests done',
	});
	try {
		return await runBatch(session, {
			plans: [plan],
			resumes: undefined,
			tell: progress.tell,
			onStep(text, {kind}) {
				if (output.errorColumns === undefined) {
					tell(output, text);
				} else {
					if (kind !== 'deleted') {
						progress.tell(text);
					}

					progress.advance();
				}
			},
		});
	} finally {
		progress.end();
	}
};

/** Progress goes to the error stream, so that the result can be piped. */
const tell = ({printError}: BatchOutput, text: string): void => {
	printError(`${makeSafe(text)}\n`);
};

/** What the command line limits further. */
const limit = (rules: Rules, {maxDeletes, maxShare}: ApplyOptions): Rules => ({
	...rules,
	...(maxDeletes !== undefined && {maxDeletes}),
	...(maxShare !== undefined && {maxShare}),
});

/** A phrase that does not fit is said before anything is read. */
const refusePhrase = (
	{phrase}: PlanDocument,
	{yes, confirm: given}: ApplyOptions,
): void => {
	if (yes && !given.some(text => text.trim() === phrase)) {
		throw new UserError(
			'The phrase does not fit the plan, so nothing was sent.',
			{remedy: `To delete, confirm exactly: ${phrase}`, exitCode: 3},
		);
	}
};

/** What answers at the plan's address now may be another registry under another name, or of another kind; nothing that the plan says holds there. */
const refuseOther = async (
	session: Session,
	{registry: host, registryKind}: PlanDocument,
): Promise<void> => {
	const registry = await session.openRegistry(host);
	if (registry.host !== host || registry.capabilities.name !== registryKind) {
		throw new UserError(
			`The plan is for ${host} (${registryKind}), and what answers there is ${registry.host} (${registry.capabilities.name}); nothing was sent.`,
			{
				remedy: 'Make a new one: jetsam plan WHERE --out FILE',
				exitCode: 3,
			},
		);
	}
};

/** Asks exactly the sources that the plan names; one that is gone tells nothing, and what it said no to is not known any more. */
const readSources = async (
	session: Session,
	{registry: host, sources}: PlanDocument,
): Promise<void> => {
	const {world, signal} = session;
	const {contexts, leftOut, accepted} = sources.uses;
	await readUses(
		session,
		{choice: {contexts, leftOut, accepted}, signal},
		() => undefined,
	);
	const {windowDays, accepted: acceptedGaps} = sources.pulls;
	if (await world.pulls.isKnown(host)) {
		const request = {
			host,
			repository: undefined,
			choice: {windowDays, accepted: acceptedGaps},
			// Nobody can be asked: what stays under the cap is paid.
			spends: 'within-cap',
		} as const;
		const reading = world.pulls.read(request, {tell: () => undefined, signal});
		reading.catch(() => undefined);
		session.pulls.set(host, new Map([['', {request, reading}]]));
	}
};

const tellDropped = (
	output: BatchOutput,
	dropped: readonly Dropped[],
): void => {
	for (const {repository, digest, outcome} of dropped) {
		tell(
			output,
			`${outcome.kind}: ${repository}@${digest}${'reason' in outcome ? `: ${outcome.reason}` : ''}`,
		);
	}
};

const refuseLimits = ({steps}: Plan, {maxDeletes}: Rules): void => {
	if (maxDeletes !== undefined && steps.length > maxDeletes) {
		throw new UserError(
			`The plan deletes ${formatCount(steps.length, 'digest')}, and --max-deletes allows ${maxDeletes.toLocaleString('en')}; nothing was sent.`,
			{remedy: 'Look at the plan, and allow more if it is right.', exitCode: 3},
		);
	}
};

/** Safeguard 9: where nobody reads the longer phrase, only what the operator allowed beforehand. */
const refuseDepletions = async (
	{depletions}: Plan,
	{yes}: ApplyOptions,
	{isTerminal}: BatchOutput,
): Promise<void> => {
	if (depletions.length > 0 && (yes || !isTerminal)) {
		throw new UserError(
			`Nothing was sent. ${depletions.map(depletion => describeDepletion(depletion)).join(' ')}`,
			{
				remedy:
					'Allow it with --max-share PERCENT, or allowEmpty in the rules file, if it is meant.',
				exitCode: 3,
			},
		);
	}
};

const confirm = async (
	now: number,
	{
		plan,
		document,
		options,
		output,
	}: {
		plan: Plan;
		document: PlanDocument;
		options: ApplyOptions;
		output: BatchOutput;
	},
) => {
	// Whoever is asked reads what is so now; what was confirmed beforehand is the plan's own phrase.
	const phrase = options.yes ? document.phrase : plan.phrase;
	if (!options.yes && !output.isTerminal) {
		throw new UserError(
			'There is no terminal to ask on, so nothing was sent.',
			{
				remedy: `To go on: --yes --confirm '${document.phrase}'`,
				exitCode: 2,
			},
		);
	}

	const {steps, tagCount, bytesAtMost, registry} = plan;
	tell(
		output,
		`${formatCount(steps.length, 'digest')} with ${formatCount(tagCount, 'tag')} of ${registry} go, at most ${formatBytes(bytesAtMost)}.`,
	);
	const typed = options.yes
		? phrase
		: await ask(`To delete, type exactly: ${makeSafe(phrase)}\n> `);
	const result = confirmPlan(
		{...plan, phrase, createdAt: Date.parse(document.readAt)},
		typed,
		now,
	);
	if (!isConfirmed(result)) {
		throw new UserError(
			`The phrase does not fit, so nothing was sent. ${result.refusal}`,
			{remedy: '', exitCode: 3},
		);
	}

	return result;
};

const end = (
	output: BatchOutput,
	{
		batch,
		dropped,
		outcomes,
		alarms = [],
		json,
	}: {
		batch: string;
		dropped: readonly Dropped[];
		outcomes: readonly EndedStep[];
		alarms?: Parameters<typeof printOutcomes>[1]['alarms'];
		json: boolean;
	},
): 0 | 1 | 3 => {
	const all = [
		...dropped.map(({outcome, ...step}) => ({step, outcome})),
		...outcomes,
	];
	printOutcomes(output, {batch, outcomes: all, alarms, json});
	return chooseExitCode(tallyOutcomes(all), alarms);
};
