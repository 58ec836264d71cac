import {UserError} from '../../../user-error.js';
import {loginError} from './find-login.js';
import type {Failure} from './read-failure.js';

/** What was asked of BigQuery. */
export type Asked = {
	/** `PROJECT.DATASET.TABLE`. */
	readonly table: string;
	/** The project that queries run in. */
	readonly project: string;
};

type Sentences = readonly [message: string, remedy: string];

/** What to say of the reasons that the API gives. @see https://cloud.google.com/bigquery/docs/error-messages */
const byReason = (
	reason: string,
	message: string,
	{table, project}: Asked,
): Sentences | undefined => {
	switch (reason) {
		case 'accessDenied': {
			return [
				`BigQuery refuses to read ${table}: ${message}`,
				`Ask for the roles BigQuery Data Viewer on its dataset and BigQuery Job User on the project ${project}, or set GOOGLE_CLOUD_PROJECT to a project in which you may run queries.`,
			];
		}

		case 'notFound': {
			return [
				`BigQuery knows no table ${table}: ${message}`,
				'Write its project, dataset and name as the console shows them, and * after the part that the names of daily tables share.',
			];
		}

		case 'quotaExceeded':
		case 'rateLimitExceeded':
		case 'jobRateLimitExceeded':
		case 'userRateLimitExceeded': {
			return [
				`A quota of the project ${project} in BigQuery is used up (${reason}): ${message}`,
				'Try again later, or set GOOGLE_CLOUD_PROJECT to another project.',
			];
		}

		case 'bytesBilledLimitExceeded': {
			return [
				`BigQuery stopped the query on ${table} at the cap: ${message}`,
				'Raise the cap with --max-bytes, or shorten --window.',
			];
		}

		case 'invalid':
		case 'invalidQuery': {
			return [
				`BigQuery cannot run the statement on ${table} (${reason}): ${message}`,
				'See whether the table is of the kind that stands before its name in --pulls.',
			];
		}

		case 'stopped': {
			return [
				`The query on ${table} was cancelled by someone else.`,
				'Ask again.',
			];
		}

		case 'billingNotEnabled': {
			return [
				`The project ${project} has no billing account: ${message}`,
				'Set GOOGLE_CLOUD_PROJECT to a project that has one.',
			];
		}

		default: {
			return undefined;
		}
	}
};

/** The sentence for a failed request, by its reason; the library's error is left behind, for it holds headers. */
export const describeFailure = (failure: Failure, asked: Asked): UserError => {
	const {status, reason, message, networkCode} = failure;
	const known = byReason(reason, message, asked);
	if (known !== undefined) {
		const [sentence, remedy] = known;
		return new UserError(sentence, {remedy, status});
	}

	if (networkCode !== '') {
		return new UserError(
			`BigQuery could not be reached for ${asked.table} (${networkCode}).`,
			{remedy: 'See to the network and its proxies, and ask again.'},
		);
	}

	if (status === 401 || reason === '') {
		return status >= 500
			? new UserError(
					`BigQuery failed on ${asked.table} with status ${status}.`,
					{remedy: 'Try again later.', status},
				)
			: loginError(
					`Google Cloud does not accept the login of this machine: ${message || `status ${status}`}`,
				);
	}

	return new UserError(
		`BigQuery failed on ${asked.table} (${reason}): ${message}`,
		{remedy: 'Try again later.', status},
	);
};
