import type {CloudProgram} from '../places.js';
import {UserError} from '../user-error.js';
import type {World} from '../world.js';
import type {Dispatch} from './session.js';

/** Registries that are asked at the same time whether they are there. */
const pingsAtOnce = 16;

/** Tells what this machine knows of registries. Nothing is asked of them. */
export const tellRegistries = async (
	{places, listKnownRegistries}: World,
	dispatch: Dispatch,
): Promise<void> => {
	dispatch({
		kind: 'registries-known',
		registries: await listKnownRegistries(),
		programs: await places.listPrograms(),
		demo: places.demo,
	});
};

/** Tells of each registry whether it is there, as soon as it is known. */
export const pingRegistries = async (
	{places}: World,
	{
		registries,
		signal,
	}: {
		registries: ReadonlyArray<{host: string; address: string}>;
		signal: AbortSignal;
	},
	dispatch: Dispatch,
): Promise<void> => {
	const waiting = registries.values();
	const work = async (): Promise<void> => {
		for (const {host, address} of waiting) {
			const answer = await places.ping(address, signal);
			dispatch({kind: 'registry-answered', host, answer});
		}
	};

	try {
		await Promise.all(Array.from({length: pingsAtOnce}, work));
	} catch (error) {
		// Nobody looks any more.
		if (!signal.aborted) {
			throw error;
		}
	}
};

/** Tells the registries that a vendor's program knows of. */
export const askCloud = async (
	{places}: World,
	{program, signal}: {program: CloudProgram; signal: AbortSignal},
	dispatch: Dispatch,
): Promise<void> => {
	let sentence: string | undefined;
	try {
		sentence = await places.askProgram(program, {
			tell(registries) {
				dispatch({kind: 'cloud-told', registries});
			},
			signal,
		});
	} catch (error) {
		// Nobody waits for it any more.
		if (signal.aborted) {
			return;
		}

		if (!(error instanceof UserError)) {
			throw error;
		}

		({sentence} = error);
	}

	dispatch({kind: 'cloud-ended', program, sentence});
};
