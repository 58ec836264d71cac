import type {PullReader} from '../pulls/pull-reader.js';
import type {Clock, PullsChoice, PullsSources} from '../world.js';

/** Days that count unless the operator says otherwise. */
const usualWindow = 90;

/** What the sources of pulls are opened with. */
export type PullSourcesOptions = {
	readonly clock: Clock;
};

/** The sources of pulls that the command line and the settings name. What reads them is loaded when they are first read. */
export const openPullSources = ({clock}: PullSourcesOptions): PullsSources => {
	const readChoice = async (): Promise<PullsChoice> => ({
		windowDays: usualWindow,
		accepted: [],
	});
	const saveChoice = async (): Promise<string | undefined> => undefined;
	const loadReaders = async (): Promise<readonly PullReader[]> => [];

	let loading: Promise<PullsSources> | undefined;
	const load = async (): Promise<PullsSources> => {
		const {openPulls} = await import('../pulls/open-pulls.js');
		return openPulls({loadReaders, clock, readChoice, saveChoice});
	};

	const open = async (): Promise<PullsSources> => {
		loading ??= load();
		return loading;
	};

	return {
		readChoice,
		saveChoice,
		async isKnown(host) {
			const sources = await open();
			return sources.isKnown(host);
		},
		async read(request, how) {
			const sources = await open();
			return sources.read(request, how);
		},
	};
};
