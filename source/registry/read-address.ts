import {explainAddress} from '../oci/explain-address.js';
import {parseWhere, type Where} from '../oci/reference.js';
import {UserError} from '../user-error.js';

/** The place that an address names; throws `UserError` with exit code 2 where it is none. */
export const readAddress = (address: string): Where => {
	const where = parseWhere(address);
	if (!where) {
		const {message, remedy} = explainAddress(address);
		throw new UserError(message, {remedy, exitCode: 2});
	}

	return where;
};
