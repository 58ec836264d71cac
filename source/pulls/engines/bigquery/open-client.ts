import type {BigQuery} from '@google-cloud/bigquery';
import {userAgent} from '../../../version.js';
import {type Environment, findLogin} from './find-login.js';

/** Opens BigQuery's client for the project that queries run in and are billed to. Throws `UserError` where there is no login. */
export type OpenClient = (project: string) => Promise<BigQuery>;

/**
How BigQuery's own client is opened; its library is loaded then, and not before.
@param options.apiEndpoint - Where the API is, if not at Google.
*/
export const createClientOpener =
	({
		environment,
		apiEndpoint,
	}: {
		readonly environment: Environment;
		readonly apiEndpoint?: string;
	}): OpenClient =>
	async project => {
		const credentials = await findLogin(environment);
		const library = await import('./client-library.js');
		return new library.BigQuery({
			projectId: project,
			credentials,
			userAgent,
			// Asking again is left to jetsam, which says so and can be stopped.
			retryOptions: {autoRetry: false},
			...(apiEndpoint !== undefined && {apiEndpoint}),
		});
	};
