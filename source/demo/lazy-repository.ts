import {setImmediate} from 'node:timers/promises';
import type {
	RegistryContent,
	RepositoryContent,
	StoredManifest,
} from './registry-content.js';

/** Builds a repository's content with the `add…` functions, yielding wherever it may pause. */
export type FillRepository = () => Iterable<void>;

type Filling = {
	/** Builds for so many milliseconds or until nothing is left; returns whether nothing is left. */
	readonly advance: (milliseconds: number) => boolean;
};

// So long the screen may stand still; the demo's registry runs in the process that draws.
const sliceInMilliseconds = 4;

/**
Adds a repository whose content is built when it is first asked for.

The embedded registry awaits `prepare`, which lets other work in between; whoever reads `manifests` or `tags` before that
builds the rest at once.
*/
export function declareRepository(
	content: RegistryContent,
	name: string,
	fill: FillRepository,
): void {
	const manifests = new Map<string, StoredManifest>();
	const tags = new Map<string, string>();
	const filling = startFilling(fill);
	let prepared: Promise<void> | undefined;
	const repository: RepositoryContent = {
		get manifests() {
			filling.advance(Number.POSITIVE_INFINITY);
			return manifests;
		},
		get tags() {
			filling.advance(Number.POSITIVE_INFINITY);
			return tags;
		},
		async prepare() {
			prepared ??= fillInSlices(filling);
			await prepared;
		},
	};
	content.repositories.set(name, repository);
}

function startFilling(fill: FillRepository): Filling {
	let steps: Iterator<void> | undefined;
	let isFilled = false;
	// The builder reads the maps that it fills; that must not start it again.
	let isRunning = false;
	let failure: {readonly error: unknown} | undefined;
	return {
		advance(milliseconds) {
			if (isRunning || isFilled) {
				return isFilled;
			}

			if (failure) {
				throw failure.error;
			}

			const end = performance.now() + milliseconds;
			isRunning = true;
			try {
				steps ??= fill()[Symbol.iterator]();
				do {
					isFilled = steps.next().done === true;
				} while (!isFilled && performance.now() < end);
			} catch (error) {
				failure = {error};
				throw error;
			} finally {
				isRunning = false;
			}

			return isFilled;
		},
	};
}

async function fillInSlices(filling: Filling): Promise<void> {
	while (!filling.advance(sliceInMilliseconds)) {
		await setImmediate();
	}
}
