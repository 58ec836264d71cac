import {UserError} from '../user-error.js';

/** A command line that cannot be meant: the process ends with exit code 2. */
export const wrongUsage = (message: string, remedy: string): UserError =>
	new UserError(message, {remedy, exitCode: 2});
