import type {Digest} from '../oci/digest.js';
import type {RepositoryReading} from '../world.js';
import type {Run} from './execution.js';
import type {Step} from './plan.js';
import {oldestReading} from './recheck-step.js';

/*
Several steps of a repository share its reading. It is made while none of them is at its delete: a registry that counts pages would leave out of its lists what moves up when something before it is deleted, and
a digest that vanishes while it is read looks neither gone nor there.
*/

/** The digests of each repository whose step rests on its reading, and readings that wait for them or are under way. */
export type QuietReadings = {
	readonly resting: Map<string, Set<Digest>>;
	/** Resolve when nothing rests any more. */
	readonly wakes: Map<string, () => void>;
	readonly underWay: Map<string, Promise<RepositoryReading>>;
};

export const createQuietReadings = (): QuietReadings => ({
	resting: new Map(),
	wakes: new Map(),
	underWay: new Map(),
});

/**
A reading that is young enough, on which the step rests from now until `letGo`. Steps that need a new one at the same time share it, unless it is too old by then for those that did not begin it.
@param read - Reads the repository.
*/
export const restOnReading = async (
	run: Run,
	step: Step,
	read: () => Promise<RepositoryReading>,
): Promise<RepositoryReading> => {
	const {repository} = step;
	const {underWay} = run.quiet;
	// Who waits for a reading must not be waited for.
	letGo(run, step);
	for (;;) {
		const known = run.fresh.get(repository);
		if (known && run.clock.now() - known.readAt < oldestReading) {
			rest(run, step);
			return known;
		}

		const others = underWay.get(repository);
		if (!others) {
			break;
		}

		// Whoever began it tells why it failed.
		await others.catch(() => undefined);
	}

	const reading = readQuietly(run, repository, read);
	underWay.set(repository, reading);
	try {
		const made = await reading;
		run.fresh.set(repository, made);
		rest(run, step);
		return made;
	} finally {
		underWay.delete(repository);
	}
};

/** The step rests on no reading any more: it has ended, or looks again. */
export const letGo = ({quiet: {resting, wakes}}: Run, step: Step): void => {
	const steps = resting.get(step.repository);
	if (steps?.delete(step.digest) && steps.size === 0) {
		wakes.get(step.repository)?.();
	}
};

const rest = ({quiet: {resting}}: Run, step: Step): void => {
	const steps = resting.get(step.repository) ?? new Set();
	resting.set(step.repository, steps.add(step.digest));
};

const readQuietly = async (
	{quiet: {resting, wakes}}: Run,
	repository: string,
	read: () => Promise<RepositoryReading>,
): Promise<RepositoryReading> => {
	if ((resting.get(repository)?.size ?? 0) > 0) {
		await new Promise<void>(resolve => {
			wakes.set(repository, resolve);
		});
		wakes.delete(repository);
	}

	return read();
};
