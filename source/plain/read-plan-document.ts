import {isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import {type PlanDocument, takeFingerprint} from './plan-document.js';

const refuse = (file: string, what: string, remedy: string): UserError =>
	new UserError(`${file} ${what}, so nothing was sent.`, {
		remedy,
		exitCode: 3,
	});

const anew = 'Make a new one: jetsam plan WHERE --out FILE';

/**
Reads a plan that `jetsam plan` wrote.

Throws `UserError`, exit code 3, where it is no plan, of another version, cut off, changed by hand, or older than a day.
@param now - Milliseconds since 1970.
*/
export const readPlanDocument = (
	text: string,
	{file, now}: {file: string; now: number},
): PlanDocument => {
	const document = parseJson(text);
	if (!isJsonObject(document) || document['kind'] !== 'plan') {
		throw refuse(
			file,
			text.trimStart().startsWith('{') && document === undefined
				? 'is cut off or damaged'
				: 'is no plan',
			anew,
		);
	}

	if (document['schemaVersion'] !== 1) {
		throw refuse(
			file,
			`is a plan of version ${String(document['schemaVersion'])}, and this jetsam knows version 1`,
			'Apply it with the jetsam that wrote it, or make a new one.',
		);
	}

	if (document['fingerprint'] !== takeFingerprint(document)) {
		throw refuse(file, 'was changed after it was written', anew);
	}

	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- its fingerprint says that it is what jetsam wrote
	const plan = document as PlanDocument;
	if (!(now <= Date.parse(plan.expiresAt))) {
		throw refuse(file, `expired at ${plan.expiresAt}`, anew);
	}

	return plan;
};
