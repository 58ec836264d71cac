import {runInterruptibly} from '../../source/commands/batch-session.js';
import {undo} from '../../source/commands/undo.js';
import {listUndoItems} from '../../source/plan/undo.js';
import type {World} from '../../source/world.js';

/**
Undoes a batch among faults first, and then, where something is left, once more without.
@param options.setFaulty - Lets faults happen, or happen no more.
@param options.tell - Told why the undo without faults failed, if it did.
*/
export const undoTwice = async (
	world: World,
	batch: string,
	{
		setFaulty,
		tell,
	}: {
		setFaulty: (isFaulty: boolean) => void;
		tell: (error: string) => void;
	},
): Promise<void> => {
	for (const isFaulty of [true, false]) {
		setFaulty(isFaulty);
		const {steps} = await world.batches.read(batch);
		if (listUndoItems(steps).length > 0) {
			await runInterruptibly(world, async session =>
				undo(
					session,
					{batch, yes: true, json: false},
					{
						print: () => undefined,
						printError: () => undefined,
						isTerminal: false,
					},
				),
			).catch((error: unknown) => {
				if (!isFaulty) {
					tell(String(error));
				}
			});
		}
	}
};
