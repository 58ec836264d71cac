import {type Place, placeKey} from './first-state.js';
import {remember} from './remember.js';
import {findRegistry, type RegistryState, type State} from './state.js';

/** What can be done on the first screen besides opening a line. */
export type FirstAction = 'type' | 'ask' | 'demo';

/** A line of the first screen. */
export type FirstRow =
	| {
			readonly kind: 'place';
			readonly key: string;
			readonly place: Place;
			readonly registry: RegistryState;
	  }
	| {
			readonly kind: 'action';
			readonly key: string;
			readonly action: FirstAction;
	  };

// No host and no path begins like this.
const actionKey = (action: FirstAction): string => `: ${action}`;

const listRows = (state: State): readonly FirstRow[] => {
	const {isKnown, places, programs, demo} = state.first;
	if (!isKnown) {
		return [];
	}

	const actions: FirstAction[] = [
		...(demo === 'running' ? [] : (['type'] as const)),
		...(programs.length > 0 ? (['ask'] as const) : []),
		...(demo === 'none' ? [] : (['demo'] as const)),
	];
	return [
		...places.flatMap((place): FirstRow[] => {
			const registry = findRegistry(state, place.host);
			return registry
				? [{kind: 'place', key: placeKey(place), place, registry}]
				: [];
		}),
		...actions.map(action => ({
			kind: 'action' as const,
			key: actionKey(action),
			action,
		})),
	];
};

/** The lines of the first screen: the places, and below them what can be done besides. */
export const selectFirstRows = remember(listRows);

const keysOf = remember((rows: readonly FirstRow[]): readonly string[] =>
	rows.map(({key}) => key),
);

/** What these lines are known by. */
export const selectFirstKeys = (state: State): readonly string[] =>
	keysOf(selectFirstRows(state));

/** The line that a key is of. */
export const findFirstRow = (
	state: State,
	key: string | undefined,
): FirstRow | undefined => selectFirstRows(state).find(row => row.key === key);
