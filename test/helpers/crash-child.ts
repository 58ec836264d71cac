// eslint-disable-next-line import-x/order -- it changes what the others import
import {points} from './crash-points.js';
import process from 'node:process';
import type {Mark} from '../../source/world.js';
import {deleteMarks, openStateWorld, undoLast} from './build-batch.js';

/*
The program that is killed: it executes or undoes a batch with the real storage and over real connections, and dies at a point. It is bundled, because it is started for each point.
*/

/** What a program does, and where it dies. */
export type CrashRequest = {
	readonly state: string;
	/** Empty: the last batch is undone. */
	readonly marks: readonly Mark[];
	/** From 1; 0 for nowhere. */
	readonly dieAt: number;
	readonly tiny: 'together' | 'apart';
};

// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the test writes it
const {state, marks, dieAt, tiny} = JSON.parse(
	process.argv[2] ?? '',
) as CrashRequest;
const world = openStateWorld(state);
points.dieAt = dieAt;
points.tiny = tiny;
if (marks.length === 0) {
	points.isCounting = true;
	await undoLast(world);
} else {
	await deleteMarks(world, marks, () => {
		points.isCounting = true;
	});
}

points.isCounting = false;
process.stdout.write(JSON.stringify(points.reached));
