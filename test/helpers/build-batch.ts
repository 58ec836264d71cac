import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {runInterruptibly} from '../../source/commands/batch-session.js';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {openWorld} from '../../source/commands/open-world.js';
import {undo} from '../../source/commands/undo.js';
import {createSession} from '../../source/effects/create-session.js';
import {executePlans} from '../../source/effects/execute-plans.js';
import {readUses} from '../../source/effects/load-uses.js';
import {makePlans} from '../../source/effects/make-plans.js';
import {confirmPlan, isConfirmed} from '../../source/plan/confirm-plan.js';
import type {Plan} from '../../source/plan/plan.js';
import type {Message} from '../../source/state/message.js';
import type {Mark, World} from '../../source/world.js';

/** A folder that is gone when the test ends. */
export const makeStateFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-state-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};

/** Plans marks, confirms them and executes the batch, as the explorer does; resolves to what it was told. */
export const executeMarks = async (
	world: World,
	marks: readonly Mark[],
	onPlans: (plans: readonly Plan[]) => void = () => undefined,
): Promise<readonly Message[]> => {
	const {signal} = new AbortController();
	const session = createSession(world, {registries: new Map(), signal});
	const choice = {contexts: [], leftOut: [], accepted: []};
	await readUses(session, {choice, signal}, () => undefined);
	let plans: readonly Plan[] = [];
	await makePlans(
		session,
		{marks, lifts: new Set(), pulls: undefined},
		message => {
			plans = message.kind === 'plans-made' ? message.plans : plans;
		},
	);
	onPlans(plans);
	const confirmed = plans
		.map(plan => confirmPlan(plan, plan.phrase, world.clock.now()))
		.filter(result => isConfirmed(result));
	const messages: Message[] = [];
	await executePlans(
		session,
		{plans: confirmed, resumes: undefined},
		message => {
			messages.push(message);
		},
	);
	return messages;
};

/** Executes marks; resolves to how each step ended. */
export const deleteMarks = async (
	world: World,
	marks: readonly Mark[],
	onPlans: (plans: readonly Plan[]) => void = () => undefined,
): Promise<readonly string[]> => {
	const messages = await executeMarks(world, marks, onPlans);
	return messages
		.filter(message => message.kind === 'step-ended')
		.map(({outcome}) => outcome.kind);
};

/** The real world with a state folder of the test's own. */
export const openStateWorld = (
	state: string,
	...options: readonly string[]
): World =>
	openWorld(
		parseCommandLine(['batches', '--state', state, ...options]),
		{},
		{given: [], copyText: () => undefined, log: undefined},
	);

/** `jetsam undo --yes` of the last batch. */
export const undoLast = async (
	world: World,
): Promise<{readonly exitCode: number; readonly text: string}> => {
	let text = '';
	const print = (line: string): void => {
		text += line;
	};

	const exitCode = await runInterruptibly(world, async session =>
		undo(
			session,
			{batch: undefined, yes: true, json: false},
			{print, printError: print, isTerminal: false},
		),
	);
	return {exitCode, text};
};
