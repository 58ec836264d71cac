import type {JournalLine} from '../batch.js';
import type {Run} from './execution.js';

/** Writes a line of a run with its time; resolves when it is durable. Under `--read-only` there is no journal. */
export const writeLine = async (
	{journal, clock}: Pick<Run, 'journal' | 'clock'>,
	line: JournalLine,
): Promise<void> =>
	journal?.append({...line, time: new Date(clock.now()).toISOString()});
