/** What `jetsam doctor` can ask about a thing, in the order in which it is told. */
export type DoctorQuestion =
	'found' | 'reachable' | 'login' | 'may list' | 'may delete' | 'clock';

/** One answer. */
export type DoctorCheck = {
	readonly question: DoctorQuestion;
	/** `unknown` where it cannot be told without doing it, or was not asked; that is no fault. */
	readonly state: 'yes' | 'no' | 'unknown';
	/** One sentence; foreign in part. */
	readonly says: string;
	/** What to do about it, for every `no`; an empty text where there is nothing to do. */
	readonly remedy: string;
	/** Whether a `no` is what such a thing always says, and nothing that could be mended. */
	readonly isByNature?: boolean;
};

/** What was looked at, and what came of it. */
export type DoctorSubject = {
	readonly kind: 'settings' | 'registry' | 'cluster' | 'pulls';
	/** A registry's host, a context, a source as the operator wrote it; foreign. An empty text for all of its kind. */
	readonly name: string;
	/** Why it is looked at: `docker login`, `saved`; an empty text where that goes without saying. */
	readonly source: string;
	readonly checks: readonly DoctorCheck[];
};

/** What went wrong, and what to do about it: both sentences of a `UserError`. */
export type Trouble = {readonly message: string; readonly remedy: string};

/** An answer that is nothing to be done about. */
export const tell = (
	question: DoctorQuestion,
	says: string,
	state: 'yes' | 'unknown' = 'yes',
): DoctorCheck => ({question, state, says, remedy: ''});

/** What can be done where nobody knows better. */
const usualRemedy =
	'Try again with --debug FILE, which writes down what was asked and answered.';

/** An answer that is a fault. There is always something to do about it. */
export const blame = (
	question: DoctorQuestion,
	{message, remedy}: Trouble,
): DoctorCheck => ({
	question,
	state: 'no',
	says: message,
	remedy: remedy === '' ? usualRemedy : remedy,
});

/** Whether something is to be mended. */
export const isFault = ({state, isByNature}: DoctorCheck): boolean =>
	state === 'no' && isByNature !== true;

/** Whether there is nothing to be mended. */
export const isWell = (subjects: readonly DoctorSubject[]): boolean =>
	subjects.every(({checks}) => checks.every(check => !isFault(check)));
