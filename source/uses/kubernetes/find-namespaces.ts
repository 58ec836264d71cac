import type {ApiClient} from './api-client.js';
import {ApiError} from './api-error.js';
import {getObject, getText} from './fields.js';
import {listObjects} from './list-objects.js';

/** The namespaces to ask one by one where the whole cluster may not be asked. */
export type Namespaces = {
	readonly names: readonly string[];
	/** Why there may be others; `undefined` where the cluster listed them all. */
	readonly problem: ApiError | undefined;
};

/** Asks the cluster for its namespaces; where it does not tell them, those that the operator named, else the context's own. */
export const findNamespaces = async (
	client: ApiClient,
	{
		named,
		own,
		signal,
	}: {
		readonly named: readonly string[];
		/** The context's own namespace. */
		readonly own: string;
		readonly signal: AbortSignal;
	},
): Promise<Namespaces> => {
	const fallback = named.length > 0 ? [...new Set(named)] : [own];
	try {
		const {kept} = await listObjects(client, {
			path: '/api/v1/namespaces',
			keep: object => getText(getObject(object, 'metadata'), 'name'),
			signal,
		});
		return kept.length > 0
			? {names: kept, problem: undefined}
			: {
					names: fallback,
					problem: new ApiError('it lists no namespace at all', {
						failure: 'malformed',
					}),
				};
	} catch (error) {
		if (error instanceof ApiError) {
			return {names: fallback, problem: error};
		}

		throw error;
	}
};
