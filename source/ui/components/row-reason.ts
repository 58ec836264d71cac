import type {Reason} from '../../state/select-reasons.js';
import {makeSafe} from '../../text/safe-text.js';
import {theme} from '../theme.js';
import type {Cell} from './columns.js';

/** The cell that says why the rules keep a digest or let it go. */
export const describeReason = (reason: Reason | undefined): Cell => {
	const text = makeSafe(reason?.text ?? '');
	switch (reason?.tone) {
		case 'blocked': {
			return {text, color: theme.danger};
		}

		case 'unknown': {
			return {text, color: theme.unknown};
		}

		case 'kept': {
			return {text, dim: true};
		}

		default: {
			return {text};
		}
	}
};
