import type {Trouble} from '../plain/doctor-check.js';
import {UserError} from '../user-error.js';

/** What an operator is told of an error; throws what is a bug. */
export const toTrouble = (error: unknown): Trouble => {
	if (error instanceof UserError) {
		return {message: error.message, remedy: error.remedy};
	}

	throw error;
};

/** What is tried; what fails is a trouble, and something else stands in for it. */
export const attempt = async <Result>(
	act: () => Promise<Result>,
	{otherwise, troubles}: {otherwise: Result; troubles: Trouble[]},
): Promise<Result> => {
	try {
		return await act();
	} catch (error) {
		troubles.push(toTrouble(error));
		return otherwise;
	}
};
