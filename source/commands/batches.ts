import type {BatchRecord, BatchStepState} from '../batch.js';
import {canBeUndone} from '../plan/undo.js';
import {formatBytes, formatCount} from '../text/quantities.js';
import {stringifySafely} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import type {World} from '../world.js';
import {
	ask,
	type BatchOutput,
	printLine,
	warnOfDamage,
} from './batch-session.js';

const day = 24 * 60 * 60 * 1000;
/** Days after which the trash of a batch is named for removal. */
const oldTrash = 30;

type Listed = {
	readonly record: BatchRecord;
	/** Bytes. */
	readonly trash: number;
	readonly undoable: number;
};

/** `jetsam batches`: what was done and what can still be put back; removes old trash where that is asked for. Resolves to the exit code. Throws `UserError`. */
export const listBatches = async (
	world: World,
	{
		json,
		yes,
		removeOlder,
	}: {json: boolean; yes: boolean; removeOlder: number | undefined},
	output: BatchOutput,
): Promise<0 | 1> => {
	const listed: Listed[] = [];
	let exitCode: 0 | 1 = 0;
	for (const batch of await world.batches.list()) {
		try {
			const record = await world.batches.read(batch);
			warnOfDamage(output, record);
			const trash = await world.batches.measureTrash(batch);
			const undoable =
				trash > 0 ? record.steps.filter(step => canBeUndone(step)).length : 0;
			listed.push({record, trash, undoable});
		} catch (error) {
			if (!(error instanceof UserError)) {
				throw error;
			}

			// One journal that is damaged hides no other.
			exitCode = 1;
			output.printError(`jetsam: ${error.sentence}\n`);
		}
	}

	if (removeOlder !== undefined) {
		await removeTrash(world, {listed, days: removeOlder, yes}, output);
		return exitCode;
	}

	const now = world.clock.now();
	if (json) {
		output.print(`${stringifySafely(createDocument(listed))}\n`);
		return exitCode;
	}

	for (const entry of listed) {
		printLine(output, describeBatch(entry, now));
	}

	const old = listOld(listed, now, oldTrash);
	if (listed.length === 0) {
		printLine(output, 'There is no batch: nothing was deleted from here.');
	} else if (old.length > 0) {
		printLine(
			output,
			`The trash of ${formatCount(old.length, 'batch', 'batches')} is older than ${oldTrash} days; jetsam batches --remove-older ${oldTrash}d removes it.`,
		);
	}

	return exitCode;
};

const listOld = (
	listed: readonly Listed[],
	now: number,
	days: number,
): readonly Listed[] =>
	listed.filter(
		({record, trash}) => trash > 0 && now - record.beganAt > days * day,
	);

const countStates = ({
	steps,
}: BatchRecord): Readonly<Partial<Record<BatchStepState, number>>> => {
	const counts: Partial<Record<BatchStepState, number>> = {};
	for (const {state} of steps) {
		counts[state] = (counts[state] ?? 0) + 1;
	}

	return counts;
};

const listRegistries = ({steps}: BatchRecord): readonly string[] => [
	...new Set(steps.map(({registry}) => registry)),
];

const describeBatch = (
	{record, trash, undoable}: Listed,
	now: number,
): string => {
	const counts = Object.entries(countStates(record)).map(
		([state, count]) => `${state.replace('-', ' ')} ${count}`,
	);
	return [
		record.batch,
		new Date(record.beganAt).toISOString(),
		listRegistries(record).join(' '),
		counts.join(', '),
		...(record.endedAt === undefined ? ['did not end'] : []),
		undoable > 0
			? `${formatCount(undoable, 'step')} can be put back (trash ${formatBytes(trash)}${now - record.beganAt > oldTrash * day ? ', old' : ''})`
			: 'nothing to put back',
	].join('  ');
};

const createDocument = (listed: readonly Listed[]) => ({
	schemaVersion: 1,
	batches: listed.map(({record, trash, undoable}) => ({
		batch: record.batch,
		began: new Date(record.beganAt).toISOString(),
		ended:
			record.endedAt === undefined
				? null
				: new Date(record.endedAt).toISOString(),
		user: record.user,
		machine: record.machine,
		registries: listRegistries(record),
		steps: countStates(record),
		undoable,
		trashBytes: trash,
		journal: record.path,
	})),
});

/** Trash is removed only when that was asked for and confirmed; the journal stays. */
const removeTrash = async (
	world: World,
	{listed, days, yes}: {listed: readonly Listed[]; days: number; yes: boolean},
	output: BatchOutput,
): Promise<void> => {
	const old = listOld(listed, world.clock.now(), days);
	const bytes = old.reduce((sum, {trash}) => sum + trash, 0);
	if (old.length === 0) {
		printLine(output, `No trash is older than ${formatCount(days, 'day')}.`);
		return;
	}

	for (const {record} of old) {
		printLine(output, `${record.batch}: can not be put back afterwards`);
	}

	const phrase = `remove ${old.length}`;
	if (!yes && !output.isTerminal) {
		throw new UserError(
			'There is no terminal to ask on, so nothing was removed.',
			{
				remedy: 'Give --yes to remove it.',
				exitCode: 2,
			},
		);
	}

	if (
		!yes &&
		(await ask(
			`Type ${phrase} to remove ${formatBytes(bytes)} of trash for good: `,
		)) !== phrase
	) {
		printLine(output, 'Nothing was removed.');
		return;
	}

	for (const {record} of old) {
		await world.batches.removeTrash(record.batch);
	}

	printLine(
		output,
		`Removed the trash of ${formatCount(old.length, 'batch', 'batches')}.`,
	);
};
