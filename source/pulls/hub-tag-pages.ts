import type {HubApi} from '../docker-hub/api.js';
import {listHubPages} from '../docker-hub/pages.js';
import {UserError} from '../user-error.js';
import {explainHubError, type HubRepository} from './hub-repository.js';

/**
Reads all tags of a repository as Docker Hub's own API lists them, `onTag` for each.

Resolves to one sentence if the list broke off or changed while it was read: tags may be missing then. Throws `UserError` where not even the first page can be read.
@see https://docs.docker.com/reference/api/hub/latest/
*/
export const readTagPages = async (
	api: HubApi,
	{namespace, name}: HubRepository,
	{
		signal,
		onTag,
	}: {readonly signal: AbortSignal; readonly onTag: (tag: unknown) => void},
): Promise<string | undefined> => {
	const path = `/v2/namespaces/${namespace}/repositories/${name}/tags?page_size=100`;
	const what = `${namespace}/${name}`;
	let listed = 0;
	let pages = 0;
	let counted: number | undefined;
	try {
		for await (const {entries, count} of listHubPages(api, path, signal)) {
			for (const tag of entries) {
				onTag(tag);
			}

			if (pages > 0 && count !== counted) {
				return `The list of tags of ${what} changed while Docker Hub was asked for it; ask again.`;
			}

			pages++;
			listed += entries.length;
			counted = count;
		}
	} catch (error) {
		const explained = explainHubError(error, what);
		if (pages > 0 && explained instanceof UserError) {
			return `Docker Hub's list of tags of ${what} broke off after ${listed}: ${explained.sentence}`;
		}

		throw explained;
	}

	return counted === undefined || counted === listed
		? undefined
		: `Docker Hub counts ${counted} tags of ${what} and listed ${listed}; ask again.`;
};
