import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {openImageFiles} from '../../source/commands/open-image-files.js';
import {createSession} from '../../source/effects/create-session.js';
import {executePlans} from '../../source/effects/execute-plans.js';
import {readUses} from '../../source/effects/load-uses.js';
import {makePlans} from '../../source/effects/make-plans.js';
import {confirmPlan, isConfirmed} from '../../source/plan/confirm-plan.js';
import type {Outcome, Plan} from '../../source/plan/plan.js';
import {usualCare} from '../../source/plan/care.js';
import {openBatches} from '../../source/storage/batches.js';
import {openJournal} from '../../source/storage/journal.js';
import type {
	Clock,
	Mark,
	Registry,
	UsesSources,
	World,
} from '../../source/world.js';
import {buildPlaces} from './build-places.js';
import {buildPullsSources} from './build-pulls.js';

/** What happens to others' things while a batch runs. */
export type Moments = {
	/** The plans are made and nothing has begun. */
	readonly planned: (plans: readonly Plan[]) => void | Promise<void>;
	/** Between two steps. */
	readonly stepEnded: (outcome: Outcome) => void;
};

/** The real ports over a given registry, with a state folder and a clock of the test's own. */
export const openModelWorld = ({
	registry,
	folder,
	clock,
	uses,
	stepsAtOnce,
	onSave,
}: {
	registry: Registry;
	folder: string;
	clock: Clock;
	uses: UsesSources;
	stepsAtOnce: number;
	/** Called when a step's contents were read and are about to be written. */
	onSave: () => void | Promise<void>;
}): World => {
	const batches = openBatches(folder);
	return {
		clock,
		readOnly: false,
		operator: {user: 'ann', machine: 'test'},
		openRegistry: async () => registry,
		careFor: async () => usualCare,
		listKnownRegistries: async () => [],
		places: buildPlaces(),
		readNotice: async () => undefined,
		readMarks: async () => [],
		saveMarks: async () => undefined,
		readReferences: async () => [],
		uses,
		pulls: buildPullsSources(),
		rules: {
			read: async () => undefined,
			save: async () => undefined,
			write: async () => undefined,
		},
		imageFiles: openImageFiles({}),
		plans: {
			named: {namespaces: [], files: [], snapshots: [], pulls: []},
			write: async () => '',
		},
		copyText: () => undefined,
		keepBlobs: false,
		stepsAtOnce,
		batches: {
			...batches,
			openTrash(batch) {
				const trash = batches.openTrash(batch);
				return {
					...trash,
					async save(...call) {
						await onSave();
						await trash.save(...call);
					},
				};
			},
		},
		openJournal: async () => openJournal(folder, 'batch'),
	};
};

/** Plans marks, confirms and executes, as the explorer does, and tells the moments between; resolves to what went wrong with the batch itself. */
export const runBatch = async (
	world: World,
	marks: readonly Mark[],
	moments: Moments,
): Promise<string | undefined> => {
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
	await moments.planned(plans);
	const confirmed = plans
		.map(plan => confirmPlan(plan, plan.phrase, world.clock.now()))
		.filter(result => isConfirmed(result));
	if (confirmed.length === 0) {
		return undefined;
	}

	let problem: string | undefined;
	await executePlans(
		session,
		{plans: confirmed, resumes: undefined},
		message => {
			if (message.kind === 'step-ended') {
				moments.stepEnded(message.outcome);
			} else if (message.kind === 'batch-failed') {
				problem = message.problem.message;
			}
		},
	);
	return problem;
};

/** Whether the journal on disk says that the step of a digest began, and the trash on disk holds its bytes: what has to be so when its DELETE arrives. */
export const isKeptOnDisk = (folder: string, digest: string): boolean => {
	const journal = readFileSync(
		path.join(folder, 'journal', 'batch.jsonl'),
		'utf8',
	);
	const trash = path.join(folder, 'trash');
	const hex = digest.slice(digest.indexOf(':') + 1);
	return (
		journal
			.split('\n')
			.some(line => line.includes('"step-began"') && line.includes(digest)) &&
		existsSync(trash) &&
		readdirSync(trash, {recursive: true}).some(
			name => path.basename(String(name)) === hex,
		)
	);
};
