import {parseWhere, type Where} from '../oci/reference.js';
import {UserError} from '../user-error.js';

/** The place that an address names; throws `UserError` where it is none. */
export const readAddress = (address: string): Where => {
	const where = parseWhere(address);
	if (!where) {
		throw new UserError(`"${address}" is not the address of a registry.`, {
			remedy:
				'Write a host such as registry.example.com or 127.0.0.1:5000, perhaps with /repository, :tag or @sha256:… behind it.',
			exitCode: 2,
		});
	}

	return where;
};
