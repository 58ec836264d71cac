import type {Update} from './command.js';
import {changeRegistry} from './open-place.js';
import {
	currentScreen,
	findRegistry,
	findRepository,
	type Progress,
	type State,
} from './state.js';
import {refreshList} from './update-refresh.js';

const tokenHostOf = (progress: Progress | undefined): string | undefined =>
	progress?.state === 'failed' ? progress.problem.tokenHost : undefined;

/** The host that the drawn registry, or the drawn repository of it, wants its login to be sent to, if it waits for the operator to allow that. */
export const selectTokenHost = (
	state: State,
): {readonly host: string; readonly tokenHost: string} | undefined => {
	const screen = currentScreen(state);
	if (screen.kind !== 'repositories' && screen.kind !== 'digests') {
		return undefined;
	}

	const {host} = screen;
	const registry = findRegistry(state, host);
	const tokenHost =
		tokenHostOf(registry?.connection) ??
		tokenHostOf(
			screen.kind === 'digests'
				? findRepository(state, host, screen.repository).reading
				: registry?.listing,
		);
	return tokenHost === undefined ? undefined : {host, tokenHost};
};

/** Lets the login go there; the registry is asked again when that is settled. */
export const allowTokenHost = (state: State): Update => {
	const asked = selectTokenHost(state);
	return [state, asked ? [{kind: 'allow-token-host', ...asked}] : []];
};

/** Asks the registry again, whose login may now go elsewhere. */
export const retryAllowed = (
	state: State,
	{host}: {readonly host: string},
): Update => {
	const isDrawn = selectTokenHost(state)?.host === host;
	const fresh = changeRegistry(state, host, {connection: {state: 'idle'}});
	return isDrawn ? refreshList(fresh) : [fresh, []];
};
