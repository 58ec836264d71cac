import {apply, type ApplyOptions} from '../../source/commands/apply.js';
import {createSession} from '../../source/effects/create-session.js';
import type {PlanDocument} from '../../source/plain/plan-document.js';
import type {World} from '../../source/world.js';

/** Applies a plan without a terminal, with its own phrase unless told another. */
export const applyPlan = async (
	world: World,
	document: PlanDocument,
	options: Partial<ApplyOptions> = {},
): Promise<{exitCode: number; printed: string; errors: string}> => {
	let printed = '';
	let errors = '';
	const session = createSession(world, {
		registries: new Map(),
		signal: new AbortController().signal,
	});
	const exitCode = await apply(
		session,
		{
			document,
			yes: true,
			confirm: [document.phrase],
			json: false,
			maxDeletes: undefined,
			maxShare: undefined,
			...options,
		},
		{
			print(text) {
				printed += text;
			},
			printError(text) {
				errors += text;
			},
			isTerminal: false,
		},
	);
	return {exitCode, printed, errors};
};
