import {abandonedProfiles, dataProfiles} from './sample-data.js';
import {mirrorProfiles} from './sample-mirrors.js';
import {platformProfiles} from './sample-platform.js';
import type {RepositoryProfile} from './sample-profile.js';
import {shopProfiles} from './sample-shop.js';
import {toolProfiles} from './sample-tools.js';

/** The repositories of the sample world that consist of trains. */
export const repositoryProfiles: readonly RepositoryProfile[] = [
	...shopProfiles,
	...platformProfiles,
	...dataProfiles,
	...abandonedProfiles,
	...mirrorProfiles,
	...toolProfiles,
];
