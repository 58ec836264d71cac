import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';

/** A folder that is gone when the test ends. */
export const makeStateFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-state-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};
