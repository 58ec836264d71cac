import type {Session} from '../effects/session.js';
import {readUndo, runUndo} from '../effects/undo-batch.js';
import {
	chooseUndoExitCode,
	describeUndo,
	describeUndoOutcome,
	type UndoItem,
	type UndoPreview,
	type UndoResult,
} from '../plan/undo.js';
import {describePreview} from '../state/select-undo.js';
import {formatCount} from '../text/quantities.js';
import {stringifySafely} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import {
	ask,
	type BatchOutput,
	chooseBatch,
	printLine,
	warnOfDamage,
} from './batch-session.js';

/** `jetsam undo`: shows what goes back, asks, puts it back. Resolves to the exit code. Throws `UserError`. */
export const undo = async (
	session: Session,
	options: {
		batch: string | undefined;
		yes: boolean;
		json: boolean;
	},
	output: BatchOutput,
): Promise<0 | 1 | 3> => {
	const {json, yes} = options;
	const batch = await chooseBatch(session.world, options.batch);
	const {record, previews} = await readUndo(session, batch);
	warnOfDamage(output, record);
	if (previews.length === 0) {
		print(output, {batch, results: [], json});
		return 0;
	}

	if (!json) {
		printPreviews(output, batch, previews);
	}

	const answer = yes ? 'left' : await askWhether(previews, output);
	if (answer === 'no') {
		printLine(output, 'Nothing was sent.');
		return 0;
	}

	const results = await runUndo(
		session,
		{batch, items: previews.map(({item}) => item), movedTags: answer},
		event => {
			if (!json && 'outcome' in event) {
				const {item, outcome} = event;
				printLine(output, `${nameOf(item)}: ${describeUndoOutcome(outcome)}`);
			}
		},
	);
	print(output, {batch, results, json});
	return chooseUndoExitCode(results);
};

const nameOf = ({registry, repository, digest, tags}: UndoItem): string =>
	[`${registry}/${repository}@${digest}`, ...tags].join(' ');

const printPreviews = (
	output: BatchOutput,
	batch: string,
	previews: readonly UndoPreview[],
): void => {
	printLine(output, `The batch ${batch}:`);
	for (const preview of previews) {
		printLine(
			output,
			`  ${nameOf(preview.item)}: ${describePreview(preview, 'left')}`,
		);
	}
};

const askWhether = async (
	previews: readonly UndoPreview[],
	{isTerminal}: BatchOutput,
): Promise<'no' | 'left' | 'taken-back'> => {
	if (!isTerminal) {
		throw new UserError(
			'There is no terminal to ask on, so nothing was sent.',
			{
				remedy: 'Give --yes to put back what is shown.',
				exitCode: 2,
			},
		);
	}

	const count = formatCount(previews.length, 'digest');
	if ((await ask(`Type yes to put ${count} back: `)) !== 'yes') {
		return 'no';
	}

	const moved = previews.reduce(
		(sum, preview) => sum + preview.moved.length,
		0,
	);
	return moved > 0 &&
		(await ask(
			`${formatCount(moved, 'tag')} mean something else by now and stay there. Type move to take them back: `,
		)) === 'move'
		? 'taken-back'
		: 'left';
};

const print = (
	output: BatchOutput,
	{
		batch,
		results,
		json,
	}: {batch: string; results: readonly UndoResult[]; json: boolean},
): void => {
	if (!json) {
		printLine(
			output,
			results.length === 0
				? `Nothing of the batch ${batch} is left to put back.`
				: describeUndo(results),
		);
		return;
	}

	const document = {
		schemaVersion: 1,
		batch,
		results: results.map(({item, outcome}) => ({
			registry: item.registry,
			repository: item.repository,
			digest: item.digest,
			tags: item.tags,
			outcome,
		})),
	};
	output.print(`${stringifySafely(document)}\n`);
};
