import {executePlans} from '../effects/execute-plans.js';
import type {Session} from '../effects/session.js';
import type {IndexAlarm} from '../plan/check-indexes.js';
import type {ConfirmedPlan} from '../plan/confirm-plan.js';
import type {Outcome, Step, StepOutcome} from '../plan/plan.js';
import {describeTally, tallyOutcomes} from '../plan/summarize.js';
import {stringifySafely} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import {type BatchOutput, printLine} from './batch-session.js';

/** Executes confirmed plans as one batch, telling each step as it ends. */
export const runBatch = async (
	session: Session,
	{
		plans,
		resumes,
		tell,
		onStep = tell,
	}: {
		plans: readonly ConfirmedPlan[];
		/** The earlier batch that this goes on with; `undefined` for a new one. */
		resumes: string | undefined;
		tell: (text: string) => void;
		/** Tells a step that has ended; left out: like everything else. */
		onStep?: (text: string, outcome: Outcome) => void;
	},
): Promise<{
	/** The name of the batch; an empty text where none is written. */
	readonly batch: string;
	readonly outcomes: readonly StepOutcome[];
	readonly alarms: readonly IndexAlarm[];
	readonly problem: UserError | undefined;
}> => {
	const outcomes: StepOutcome[] = [];
	const alarms: IndexAlarm[] = [];
	let batch = '';
	let problem: UserError | undefined;
	await executePlans(session, {plans, resumes}, message => {
		switch (message.kind) {
			case 'batch-began': {
				({batch} = message);

				break;
			}

			case 'step-ended': {
				const {step, outcome} = message;
				outcomes.push({step, outcome});
				onStep(
					`${outcome.kind}: ${step.repository}@${step.digest}${'reason' in outcome ? `: ${outcome.reason}` : ''}`,
					outcome,
				);

				break;
			}

			case 'indexes-checked': {
				alarms.push(...message.alarms);
				for (const {sentence} of message.alarms) {
					tell(sentence);
				}

				break;
			}

			case 'batch-failed': {
				const {message: text, remedy} = message.problem;
				problem = new UserError(text, {remedy});

				break;
			}
			// No default
		}
	});
	return {batch, outcomes, alarms, problem};
};

/** How a digest or a tag fared. */
export type EndedStep = {
	readonly step: Pick<Step, 'registry' | 'repository' | 'digest' | 'tags'>;
	readonly outcome: Outcome;
};

/** How the steps of a batch ended: one line, or the document for other tools. */
export const printOutcomes = (
	output: BatchOutput,
	{
		batch,
		outcomes,
		alarms = [],
		json,
	}: {
		batch: string;
		outcomes: readonly EndedStep[];
		alarms?: readonly IndexAlarm[];
		json: boolean;
	},
): void => {
	if (!json) {
		if (outcomes.length > 0) {
			printLine(output, describeTally(tallyOutcomes(outcomes)));
		}

		return;
	}

	const document = {
		schemaVersion: 1,
		batch,
		outcomes: outcomes.map(({step, outcome}) => ({
			registry: step.registry,
			repository: step.repository,
			digest: step.digest,
			tags: step.tags,
			outcome,
		})),
		alarms,
	};
	output.print(`${stringifySafely(document)}\n`);
};
