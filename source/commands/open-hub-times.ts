import {hubHost, nameHost} from '../oci/docker-hub.js';
import type {AskedSource} from '../pulls/name-source.js';
import type {PullReader} from '../pulls/pull-reader.js';
import type {ReaderSurroundings} from './open-reader.js';

const name = 'docker-hub:tags';

/** Docker Hub's own times of the last pulls, which are asked of each of its repositories without being named: nothing but the login of this machine is needed. What reads them is loaded with the first. */
export const openHubTimes = (
	sources: readonly AskedSource[],
	surroundings: ReaderSurroundings,
): readonly PullReader[] => {
	let opening: Promise<PullReader | undefined> | undefined;
	const open = async (): Promise<PullReader | undefined> => {
		const {openReaders} = await import('./open-readers.js');
		const asked: AskedSource = {
			name,
			kind: 'docker-hub',
			engine: 'docker-hub',
			host: undefined,
			where: 'tags',
			declared: {from: undefined, to: undefined},
			anonymousReadsAreRefused: false,
		};
		const [reader] = await openReaders([asked], surroundings);
		return reader;
	};

	const reader: PullReader = {
		name,
		scope: 'repository',
		isFor: host => nameHost(host) === hubHost,
		async read(...request) {
			opening ??= open();
			const opened = await opening;
			if (!opened) {
				throw new Error('There is no reader of Docker Hub.');
			}

			return opened.read(...request);
		},
	};
	return sources.some(({engine}) => engine === 'docker-hub') ? [] : [reader];
};
