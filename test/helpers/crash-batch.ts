import {appendFileSync} from 'node:fs';
import process from 'node:process';
import type {Mark, Registry, World} from '../../source/world.js';
import {deleteMarks, openStateWorld} from './build-batch.js';

/*
Executes a batch and kills itself at a point of one of its steps, as no test can do to its own process: a program that is started with the request as its only argument.
*/

/** What is to be deleted, and where the process dies. */
export type CrashRequest = {
	readonly host: string;
	readonly state: string;
	readonly marks: readonly Mark[];
	/** After the trash has it, after its line says that it begins, after the list of referrers that named it was written anew, after its delete, or in the middle of the line that says how it ended. */
	readonly point: 'saved' | 'began' | 'listed' | 'deleted' | 'torn';
	/** From 1. */
	readonly step: number;
};

// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the test writes it
const {host, state, marks, point, step} = JSON.parse(
	process.argv[2] ?? '',
) as CrashRequest;

const counts = new Map<string, number>();
const dieAt = (reached: CrashRequest['point']): void => {
	const count = (counts.get(reached) ?? 0) + 1;
	counts.set(reached, count);
	if (reached === point && count === step) {
		process.kill(process.pid, 'SIGKILL');
	}
};

const real = openStateWorld(state);

const watchRegistry = (registry: Registry): Registry => ({
	...registry,
	withUrgency: urgency => watchRegistry(registry.withUrgency(urgency)),
	async putManifest(...call) {
		const reply = await registry.putManifest(...call);
		dieAt('listed');
		return reply;
	},
	async deleteManifest(...call) {
		const reply = await registry.deleteManifest(...call);
		dieAt('deleted');
		return reply;
	},
});

const world: World = {
	...real,
	// Only the last line of a journal can be torn.
	...(point === 'torn' && {stepsAtOnce: 1}),
	openRegistry: async (address, signal) =>
		watchRegistry(await real.openRegistry(address, signal)),
	async openJournal() {
		const journal = await real.openJournal();
		return {
			...journal,
			async append(line) {
				if (line.kind === 'step-ended' && point === 'torn') {
					if ((counts.get('torn') ?? 0) + 1 === step) {
						const text = JSON.stringify(line);
						appendFileSync(journal.path, text.slice(0, text.length / 2));
					}

					dieAt('torn');
				}

				await journal.append(line);
				if (line.kind === 'step-began') {
					dieAt('began');
				}
			},
		};
	},
	batches: {
		...real.batches,
		openTrash(batch) {
			const trash = real.batches.openTrash(batch);
			return {
				...trash,
				async save(...call) {
					await trash.save(...call);
					dieAt('saved');
				},
			};
		},
	},
};

await deleteMarks(world, marks);
process.stdout.write(`not killed: ${host}\n`);
