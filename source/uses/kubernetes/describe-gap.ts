import type {UseGap} from '../../evidence/use.js';
import {ApiError, isRefusal} from './api-error.js';

/** What was asked of a cluster when it gave no usable answer. */
export type Asked = {
	readonly context: string;
	/** What could not be read, as the object of a sentence: `the Pods of all namespaces`. */
	readonly what: string;
	/** An empty text where it was about all of them. */
	readonly kind: string;
	/** An empty text where the whole cluster was asked. */
	readonly namespace: string;
};

/** The gap that an error leaves. Throws what is no answer of a cluster: that is a bug, or the operator's abort. */
export const describeGap = (
	error: unknown,
	{context, what, kind, namespace}: Asked,
): UseGap => {
	if (!(error instanceof ApiError)) {
		throw error;
	}

	return {
		message: `The context ${context} did not tell ${what}: ${error.message}.`,
		kind,
		namespace,
		isRefusal: isRefusal(error),
		repositories: undefined,
	};
};
