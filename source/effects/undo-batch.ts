import type {BatchRecord} from '../batch.js';
import {previewUndo, undoItems} from '../plan/undo-batch.js';
import {
	countUndo,
	listUndoItems,
	type UndoItem,
	type UndoPreview,
	type UndoResult,
} from '../plan/undo.js';
import {repositoryKey} from '../state/state.js';
import {UserError} from '../user-error.js';
import type {Journal} from '../world.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** What the undo of a batch would put back, as its registries are now. Only reads. Throws `UserError`. */
export const readUndo = async (
	session: Session,
	batch: string,
): Promise<{
	readonly record: BatchRecord;
	readonly previews: readonly UndoPreview[];
}> => {
	const record = await session.world.batches.read(batch);
	const items = listUndoItems(record.steps);
	return {record, previews: await previewUndo(items, session)};
};

/** How an undo is to be done. */
export type UndoRequest = {
	readonly batch: string;
	readonly items: readonly UndoItem[];
	readonly movedTags: 'left' | 'taken-back';
};

/** Puts the items of a batch back and writes that into its journal; tells each. Throws `UserError`. */
export const runUndo = async (
	session: Session,
	{batch, items, movedTags}: UndoRequest,
	tell: (event: UndoResult | {readonly item: UndoItem}) => void,
): Promise<readonly UndoResult[]> => {
	const {world} = session;
	const stop = new AbortController();
	const abort = new AbortController();
	session.batch = {stop, abort};
	const endWithProgram = (): void => {
		abort.abort();
	};

	session.signal.addEventListener('abort', endWithProgram);
	const results: UndoResult[] = [];
	let journal: Journal | undefined;
	try {
		journal = await beginUndo(session, batch, items.length);
		const events = undoItems(items, {
			async openRegistry(host) {
				const registry = await session.openRegistry(host);
				return registry.withUrgency(() => 'batch');
			},
			trash: world.batches.openTrash(batch),
			journal,
			clock: world.clock,
			movedTags,
			stop: stop.signal,
			abort: abort.signal,
		});
		for await (const event of events) {
			if (event.kind === 'undo-step-ended') {
				results.push(event);
			}

			tell(event);
		}

		return results;
	} finally {
		await endUndo(session, journal, results);
		session.signal.removeEventListener('abort', endWithProgram);
		session.batch = undefined;
	}
};

/** Under `--read-only` there is no line, because nothing is done. */
const beginUndo = async (
	{world}: Session,
	batch: string,
	count: number,
): Promise<Journal | undefined> => {
	if (world.readOnly) {
		return undefined;
	}

	const journal = await world.batches.reopenJournal(batch);
	try {
		await journal.append({
			kind: 'undo-began',
			time: new Date(world.clock.now()).toISOString(),
			...world.operator,
			count,
		});
	} catch (error) {
		await journal.close();
		throw error;
	}

	return journal;
};

const endUndo = async (
	{world}: Session,
	journal: Journal | undefined,
	results: readonly UndoResult[],
): Promise<void> => {
	try {
		await journal?.append({
			kind: 'undo-ended',
			time: new Date(world.clock.now()).toISOString(),
			counts: countUndo(results),
		});
	} catch (error) {
		// What was put back is journalled already.
		if (!(error instanceof UserError)) {
			throw error;
		}
	} finally {
		await journal?.close();
	}
};

/** Tells the screen what an undo would put back. */
export const planUndo = async (
	session: Session,
	batch: string,
	dispatch: Dispatch,
): Promise<void> => {
	try {
		const {previews} = await readUndo(session, batch);
		dispatch({kind: 'undo-planned', batch, previews});
	} catch (error) {
		dispatch({kind: 'undo-failed', problem: describeProblem(error)});
	}
};

/** Puts a batch back, and tells the screen each digest. */
export const undoBatch = async (
	session: Session,
	request: UndoRequest,
	dispatch: Dispatch,
): Promise<void> => {
	try {
		await runUndo(session, request, event => {
			if ('outcome' in event) {
				const {item, outcome} = event;
				dispatch({kind: 'undo-step-ended', result: {item, outcome}});
			}
		});
	} catch (error) {
		dispatch({kind: 'undo-failed', problem: describeProblem(error)});
	} finally {
		for (const {registry, repository} of request.items) {
			session.readings.delete(repositoryKey(registry, repository));
		}

		dispatch({kind: 'undo-ended'});
	}
};
