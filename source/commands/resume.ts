import type {BatchRecord} from '../batch.js';
import {listLeft, planLeft, settleInFlight} from '../effects/resume-batch.js';
import type {Session} from '../effects/session.js';
import {
	type ConfirmedPlan,
	confirmPlan,
	isConfirmed,
} from '../plan/confirm-plan.js';
import {describeDepletion} from '../plan/depletion.js';
import type {Plan} from '../plan/plan.js';
import {chooseExitCode, tallyOutcomes} from '../plan/summarize.js';
import {UserError} from '../user-error.js';
import {
	ask,
	type BatchOutput,
	chooseBatch,
	printLine,
	warnOfDamage,
} from './batch-session.js';
import {printOutcomes, runBatch} from './run-batch.js';

/** How old a batch may be that is gone on with, in milliseconds. */
const longestPause = 24 * 60 * 60 * 1000;

/** `jetsam resume`: says what a batch did, shows what is left, asks for the phrase, goes on. Resolves to the exit code. Throws `UserError`. */
export const resume = async (
	session: Session,
	options: {
		batch: string | undefined;
		yes: boolean;
		confirm: readonly string[];
		json: boolean;
		/** Percent of a repository that may go without a phrase of its own. */
		maxShare: number | undefined;
	},
	output: BatchOutput,
): Promise<0 | 1 | 3> => {
	const {world} = session;
	const batch = await chooseBatch(world, options.batch);
	const record = await settleInFlight(session, batch);
	warnOfDamage(output, record);
	const tell = (text: string): void => {
		if (!options.json) {
			printLine(output, text);
		}
	};

	tellDone(record, tell);
	const left = listLeft(record);
	if (left.length === 0) {
		tell('Nothing is left of it.');
		printOutcomes(output, {batch, outcomes: [], json: options.json});
		return 0;
	}

	refuseOld(record, world.clock.now());
	const plans = await planLeft(session, left, options);
	tellPlans(plans, tell);
	const confirmed = await confirmPlans(plans, {
		...options,
		now: world.clock.now(),
		output,
	});
	const {outcomes, alarms, problem} = await runBatch(session, {
		plans: confirmed,
		resumes: batch,
		tell,
	});
	printOutcomes(output, {batch, outcomes, alarms, json: options.json});
	if (problem) {
		throw problem;
	}

	return chooseExitCode(tallyOutcomes(outcomes), alarms);
};

const tellDone = (
	{batch, steps, endedAt}: BatchRecord,
	tell: (text: string) => void,
): void => {
	tell(
		`The batch ${batch} ${endedAt === undefined ? 'did not end' : 'ended'}. What it did:`,
	);
	for (const {
		registry,
		repository,
		digest,
		tags,
		onlyTag,
		state,
		reason,
	} of steps) {
		const what =
			onlyTag === undefined
				? [`${registry}/${repository}@${digest}`, ...tags].join(' ')
				: `the tag ${registry}/${repository}:${onlyTag}`;
		tell(`  ${state.replace('-', ' ')}: ${what}${reason && `: ${reason}`}`);
	}
};

const refuseOld = ({batch, beganAt}: BatchRecord, now: number): void => {
	if (now - beganAt > longestPause) {
		throw new UserError(
			`The batch ${batch} is older than a day, so it is not gone on with.`,
			{
				remedy: `jetsam undo ${batch} puts back what it deleted; what is left has to be marked and reviewed anew.`,
				exitCode: 3,
			},
		);
	}
};

const tellPlans = (
	plans: readonly Plan[],
	tell: (text: string) => void,
): void => {
	for (const {registry, steps, blocked, findings} of plans) {
		tell(`Left in ${registry}:`);
		for (const step of [...blocked, ...steps]) {
			const sentences = step.findings.map(({sentence}) => sentence).join(' ');
			const verdict = blocked.includes(step) ? 'stays' : 'goes';
			tell(
				`  ${verdict}: ${[`${step.repository}@${step.digest}`, ...step.tags].join(' ')}${sentences && ` - ${sentences}`}`,
			);
		}

		for (const {sentence} of findings) {
			tell(`  ${sentence}`);
		}
	}
};

/** Safeguard 9: a repository is emptied only by somebody who reads so and types it, or allowed it beforehand. */
const refuseDepletionsUnasked = (
	plans: readonly Plan[],
	{yes, output}: {yes: boolean; output: BatchOutput},
): void => {
	const sentences = plans.flatMap(({depletions}) =>
		depletions.map(depletion => describeDepletion(depletion)),
	);
	if (sentences.length > 0 && (yes || !output.isTerminal)) {
		throw new UserError(`Nothing was sent. ${sentences.join(' ')}`, {
			remedy:
				'Allow it with --max-share PERCENT if it is meant, or resume at a terminal and without --yes, and type the phrase that says so.',
			exitCode: 3,
		});
	}
};

/** One phrase for each registry; one that is not typed leaves its registry out. */
const confirmPlans = async (
	plans: readonly Plan[],
	{
		yes,
		confirm,
		now,
		output,
	}: {
		yes: boolean;
		confirm: readonly string[];
		now: number;
		output: BatchOutput;
	},
): Promise<readonly ConfirmedPlan[]> => {
	const going = plans.filter(({steps}) => steps.length > 0);
	if (going.length === 0) {
		throw new UserError('Nothing of what is left can go.', {
			remedy: 'The lines above say why.',
			exitCode: 3,
		});
	}

	refuseDepletionsUnasked(going, {yes, output});
	if (!yes && !output.isTerminal) {
		throw new UserError(
			'There is no terminal to ask on, so nothing was sent.',
			{
				remedy: `To go on: --yes ${going.map(({phrase}) => `--confirm '${phrase}'`).join(' ')}`,
				exitCode: 2,
			},
		);
	}

	const confirmed: ConfirmedPlan[] = [];
	for (const plan of going) {
		const typed = yes
			? (confirm.find(phrase => phrase.trim() === plan.phrase) ??
				confirm[0] ??
				'')
			: await ask(`To delete, type exactly: ${plan.phrase}\n> `);
		const result = confirmPlan(plan, typed, now);
		if (!isConfirmed(result)) {
			throw new UserError(
				`The phrase does not fit, so nothing was sent. ${result.refusal}`,
				{
					remedy: '',
					exitCode: 3,
				},
			);
		}

		confirmed.push(result);
	}

	return confirmed;
};
